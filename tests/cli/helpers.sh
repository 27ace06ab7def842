# shellcheck shell=bash
# What the snippets of the command-line cases may use. run_cases.sh sources it before each.

# shellcheck source-path=SCRIPTDIR source=background.sh
source "${BASH_SOURCE[0]%/*}/background.sh"

# The program under test.
digitnet() {
  "$DIGITNET" "$@"
}

# bytes HEX...: raw bytes, say `bytes 00 00 08 03`.
bytes() {
  local byte
  for byte in "$@"; do
    printf '%b' "\\x$byte"
  done
}

# be32 NUMBER...: each as four bytes, big-endian, as IDX has them.
be32() {
  local number
  for number in "$@"; do
    bytes "$(printf %02x $((number >> 24 & 255)))" "$(printf %02x $((number >> 16 & 255)))" \
      "$(printf %02x $((number >> 8 & 255)))" "$(printf %02x $((number & 255)))"
  done
}

# zeros COUNT: so many zero bytes.
zeros() {
  printf '%*s' "$1" '' | tr ' ' '\0'
}

# patch FILE OFFSET HEX...: replace bytes inside a file.
patch() {
  local file=$1 offset=$2
  shift 2
  bytes "$@" | dd of="$file" bs=1 seek="$offset" conv=notrunc status=none
}

# cut_to FILE SIZE: keep only the first SIZE bytes.
cut_to() {
  truncate --size "$2" -- "$1"
}

# data_folder FOLDER: a copy of the bundled digits, to be spoilt.
data_folder() {
  mkdir -p "$1"
  cp "$DATA"/digits/*-ubyte "$1"
}

# small_model [OPTION...]: train for a moment, on the bundled digits and into digitnet.safetensors unless options say otherwise.
small_model() {
  DIGITNET_DATA=$DATA/digits digitnet train --hidden 16 --epochs 2 --batch-size 32 --lr 0.1 --valid 72 --seed 1 --quiet "$@" >/dev/null
}

# skip WHY: leave this case out, loudly.
skip() {
  echo "$*"
  exit 77
}

# needs_mnist: skip where the real MNIST is not there.
needs_mnist() {
  [[ -n $MNIST ]] || skip "there is no MNIST in \$DIGITNET_MNIST"
}

# needs_platform_calls: skip where the program was built without every call that ISO C lacks: it can't tell a folder then.
needs_platform_calls() {
  [[ ${DIGITNET_ISO_PLATFORM:-OFF} == OFF ]] || skip "this build has no call that ISO C lacks"
}

# skip_part WHY: leave a part of this case out, loudly.
skip_part() {
  echo "$*" >>"$SKIPPED_PARTS"
}

# attempt ARGUMENT...: run digitnet and print what it did: the command, its output, its errors and its exit code.
attempt() {
  local code
  printf '$ digitnet %s\n' "$*"
  digitnet "$@" >"$TMP/.out" 2>"$TMP/.err"
  code=$?
  sed 's/^/out: /' "$TMP/.out"
  sed 's/^/err: /' "$TMP/.err"
  rm -f "$TMP/.out" "$TMP/.err"
  echo "exit $code"
}

# left_beside FILE: the files that are written first and should be gone, with a mark; nothing where there are none.
left_beside() {
  local folder=. name=${1##*/} left
  [[ $1 != */* ]] || folder=${1%/*}
  for left in "$folder/.$name".digitnet-*; do
    [[ ! -e $left ]] || echo "LEFT BEHIND: $left"
  done
}

# unchanged FILE COMMAND...: run the command and complain if it changed the file, or left one half written.
unchanged() {
  local file=$1 before
  shift
  before=$(sha256sum <"$file")
  "$@"
  [[ $(sha256sum <"$file") == "$before" ]] || echo "CHANGED: $file"
  left_beside "$file"
}

# limit_memory KILOBYTES: no more address space than that from here on; not under a sanitizer, which needs more.
limit_memory() {
  if [[ ${DIGITNET_SANITIZE:-} =~ address|thread|memory ]]; then
    skip_part "the $DIGITNET_SANITIZE sanitizer needs more memory than $1 kB"
  else
    ulimit -v "$1"
  fi
}

# check_json: fail loudly unless standard input has lines, and each is a JSON object.
check_json() {
  if command -v python3 >/dev/null; then
    python3 -c 'import json, sys
lines = sys.stdin.readlines()
assert lines
for line in lines:
    assert isinstance(json.loads(line), dict)'
  else
    cat >/dev/null
    skip_part "there is no python3 to check JSON with"
  fi
}

# pgm WIDTH HEIGHT MAXVAL: a P5 header.
pgm() {
  printf 'P5\n%s %s\n%s\n' "$@"
}

# archive JSON FILE: a safetensors file with that header; the elements come from standard input.
archive() {
  local length=${#1}
  {
    bytes "$(printf %02x $((length & 255)))" "$(printf %02x $((length >> 8)))" 00 00 00 00 00 00
    printf '%s' "$1"
    cat
  } >"$2"
}

# interrupted OPTION...: train, with standard error in the file errors, and stop it by SIGINT after its second epoch.
interrupted() {
  local code
  for _ in 1 2 3 4 5; do
    : >errors
    # The program itself, not the function: the signal must reach it.
    in_background "$DIGITNET" train "$@" >/dev/null 2>errors
    until grep -q '^epoch  *2/' errors; do sleep 0.01; done
    kill -INT "$process" 2>/dev/null
    wait "$process"
    code=$?
    [[ $code -eq 0 ]] || break # else it was over before the signal came
  done
  echo "exit $code"
}
