#!/usr/bin/env bash
# scripts/sweep.sh on the bundled digits, by GNU parallel; sbatch and ssh are stand-ins here, tests/long/slurm_test.sh has a real Slurm.
# shellcheck source-path=SCRIPTDIR source=support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/support.sh"
# shellcheck source=../cli/background.sh
source "$root/tests/cli/background.sh"

sweep=$root/scripts/sweep.sh
export DIGITNET DIGITNET_DATA=$root/data/digits
export HOME=$work # no settings of a user, and no "will cite" of theirs
tiny=(--epochs 2 --hidden 8 --limit 300)
long=(--epochs 80 --hidden 128 --lr 0.05)

# names: the trainings that the printed commands in `commands` are for.
names() {
  sed -E "s/.* --output '?[^ ]*\/([^ ']*)'?\.safetensors .*/\1/" commands
}

# prints COUNT OPTION...: --print into `commands` gives so many lines.
prints() {
  local count=$1
  shift
  "$sweep" --print "$@" >commands 2>output || fail "--print $*: $(cat output)"
  [[ $(wc -l <commands) -eq $count ]] || { cat commands && fail "not $count commands: $*"; }
}

# same_model NAME FOLDER OPTION...: it has the bytes of an undisturbed training.
same_model() {
  local model=$2/$1.safetensors
  shift 2
  "$DIGITNET" train "$@" --quiet --output undisturbed.safetensors >/dev/null
  cmp -s undisturbed.safetensors "$model" || fail "$model differs from an undisturbed training"
}

# field KEY: a number or a text of the JSON object on standard input.
field() {
  sed -nE "s/.*\"$1\":\"?([-+0-9.e]+).*/\1/p"
}

begin a_command_is_printed_for_each_combination
prints 40 --hidden 128,512 --lr 0.05,0.1,0.2,0.4 --seed 1-5
[[ $(names | sort -u | wc -l) -eq 40 ]] || fail "names are not different"
grep -qF " train --hidden 512 --lr 0.1 --seed 3 --threads 1 --json --output sweep/hidden-512_lr-0.1_seed-3.safetensors --log" commands ||
  fail "no such command"
[[ $(ls sweep) == jobs ]] || fail "it ran something: $(ls sweep)"

begin lists_are_split_as_help_says
prints 2 --folder nets --hidden 128,512
prints 2 --folder colons --hidden 128:512,256
grep -qF -- "--hidden 512,256 " commands || fail "no net of two layers"
prints 1 --folder one --classes 3,7:
prints 4 --folder ranges --seed 08-10,12
grep -qF -- "--seed 8 " commands || fail "the range begins wrong"
prints 2 --folder=same --lr 0.1,1e-1,.1,0.10,1e-2
grep -qF -- "--lr 0.01 " commands || fail "a rate is lost"
prints 2 --folder same --seed 1,1 --lr 0.1,0.2
prints 2 --folder same --lr 0.2,0.1 --seed 1
prints 4 --folder same # all that is there
[[ $(sort "same/jobs" | uniq -d) == "" ]] || fail "a training is listed twice"

begin odd_paths_are_one_word
odd="it's  a \"odd\$folder\", 1-2:3"
mkdir -p "$odd/data"
cp "$root"/data/digits/*-ubyte "$odd/data"
DIGITNET_DATA='' prints 2 --folder "$odd/sweep" --data "$odd/data" --seed 1,2 --limit 300 --hidden 8 --epochs 1
while IFS= read -r line; do
  sh -c "$line" >/dev/null 2>&1 || fail "it does not run: $line"
done <commands
DIGITNET_DATA='' prints 0 --folder "$odd/sweep" --data "$odd/data" --seed 1,2 --limit 300 --hidden 8 --epochs 1
run 0 "$sweep" --table "$odd/sweep"
says "2 are finished, 0 are not"

begin long_names_are_cut_and_stay_different
deep=$(printf '64,%.0s' {1..40})
prints 2 --hidden "${deep}64:${deep}32" --epochs 1
[[ $(names | sort -u | wc -l) -eq 2 && $(names | awk '{ print length($0) < 170 }' | sort -u) == 1 ]] || { names && fail "names"; }

begin wrong_usage_is_refused
run 2 "$sweep"
says "sweep: there is no sweep in it: give options of digitnet train"
run 2 "$sweep" --hiden 128
says "--hiden: digitnet train has no such option"
run 2 "$sweep" --lr
says "--lr needs a value"
run 2 "$sweep" --lr --seed 1
says "--lr needs a value"
run 2 "$sweep" --lr 0.1,,0.2
says "--lr 0.1,,0.2: a value is empty"
run 2 "$sweep" --seed 5-1
says "--seed 5-1: a range rises"
run 2 "$sweep" --seed 1 --seed 2
says "--seed: it is given twice"
run 2 "$sweep" --output model.safetensors
says "--output: each training gets its own"
run 2 "$sweep" --seed 1 --markdown
says "--markdown goes with --table"
run 2 "$sweep" seed
says "seed: there is no such option"
[[ ! -e sweep ]] || fail "a folder was made"
run 0 "$sweep" --help
says "--sshloginfile FILE"
DIGITNET=$PWD/none run 1 "$sweep" --seed 1
says "digitnet is not there: cmake -S "

begin other_folders_are_left_alone
mkdir mine
echo "mine" >mine/jobs
run 1 "$sweep" --folder mine --seed 1
says "mine: something else than a sweep is there"
run 2 "$sweep" --table mine
says "mine: there is no sweep in it"
run 1 "$sweep" --folder mine/jobs --seed 1
run 1 "$sweep" --folder mine/jobs/deeper --seed 1
says "mine/jobs/deeper: it can't be written"
[[ $(ls mine) == jobs && $(cat mine/jobs) == mine ]] || fail "the folder was touched"

begin slurm_is_given_arrays
machine_path=$PWD/bin
mkdir bin
stand_in sbatch <<<$'#!/bin/sh\nfor word; do echo "$word"; done >>calls\nfor word; do last=$word; done\necho "$last" >>wrapped'
PATH=$machine_path:$PATH run 0 "$sweep" --folder "my sweep" --slurm "${tiny[@]}" --seed 1-1001 -- --partition=short --time=60
for word in "--array=$(seq -s , 2 999)" "--array=0,1,2" --requeue --partition=short --time=60 "--output=my sweep/slurm-%A.out"; do
  grep -qxF -- "$word" calls || fail "sbatch was not told $word"
done
SLURM_ARRAY_TASK_ID=1 sh -c "$(tail -n 1 wrapped)" || fail "the task does not run"
[[ -s "my sweep/epochs-2_hidden-8_limit-300_seed-1000.json" || -s "my sweep/epochs-2_hidden-8_limit-300_seed-1000.safetensors" ]] ||
  { ls "my sweep" && fail "task 1 of the second array is not line 1001"; }
stand_in sbatch <<<$'#!/bin/sh\nexit 9'
PATH=$machine_path:$PATH run 9 "$sweep" --folder "my sweep" --slurm --seed 1
without_slurm=$(path_with bash flock)
PATH=$without_slurm run 1 "$sweep" --folder "my sweep" --slurm --seed 1
says "sbatch is not here"

begin without_parallel_the_command_is_told
machine_path=$(path_with bash flock)
stand_in apt-get <<<$'#!/bin/sh'
stand_in id <<<$'#!/bin/sh\necho 1000'
PATH=$machine_path run 1 "$sweep" "${tiny[@]}" --seed 1 </dev/null
says "run as root: apt-get update && apt-get install -y --no-install-recommends parallel"

parallel --version 2>/dev/null | grep GNU >/dev/null || skip "GNU parallel is not here: nothing was trained"

begin trainings_run_and_are_left_alone_when_finished
run 0 "$sweep" "${tiny[@]}" --lr 0.05,0.1 --seed 1-3
says "0 are finished, 6 are not"
says "6 are finished, 0 are not"
grep -qiE 'cite|citation' output && fail "the notice of GNU parallel disturbs"
[[ $(find sweep -name '*.json' | wc -l) -eq 6 && $(find sweep -name '*.checkpoint' -o -name '*.part' | wc -l) -eq 0 ]] || fail "$(ls sweep)"
same_model epochs-2_hidden-8_limit-300_lr-0.1_seed-2 sweep "${tiny[@]}" --lr 0.1 --seed 2
touch mark
run 0 "$sweep" "${tiny[@]}" --lr 0.05,0.1 --seed 1-3
says "6 are finished, 0 are not"
[[ -z $(find sweep -newer mark -type f ! -name jobs) ]] || fail "something was trained again"
run 0 "$sweep" "${tiny[@]}" --lr 0.05,0.1 --seed 1-4
says "6 are finished, 2 are not"
rm sweep/*lr-0.05_seed-4.safetensors
run 0 "$sweep"
says "7 are finished, 1 are not"

begin the_table_has_what_the_models_say
cp -R ../trainings_run_and_are_left_alone_when_finished/sweep .
# expected LR KEY: lowest, median and highest of the four seeds, by what info says of each.
expected() {
  local seed
  for seed in 1 2 3 4; do
    "$DIGITNET" info --json "sweep/epochs-2_hidden-8_limit-300_lr-$1_seed-$seed.safetensors" | field "$2"
  done | sort -g | awk '{ v[NR] = $1 } END { printf "%.9g %s %s", (v[2] + v[3]) / 2, v[1], v[4] }'
}
"$sweep" --table sweep >table.tsv 2>output || fail "no table"
[[ $(head -n 1 table.tsv) == $'hidden\tepochs\tlr\tlimit\tseeds\tvalid_accuracy\tvalid_accuracy_lowest\tvalid_accuracy_highest\ttest_accuracy\ttest_accuracy_lowest\ttest_accuracy_highest\tseconds' ]] ||
  { cat table.tsv && fail "another header"; }
[[ $(wc -l <table.tsv) -eq 3 ]] || { cat table.tsv && fail "not two rows"; }
"$sweep" --table sweep --json >table.json 2>output || fail "no table"
"$sweep" --table sweep --markdown >table.md 2>output || fail "no table"
for lr in 0.05 0.1; do
  valid=$(expected $lr valid_accuracy)
  test=$(expected $lr test_accuracy)
  row=$(printf '8\t2\t%s\t300\t4\t%s\t%s\t' "$lr" "${valid// /$'\t'}" "${test// /$'\t'}")
  grep -qF -- "$row" table.tsv || { cat table.tsv && fail "no row $row"; }
  grep -qF -- "\"lr\":$lr,\"limit\":300,\"seeds\":4,\"valid_accuracy\":${valid%% *},\"valid_accuracy_lowest\":" table.json || { cat table.json && fail "no $valid"; }
  # shellcheck disable=SC2086 # words
  cell=$(printf '%s\n' $test | awk '{ v[NR] = 100 * $1 } END { printf "| %.2f (%.2f-%.2f) |", v[1], v[2], v[3] }')
  grep -qF -- "$cell" table.md || { cat table.md && fail "no $cell"; }
done
rm sweep/*lr-0.1_seed-[234].json
run 0 "$sweep" --table sweep
says "5 are finished, 3 are not"
grep -qE $'^8\t2\t0\\.1\t300\t1\t' output || { cat output && fail "unfinished trainings are in the table"; }
echo "spoilt" >sweep/epochs-2_hidden-8_limit-300_lr-0.05_seed-1.safetensors
run 3 "$sweep" --table sweep
says "sweep: remove the models that can't be read"
grep -qE $'^8\t2\t0\\.05\t300\t3\t' output || { cat output && fail "the other models are not in the table"; }

begin each_awk_gives_the_same
cp -R ../trainings_run_and_are_left_alone_when_finished/sweep .
for awk in mawk gawk "gawk --posix" original-awk "busybox awk"; do
  command -v "${awk%% *}" >/dev/null || continue
  machine_path=$PWD/${awk// /_}
  mkdir "$machine_path"
  stand_in awk <<<$'#!/bin/sh\nexec '"$awk"$' "$@"'
  PATH=$machine_path:$PATH prints 4 --folder "$PWD/grid ${awk}" --classes 3,7: --lr 1e-1,.1,.5 --data "/it's \"here\"\\&" --seed 1-2
  sed "s/grid $awk/grid/g" commands >"$machine_path/result"
  for form in --json --markdown; do
    PATH=$machine_path:$PATH "$sweep" --table sweep $form >>"$machine_path/result" 2>output || { cat output && fail "$awk"; }
  done
  [[ -e first ]] || cp "$machine_path/result" first
  cmp -s first "$machine_path/result" || { diff first "$machine_path/result" && fail "$awk differs"; }
done

begin the_program_of_the_path_is_taken
mkdir bin scripts
cp -R "$root/scripts/sweep" "$root/scripts/sweep.sh" scripts
ln -s "$DIGITNET" bin/digitnet
DIGITNET='' PATH=$PWD/bin:$PATH run 0 scripts/sweep.sh "${tiny[@]}" --seed 1,2
says "2 are finished, 0 are not"

begin the_table_tells_data_and_presets_apart
mkdir half
cp "$root"/data/digits/train-* half
printf '\2' | dd of=half/train-labels-idx1-ubyte bs=1 seek=8 conv=notrunc status=none # another set: its first label is another
run 0 "$sweep" --data "$root/data/digits",half --preset fast,tiny --epochs 1 --seed 1,2
"$sweep" --table sweep >table.tsv 2>/dev/null
[[ $(cut -f 1 table.tsv | sort | uniq -c | tr -s ' ') == $' 2 128\n 2 38,32\n 1 hidden' ]] || { cat table.tsv && fail "not four rows"; }
grep -qE $'\thalf\t.*\t-\t-\t-\t' table.tsv || { cat table.tsv && fail "without test files there is a test accuracy, or no data"; }
"$sweep" --table sweep --json 2>/dev/null | grep -q '"data":"half",.*"test_accuracy":null' || fail "no null"

begin a_failed_training_is_named_and_the_others_finish
run 1 "$sweep" --hidden 512:64,64,64 --lr 0.1,1000 --schedule constant --momentum 0.99 --dropout 0 --epochs 1
says "hidden-64,64,64_lr-1000_momentum-0.99_schedule-constant: training diverged"
says "3 are finished, 1 are not"
[[ $(grep -c "hidden-" output) -eq 1 ]] || { cat output && fail "more than one line about it"; }
run 2 "$sweep" --classes 3,7:3,33 --hidden 8 --epochs 1
says "classes-3,33_epochs-1_hidden-8: "
run 2 "$sweep" # the highest code of all that failed
says "4 are finished, 2 are not"
run 255 "$sweep" --seed 1 -- --no-such-option
says "Unknown option"

begin a_full_disk_is_told_and_later_goes_on
run 1 bash -c 'ulimit -f 100; exec "$@"' - "$sweep" --hidden 8,128 --epochs 2 --seed 1
says "epochs-2_hidden-128_seed-1: sweep/epochs-2_hidden-128_seed-1.safetensors: cannot be written"
says "1 are finished, 1 are not"
run 0 "$sweep" --hidden 8,128 --epochs 2 --seed 1
same_model epochs-2_hidden-128_seed-1 sweep --hidden 128 --epochs 2 --seed 1

begin other_machines_are_reached
# sshd names the user's shell to what it runs; the environment of a test may have none.
cat >ssh <<<$'#!/bin/sh\necho "$1" >>"'"$PWD"$'/hosts_reached"\nshift 2\nSHELL=/bin/sh exec sh -c "$*"'
chmod +x ssh
echo "1/elsewhere" >"my hosts"
mkdir "a b"
PARALLEL_SSH=$PWD/ssh run 0 env -u SHELL "$sweep" --folder "a b/c" "${tiny[@]}" --seed 1,2 --sshloginfile "my hosts"
says "2 are finished, 0 are not"
grep -qx elsewhere hosts_reached || fail "no other machine was reached"

# until_trained FOLDER NAME COUNT: wait until so many epochs are in its log, for a minute at most.
until_trained() {
  for _ in $(seq 600); do
    [[ ! -e $1/$2.log || $(wc -l <"$1/$2.log") -lt $3 ]] || return 0
    sleep 0.1
  done
  fail "$2 does not train"
}

begin what_was_stopped_goes_on
for signal in INT TERM; do
  in_background "$sweep" "${long[@]}" --seed 1-3 --jobs 2 2>output
  until_trained sweep epochs-80_hidden-128_lr-0.05_seed-1 3
  kill -"$signal" "$process"
  wait "$process"
  code=$?
  [[ $code -eq $((128 + $(kill -l "$signal"))) ]] || { cat output && fail "exit code $code after $signal"; }
  says "0 are finished, 3 are not: the same command goes on"
  [[ -e sweep/epochs-80_hidden-128_lr-0.05_seed-1.checkpoint ]] || { ls sweep && fail "there is no checkpoint"; }
  rm sweep/*.log
done
run 0 "$sweep"
says "3 are finished, 0 are not"
same_model epochs-80_hidden-128_lr-0.05_seed-1 sweep "${long[@]}" --seed 1

begin a_training_has_one_sweep
in_background "$sweep" --epochs 100000 --hidden 128 --seed 1 2>first
until_trained sweep epochs-100000_hidden-128_seed-1 1
run 75 "$sweep" # a second one in the same folder
says "seed-1: another sweep is training it"
kill -TERM "$process"
wait "$process"
[[ $? -eq 143 ]] || { cat first && fail "the first sweep was disturbed"; }

begin what_was_killed_goes_on
cat >killed <<'END'
#!/usr/bin/env bash
# digitnet that is killed in its third epoch
[[ "$*" == *--threads* && "$*" != *--resume* ]] || exec "$REAL" "$@"
"$REAL" "$@" &
until grep -q '"epoch":2' sweep/*.log; do sleep 0.02; done
kill -KILL $!
wait $!
END
chmod +x killed
export REAL=$DIGITNET
DIGITNET=$PWD/killed run 137 "$sweep" "${long[@]}" --seed 7
says "0 are finished, 1 are not"
says "seed-7: it was killed"
run 0 "$sweep"
grep -q "resuming after" sweep/*.errors || fail "it did not go on from the checkpoint"
same_model epochs-80_hidden-128_lr-0.05_seed-7 sweep "${long[@]}" --seed 7
