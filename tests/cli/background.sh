# shellcheck shell=bash
# For the cases and the test scripts that send signals. Whoever sources it has a function `skip WHY`.

# in_background COMMAND...: run a program beside the shell; its number is $process. Job control, for a moment: without it
# a shell has what it starts by `&` ignore SIGINT, and digitnet leaves ignored what is ignored when it starts.
in_background() {
  [[ -z $(trap -p INT) ]] || skip "this shell was started with SIGINT ignored, and can't start a program without that"
  set -m
  "$@" &
  # shellcheck disable=SC2034 # for the caller
  process=$!
  set +m
}
