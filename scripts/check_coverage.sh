#!/bin/sh
# How much of src/ the tests reach: scripts/check_coverage.sh BUILD [SOURCE_FOLDER]
#
# BUILD is a folder that was built with gcc's --coverage, and whose tests have run. Prints the totals, and of which ten files
# the tests leave the most branches untaken. Exits with 1 where less is reached than wanted.
set -eu

least_lines=97
least_branches=90

build=$(CDPATH='' cd -- "$1" && pwd)
CDPATH='' cd -- "${2:-$(dirname -- "$0")/..}"
result=0
# gcov computes some counts as differences: where threads lost counts they are below 0, and gcovr takes them for errors.
report=$(gcovr --gcov-ignore-parse-errors --filter src/ --csv - --print-summary \
  --fail-under-line $least_lines --fail-under-branch $least_branches "$build") || result=1

echo "left by the tests:"
echo "$report" | awk -F, 'NR > 1 && $5 > $6 { printf "%4d of %4d branches, %3d of %4d lines  %s\n", $5 - $6, $5, $2 - $3, $2, $1 }' |
  sort -rn | head -n 10
echo "$report" | grep -v ,
echo "wanted: lines: $least_lines%, branches: $least_branches%"
exit $result
