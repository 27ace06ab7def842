#!/usr/bin/env bash
# scripts/speedrun.sh on the bundled digits: a row a goal, its median, and what it refuses.
# shellcheck source-path=SCRIPTDIR source=support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/support.sh"

speedrun=$root/scripts/speedrun.sh
usual=(--program "${DIGITNET:?}" --data "$root/data/digits" --limit 64)

begin a_row_is_a_goal
run 0 "$speedrun" "${usual[@]}" --seeds 3 98.0 99.0
[[ $(grep -c '^| 9' output) -eq 2 ]] || fail "$(cat output)"
spread='[0-9.]+ \([0-9.]+-[0-9.]+\)'
grep -qE "^\| 98\.0 \| .digitnet train --preset fast. \| 3 \| $spread \| [0-3] \| $spread \|" output || fail "$(cat output)"
grep -qE "^\| 99\.0 \| .digitnet train. \| 3 \| $spread \|" output || fail "$(cat output)"
sed -nE 's/^\| 98.*\| 3 \| ([0-9.]+) \(([0-9.]+)-([0-9.]+)\).*/\1 \2 \3/p' output | awk '{ exit !(NF == 3 && $2 <= $1 && $1 <= $3) }' ||
  fail "the median is none: $(cat output)"

begin what_makes_no_sense_is_refused
run 2 "$speedrun" "${usual[@]}" 97.0
says "there is no such goal or option"
run 2 "$speedrun" "${usual[@]}" --seeds 0
says "give a number from 1 to 99"
run 2 "$speedrun" --program /nowhere/digitnet
says "build digitnet first"
