#!/bin/bash
# check.sh - everything that must hold before a change is kept, one step after the other.
#
# usage: scripts/check.sh [--no-setup] [STEP]...
#
#     gcc        builds with gcc, every warning an error, and runs the tests
#     clang      the same with clang
#     sanitize   the same with AddressSanitizer and UndefinedBehaviorSanitizer
#     valgrind   the unit tests of the gcc build under valgrind
#     tidy       clang-tidy over sim/, as .clang-tidy says
#     layers     includes point down (scripts/check_layers.sh)
#     prefix     exported names carry their file's name (scripts/check_prefix.sh)
#     length     functions, lines and files are short (scripts/check_length.py)
#     format     clang-format 14 would change nothing
#     shell      shellcheck over the scripts
#     docs       the reference and the schema are what the program prints; no scenario is wrong
#     words      no notes to self are left in the tree
#
# All steps run, whatever fails; a table `step verdict seconds` ends the output, and the exit code
# is 1 if any step failed.  What a step printed stays in build-check/<step>.log.

# shellcheck disable=SC2317 # the steps are called by their names
set -euo pipefail

usage() {
    awk 'NR > 1 && !/^#/ { exit } NR > 1 { sub(/^# ?/, ""); print }' "$0"
}

all_steps=(gcc clang sanitize valgrind tidy layers prefix length format shell docs words)
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
logs=build-check
jobs=$(nproc)

code_files() {
    find sim tests -name '*.[ch]' | LC_ALL=C sort
}

# build DIRECTORY COMPILER BUILD-TYPE
build() {
    cmake -S . -B "$1" -DCMAKE_C_COMPILER="$2" -DCMAKE_BUILD_TYPE="$3"
    cmake --build "$1" --parallel "$jobs"
}

run_tests() {
    ctest --test-dir "$1" --output-on-failure -j2
}

step_gcc() {
    build build-gcc gcc Release
    run_tests build-gcc
}

step_clang() {
    build build-clang clang Release
    run_tests build-clang
}

step_sanitize() {
    build build-san gcc Sanitize
    run_tests build-san
}

# Runs one test program; 77 says that it skipped all of its tests.
run_valgrind() {
    local status=0
    SEAWALL_QUICK=1 valgrind --quiet --error-exitcode=99 \
        --leak-check=full --errors-for-leak-kinds=definite \
        "build-gcc/tests/$1" >"build-check/valgrind.$1" 2>&1 || status=$?
    if [ "$status" -ne 0 ] && [ "$status" -ne 77 ]; then
        cat "build-check/valgrind.$1"
        echo "$1: exit $status under valgrind"
        return 1
    fi
    rm "build-check/valgrind.$1"
}

step_valgrind() {
    build build-gcc gcc Release
    export -f run_valgrind
    # by the sources: a build directory may hold programs of tests that are gone
    find tests -name 'test_*.c' -exec basename {} .c \; | LC_ALL=C sort |
        xargs --max-args=1 --max-procs="$jobs" "$BASH" -c "run_valgrind \"\$1\"" run_valgrind
}

step_tidy() {
    cmake -S . -B build-clang -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=Release
    # one process a file: with several, version 14 takes va_start for something it never saw
    find sim -name '*.c' | LC_ALL=C sort |
        xargs --max-args=1 --max-procs="$jobs" clang-tidy -p build-clang --quiet
}

step_layers() {
    scripts/check_layers.sh
}

step_prefix() {
    build build-gcc gcc Release
    scripts/check_prefix.sh build-gcc/CMakeFiles/seawall_core.dir/sim
}

step_length() {
    scripts/check_length.py
}

step_format() {
    code_files | xargs clang-format-14 --dry-run -Werror
}

step_shell() {
    find scripts .ci -type f | while read -r file; do
        if head -n 1 "$file" | grep -q '^#!.*sh$'; then
            echo "$file"
        fi
    done | xargs shellcheck
}

# current FILE COMMAND: the file holds what `seawall COMMAND` prints.
current() {
    if ! build-gcc/seawall "$2" | diff -u "$1" -; then
        echo "$1 is not current; run: build/seawall $2 >$1"
        return 1
    fi
}

# The scenario holds no mistake; 66: the tapes it names are not on this machine.
sound() {
    local status=0
    build-gcc/seawall check "$1" >/dev/null || status=$?
    [ "$status" -eq 0 ] || [ "$status" -eq 66 ] || return 1
}

step_docs() {
    local file
    build build-gcc gcc Release
    current scenarios/REFERENCE.md reference
    current scenarios/scenario.schema.json schema
    python3 - scenarios/scenario.schema.json <<'PYTHON'
import json, sys, jsonschema
schema = json.load(open(sys.argv[1], encoding="utf-8"))
jsonschema.validators.validator_for(schema).check_schema(schema)
PYTHON
    for file in scenarios/*.yaml; do
        sound "$file"
    done
}

step_words() {
    local status=0
    grep -rnIE '\b([T]ODO|[F]IXME|[X]XX|[H]ACK|[T]BD)\b' . --exclude-dir=.git \
        --exclude-dir='build*' --exclude-dir=raw --exclude-dir=tapes --exclude-dir=out || status=$?
    [ "$status" -eq 1 ] # 0: found some; 2: could not look
}

setup=yes
steps=()
for argument in "$@"; do
    case $argument in
    --no-setup) setup=no ;;
    -h | --help) usage && exit 0 ;;
    *)
        declare -F "step_$argument" >/dev/null || {
            echo "check.sh: no step $argument: ${all_steps[*]}" >&2
            exit 64
        }
        steps+=("$argument")
        ;;
    esac
done
[ ${#steps[@]} -gt 0 ] || steps=("${all_steps[@]}")
[ "$setup" = no ] || scripts/setup.sh --group all

mkdir -p "$logs"
table=()
failed=0
for step in "${steps[@]}"; do
    echo "== $step"
    started=$SECONDS
    # not in an `if`: there `set -e` would not stop the step at its first failure
    set +e
    (
        set -e
        "step_$step"
    ) >"$logs/$step.log" 2>&1
    status=$?
    set -e
    verdict=ok
    if [ "$status" -ne 0 ]; then
        verdict=FAILED
        failed=1
        tail -n 60 "$logs/$step.log"
        echo "(all of it: $logs/$step.log)"
    fi
    table+=("$(printf '%-10s %-7s %7d' "$step" "$verdict" $((SECONDS - started)))")
done

echo
printf '%-10s %-7s %7s\n' step verdict seconds
printf '%s\n' "${table[@]}"
exit "$failed"
