#!/bin/bash
# check_prefix.sh - every exported symbol says which file it is defined in.
#
# usage: scripts/check_prefix.sh [OBJECT-DIRECTORY]
#
# Reads the object files (<room>/<stem>.c.o under the directory, default those of build/) with nm.
# A symbol of <stem>.c must be the stem, or begin with the stem or with a family the stem begins
# with, cut at an underscore: slippage_constant.c may export slippage_constant and slippage_of,
# scenario_print.c may export scenario_read.  Exceptions are listed below with their reason.
# Prints each symbol that breaks the rule; exit 1 when there is one.
set -euo pipefail

# "stem-pattern symbol-pattern": agreed other names.
exceptions=(
    'store* tape_*'              # the thing a store keeps is called a tape
    'observer fund_change_names' # the names of the enum declared in observer.h
)

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
objects=${1:-$root/build/CMakeFiles/seawall_core.dir/sim}
[ -d "$objects" ] || { echo "check_prefix.sh: $objects: not built" >&2; exit 66; }

# Whether the file with this stem may export this symbol.
allowed() {
    local stem=$1 symbol=$2 family=$1 exception
    while :; do
        case $symbol in
        "$family" | "$family"_*) return 0 ;;
        esac
        case $family in
        *_*) family=${family%_*} ;;
        *) break ;;
        esac
    done
    for exception in "${exceptions[@]}"; do
        # shellcheck disable=SC2254 # both are patterns
        case $stem in
        ${exception% *}) case $symbol in ${exception#* }) return 0 ;; esac ;;
        esac
    done
    return 1
}

bad=0
count=0
while read -r object; do
    stem=$(basename "$object" .c.o)
    symbols=$(nm --extern-only --defined-only --format=posix "$object" | cut -d' ' -f1)
    while read -r symbol; do
        # what a sanitizer or a coverage build adds of its own
        case $symbol in "" | __*) continue ;; esac
        count=$((count + 1))
        if ! allowed "$stem" "$symbol"; then
            echo "$object: exports $symbol, which does not begin with $stem or its family"
            bad=1
        fi
    done <<<"$symbols"
done < <(find "$objects" -name '*.c.o' | LC_ALL=C sort)
[ "$count" -gt 0 ] || { echo "check_prefix.sh: $objects: no symbol found" >&2; exit 66; }
[ "$bad" -eq 0 ] || exit 1
echo "prefixes: $count symbols carry their file's name"
