# shellcheck shell=bash
# What the snippets of the command-line cases may use. run_cases.sh sources it before each.

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

# small_model [OPTION...]: train for a moment on the bundled digits, into digitnet.safetensors unless options say otherwise.
small_model() {
  digitnet train --data "$DATA/digits" --hidden 16 --epochs 2 --seed 1 --quiet "$@" >/dev/null
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
