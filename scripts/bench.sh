#!/bin/bash
# bench.sh - builds and runs the benchmarks: one line a figure, `name value unit target verdict`.
#
# usage: scripts/bench.sh [--json] [NAME]...
#
#     NAME     only tests/bench/bench_NAME.c (the prefix may be given); default: all
#     --json   an array of objects instead of aligned columns
#
# The name is lower_snake, the target >=X, <=X or -, the verdict ok, missed or - (no target).  A
# figure that misses its target is no failure of this script; exit 1 is for a benchmark that does
# not build or run, or prints something else.
set -euo pipefail

usage() {
    awk 'NR > 1 && !/^#/ { exit } NR > 1 { sub(/^# ?/, ""); print }' "$0"
}

json=no
names=()
for argument in "$@"; do
    case $argument in
    --json) json=yes ;;
    -h | --help) usage && exit 0 ;;
    -*) usage >&2 && exit 64 ;;
    *) names+=("bench_${argument#bench_}") ;;
    esac
done

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
if [ ${#names[@]} -eq 0 ]; then
    for source in tests/bench/bench_*.c; do
        [ -e "$source" ] && names+=("$(basename "$source" .c)")
    done
fi
[ ${#names[@]} -gt 0 ] || { echo "bench.sh: there is no tests/bench/bench_*.c" >&2; exit 66; }
for name in "${names[@]}"; do
    [ -e "tests/bench/$name.c" ] || { echo "bench.sh: no tests/bench/$name.c" >&2; exit 64; }
done

{
    cmake -S . -B build -DCMAKE_BUILD_TYPE=Release
    cmake --build build --parallel "$(nproc)" --target "${names[@]}"
} >&2

lines=$(mktemp)
trap 'rm -f "$lines"' EXIT
for name in "${names[@]}"; do
    "build/tests/bench/$name" >>"$lines" || { echo "bench.sh: $name failed" >&2; exit 1; }
done
# shellcheck disable=SC2016 # an awk program
wrong='NF != 5 || $1 !~ /^[a-z][a-z0-9_]*$/ || $4 !~ /^(-|[<>]=[0-9.]+)$/ ||
       $5 !~ /^(ok|missed|-)$/'
if awk "$wrong { found = 1 } END { exit !found }" "$lines"; then
    echo "bench.sh: expected lines of name, value, unit, target and verdict; got:" >&2
    awk "$wrong" "$lines" >&2
    exit 1
fi
if [ "$json" = yes ]; then
    awk '
    function text(word) {
        gsub(/[\\"]/, "\\\\&", word)
        return "\"" word "\""
    }
    function number(word) {
        return word ~ /^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$/ ? word : text(word)
    }
    BEGIN { printf "[" }
    {
        printf "%s\n  {\"name\": %s, \"value\": %s, \"unit\": %s, \"target\": %s, \"verdict\": %s}",
            (NR > 1 ? "," : ""), text($1), number($2), text($3), number($4), text($5)
    }
    END { print "\n]" }' "$lines"
else
    awk '
    NR == FNR {
        for (i = 1; i <= 5; i++)
            width[i] = length($i) > width[i] ? length($i) : width[i]
        next
    }
    {
        printf "%-*s  %*s  %-*s  %*s  %s\n", width[1], $1, width[2], $2, width[3], $3,
            width[4], $4, $5
    }' "$lines" "$lines"
fi
