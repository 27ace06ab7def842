#!/usr/bin/env bash
# scripts/sweep/measure.sh on the bundled digits: all of it runs and shows both tables. The numbers are not looked at.
# shellcheck source-path=SCRIPTDIR source=../scripts/support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../scripts/support.sh"

measure=$root/scripts/sweep/measure.sh
export DIGITNET DIGITNET_DATA=$root/data/digits
parallel --version 2>/dev/null | grep GNU >/dev/null || skip "GNU parallel is not here"

begin both_tables_are_shown
run 0 "$measure" --trainings 3 --rounds 1 --hidden 8 --epochs 1
# shellcheck disable=SC2016 # a table's code marks
says '3 trainings, `digitnet train --hidden 8 --epochs 1`'
# shellcheck disable=SC2016
[[ $(grep -cE '^\| (a shell loop|`scripts/sweep.sh`|[0-9]+ shell loops).* \| [0-9.]+ \| [0-9.]+ \| [0-9]+ % \| [0-9.]+ \|$' output) -eq 4 ]] || { cat output && fail "not four rows"; }
[[ $(grep -cE '^\| (10|100|1000) \| (200|2000|20000) \| [0-9.]+ \| [0-9]+ % \| [A-Za-z, ]+ \| [0-9]+ \|$' output) -eq 3 ]] || { cat output && fail "not three rows"; }

begin wrong_usage_is_refused
run 2 "$measure" --rounds none
says "--rounds: give a number"
