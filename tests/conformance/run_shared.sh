#!/usr/bin/env bash
# Usage: run_shared.sh CONFORMANCE FILE
# Runs the conformance runner over FILE; exits 77 (skipped) when FILE is not there.
set -euo pipefail
runner=$1
file=$2
if [[ ! -e $file ]]; then
    echo "skipped: $file is not there"
    exit 77
fi
"$runner" "$file"
