#!/bin/bash
# test.sh - builds seawall and runs every test.
#
# usage: scripts/test.sh [--no-setup] [CTEST-ARGUMENT]...
#
#     --no-setup   does not look for missing Debian packages
#
# Further arguments go to ctest: `scripts/test.sh -R money` runs the tests with money in the name.
# Tests against real market data need ../shared beside the checkout and skip without it.
set -euo pipefail

setup=yes
case ${1:-} in
--no-setup)
    setup=no
    shift
    ;;
-h | --help)
    awk 'NR > 1 && !/^#/ { exit } NR > 1 { sub(/^# ?/, ""); print }' "$0"
    exit 0
    ;;
esac

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

[ "$setup" = no ] || scripts/setup.sh --group build --group test
cmake -S . -B build -DCMAKE_BUILD_TYPE=Release
cmake --build build --parallel "$(nproc)"
if [ ! -d ../shared ]; then
    echo "test.sh: ../shared is absent: the tests that use real market data will skip"
fi
ctest --test-dir build --output-on-failure -j2 "$@"
