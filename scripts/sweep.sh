#!/usr/bin/env bash
# Train every combination of settings, many at a time: scripts/sweep.sh --OPTION LIST... [-- OPTION OF THE ENGINE...]
#
#   scripts/sweep.sh --hidden 128,512 --lr 0.05,0.1 --seed 1-5   20 trainings, one on each processor
#   scripts/sweep.sh --table sweep --markdown                    what they reached
#
# --OPTION LIST is any option of `digitnet train` with its values, separated by commas; 1-5 is a range of whole numbers. Values that
# have commas themselves are separated by colons: --hidden 128:512,256 is two nets, --classes 3,7: is one pair of digits.
#
#   --folder DIR, -o DIR   where the trainings have their files, and are found again [sweep]
#   --print                print the commands that are left to do, one a line, and run nothing
#   --slurm                submit them as a Slurm job array, and with -- --wait wait for its end
#   --sshloginfile FILE    run them by GNU parallel on these machines, which have digitnet, data and DIR at the same paths
#   --jobs N, -j N         N at a time on each machine [one a processor]
#   --table DIR            for each setting the median, lowest and highest of its seeds, as TSV, or with --markdown or --json
#   -- OPTION...           options of GNU parallel, as in -- --memfree 1G, or with --slurm of sbatch, as in -- --partition=short
#
# A training has one thread, and the files DIR/NAME.safetensors, .log, .checkpoint and .errors (its messages); once finished NAME.json,
# its summary, and no checkpoint. Called again, sweep.sh leaves out what is finished and goes on from the checkpoints of what was
# stopped or killed; without --OPTION it takes up all of DIR. It exits with the highest code of the trainings, or 130 after Ctrl-C.
set -feuo pipefail
export LC_ALL=C
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
mark="# scripts/sweep.sh: a training a line, its name and its settings"
folder=sweep engine=parallel form=tsv given=' ' stopped='' code=0
options=() engine_options=()

die() { echo "sweep.sh: $2" >&2 && exit "$1"; }
refuse() { die 2 "$*: sweep.sh --help tells more"; }
have() { command -v "$1" >/dev/null 2>&1; }
is_sweep() { [[ $(head -n 1 "$folder/jobs" 2>/dev/null) == "$mark" ]]; }
is_finished() { [[ -s $1.json && -e $1.safetensors ]]; }

find_program() {
  program=${DIGITNET:-$root/build/digitnet}
  [[ -n ${DIGITNET:-} || -x $program ]] || ! have digitnet || program=digitnet
  [[ $program != */* || $program == /* ]] || program=$PWD/$program
  have "$program" || die 1 "$program: digitnet is not there: cmake -S $root -B $root/build && cmake --build $root/build, or name it in \$DIGITNET"
}

# quote TEXT: $quoted is the text as one word for a shell.
quote() {
  local mark="'" marked="'\\''"
  quoted=$1
  [[ $1 =~ ^[A-Za-z0-9_./,:=@%+-]+$ ]] || quoted="'${1//$mark/$marked}'"
}

# add_option NAME VALUE: an option of train becomes a line for sweep/grid.awk.
add_option() {
  local kind=list
  [[ -n $2 && $2 != -* && $2 != *[[:cntrl:]]* ]] || refuse "$1 needs a value"
  case $1 in
    --folder | -o) folder=$2 ;;
    --table) engine=table folder=$2 ;;
    --sshloginfile | --jobs | -j) engine_options+=("$1" "$2") ;;
    --output | --log | --checkpoint | --resume | --threads) refuse "$1: each training gets its own" ;;
    *)
      [[ ! -e $2 || $1 != --data && $1 != --from ]] || kind=path # one value
      find_program
      [[ $("$program" train --help) == *$'\n'"  $1 "[A-Z]* ]] || refuse "$1: digitnet train has no such option"
      [[ $given != *" $1 "* || $1 == --data ]] || refuse "$1: it is given twice: make one list of it"
      given="$given$1 "
      options+=("$kind"$'\t'"$1"$'\t'"$2")
      ;;
  esac
}

# make_grid: a line for each combination, NAME<tab>SETTINGS; without options, all that the folder has.
make_grid() {
  if [[ ${#options[@]} -eq 0 ]]; then
    is_sweep || refuse "$folder: there is no sweep in it: give options of digitnet train, as in --seed 1-5"
    tail -n +2 "$folder/jobs" >"$work/grid"
    return
  fi
  printf '%s\n' "${options[@]}" | sort -s -t $'\t' -k 2,2 | awk -f "$root/scripts/sweep/grid.awk" >"$work/grid"
}

# open_folder: put what is new in the grid into the folder's file `jobs`, which only grows.
open_folder() {
  is_sweep || [[ ! -e $folder || -d $folder && ! -s $folder/jobs && -z $(find "$folder/." ! -name . -prune ! -name jobs) ]] ||
    die 1 "$folder: something else than a sweep is there: choose another by --folder"
  { mkdir -p "$folder" && exec 8>>"$folder/jobs"; } 2>/dev/null || die 1 "$folder: it can't be written: choose another by --folder"
  ! have flock || flock 8
  [[ -s $folder/jobs ]] || echo "$mark" >&8
  awk -F '\t' 'NR == FNR { seen[$1]; next } !($1 in seen)' "$folder/jobs" "$work/grid" >&8 || die 1 "$folder/jobs: it can't be written"
  exec 8>&-
}

# find_work: of the grid, the names of what is finished, of what is left to do, and the numbers of its lines in `jobs`.
find_work() {
  local number name && finished=() names=() todo=()
  while IFS=$'\t' read -r number name; do
    if is_finished "$folder/$name"; then finished+=("$name"); else names+=("$name") todo+=("$number"); fi
  done < <(awk -F '\t' 'NR == FNR { wanted[$1]; next } $1 in wanted { print FNR "\t" $1 }' "$work/grid" "$folder/jobs")
}

# read_job NUMBER: its $name, the $base of its files, and its $command, which goes on from the checkpoint where there is one.
read_job() {
  IFS=$'\t' read -r name settings < <(sed -n "$1p" "$folder/jobs")
  base=$folder/$name
  quote "$program"
  command="$quoted train $settings --threads 1 --json"
  quote "$base"
  command="$command --output $quoted.safetensors --log $quoted.log --checkpoint $quoted.checkpoint"
  [[ ! -e $base.checkpoint ]] || command="$command --resume $quoted.checkpoint"
}

# run_job NUMBER: what the engines call. A signal is digitnet's, which saves and ends; this waits for it.
run_job() {
  read_job "$1"
  exec 9>>"$base.errors"
  ! have flock || flock -n 9 || die 75 "$name: another sweep is training it"
  ! is_finished "$base" || return 0
  : >"$base.errors"
  trap : INT TERM
  eval "$command" >"$base.part" 2>&9 || code=$?
  [[ $code -ne 0 ]] || { mv -f -- "$base.part" "$base.json" && rm -f -- "$base.checkpoint"; } || code=1
  rm -f -- "$base.part"
  echo "sweep.sh: exit code $code" >&9
  return "$code"
}

run_print() {
  for number in "${todo[@]}"; do
    read_job "$number"
    echo "$command >$quoted.part && mv $quoted.part $quoted.json"
  done
}

run_parallel() {
  parallel --version 2>/dev/null | grep GNU >/dev/null || "$root/scripts/install_dependencies.sh" sweep || exit 1
  [[ ! -t 2 ]] || engine_options=(--bar "${engine_options[@]}")
  set -m # Ctrl-C is for this script alone: a second signal would end digitnet before it has saved
  trap 'stopped=130' INT
  trap 'stopped=143' TERM
  parallel --will-cite --quote --env DIGITNET --env DIGITNET_DATA --workdir "$PWD" --termseq TERM,60000,KILL,25 "${engine_options[@]}" \
    "$root/scripts/sweep.sh" --job "$folder" {} < <(printf '%s\n' "${todo[@]}") &
  wait $! || code=$?
  [[ -z $stopped ]] || { kill -TERM $! 2>/dev/null && wait $!; } || true
}

# run_slurm: an array for each thousand lines of `jobs`, since Slurm takes no number above 1,000 unless it is told to.
run_slurm() {
  local thousand numbers script
  have sbatch || die 1 "sbatch is not here: go where jobs are submitted to Slurm, or leave out --slurm"
  quote "$root/scripts/sweep.sh" && script=$quoted
  quote "$folder"
  while read -r thousand numbers; do
    sbatch --array="$numbers" --requeue --open-mode=append --job-name=digitnet-sweep --output="${folder//%/%%}/slurm-%A.out" \
      "${engine_options[@]}" --wrap "$script --job $quoted \$(($thousand * 1000 + SLURM_ARRAY_TASK_ID))" || code=$?
  done < <(printf '%s\n' "${todo[@]}" | awk '{ i = int($1 / 1000); list[i] = list[i] "," $1 % 1000 } END { for (i in list) print i, substr(list[i], 2) }' | sort -n)
}

# report: what came of the work, and the highest exit code of those that failed.
report() {
  local worst=0 one message
  find_work
  for name in "${names[@]}"; do
    [[ -z $stopped && -s $folder/$name.errors ]] || continue
    one=$(sed -n 's/^sweep.sh: exit code //p' "$folder/$name.errors")
    message=$(sed -n 's/^digitnet: //p' "$folder/$name.errors" | tail -n 1)
    echo "sweep.sh: $name: ${message:-it was killed, or another sweep trains it}" >&2
    [[ ${one:-75} -le $worst ]] || worst=${one:-75}
  done
  echo "sweep.sh: ${#finished[@]} are finished, ${#todo[@]} are not${stopped:+: the same command goes on}; $SECONDS s" >&2
  [[ ${#todo[@]} -eq 0 ]] || exit "${stopped:-$((worst ? worst : code ? code : 1))}"
}

run_table() {
  cd -- "$folder"
  printf '%s.safetensors\0' "${finished[@]}" | xargs -0 -n 500 "$program" info --json |
    awk -v form="$form" -f "$root/scripts/sweep/table.awk" jobs - || die 3 "$folder: remove the models that can't be read, and train them again"
}

while [[ $# -gt 0 ]]; do
  [[ $1 != --?*=* ]] || set -- "${1%%=*}" "${1#*=}" "${@:2}"
  case $1 in
    --help) sed -n '2,/^set/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" && exit ;;
    --print | --slurm) engine=${1#--} ;;
    --markdown | --json) form=${1#--} ;;
    --job) folder=$2 engine=job number=$3 && break ;;
    --) engine_options+=("${@:2}") && break ;;
    -?*) add_option "$1" "${2:-}" && shift ;;
    *) refuse "$1: there is no such option" ;;
  esac
  shift
done
[[ $form == tsv || $engine == table ]] || refuse "--$form goes with --table"
find_program
[[ $engine != job ]] || { run_job "$number" && exit; } || exit
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
make_grid
[[ $engine == table ]] || open_folder
find_work
echo "sweep.sh: $folder: ${#finished[@]} are finished, ${#todo[@]} are not" >&2
[[ $engine == table && ${#finished[@]} -gt 0 || $engine != table && ${#todo[@]} -gt 0 ]] || exit 0
run_"$engine"
[[ $engine == parallel || $engine == slurm && " ${engine_options[*]} " == *" "@(--wait|-W)" "* ]] || exit "$code"
report
