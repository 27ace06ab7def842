#!/bin/sh
# Fetch MNIST's four files: scripts/fetch_mnist.sh [DIR]   (default: data/mnist of this project)
#
# A file that is already right is left alone, a wrong one is replaced, a partial download is resumed. Each file
# is loaded into NAME.part, proved by the SHA-256 of its unpacked bytes, and only then takes its name.
#
# DIGITNET_MNIST_URL  other places to load from: base URLs with blanks between them; file:// works too
#
# Exit code 0 when all four are there and right, else 1. Without a network that is said within some 10 seconds.
# shellcheck disable=SC2086 # lists are words with blanks between them, split on purpose
set -eu

mirrors=${DIGITNET_MNIST_URL:-https://ossci-datasets.s3.amazonaws.com/mnist https://storage.googleapis.com/cvdf-datasets/mnist}
connect_seconds=5
stall_seconds=20

say() {
  echo "fetch_mnist.sh: $*" >&2
}

fail() {
  say "$*"
  exit 1
}

have() {
  command -v "$1" >/dev/null 2>&1
}

sha256() {
  if have sha256sum; then
    sha256sum | cut -d ' ' -f 1
  else
    shasum -a 256 | cut -d ' ' -f 1
  fi
}

# is_right FILE SUM: does the file unpack to the bytes that SUM names?
is_right() {
  [ -f "$1" ] && [ "$(gzip -dc <"$1" 2>/dev/null | sha256)" = "$2" ]
}

size() {
  if [ -f "$1" ]; then
    wc -c <"$1" | tr -d ' '
  else
    echo 0
  fi
}

# load URL PART: get the URL, going on behind the bytes that PART already holds.
# 0: all came; 1: the network failed, what came is kept; 2: the server refuses (no such file, or no such offset).
load() {
  status=0
  if have curl; then
    curl --fail --silent --location --connect-timeout "$connect_seconds" \
      --speed-limit 1000 --speed-time "$stall_seconds" --continue-at - --output "$2" "$1" || status=$?
    case $status in
      0) return 0 ;;
      22 | 33 | 36) return 2 ;; # an HTTP error, no ranges, a bad offset
      *) return 1 ;;
    esac
  fi
  case $1 in
    file://*) cp "${1#file://}" "$2" 2>/dev/null || return 2 ;;
    *) wget -q -c -T "$stall_seconds" $wget_options -O "$2" "$1" || status=$? ;;
  esac
  case $status in
    0) return 0 ;;
    8) return 2 ;; # an HTTP error
    *) return 1 ;;
  esac
}

# try URL PART SUM: load; where going on behind an old part comes out wrong, once more from the start.
try() {
  old=$(size "$2")
  [ "$old" -eq 0 ] || say "going on at byte $old of $1"
  result=0
  load "$1" "$2" || result=$?
  ! is_right "$2" "$3" || return 0
  [ "$result" -ne 1 ] || return 1
  rm -f "$2"
  if [ "$old" -gt 0 ]; then
    try "$@"
  else
    [ "$result" -ne 0 ] || say "$1: the SHA-256 of what came is wrong"
    return 1
  fi
}

# fetch NAME SUM: from the first mirror that delivers; one that did not is asked last from then on.
fetch() {
  target=$folder/$1.gz
  part=$target.part
  if is_right "$target" "$2"; then
    say "$target is there already"
    return 0
  fi
  for mirror in $mirrors; do
    say "loading ${mirror%/}/$1.gz"
    if is_right "$part" "$2" || try "${mirror%/}/$1.gz" "$part" "$2"; then
      mv -f "$part" "$target"
      return 0
    fi
    mirrors="${mirrors#"$mirror"} $mirror"
    mirrors=${mirrors# }
  done
  return 1
}

folder=${1:-$(dirname -- "$0")/../data/mnist}
have curl || have wget || fail "neither curl nor wget is here: install one of them"
have sha256sum || have shasum || fail "neither sha256sum nor shasum is here: install one of them"
have gzip || fail "gzip is not here: install it"
wget_options=
if ! have curl && wget --version >/dev/null 2>&1; then
  wget_options="--tries=1 --connect-timeout=$connect_seconds --dns-timeout=$connect_seconds" # busybox has none of them
fi
mkdir -p "$folder" || fail "$folder: the folder can't be made"

while read -r name sum; do
  fetch "$name" "$sum" && continue
  rmdir "$folder" 2>/dev/null || true
  fail "$name: none of the mirrors delivered it: is there a network?"
done <<EOF
train-labels-idx1-ubyte 65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5
t10k-labels-idx1-ubyte ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2
t10k-images-idx3-ubyte 0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7
train-images-idx3-ubyte ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db
EOF
