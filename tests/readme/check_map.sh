#!/usr/bin/env bash
# Is all that README names still there? tests/readme/check_map.sh [README [SOURCE_FOLDER]]
#
# - The table of the book's ideas: a row is | number | idea | `file` `name` | `command or test` |. There are 33, in order. The file
#   defines the name, and the command's program, or the test, reaches it (unused_names.awk).
# - Everywhere: a file between backquotes exists, and a command takes its options.
set -u

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
root=$(cd -- "${2:-$here/../..}" && pwd)
: "${DIGITNET:?names the program}"
readme=${1:-$root/README.md}
readme=$(cd -- "$(dirname -- "$readme")" && pwd)/${readme##*/}
ideas=33
program=src/cli/main.c
failed=0
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
cd "$root" || exit 1

complain() {
  echo "check_map.sh: $*" >&2
  failed=1
}

# help_of COMMAND: a file with the command's help; only the first time is it asked for.
help_of() {
  [[ -e $work/help-$1 ]] || "$DIGITNET" "$1" --help >"$work/help-$1" 2>/dev/null || : >"$work/help-$1"
  echo "$work/help-$1"
}

# check_command WORD...: digitnet has the command, and its help lists each option.
check_command() {
  local command=$1 word
  shift
  [[ $command != --* ]] || return 0
  [[ -s $(help_of "$command") ]] || complain "digitnet has no command $command"
  for word in "$@"; do
    word=${word%%=*}
    [[ $word != --?* || $word == --help ]] || grep -q -- "^  $word\( \|$\)" "$(help_of "$command")" ||
      complain "digitnet $command has no option $word"
  done
}

# check_span WORD...: what stands between backquotes.
check_span() {
  local word
  [[ $1 != digitnet || $# -eq 1 ]] || check_command "${@:2}"
  for word in "$@"; do
    [[ ! $word =~ ^(src|include|tests|scripts|data)/[A-Za-z0-9_./-]+$ || $word == data/mnist* || -e $word ]] ||
      complain "there is no $word"
  done
}

spans=0
# shellcheck disable=SC2016 # backquotes
while read -r -a words; do
  spans=$((spans + 1))
  check_span "${words[@]}"
done < <(awk '/^```/ { inside = !inside } !inside' "$readme" | grep -o '`[^`][^`]*`' | tr -d '`')
[[ $spans -ne 0 ]] || complain "$readme: there is nothing between backquotes"

row=0
sources=()
while IFS='|' read -r _ number _ place shown _; do
  row=$((row + 1))
  read -r file name <<<"${place//\`/}"
  read -ra words <<<"${shown//\`/}"
  [[ ${number// /} == "$row" ]] || complain "row $row: it has the number $number"
  case ${words[0]} in
    digitnet) words[0]=$program ;;
    *.c) sources+=("${words[0]}") ;;
    *) complain "row $row: ${words[0]} is no command and no test" ;;
  esac
  echo "$row $file $name ${words[0]}" >>"$work/rows"
done < <(grep -E '^\| [0-9]+ \|' "$readme")
if [[ $row -ne $ideas ]]; then
  complain "there are $row rows, $ideas expected"
else
  mapfile -t sources < <({ printf '%s\n' "${sources[@]}" && find src include tests/support -name '*.[ch]'; } | sort -u)
  awk -f "$here/unused_names.awk" "$work/rows" "${sources[@]}" >"$work/unused" || complain "the sources can't be read"
  while read -r line; do
    complain "$line"
  done <"$work/unused"
fi
exit "$failed"
