#!/usr/bin/env bash
# The runner of the command-line cases must pass what is right and fail what is wrong: a small program plays digitnet.
# shellcheck source-path=SCRIPTDIR source=support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/support.sh"

runner=$root/tests/cli/run_cases.sh

# case_files COMMAND [EXIT [STDOUT [STDERR]]]: the case cases/one.
case_files() {
  mkdir -p cases/one
  printf '%s\n' "$1" >cases/one/command
  [[ -z ${2:-} ]] || echo "$2" >cases/one/exit
  [[ -z ${3:-} ]] || printf '%s\n' "$3" >cases/one/stdout
  [[ -z ${4:-} ]] || printf '%s\n' "$4" >cases/one/stderr
}

cases_run() {
  local expected=$1
  shift
  DIGITNET_CASES=$PWD/cases DIGITNET=$work/digitnet run "$expected" "$runner" "$@"
}

cat >"$work/digitnet" <<'EOF'
#!/bin/sh
echo "$*"
echo "digitnet: $PWD/$1: took 1.25 s" >&2
exit 3
EOF
chmod +x "$work/digitnet"

begin a_case_that_fits_passes
case_files 'digitnet a.pgm' 3 'a.pgm' 'digitnet: <TMP>/a.pgm: took * s'
cases_run 0 one
says "passed one"

begin another_exit_code_fails
case_files 'digitnet a.pgm' 1 'a.pgm' 'digitnet: <TMP>/a.pgm: took * s'
cases_run 1 one
says "exit code 3, expected 1"

begin other_output_fails_and_shows_the_difference
case_files 'digitnet a.pgm' 3 'b.pgm' 'digitnet: <TMP>/a.pgm: took * s'
cases_run 1 one
says "-b.pgm"
says "+a.pgm"
says "FAILED one"

begin other_errors_fail
case_files 'digitnet a.pgm' 3 'a.pgm' 'digitnet: <TMP>/a.pgm: took 2* s'
cases_run 1 one

begin output_where_none_is_expected_fails
case_files 'echo more'
cases_run 1 one
says "+more"

begin a_missing_line_fails
case_files 'echo one' '' $'one\ntwo'
cases_run 1 one
says "-two"

begin a_missing_line_feed_fails
case_files 'printf end' '' 'end'
cases_run 1 one
says "<no line feed>"

begin a_broken_snippet_fails_even_where_its_errors_are_expected
case_files 'no-such-tool' 127 '' '*no-such-tool: command not found'
cases_run 1 one
says "the snippet is broken"
rm -rf cases
case_files "awk 'BEGIN { print 1 >= 0 ? 1 : 2 = }'" 2 '' '*'
cases_run 1 one
says "the snippet is broken"

begin a_job_that_writes_among_the_lines_of_the_case_fails
case_files $'echo one &\nwait' '' 'one'
cases_run 1 one
says "a job in the background"
case_files $'echo one >f &\nwait\ncat f &&\n  echo two' '' $'one\ntwo'
cases_run 0 one

begin only_the_star_is_special
case_files "echo 'a[b]?*'" '' 'a[b]?\*'
cases_run 0 one
case_files "echo 'axb'" '' 'a?b'
cases_run 1 one
case_files "echo 'ab'" '' 'a\*b'
cases_run 1 one

begin setup_runs_first_in_the_same_folder
case_files 'cat made' '' 'by setup'
echo 'echo by setup >made; echo not shown' >cases/one/setup
cases_run 0 one

begin a_setup_that_fails_is_told
case_files 'true'
echo 'echo broken; false' >cases/one/setup
cases_run 1 one
says "its setup failed"
says "broken"

begin a_skipped_case_is_told
case_files 'skip no such thing here'
cases_run 77 one
says "SKIPPED: one: no such thing here"

begin all_cases_run_and_one_failure_counts
case_files 'true'
mkdir cases/two
echo 'false' >cases/two/command
cases_run 1
says "1 passed, 1 failed, 0 skipped"

begin update_makes_a_case_pass_and_keeps_stars
case_files 'digitnet "a*"' 1 'old' 'digitnet: * s'
cases_run 0 --update one
cases_run 0 one
[[ $(cat cases/one/exit) == 3 ]] || fail "exit is not updated"
[[ $(cat cases/one/stdout) == 'a\*' ]] || fail "a star of the output is not escaped: $(cat cases/one/stdout)"
[[ $(cat cases/one/stderr) == 'digitnet: * s' ]] || fail "a line that fits was changed"

begin helpers_write_bytes
case_files 'be32 2051 | od -An -tx1; bytes 1f 8b 00 | od -An -tx1; zeros 3 >f; patch f 1 ff; cut_to f 2; od -An -tx1 f' '' \
  $' 00 00 08 03\n 1f 8b 00\n 00 ff'
cases_run 0 one

begin an_unknown_case_fails
mkdir cases
cases_run 1 nowhere
says "nowhere: there is no such case"
