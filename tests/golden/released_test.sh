#!/usr/bin/env bash
# Files as each format version has them, one of each kind: KIND_VERSION_WHAT. They load for ever: each
# says about itself what `released.expected` has for it, a model gets the same test images wrong and is made again, and a
# checkpoint is gone on from to its end. A file here is never written anew; a new format version adds its own.
#
# --update writes `released.expected` anew.
# shellcheck source-path=SCRIPTDIR source=../scripts/support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../scripts/support.sh"

golden=$root/tests/golden
data=$root/data/digits
DIGITNET=$(cd -- "$(dirname -- "$DIGITNET")" && pwd)/${DIGITNET##*/}

describe() {
  "$DIGITNET" info "$1" || fail "$1: not described"
  case $1 in
    checkpoint_*)
      "$DIGITNET" train --quiet --data "$data" --resume "$1" --output "$work/resumed" >"$work/summary" || fail "$1: not gone on from"
      "$DIGITNET" info "$work/resumed" >"$work/described" || fail "$1: no model came of it"
      grep -E '^  (architecture|steps):' "$work/described"
      ;;
    *)
      "$DIGITNET" evaluate --quiet --data "$data" --model "$1" >"$work/measured" || fail "$1: not evaluated"
      head -n 2 "$work/measured"
      "$DIGITNET" verify --quiet --data "$data" "$1" || fail "$1: not made again"
      ;;
  esac
}

cd "$golden/released" || exit 1
for file in *; do
  describe "$file" >>"$work/found" || exit 1
done
[[ ${1:-} != --update ]] || cp "$work/found" "$golden/released.expected"
diff -u "$golden/released.expected" "$work/found" || fail "a released file is read otherwise"
echo "$(find . -type f | wc -l) released files were read"
