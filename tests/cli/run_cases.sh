#!/usr/bin/env bash
# Run command-line cases: tests/cli/run_cases.sh [--update] [NAME...]   (default: all cases)
#
# A case is a folder cases/NAME with
#
#     command   a shell snippet, run by bash in a fresh folder, without standard input
#     setup     optional: what to prepare there before; its output is shown only where it fails
#     exit      the expected exit code of command; missing: 0
#     stdout    the expected output; missing: none
#     stderr    the same for standard error
#
# Both snippets have $TMP (the fresh folder, and the current one), $DIGITNET (the program), $DATA (data/ of the sources),
# $MNIST (the folder of the real MNIST, or empty) and the functions of helpers.sh, the first of them `digitnet`.
#
# Before output is compared, the values of $TMP, $DIGITNET, $DATA and $MNIST become <TMP>, <DIGITNET>, <DATA> and <MNIST>,
# and a last line without a line feed gets the mark <no line feed>. In an expected line `*` stands for any
# characters (times, say); `\*` and `\\` stand for themselves.
#
# --update rewrites exit, stdout and stderr from what happens; expected lines that fit, with their `*`, are kept. Two things fail a case, whatever
# is expected: an error of the shell or of awk in the snippet, and a job in the background (a line that ends in a lone &) with its output not redirected on
# that line: its lines would come among the case's own in any order.
# --list prints the names.
#
# Environment: DIGITNET, the program (needed); DIGITNET_MNIST, the folder of the real MNIST (may be missing);
# DIGITNET_CASES, another folder of cases; DIGITNET_ISO_PLATFORM and DIGITNET_SANITIZE, as the program was built. A case whose command
# exits with 77 is skipped, with what it wrote.
# Exit code: 0, or 1 when a case failed, or 77 when the only case was skipped.
set -u

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
cases=${DIGITNET_CASES:-$here/cases}
seconds=120
skipped_code=77

fail() {
  echo "run_cases.sh: $*" >&2
  exit 1
}

# Replace what differs from machine to machine, and mark a missing line feed.
normalise() {
  local text
  IFS= read -r -d '' text <"$1"
  [[ -z $text || $text == *$'\n' ]] || text+=$'<no line feed>\n'
  text=${text//"$TMP"/<TMP>}
  text=${text//"$DIGITNET"/<DIGITNET>}
  text=${text//"$DATA"/<DATA>}
  [[ -z $MNIST ]] || text=${text//"$MNIST"/<MNIST>}
  printf '%s' "$text"
}

# fits LINE EXPECTED: does the line fit the expected one, with its stars?
fits() {
  local line=$1 expected=$2 pattern='' character
  [[ $line != "$expected" ]] || return 0
  [[ $expected == *[*\\]* ]] || return 1
  while [[ -n $expected ]]; do
    character=${expected:0:1}
    case $character in
      '*') pattern+='*' ;;
      \\) expected=${expected:1} && pattern+="\\${expected:0:1}" ;;
      [[:alnum:][:space:]]) pattern+=$character ;;
      *) pattern+="\\$character" ;;
    esac
    expected=${expected:1}
  done
  # shellcheck disable=SC2053 # a pattern
  [[ $line == $pattern ]]
}

# compare NAME STREAM FOUND: print what differs; 1 when something does.
compare() {
  local expected_file=$cases/$1/$2 found_file=$3 place
  local -a expected=() found=()
  [[ ! -e $expected_file ]] || mapfile -t expected <"$expected_file"
  mapfile -t found <"$found_file"
  for place in "${!expected[@]}"; do
    if [[ $place -lt ${#found[@]} ]] && fits "${found[place]}" "${expected[place]}"; then
      expected[place]=${found[place]}
    fi
  done
  diff -u --label "expected $2" --label "found $2" \
    <([[ ${#expected[@]} -eq 0 ]] || printf '%s\n' "${expected[@]}") \
    <([[ ${#found[@]} -eq 0 ]] || printf '%s\n' "${found[@]}")
}

# update NAME STREAM FOUND: the new expectation; lines that fit stay as they are.
update() {
  local expected_file=$cases/$1/$2 place line
  local -a expected=() found=()
  [[ ! -e $expected_file ]] || mapfile -t expected <"$expected_file"
  mapfile -t found <"$3"
  rm -f -- "$expected_file"
  for place in "${!found[@]}"; do
    line=${found[place]}
    if [[ $place -lt ${#expected[@]} ]] && fits "$line" "${expected[place]}"; then
      line=${expected[place]}
    else
      line=${line//\\/\\\\}
      line=${line//\*/\\*}
    fi
    printf '%s\n' "$line" >>"$expected_file"
  done
}

# run_snippet FILE: in the fresh folder, with the helpers, a clean environment and a limit of time.
run_snippet() {
  (
    cd "$TMP" || exit 1
    unset DIGITNET_DATA NO_COLOR COLUMNS
    export TMP DIGITNET DATA MNIST SKIPPED_PARTS LC_ALL=C TERM=dumb
    # shellcheck disable=SC2016 # expanded by that shell
    exec timeout "$seconds" bash -c 'source "$1" && source "$2"' "${1##*/}" "$here/helpers.sh" "$1" </dev/null
  )
}

# run_case NAME: 0 passed, 1 failed, 77 skipped.
run_case() {
  local name=$1 code expected_code=0 result=0 work
  [[ -f $cases/$name/command ]] || fail "$name: there is no such case in $cases"
  work=$(mktemp -d)
  mkdir "$work/run"
  TMP=$(cd "$work/run" && pwd -P)
  SKIPPED_PARTS=$work/skipped
  if [[ -e $cases/$name/setup ]] && ! run_snippet "$cases/$name/setup" >"$work/setup" 2>&1; then
    cat "$work/setup"
    echo "FAILED $name: its setup failed"
    rm -rf -- "$work"
    return 1
  fi
  run_snippet "$cases/$name/command" >"$work/stdout.raw" 2>"$work/stderr.raw"
  code=$?
  if [[ $code -eq $skipped_code ]]; then
    echo "SKIPPED: $name: $(cat "$work/stdout.raw" "$work/stderr.raw")"
    rm -rf -- "$work"
    return "$skipped_code"
  fi
  normalise "$work/stdout.raw" >"$work/stdout"
  normalise "$work/stderr.raw" >"$work/stderr"
  if [[ $updating == yes ]]; then
    update "$name" stdout "$work/stdout"
    update "$name" stderr "$work/stderr"
    rm -f -- "$cases/$name/exit"
    [[ $code -eq 0 ]] || echo "$code" >"$cases/$name/exit"
  fi
  [[ ! -e $cases/$name/exit ]] || read -r expected_code <"$cases/$name/exit"
  compare "$name" stdout "$work/stdout" || result=1
  compare "$name" stderr "$work/stderr" || result=1
  if grep -E ' (syntax error|command not found)' "$work/stderr"; then
    echo "the snippet is broken, whatever is expected"
    result=1
  fi
  if grep -nE '(^|[^&])&$' "$cases/$name/command" | grep -v '>'; then
    echo "a job in the background writes among the lines of the case, in any order: send its output to a file, and show that after wait"
    result=1
  fi
  if [[ $code -ne $expected_code ]]; then
    echo "exit code $code, expected $expected_code"
    [[ $code -ne 124 ]] || echo "(124: it was stopped after $seconds seconds)"
    result=1
  fi
  [[ ! -e $SKIPPED_PARTS ]] || sed "s/^/SKIPPED: a part of $name: /" "$SKIPPED_PARTS"
  if [[ $result -eq 0 ]]; then echo "passed $name"; else echo "FAILED $name"; fi
  rm -rf -- "$work"
  return "$result"
}

updating=no
names=()
for argument in "$@"; do
  case $argument in
    --update) updating=yes ;;
    --list) exec ls "$cases" ;;
    -*) fail "$argument: no such option: see the head of this file" ;;
    *) names+=("${argument%/}") ;;
  esac
done
[[ -n ${DIGITNET:-} ]] || fail "DIGITNET must name the program"
[[ -x $DIGITNET ]] || fail "$DIGITNET: not a program"
DIGITNET=$(cd -- "$(dirname -- "$DIGITNET")" && pwd)/${DIGITNET##*/}
DATA=$(cd -- "$here/../../data" && pwd)
MNIST=${DIGITNET_MNIST:-}
[[ -e $MNIST/train-images-idx3-ubyte.gz ]] || MNIST=
[[ -z $MNIST ]] || MNIST=$(cd -- "$MNIST" && pwd)
if [[ ${#names[@]} -eq 0 ]]; then
  for folder in "$cases"/*/; do
    folder=${folder%/}
    names+=("${folder##*/}")
  done
fi

passed=0 failed=0 skipped=0
for name in "${names[@]}"; do
  run_case "$name"
  case $? in
    0) passed=$((passed + 1)) ;;
    "$skipped_code") skipped=$((skipped + 1)) ;;
    *) failed=$((failed + 1)) ;;
  esac
done
[[ ${#names[@]} -eq 1 ]] || echo "$passed passed, $failed failed, $skipped skipped"
[[ $failed -eq 0 ]] || exit 1
[[ $skipped -eq 0 || ${#names[@]} -ne 1 ]] || exit "$skipped_code"
