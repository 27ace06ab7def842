#!/usr/bin/env bash
# A disk that fills up, and an output that is closed or full: it is told, and what was there before stays whole.
# shellcheck source-path=SCRIPTDIR source=../scripts/support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../scripts/support.sh"

[[ ${DIGITNET_ISO_PLATFORM:-OFF} == OFF ]] || skip "this build has no call that ISO C lacks: it can't replace a file in one step"

digits=$root/data/digits
sample=$root/data/samples/8-plain.pgm

# train OPTION...: a small run into the current folder.
train() {
  "$DIGITNET" train --data "$digits" --hidden 8 --limit 200 --batch-size 50 --threads 1 "$@"
}

# limited KILOBYTES COMMAND...: no file may grow beyond that; output of both kinds goes to the file `output`. The signal that the
# system sends then is not ignored here: the program sees to it.
limited() {
  local kilobytes=$1 result
  shift
  (
    ulimit -f "$kilobytes"
    exec "$@"
  ) 2>&1 | cat >output
  result=${PIPESTATUS[0]}
  return "$result"
}

# told_in_one_line FILE: the last line of `output`, and no other, is an error about the file.
told_in_one_line() {
  [[ $(grep -c '^digitnet: ' output) -eq 1 && $(tail -n 1 output) == "digitnet: $1: "* ]] ||
    { cat output && fail "not one line about $1 at the end"; }
}

# nothing_left FILE...: none that is written first is left beside them.
nothing_left() {
  local file
  for file in "$@"; do
    ! compgen -G ".$file.digitnet-*" || fail "a file was left beside $file${kilobytes:+ with room for $kilobytes KiB}"
  done
}

begin a_disk_that_is_full_keeps_the_old_model
(trap '' XFSZ && ulimit -f 1) 2>/dev/null || skip "this system has no limit on the size of files"
train --quiet --epochs 1 --seed 1 --output old >/dev/null || fail "no model to begin with"
train --quiet --epochs 1 --seed 2 --output new >/dev/null || fail "no model to compare with"
largest=$(($(wc -c <new) / 1024))
for ((kilobytes = 0; kilobytes <= largest + 1; kilobytes += 3)); do
  cp old model
  if limited "$kilobytes" "$DIGITNET" train --data "$digits" --hidden 8 --limit 200 --batch-size 50 --threads 1 \
    --epochs 1 --seed 2 --output model; then
    [[ $kilobytes -ge $largest ]] || fail "exit code 0 with room for $kilobytes KiB"
    cmp -s model new || fail "another model with room for $kilobytes KiB"
  else
    cmp -s model old || fail "the old model was changed with room for $kilobytes KiB"
    told_in_one_line model
  fi
  nothing_left model
done

begin a_log_that_no_longer_fits_is_told
for kilobytes in 0 1; do
  rm -f model
  # The model goes to a pipe, which has no size.
  limited "$kilobytes" "$DIGITNET" train --data "$digits" --hidden 8 --limit 200 --batch-size 50 --threads 1 \
    --epochs 20 --quiet --log log --output >(cat >model) && fail "exit code 0 with a log of $kilobytes KiB"
  told_in_one_line log
done

begin a_checkpoint_that_no_longer_fits_ends_training
limited 40 "$DIGITNET" train --data "$digits" --hidden 8 --limit 200 --batch-size 50 --threads 1 --epochs 3 \
  --momentum 0.9 --checkpoint checkpoint --output model && fail "exit code 0"
told_in_one_line checkpoint
grep -q '^epoch  *1/' output || fail "no first epoch"
! grep -q '^epoch  *2/' output || fail "it went on without its checkpoint"
"$DIGITNET" info model >/dev/null || fail "the model was not saved"
[[ ! -e checkpoint ]] || fail "half a checkpoint was left behind"
kilobytes='' nothing_left checkpoint model

begin results_that_no_longer_fit_are_told
# shellcheck disable=SC2016 # expanded by that shell
limited 0 bash -c '"$DIGITNET" --help >results' && fail "exit code 0"
told_in_one_line "standard output"

# Each command with standard output closed, and on a full device.
begin results_that_do_not_arrive_are_told
train --quiet --epochs 1 --output model >/dev/null || fail "no model"
commands=("evaluate --data $digits --model model" "evaluate --json --data $digits --model model"
  "predict --quiet --model model $sample" "predict --quiet --json --model model $sample" "info model" "info --json model"
  "show --count 1 $digits/t10k-images-idx3-ubyte" "show $sample" "--version" "--help" "train --help"
  "train --data $digits --limit 100 --epochs 1 --output other" "train --data $digits --limit 100 --epochs 1 --json --output other")
for command in "${commands[@]}"; do
  read -r -a words <<<"$command"
  code=0
  "$DIGITNET" "${words[@]}" >&- 2>output || code=$?
  [[ $code -eq 1 ]] || fail "exit code $code with a closed output: $command"
  told_in_one_line "standard output"
  [[ -c /dev/full ]] || continue
  code=0
  "$DIGITNET" "${words[@]}" >/dev/full 2>output || code=$?
  [[ $code -eq 1 ]] || fail "exit code $code with a full output: $command"
  told_in_one_line "standard output"
done
"$DIGITNET" info other >/dev/null || fail "the model was not saved"
[[ -c /dev/full ]] || echo "SKIPPED: /dev/full is no device here"

# What can't be said on standard error can't be told; the work is done all the same.
begin without_standard_error_the_work_is_done
train --epochs 1 --output model 2>&- >output || fail "exit code $?"
"$DIGITNET" info model >/dev/null || fail "no model"
"$DIGITNET" predict --model model "$sample" missing.pgm 2>&- >output && fail "exit code 0"
grep -q "^$sample" output || fail "no answer"
"$DIGITNET" predict --model model - <&- >output 2>&1 && fail "exit code 0 without standard input"
says "standard input"
