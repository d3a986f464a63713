#!/usr/bin/env bash
# Usage: self_test.sh CONFORMANCE DIRECTORY
# Proves that the runner can fail: every vector of DIRECTORY/self_test.json says by its id what must
# become of it (pass-..., fail-..., unsupported-...), and files that are not in the form are refused.
set -euo pipefail
runner=$1
file=$2/self_test.json
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

problems=0
complain() {
    echo "self_test: $*" >&2
    problems=$((problems + 1))
}

# expect_exit CODE ARGUMENT...: the runner exits with CODE; its output is in $work/out and $work/err
expect_exit() {
    local code=$1 got=0
    shift
    "$runner" "$@" >"$work/out" 2>"$work/err" || got=$?
    [[ $got == "$code" ]] || complain "exit $got instead of $code: $*"
}

expect_exit 1 "$file"
while read -r id; do
    line=$(grep -E "^(failed|unsupported) +$id " "$work/out" || true)
    case $id in
    pass-*) [[ -z $line ]] || complain "$line" ;;
    fail-*) [[ $line == failed* ]] || complain "$id did not fail" ;;
    unsupported-*) [[ $line == unsupported* ]] || complain "$id is not unsupported" ;;
    esac
done < <(sed -n 's/.*"id": *"\([^"]*\)".*/\1/p' "$file")
count() { grep -cE "\"id\": *\"$1" "$file"; }
closing="$(count pass-) passed, $(count fail-) failed, $(count unsupported-) unsupported"
[[ $(tail -n 1 "$work/out") == "$closing" ]] || complain "does not close with '$closing'"

# The line of a failure names all there is to know.
grep -qxE 'failed +fail-number pnl pnl_coin: expected 1\.2500011, got 1\.25, tolerance 1e-6' \
    "$work/out" || complain "the line of fail-number is not as documented"

expect_exit 1 --json "$file"
grep -q '"failed": '"$(count fail-)"',' "$work/out" || complain "--json does not count the failures"
expect_exit 0 --id pass-number "$file"
expect_exit 1 --id fail-number "$file"
expect_exit 64 --id nothing-has-this-id "$file"
expect_exit 64 --unknown "$file"
expect_exit 64
expect_exit 66 "$work/missing.json"

# refuse JSON TEXT: the file is refused with 65 and a message that has TEXT, and prints no result
refuse() {
    printf '%s' "$1" >"$work/bad.json"
    expect_exit 65 "$work/bad.json"
    grep -qF -- "$2" "$work/err" || complain "'$2' is not in '$(cat "$work/err")'"
    [[ ! -s $work/out ]] || complain "output in spite of an error: $1"
}
good='"id":"a","kind":"pnl","formula":"inv_pnl","tolerance":0,"needs":[]'
refuse '{"vectors": [' 'bad.json:1:'
refuse '[]' 'array "vectors"'
refuse '{"vectors": [1]}' 'vector 1 must be an object'
refuse '{"vectors": [{"kind": "pnl"}]}' 'vector 1: "id" must be a text'
refuse "{\"vectors\": [{$good, \"inputs\": 1}]}" 'vector a: "inputs" must be an object'
refuse "{\"vectors\": [{$good, \"inputs\": {}, \"expected\": {}}]}" 'claims no figure'
refuse "{\"vectors\": [{$good, \"inputs\": {\"qty\": \"1x\", \"entry\": 1, \"exit\": 1},
    \"expected\": {\"pnl_coin\": 0}}]}" 'qty: "1x" is no decimal number'
refuse '{"vectors": [{"id": "a", "id": "b"}]}' 'duplicate'
refuse '{"vectors": [{"id":"a","kind":"pnl","formula":"f","tolerance":-1,"needs":[],
    "inputs":{},"expected":{"a":1}}]}' '"tolerance" must be a number >= 0'

exit $((problems > 0))
