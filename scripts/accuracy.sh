#!/usr/bin/env bash
# What digitnet reaches on the test images: scripts/accuracy.sh [--seeds N] [--data DIR] [--program FILE] [ROW...]
#
#   --seeds N       train each row with the seeds 1 to N [5]
#   --data DIR      the folder of the IDX files [$DIGITNET_MNIST, else ../shared/mnist, else data/mnist]
#   --program FILE  digitnet [build/digitnet]
#
# Rows are fast, default, tiny, elastic and best (the last two take minutes a seed); all, where none is named. Prints a table in Markdown: the
# test error's median, and in brackets the lowest and the highest, the seconds of the whole process, and its peak memory where GNU time is
# here. Settings were chosen on held-out training images, never on the test images.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
declare -A arguments=(
  [fast]='--preset fast'
  [default]=''
  [elastic]='--hidden 800 --epochs 80 --lr 0.2 --schedule cosine --momentum 0 --dropout 0 --augment elastic --valid 0'
  [tiny]='--preset tiny'
  [best]='--preset best'
)
rows=()
# shellcheck source-path=SCRIPTDIR source=bench/seeds.sh
source "$root/scripts/bench/seeds.sh"
seeds=5

while [[ $# -gt 0 ]]; do
  case $1 in
    --help)
      usage
      exit 0
      ;;
    --seeds | --data | --program)
      take_option "$@"
      shift
      ;;
    fast | default | tiny | elastic | best) rows+=("$1") ;;
    *) refuse "$1: there is no such row or option: accuracy.sh --help lists them" ;;
  esac
  shift
done
check_options
[[ ${#rows[@]} -gt 0 ]] || rows=(fast default tiny elastic best)

# train_once ROW SEED: one line each into errors, seconds and memory.
train_once() {
  local watch=()
  ! env time --version >/dev/null 2>&1 || watch=(env time -f %M -o "$work/peak")
  # shellcheck disable=SC2086 # words
  seconds "${watch[@]}" "$program" train --data "$data" ${arguments[$1]} --seed "$2" --json --quiet --output "$work/model" >>"$work/seconds"
  awk -v wrong="$(field test_errors <"$work/summary")" -v all="$(field test_images <"$work/summary")" \
    'BEGIN { print 100 * wrong / all }' >>"$work/errors"
  [[ ! -e $work/peak ]] || awk '{ print $1 / 1024 }' "$work/peak" >>"$work/memory"
}

echo "| run | seeds | test error, % | seconds | peak memory, MB |"
echo "| --- | --- | --- | --- | --- |"
for row in "${rows[@]}"; do
  rm -f "$work"/{errors,seconds,memory}
  for ((seed = 1; seed <= seeds; seed++)); do
    train_once "$row" "$seed"
  done
  memory=-
  [[ ! -e $work/memory ]] || memory=$(spread %.0f <"$work/memory")
  command="digitnet train ${arguments[$row]}"
  # shellcheck disable=SC2016 # a table's code marks
  printf '| `%s` | %d | %s | %s | %s |\n' "${command% }" "$seeds" "$(spread %.2f <"$work/errors")" \
    "$(spread %.1f <"$work/seconds")" "$memory"
done
