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

# path_without NAME...: a folder with every program of this machine except these, to be the only one in PATH.
path_without() {
  local folder excluded
  mkdir "$work/path-$check"
  local -a folders
  IFS=: read -r -a folders <<<"$PATH"
  for folder in "${folders[@]}"; do
    [[ $folder == "$work"* ]] || find "$folder/" -maxdepth 1 ! -type d -exec ln -s -t "$work/path-$check" {} + 2>/dev/null
  done
  for excluded in "$@"; do
    rm -f -- "$work/path-$check/$excluded"
  done
  echo "$work/path-$check"
}
