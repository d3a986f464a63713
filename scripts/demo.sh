#!/bin/bash
# demo.sh - from a fresh checkout to a report: would the insurance fund have held?
#
# usage: scripts/demo.sh [--no-setup] [--set KEY=VALUE]...
#
#     --no-setup        does not look for missing Debian packages
#     --set KEY=VALUE   overrides a key of scenarios/demo.yaml
#
# Installs what the build needs, builds Release into build/, generates six hours of a market with
# a storm of -35 %, imports it as a tape, runs scenarios/demo.yaml on it and draws the report.
# Writes data/raw/demo/, data/tapes/demo.tape.h5 and reports/out/demo.{h5,html}; all are ignored
# by git, and a second run writes the same bytes again.
set -euo pipefail

usage() {
    awk 'NR > 1 && !/^#/ { exit } NR > 1 { sub(/^# ?/, ""); print }' "$0"
}

setup=yes
overrides=()
while [ $# -gt 0 ]; do
    case $1 in
    --no-setup)
        setup=no
        shift
        ;;
    --set)
        [ $# -ge 2 ] || { usage >&2 && exit 64; }
        overrides+=(--set "$2")
        shift 2
        ;;
    -h | --help)
        usage
        exit 0
        ;;
    *)
        usage >&2
        exit 64
        ;;
    esac
done

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
raw=data/raw/demo
tape=data/tapes/demo.tape.h5
result=reports/out/demo.h5
report=reports/out/demo.html

[ "$setup" = no ] || scripts/setup.sh --group build
cmake -S . -B build -DCMAKE_BUILD_TYPE=Release
cmake --build build --parallel "$(nproc)" --target seawall

mkdir -p data/tapes reports/out
rm -rf "$raw"
build/seawall generate -o "$raw"
build/seawall import "$raw"/BTCUSDT-trades-*.csv "$raw"/BTCUSDT-mark-*.csv \
    "$raw"/BTCUSDT-fundingRate-*.csv --instrument BTCUSDT -o "$tape" -f -q
build/seawall run scenarios/demo.yaml ${overrides[@]+"${overrides[@]}"} -o "$result" -f -q
build/seawall report "$result" -o "$report" -f -q

echo
build/seawall info "$result"
echo
echo "result  $root/$result"
echo "report  $root/$report"
