#!/usr/bin/env bash
# Training that is killed at any moment: the model and the checkpoint are whole, the old or the new ones, and resuming ends
# with the same bytes as a run that was left alone.
#
# DIGITNET_KILLS  how often to kill; default 15. DIGITNET_KILL_SEED  chooses the moments; default 1.
# shellcheck source-path=SCRIPTDIR source=../scripts/support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../scripts/support.sh"
# shellcheck source-path=SCRIPTDIR source=../cli/background.sh
source "$root/tests/cli/background.sh"

[[ ${DIGITNET_ISO_PLATFORM:-OFF} == OFF ]] || skip "this build has no call that ISO C lacks: it can't replace a file in one step"

kills=${DIGITNET_KILLS:-15}
random=${DIGITNET_KILL_SEED:-1}
settings=(--data "$root/data/digits" --hidden 32 --epochs 12 --batch-size 20 --momentum 0.9 --average 0.9 --augment shift --seed 5)

# draw LIMIT: a number below it, in $drawn; the same for the same seed.
draw() {
  random=$(((random * 1103515245 + 12345) & 0x7fffffff))
  drawn=$((random / 8 % $1))
}

milliseconds() {
  local now=${EPOCHREALTIME//[!0-9]/}
  echo $((now / 1000))
}

# start: begin training, or go on where the checkpoint stands. Output goes to `output`; $process is its number.
start() {
  local -a from=("${settings[@]}")
  [[ ! -e checkpoint ]] || from=(--resume checkpoint --data "$root/data/digits")
  : >output
  in_background "$DIGITNET" train "${from[@]}" --checkpoint checkpoint --output model >output 2>&1
}

# wait_for_end: until the process has ended, with $code.
wait_for_end() {
  code=0
  wait "$process" 2>/dev/null || code=$?
}

# check_whole FILE: it is missing, or can be read from end to end.
check_whole() {
  [[ ! -e $1 ]] || "$DIGITNET" info "$1" >description 2>&1 || { cat description && fail "$1 is not whole after kill $killed"; }
}

begin reference
[[ -n ${EPOCHREALTIME:-} ]] || skip "this bash has no \$EPOCHREALTIME"
before=$(milliseconds)
start
wait_for_end
[[ $code -eq 0 ]] || { cat output && fail "exit code $code"; }
# Nearly all kills shall hit while it works, also when the machine is less busy later.
span=$((($(milliseconds) - before) * 2 / 3 + 1))
reference=$work/reference/model
"$DIGITNET" train --data "$root/data/digits" --limit 100 --hidden 32 --epochs 1 --quiet --output "$work/old" >/dev/null || fail "no old model"

begin kill
killed=0 finished=0 left=0
cp "$work/old" model
while [[ $killed -lt $kills ]]; do
  start
  draw "$span"
  sleep "$(printf '%d.%03d' $((drawn / 1000)) $((drawn % 1000)))"
  kill -KILL "$process" 2>/dev/null
  wait_for_end
  if [[ $code -eq 137 ]]; then
    killed=$((killed + 1))
    check_whole model
    check_whole checkpoint
    for file in .*.digitnet-*; do # killed between naming and renaming, or where files are named at once
      [[ ! -e $file ]] || { left=$((left + 1)) && rm "$file"; }
    done
    cmp -s model "$work/old" || cmp -s model "$reference" || fail "another model after kill $killed"
    continue
  fi
  [[ $code -eq 0 ]] || { cat output && fail "exit code $code after kill $killed"; }
  cmp -s model "$reference" || fail "resuming ended in another model after kill $killed"
  finished=$((finished + 1))
  ! compgen -G '.*.digitnet-*' || fail "a file was left by a run that ended well"
  rm checkpoint
  cp "$work/old" model
done
start
wait_for_end
[[ $code -eq 0 ]] || { cat output && fail "exit code $code"; }
cmp -s model "$reference" || fail "resuming ended in another model after the last kill"
echo "killed $killed times, which left $left files; $((finished + 1)) runs ended in the same bytes as one that was left alone"

for signal in INT TERM HUP; do
  begin "resume_after_$signal"
  expected=$((128 + $(kill -l "$signal")))
  stopped=0
  for ((epoch = 1; epoch < 12; epoch += 3)); do
    start
    until grep -q "^epoch  *$epoch/" output || ! kill -0 "$process" 2>/dev/null; do sleep 0.01; done
    kill -"$signal" "$process" 2>/dev/null
    wait_for_end
    [[ $code -eq $expected || $code -eq 0 ]] || { cat output && fail "exit code $code, expected $expected"; }
    [[ $code -ne $expected ]] || stopped=$((stopped + 1))
    says "saved: model"
    "$DIGITNET" info checkpoint >description 2>&1 || { cat description && fail "the checkpoint can't be read"; }
  done
  [[ $stopped -ne 0 ]] || fail "the signal stopped none of the runs"
  start
  wait_for_end
  [[ $code -eq 0 ]] || { cat output && fail "exit code $code"; }
  cmp -s model "$reference" || fail "another model than that of a run that was left alone"
done
