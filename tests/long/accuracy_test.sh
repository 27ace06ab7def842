#!/usr/bin/env bash
# scripts/accuracy.sh on the bundled digits: a line a row, with what it was run with.
# shellcheck source-path=SCRIPTDIR source=../scripts/support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../scripts/support.sh"

accuracy=$root/scripts/accuracy.sh
digits=(--data "$root/data/digits" --program "${DIGITNET:?}")

begin a_row_is_a_line
run 0 "$accuracy" "${digits[@]}" --seeds 3 fast default
number='[0-9]+\.[0-9]+ \([0-9.]+-[0-9.]+\)'
grep -qE "^\| \`digitnet train --preset fast\` \| 3 \| $number \| $number \| ([0-9]+ \([0-9-]+\)|-) \|$" output || { cat output && fail "no line of fast"; }
grep -qE "^\| \`digitnet train\` \| 3 \| $number \|" output || { cat output && fail "no line of the defaults"; }

begin the_median_is_the_middle_one
errors=$(for seed in 1 2 3; do
  "$DIGITNET" train --data "$root/data/digits" --preset fast --seed $seed --json --quiet --output model | sed -E 's/.*"test_errors":([0-9]+).*/\1/'
done | sort -g | sed -n 2p)
run 0 "$accuracy" "${digits[@]}" --seeds 3 fast
says "| 3 | $(awk -v errors="$errors" 'BEGIN { printf "%.2f", 100 * errors / 359 }') ("

begin wrong_usage_is_refused
run 2 "$accuracy" slow
says "there is no such row"
run 2 "$accuracy" --seeds
says "needs a value"
run 2 "$accuracy" --seeds none
says "give a number"
run 2 "$accuracy" --program "$work/none" fast
says "build digitnet first"
run 0 "$accuracy" --help
says "--seeds N"
