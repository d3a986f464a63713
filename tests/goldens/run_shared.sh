#!/usr/bin/env bash
# Usage: run_shared.sh GOLDENS FILE.csv BRACKETS.json
# Runs the rows of FILE; exits 77 (skipped) when a file is not there.
set -euo pipefail
runner=$1
shift
for file in "$@"; do
    if [[ ! -e $file ]]; then
        echo "skipped: $file is not there"
        exit 77
    fi
done
"$runner" "$@"
