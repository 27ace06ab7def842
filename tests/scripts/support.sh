# shellcheck shell=bash
# For the tests of the scripts: a folder of its own, checks that name themselves. Source it first.
set -u

# shellcheck disable=SC2034 # for the test that sources this
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
cd "$work" || exit 1

fail() {
  echo "FAILED ${check:-}: $*"
  exit 1
}

# begin NAME: what the lines from here on are about; in a fresh folder.
begin() {
  check=$1
  mkdir "$work/$check"
  cd "$work/$check" || exit 1
  echo "== $check"
}

# run EXPECTED_CODE COMMAND...: output of both kinds goes to the file `output`.
run() {
  local expected=$1 code=0
  shift
  "$@" >output 2>&1 || code=$?
  if [[ $code -ne $expected ]]; then
    cat output
    fail "exit code $code, expected $expected: $*"
  fi
}

# says TEXT: the last run's output contains the text.
says() {
  grep -qF -- "$1" output || { cat output && fail "the output does not say: $1"; }
}

says_not() {
  ! grep -qF -- "$1" output || { cat output && fail "the output says: $1"; }
}

skip() {
  echo "SKIPPED: $*"
  exit 77
}

# What any system has, and what a script may use without asking for it.
usual_programs="awk basename cat chmod cmp cp cut dirname env expr find getconf grep gzip head id ls mkdir mktemp mv rm
  rmdir sed sh sha256sum shasum sleep sort tail touch tr uname wc which xargs"

# path_with NAME...: a folder to be the only one in PATH: it has the usual programs and those named, as far as they are here.
path_with() {
  local folder=$work/path-$check
  mkdir "$folder"
  # shellcheck disable=SC2046,SC2086 # words
  ln -s $(type -P $usual_programs "$@") "$folder/"
  echo "$folder"
}

# stand_in NAME: a program of that name in the folder $machine_path; its text is read.
machine_path=
stand_in() {
  cat >"$work/stand-in" && chmod +x "$work/stand-in" && mv -f "$work/stand-in" "$machine_path/$1"
}
