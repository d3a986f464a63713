#!/bin/bash
# check_layers.sh - includes only point down, and third-party headers stay where they belong.
#
# usage: scripts/check_layers.sh [ROOT]
#
#     base <- market <- models <- engine <- study <- io <- main.c
#
#     csv.h   only in sim/market/csv.c              gsl/    only in sim/base/ and sim/study/
#     hdf5*.h only in sim/market/store* and sim/io/ yaml.h  only in sim/io/scenario*
#
# Looks at the includes of every .c and .h under ROOT/sim (default: this repository) and prints
# file:line for each that breaks a rule; exit 1 when there is one.
set -euo pipefail

root=${1:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}
[ -d "$root/sim" ] || { echo "check_layers.sh: $root/sim: no such directory" >&2; exit 66; }
cd "$root"

find sim -name '*.[ch]' | LC_ALL=C sort | xargs -r grep -nHE '^[[:space:]]*#[[:space:]]*include' |
    awk '
    BEGIN {
        rooms = split("base market models engine study io", name, " ")
        for (i = 1; i <= rooms; i++)
            level[name[i]] = i
        level["main"] = rooms + 1
    }
    function complain(what) {
        printf "%s:%s: %s\n", file, line, what
        bad++
    }
    {
        split($0, part, ":")
        file = part[1]
        line = part[2]
        if (!match($0, /[<"][^>"]+[>"]/))
            next
        header = substr($0, RSTART + 1, RLENGTH - 2)
        split(file, at, "/")
        room = file ~ /^sim\/[^\/]+$/ ? "main" : at[2]
        if (!(room in level)) {
            complain("sim/" room "/ is no room of the house")
            next
        }
        includes++
        split(header, to, "/")
        if ($0 ~ /include[[:space:]]*"/) {
            if (!(to[1] in level) || header !~ /\//)
                complain("\"" header "\" must be named by its room, as in \"base/error.h\"")
            else if (level[to[1]] > level[room])
                complain(room " must not include " header ": " to[1] " is above it")
        }
        if (header == "csv.h" && file != "sim/market/csv.c")
            complain("csv.h belongs in sim/market/csv.c only")
        if (header ~ /^(hdf5|hdf5_hl|H5[A-Za-z]*)\.h$/ &&
            file !~ /^sim\/market\/store[^\/]*$/ && file !~ /^sim\/io\//)
            complain(header " belongs in sim/market/store* and sim/io/ only")
        if (header ~ /^gsl\// && room != "base" && room != "study")
            complain(header " belongs in sim/base/ and sim/study/ only")
        if (header == "yaml.h" && file !~ /^sim\/io\/scenario[^\/]*$/)
            complain("yaml.h belongs in sim/io/scenario* only")
    }
    END {
        if (bad)
            exit 1
        printf "layers: %d includes point down\n", includes
    }'
