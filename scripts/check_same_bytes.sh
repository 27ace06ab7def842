#!/bin/sh
# The same seed must give the same model, to the byte: scripts/check_same_bytes.sh PROGRAM...
#
# Each PROGRAM (gcc's, clang's, a debug build's...) trains on the bundled digits with 1, 2, 3 and 8 threads, the first of
# them twice; all models must be equal, and one with another seed must differ.
set -eu

if [ $# -eq 0 ]; then
  echo "usage: check_same_bytes.sh PROGRAM..." >&2
  exit 2
fi
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sha256() {
  if command -v sha256sum >/dev/null 2>&1; then
    sha256sum "$1" | cut -d ' ' -f 1
  else
    shasum -a 256 "$1" | cut -d ' ' -f 1
  fi
}

# train PROGRAM THREADS SEED: the SHA-256 of the model.
train() {
  "$1" train --data "$root/data/digits" --hidden 130,70 --epochs 3 --threads "$2" --seed "$3" --quiet \
    --output "$work/model.safetensors" >"$work/output" 2>&1 || {
    cat "$work/output" >&2
    return 1
  }
  sha256 "$work/model.safetensors"
}

expected=
for program in "$@"; do
  for threads in 1 1 2 3 8; do
    found=$(train "$program" "$threads" 7)
    echo "$found  $threads threads  $program"
    if [ "${expected:=$found}" != "$found" ]; then
      echo "check_same_bytes.sh: $program with $threads threads made another model than the first run" >&2
      exit 1
    fi
  done
done

other=$(train "$1" 2 8)
if [ "$other" = "$expected" ]; then
  echo "check_same_bytes.sh: another seed made the same model" >&2
  exit 1
fi
echo "check_same_bytes.sh: all equal; another seed differs"
