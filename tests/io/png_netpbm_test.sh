#!/usr/bin/env bash
# PNG pictures are read as Netpbm's pngtopnm (libpng) reads them: the cases of the public PngSuite, made anew by png_suite.py.
set -u
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
for program in python3 pngtopnm; do
  command -v "$program" >/dev/null || {
    echo "there is no $program: PNG pictures are not compared with pngtopnm"
    exit 77
  }
done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 "$here/png_suite.py" "$DIGITNET_TO_PNM" "$folder"
