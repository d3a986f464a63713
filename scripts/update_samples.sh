#!/bin/bash
# update_samples.sh - generates data/samples/ again from the options in its MANIFEST.
#
# usage: scripts/update_samples.sh
#
# Only needed when `seawall generate` changes its bytes on purpose (say so in CHANGELOG.md) or the
# options in the MANIFEST are edited; tests/test_generate.c fails until it is run.  Needs
# build/seawall.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
samples=$root/data/samples
manifest=$samples/MANIFEST
program=${SEAWALL:-$root/build/seawall}

if [ $# -ne 0 ]; then
    awk 'NR > 1 && !/^#/ { exit } NR > 1 { sub(/^# ?/, ""); print }' "$0" >&2
    exit 64
fi
[ -x "$program" ] || { echo "update_samples.sh: $program is not built" >&2; exit 66; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

arguments=()
while read -r word assignment; do
    if [ "$word" = set ]; then
        arguments+=(--set "$assignment")
    fi
done <"$manifest"
"$program" generate -o "$work/samples" "${arguments[@]}"

{
    grep -v '^file ' "$manifest"
    cd "$work/samples"
    find . -type f | sed 's|^\./||' | LC_ALL=C sort | while read -r name; do
        printf 'file %s %s %s\n' "$name" "$(stat -c %s "$name")" \
            "$(sha256sum "$name" | cut -d' ' -f1)"
    done
} >"$work/MANIFEST"

find "$samples" -type f -name '*.csv' -delete
cp -R "$work/samples/." "$samples/"
mv "$work/MANIFEST" "$manifest"
echo "data/samples: $(grep -c '^file ' "$manifest") files"
