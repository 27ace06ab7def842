#!/usr/bin/env bash
# What scripts/sweep.sh is worth: scripts/sweep/measure.sh [--trainings N] [--rounds N] [OPTION OF digitnet train...]
#
#   --trainings N  so many, with the seeds 1 to N [40]
#   --rounds N     measure everything so often, in turn; the medians are shown [3]
#
# Trains the same in a shell loop (with all threads, and with one), in as many loops at once as there are processors, and by sweep.sh;
# and measures what a training costs beside its learning. Prints tables in Markdown: what was measured, and what follows from it for more
# processors: 20 trainings for each, and then one more, since the last may begin when the others end; or the time in which GNU parallel
# starts them all, if that is longer. Without options it trains with `--preset fast --epochs 1` on $DIGITNET_DATA, else data/mnist, else
# data/digits. digitnet is $DIGITNET, else build/digitnet.
set -euo pipefail
export LC_ALL=C

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
export DIGITNET=${DIGITNET:-$root/build/digitnet}
export DIGITNET_DATA=${DIGITNET_DATA:-$root/data/mnist}
[[ -d $DIGITNET_DATA ]] || DIGITNET_DATA=$root/data/digits
trainings=40
rounds=3
processors=$(getconf _NPROCESSORS_ONLN)
while [[ ${1:-} == --trainings || ${1:-} == --rounds || ${1:-} == --help ]]; do
  if [[ $1 == --help ]]; then
    sed -n '2,/^set/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
    exit
  fi
  [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || { echo "measure.sh: $1: give a number" >&2 && exit 2; }
  printf -v "${1#--}" %s "$2"
  shift 2
done
[[ $# -gt 0 ]] || set -- --preset fast --epochs 1
settings=("$@")
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

# loop FIRST STEP OPTION...: train with every STEP-th seed; the summaries go to $work/summaries.
loop() {
  local seed first=$1 step=$2
  shift 2
  for ((seed = first; seed <= trainings; seed += step)); do
    "$DIGITNET" train "${settings[@]}" --seed "$seed" "$@" --json --quiet --output "$work/loop-$seed" --log "$work/log-$seed" \
      --checkpoint "$work/checkpoint-$seed" >>"$work/summaries-$first"
  done
}

loops_at_once() {
  local first
  for ((first = 1; first <= processors; first++)); do loop "$first" "$processors" --threads 1 & done
  wait
}

by_sweep() {
  rm -rf "$work/sweep"
  "$root/scripts/sweep.sh" --folder "$work/sweep" "${settings[@]}" --seed "1-$trainings" 2>"$work/errors" || { cat "$work/errors" >&2 && exit 1; }
}

# What the job's own shell takes, on the processor that trains then; and what GNU parallel takes on one processor for each job.
shells() {
  local i
  for ((i = 0; i < 100; i++)); do "$root/scripts/sweep.sh" --job "$work/sweep" 2; done
}

dispatch() {
  seq 200 | parallel --will-cite --jobs "$processors" true
}

data_bytes() {
  local name
  for name in {train,t10k}-images-idx3-ubyte {train,t10k}-labels-idx1-ubyte; do
    cat "$DIGITNET_DATA/$name" 2>/dev/null || cat "$DIGITNET_DATA/$name.gz"
  done | wc -c
}

# timed NAME COMMAND...: its seconds, a line in $work/NAME.seconds, and those of the processors, in $work/NAME.cpu.
timed() {
  local name=$1 real user system TIMEFORMAT='%R %U %S'
  shift
  { time "$@" 2>&3; } 3>&2 2>"$work/time"
  read -r real user system <"$work/time"
  echo "$real" >>"$work/$name.seconds"
  awk -v user="$user" -v system_time="$system" 'BEGIN { print user + system_time }' >>"$work/$name.cpu"
}

median() {
  sort -g "$1" | awk '{ value[NR] = $1 } END { print NR % 2 ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2 }'
}

for ((round = 0; round < rounds; round++)); do
  timed all_threads loop 1 1
  rm -f "$work"/summaries-*
  timed one_thread loop 1 1 --threads 1
  mv "$work/summaries-1" "$work/one_thread.summaries"
  timed at_once loops_at_once
  timed sweep by_sweep
  timed shells shells
  timed dispatch dispatch
done
learning=$(sed -nE 's/.*"seconds":([-+0-9.e]+).*/\1/p' "$work/one_thread.summaries" | awk '{ sum += $1 } END { print sum / NR }')

awk -v n="$trainings" -v processors="$processors" -v options="${settings[*]}" -v all="$(median "$work/all_threads.seconds")" \
  -v one="$(median "$work/one_thread.seconds")" -v at_once="$(median "$work/at_once.seconds")" -v sweep="$(median "$work/sweep.seconds")" \
  -v one_cpu="$(median "$work/one_thread.cpu")" -v all_cpu="$(median "$work/all_threads.cpu")" -v at_once_cpu="$(median "$work/at_once.cpu")" \
  -v sweep_cpu="$(median "$work/sweep.cpu")" -v shell="$(median "$work/shells.seconds")" -v dispatch="$(median "$work/dispatch.seconds")" -v learning="$learning" -v bytes="$(data_bytes)" '
  function row(name, seconds, cpu) {
    printf "| %s | %.1f | %.2f | %.0f %% | %.1f |\n", name, seconds, n / seconds, 100 * at_once / seconds, cpu
  }
  function calculated(cores, count, each, queue, seconds, limit) {
    count = 20 * cores
    each = 21 * (one / n + shell)
    queue = count * dispatch + one / n
    seconds = each > queue ? each : queue
    limit = each > queue ? "the last training" : "GNU parallel, which starts one at a time"
    printf "| %d | %d | %.1f | %.0f %% | %s | %.0f |\n", cores, count, seconds, 100 * 20 * one / n / seconds, limit, count / seconds * bytes / 1e6
  }
  BEGIN {
    shell /= 100
    dispatch /= 200
    printf "%d trainings, `digitnet train %s`, on %d processors:\n\n", n, options, processors
    print "| | seconds | trainings a second | share of the ideal | processor seconds |\n| --- | --- | --- | --- | --- |"
    row("a shell loop", all, all_cpu)
    row("a shell loop, `--threads 1`", one, one_cpu)
    row("`scripts/sweep.sh`", sweep, sweep_cpu)
    row(processors " shell loops at once, `--threads 1`: the ideal", at_once, at_once_cpu)
    printf "\nA training alone: %.3f s, of them start and end %.3f s; the shell around it %.3f s; GNU parallel %.4f s.\n\n", one / n, one / n - learning, shell, dispatch
    print "Calculated, 20 trainings a processor:\n\n| processors | trainings | seconds | share of the ideal | limit | data read, MB/s |\n| --- | --- | --- | --- | --- | --- |"
    calculated(10)
    calculated(100)
    calculated(1000)
    printf "\nGNU parallel keeps up with %.0f processors at this length of a training, and with 1,000 where a training takes %.0f s.\n", one / n / dispatch, 1000 * dispatch
  }'
