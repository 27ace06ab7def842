#!/usr/bin/env bash
# Bad files that once broke a program, this one or another: each is refused with exit code 3 and just the line that
# `bad_files.expected` has for it, "FILE: what is wrong: what to do", in little memory.
#
# --update writes `bad_files.expected` anew.
# shellcheck source-path=SCRIPTDIR source=../scripts/support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../scripts/support.sh"

golden=$root/tests/golden
DIGITNET=$(cd -- "$(dirname -- "$DIGITNET")" && pwd)/${DIGITNET##*/}
kilobytes=200000

# A sanitizer needs more memory than that for itself.
[[ ${DIGITNET_SANITIZE:-} =~ address|thread|memory ]] || ulimit -v "$kilobytes"

cd "$golden/bad_files" || exit 1
for file in *; do
  code=0
  "$DIGITNET" info "$file" >"$work/out" 2>"$work/err" || code=$?
  [[ $code -eq 3 ]] || fail "$file: exit code $code, expected 3: $(cat "$work/err")"
  [[ ! -s $work/out ]] || fail "$file: it was described: $(cat "$work/out")"
  sed 's/^digitnet: //' "$work/err" >>"$work/found"
done
[[ ${1:-} != --update ]] || cp "$work/found" "$golden/bad_files.expected"
diff -u "$golden/bad_files.expected" "$work/found" || fail "another word on a bad file"
echo "$(wc -l <"$work/found") bad files were refused"
