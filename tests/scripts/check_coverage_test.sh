#!/usr/bin/env bash
# scripts/check_coverage.sh must count what a small program reaches, and refuse too little of it.
# shellcheck source-path=SCRIPTDIR source=support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/support.sh"

command -v gcovr >/dev/null || skip "gcovr is not here"

# program CONDITION: built in the folder build, and run. The condition decides about 1 of its 50 lines.
program() {
  mkdir src build
  {
    echo "int main(int count, char **arguments)"
    echo "{"
    echo "    (void)arguments;"
    for line in {1..46}; do echo "    count += $line;"; done
    echo "    if ($1)"
    echo "        count++;"
    echo "    return count == 0;"
    echo "}"
  } >src/main.c
  (cd build && cc -O0 --coverage -o program ../src/main.c && ./program) || fail "no program with counts"
}

begin what_is_reached_passes
program "count > 0"
sed 's/^least_branches=.*/least_branches=50/' "$root/scripts/check_coverage.sh" >half.sh
run 0 sh half.sh build .
says "lines: 100.0% (50 out of 50)"
says "1 of    2 branches,   0 of   50 lines  src/main.c"

begin too_few_branches_fail
program "count > 0"
run 1 "$root/scripts/check_coverage.sh" build .
says "branches: 50.0% (1 out of 2)"

begin too_few_lines_fail
program "count < 0"
sed 's/^least_branches=.*/least_branches=50/; s/^least_lines=.*/least_lines=99/' "$root/scripts/check_coverage.sh" >half.sh
run 1 sh half.sh build .
says "lines: 98.0% (49 out of 50)"

begin nothing_counted_is_no_success
mkdir src build
run 1 "$root/scripts/check_coverage.sh" build .
