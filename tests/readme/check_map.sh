#!/usr/bin/env bash
# Does everything that README's table of the book's ideas names still exist? tests/readme/check_map.sh [README]
#
# A row is | number | idea | `file` `name` | `command or test` |: the file is there, the name stands in it, the command takes
# its options, the test is there. There are 33 ideas, in order.
set -u

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
readme=${1:-$root/README.md}
ideas=33
failed=0

complain() {
  echo "check_map.sh: row $1: $2" >&2
  failed=1
}

# check_command ROW WORD...: each option is one that the command's help lists.
check_command() {
  local row=$1 command=$3 help word
  shift 3
  help=$("$DIGITNET" "$command" --help) || {
    complain "$row" "digitnet has no command $command"
    return
  }
  for word in "$@"; do
    [[ $word != --* ]] || grep -q -- "^  $word " <<<"$help" || complain "$row" "digitnet $command has no option $word"
    [[ $word != data/* ]] || [[ -e $root/$word ]] || complain "$row" "there is no $word"
  done
}

row=0
while IFS='|' read -r _ number _ place shown _; do
  row=$((row + 1))
  read -r file name <<<"${place//\`/}"
  shown=${shown//\`/}
  read -ra words <<<"$shown"
  [[ ${number// /} == "$row" ]] || complain "$row" "it has the number $number"
  [[ -f $root/$file ]] || complain "$row" "there is no $file"
  grep -qw -- "$name" "$root/$file" || complain "$row" "$file does not have $name"
  if [[ ${words[0]} == digitnet ]]; then
    check_command "$row" "${words[@]}"
  else
    [[ -f $root/${words[0]} ]] || complain "$row" "there is no ${words[0]}"
  fi
done < <(grep -E '^\| [0-9]+ \|' "$readme")
[[ $row -eq $ideas ]] || complain "$row" "there are $row rows, $ideas expected"
exit "$failed"
