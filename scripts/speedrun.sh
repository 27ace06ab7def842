#!/usr/bin/env bash
# The table of records: how soon a goal on the test images is reached: scripts/speedrun.sh [OPTION...] [GOAL...]
#
#   --seeds N       train each goal with the seeds 1 to N [30; 10 for 99.4]
#   --threads N     [2]
#   --data DIR      the folder of the IDX files [$DIGITNET_MNIST, else ../shared/mnist, else data/mnist]
#   --program FILE  digitnet [build/digitnet]
#   --limit N       use only the first N training images, to see that all of it runs: the numbers mean nothing
#
# Goals are 98.0, 99.0 and 99.4, in percent; all, where none is named. The settings of each were chosen on held-out training images.
# Measures the whole command, from the start of the process to the saved model, with plain IDX files. A record stands where the median of the
# seeds reaches the goal. Beside it stand what `import torch` takes, and PyTorch with the same settings, where a python3 has it: whole commands,
# too, one for each of the first three seeds, with one thread, its fastest way with nets of this size (scripts/bench.sh). In place of
# elastic it turns, scales and slants (affine): what fits on a page.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source-path=SCRIPTDIR source=bench/seeds.sh
source "$root/scripts/bench/seeds.sh"
# shellcheck source-path=SCRIPTDIR source=bench/peers.sh
source "$root/scripts/bench/peers.sh"
declare -A commands=([98.0]="train --preset fast" [99.0]=train [99.4]="train --preset better") usual_seeds=([98.0]=30 [99.0]=30 [99.4]=10)
threads=2
limit=0
goals=()

while [[ $# -gt 0 ]]; do
  case $1 in
    --help)
      usage
      exit 0
      ;;
    --seeds | --threads | --data | --program | --limit)
      take_option "$@"
      shift
      ;;
    98.0 | 99.0 | 99.4) goals+=("$1") ;;
    *) refuse "$1: there is no such goal or option: speedrun.sh --help lists them" ;;
  esac
  shift
done
check_options
[[ ${#goals[@]} -gt 0 ]] || goals=(98.0 99.0 99.4)
mkdir "$work/mnist"
for file in "$data"/*-ubyte*; do
  name=${file##*/}
  gzip -cdf -- "$file" >"$work/mnist/${name%.gz}"
done

python=$(python_with torch /usr/bin/python3 python3)
if [[ -n $python ]]; then choose_blas_kernel "$python"; else echo "speedrun.sh: no python3 has torch: its columns stay empty" >&2; fi

# accuracy_of FILE: the test accuracy of a summary, in percent.
accuracy_of() {
  field test_accuracy <"$1" | awk '{ print 100 * $1 }'
}

# summary NAME FORMAT: "median (lowest-highest)" of $work/NAME, or a dash.
summary() {
  if [[ -s $work/$1 ]]; then spread "$2" <"$work/$1"; else echo -; fi
}

run_torch() {
  OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 seconds "$python" "$root/scripts/bench/torch_train.py" --data "$work/mnist" --settings "$work/settings" --seed "$1" \
    >>"$work/torch_seconds"
  accuracy_of "$work/summary" >>"$work/torch_accuracy"
}

echo "| goal, % | command | seeds | test accuracy, % | seeds that reach it | seconds | \`import torch\`, seconds | PyTorch, seconds | its test accuracy, % |"
echo "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
for goal in "${goals[@]}"; do
  rm -f "$work"/{accuracy,seconds,import,torch_accuracy,torch_seconds}
  for ((seed = 1; seed <= ${seeds:-${usual_seeds[$goal]}}; seed++)); do
    # shellcheck disable=SC2086 # words
    seconds "$program" ${commands[$goal]} --data "$work/mnist" --seed "$seed" --threads "$threads" --limit "$limit" \
      --json --quiet --force --output "$work/model" >>"$work/seconds"
    accuracy_of "$work/summary" >>"$work/accuracy"
    [[ -n $python && $seed -le 3 ]] || continue
    "$program" info --json "$work/model" >"$work/settings"
    seconds "$python" -c 'import torch' >>"$work/import"
    run_torch "$seed"
  done
  # shellcheck disable=SC2016 # a table's code marks
  printf '| %s | `digitnet %s` | %d | %s | %d | %s | %s | %s | %s |\n' "$goal" "${commands[$goal]}" "$((seed - 1))" \
    "$(summary accuracy %.2f)" "$(awk -v goal="$goal" '$1 >= goal - 1e-9 { n++ } END { print n + 0 }' "$work/accuracy")" \
    "$(summary seconds %.2f)" "$(summary import %.2f)" "$(summary torch_seconds %.2f)" "$(summary torch_accuracy %.2f)"
done
