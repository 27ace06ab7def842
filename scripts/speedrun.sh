#!/usr/bin/env bash
# The table of records: how soon a goal on the test images is reached: scripts/speedrun.sh [OPTION...] [GOAL...]
#
#   --seeds N       train each goal with the seeds 1 to N [30; 10 for 99.4]
#   --threads N     [2]
#   --data DIR      the folder of the IDX files [$DIGITNET_MNIST, else ../shared/mnist, else data/mnist]
#   --program FILE  digitnet [build/digitnet]
#   --limit N       use only the first N training images, to see that all of it runs: the numbers mean nothing
#
# Goals are 98.0, 99.0 and 99.4, in percent; all, where none is named. Each has a preset, chosen on held-out training images. Measures the
# whole command, from the start of the process to the saved model, with plain IDX files. A record stands where the median of the seeds
# reaches the goal. Beside it stands what `import torch` takes, where a python3 has it.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
declare -A presets=([98.0]=fast [99.0]=good [99.4]=better) usual_seeds=([98.0]=30 [99.0]=30 [99.4]=10)
seeds=
threads=2
data=
program=$root/build/digitnet
limit=0
goals=()

refuse() {
  echo "speedrun.sh: $*" >&2
  exit 2
}

while [[ $# -gt 0 ]]; do
  case $1 in
    --help)
      sed -n '2,/^set/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" | sed '$d'
      exit 0
      ;;
    --seeds | --threads | --data | --program | --limit)
      [[ $# -gt 1 ]] || refuse "$1 needs a value"
      printf -v "${1#--}" %s "$2"
      shift
      ;;
    98.0 | 99.0 | 99.4) goals+=("$1") ;;
    *) refuse "$1: there is no such goal or option: speedrun.sh --help lists them" ;;
  esac
  shift
done
[[ $seeds =~ ^([1-9][0-9]?)?$ ]] || refuse "--seeds $seeds: give a number from 1 to 99"
[[ -x $program ]] || refuse "$program: build digitnet first, or name it by --program"
for folder in "${DIGITNET_MNIST:-}" "$root/../shared/mnist" "$root/data/mnist"; do
  [[ -n $data || ! -d $folder ]] || data=$folder
done
[[ -d $data ]] || refuse "there is no MNIST: scripts/fetch_mnist.sh, or --data DIR"
[[ ${#goals[@]} -gt 0 ]] || goals=(98.0 99.0 99.4)
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
mkdir "$work/mnist"
for file in "$data"/*-ubyte*; do
  name=${file##*/}
  gzip -cdf -- "$file" >"$work/mnist/${name%.gz}"
done

# seconds COMMAND...: what it takes.
seconds() {
  local begin=$EPOCHREALTIME
  "$@" >"$work/summary"
  awk -v begin="$begin" -v end="$EPOCHREALTIME" 'BEGIN { print end - begin }'
}

# spread: "median (lowest-highest)" of the numbers on standard input.
spread() {
  sort -g | awk '{ value[NR] = $1 }
    END { printf "%.2f (%.2f-%.2f)", NR % 2 ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2, value[1], value[NR] }'
}

import=-
for python in /usr/bin/python3 python3; do
  "$python" -c 'import torch' 2>/dev/null || continue
  for _ in 1 2 3; do seconds "$python" -c 'import torch'; done >"$work/imports"
  import=$(spread <"$work/imports")
  break
done
[[ $import != - ]] || echo "speedrun.sh: no python3 has torch: its column stays empty" >&2

echo "| goal, % | command | seeds | test accuracy, % | seeds that reach it | seconds | \`import torch\`, seconds |"
echo "| --- | --- | --- | --- | --- | --- | --- |"
for goal in "${goals[@]}"; do
  rm -f "$work"/{accuracy,seconds}
  for ((seed = 1; seed <= ${seeds:-${usual_seeds[$goal]}}; seed++)); do
    seconds "$program" train --data "$work/mnist" --preset "${presets[$goal]}" --seed "$seed" --threads "$threads" --limit "$limit" \
      --json --quiet --force --output "$work/model" >>"$work/seconds"
    sed -nE 's/.*"test_accuracy":([0-9.e+-]+).*/\1/p' "$work/summary" | awk '{ print 100 * $1 }' >>"$work/accuracy"
  done
  # shellcheck disable=SC2016 # a table's code marks
  printf '| %s | `digitnet train --preset %s` | %d | %s | %d | %s | %s |\n' "$goal" "${presets[$goal]}" "$((seed - 1))" \
    "$(spread <"$work/accuracy")" "$(awk -v goal="$goal" '$1 >= goal - 1e-9 { n++ } END { print n + 0 }' "$work/accuracy")" \
    "$(spread <"$work/seconds")" "$import"
done
