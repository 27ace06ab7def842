#!/usr/bin/env bash
# Take the picture of the page to draw on that README shows: scripts/make_page_picture.sh [PROGRAM]
#
# PROGRAM is digitnet, build/digitnet where it is not given. Writes data/page.png. Wants node, Chromium and pngquant.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
program=${1:-$root/build/digitnet}
browser=$(type -P chromium chromium-browser google-chrome | head -n 1) || true
for tool in node pngquant "${browser:-chromium}"; do
  type -P "$tool" >/dev/null || {
    echo "make_page_picture.sh: there is no $tool: install it" >&2
    exit 1
  }
done

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
"$program" export --quiet --to html --model "$root/data/pretrained.safetensors" --output "$work/page.html"
node "$root/tests/export/support/screenshot.js" "$browser" "$work/page.html" "$work/page.png" "$work/profile"
pngquant --force --strip --output "$root/data/page.png" 64 "$work/page.png"
echo "$root/data/page.png: $(wc -c <"$root/data/page.png") bytes"
