#!/bin/bash
# gallery.sh - takes the picture of the demo's report that README.md shows.
#
# usage: scripts/gallery.sh
#
# Runs scripts/demo.sh and photographs the top of its report in headless Chromium, 1280 pixels
# wide, to reports/gallery/demo.png.  Only needed when the report looks different or the demo has
# other numbers; other fonts make other bytes, so nothing compares the picture.
set -euo pipefail

if [ $# -ne 0 ]; then
    awk 'NR > 1 && !/^#/ { exit } NR > 1 { sub(/^# ?/, ""); print }' "$0"
    case $1 in
    -h | --help) exit 0 ;;
    *) exit 64 ;;
    esac
fi

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
picture=reports/gallery/demo.png
size_max=300000 # bytes; it stays in the history for ever

scripts/setup.sh --group build --group test
scripts/demo.sh --no-setup >/dev/null
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Chromium's own sandbox does not work for root and in containers; the page is our own.
chromium --headless=new --no-sandbox --disable-gpu --hide-scrollbars \
    --user-data-dir="$work/profile" --window-size=1280,1400 --virtual-time-budget=5000 \
    --screenshot="$work/demo.png" "file://$root/reports/out/demo.html" >"$work/log" 2>&1 || true
[ -s "$work/demo.png" ] || { cat "$work/log" >&2 && exit 74; }
size=$(stat -c %s "$work/demo.png")
if [ "$size" -gt "$size_max" ]; then
    echo "gallery.sh: the picture has $size bytes, more than $size_max" >&2
    exit 73
fi
mkdir -p "$(dirname "$picture")"
mv "$work/demo.png" "$picture"
echo "$picture: $size bytes"
