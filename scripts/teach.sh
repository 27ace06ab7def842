#!/usr/bin/env bash
# Teach the bundled net a hand from a few of its pictures, and measure what that changes: scripts/teach.sh [OPTION...] HAND
#
#   HAND            a folder, IDX file, sheet or CSV of pictures: whatever digitnet pack takes
#   --pictures N    pictures to teach, drawn class by class; all others test [100]
#   --seeds LIST    seeds of that draw, with commas between [2,3,4: the settings were chosen with seed 1]
#   --data DIR      the folder of MNIST's IDX files [$DIGITNET_MNIST, else data/mnist]
#   --from MODEL    the net to start from [data/pretrained.safetensors]
#   --program FILE  digitnet [build/digitnet]
#   --train TEXT    options of digitnet train [those of about 20 seconds on two cores]
#
# Prints a table in Markdown: a seed a row, errors on the hand's other pictures and on MNIST's test images, before and after.
# Exits 77 where there is no hand or no MNIST, and 1 where MNIST's own error rises by more than 0.05 points.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
pictures=100
seeds=2,3,4
data=${DIGITNET_MNIST:-$root/data/mnist}
from=$root/data/pretrained.safetensors
program=$root/build/digitnet
train="--limit 30000 --repeat 40,1 --epochs 6 --lr 0.03 --schedule cosine --momentum 0 --dropout 0 --average 0.9 --augment hands --valid 0"
hand=
most_rise=0.05

refuse() {
  echo "teach.sh: $*" >&2
  exit 2
}

skip() {
  echo "teach.sh: SKIPPED: $*" >&2
  exit 77
}

while [[ $# -gt 0 ]]; do
  case $1 in
    --help)
      sed -n '2,/^set/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
      exit 0
      ;;
    --pictures | --seeds | --data | --from | --program | --train)
      [[ $# -gt 1 ]] || refuse "$1 needs a value"
      printf -v "${1#--}" %s "$2"
      shift
      ;;
    -*) refuse "$1: there is no such option: teach.sh --help lists them" ;;
    *) hand=$1 ;;
  esac
  shift
done
[[ $pictures =~ ^[1-9][0-9]*$ ]] || refuse "--pictures $pictures: not a count"
[[ $seeds =~ ^[0-9]+(,[0-9]+)*$ ]] || refuse "--seeds $seeds: give numbers with commas between"
[[ -x $program ]] || refuse "$program: build digitnet first, or name it by --program"
[[ -n $hand ]] || skip "no hand was named: give a folder of pictures, teach.sh --help says how they are named"
[[ -e $hand ]] || skip "$hand: there is no such hand"
[[ -d $data ]] || skip "there is no MNIST in $data: scripts/fetch_mnist.sh, or --data DIR"
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

# measure MODEL: images and errors of the hand's, and images and errors of MNIST's test images, a number a line.
measure() {
  "$program" evaluate --quiet --json --model "$1" --data "$work/$seed" --data "$data" | grep -o '"sets":\[[^]]*\]' |
    grep -oE '"(images|test_errors)":[0-9]+' | grep -oE '[0-9]+'
}

# share ERRORS IMAGES: "12 (1.20 %)"
share() {
  awk -v errors="$1" -v images="$2" 'BEGIN { printf "%d (%.2f %%)", errors, 100 * errors / images }'
}

# extents FILE: "2007 16 16" of an IDX file, nothing of any other.
extents() {
  { "$program" info "$1" 2>/dev/null || true; } | sed -nE 's/.*unsigned bytes, ([0-9]+) x ([0-9]+) x ([0-9]+)$/\1 \2 \3/p'
}

# The images of an IDX file that are not 28 x 28 become pictures first.
case $(extents "$hand") in
  '' | *' 28 28') ;;
  *)
    mkdir "$work/pictures"
    "$program" show --to-png "$work/pictures" "$hand" >/dev/null
    hand=$work/pictures
    ;;
esac
mkdir "$work/all"
"$program" pack "$hand" --test 0 --output "$work/all" --model "$from" >&2
read -r all _ < <(extents "$work/all/train-images-idx3-ubyte")
[[ $all -gt $pictures ]] || refuse "the hand has $all pictures: --pictures $pictures leaves none to test with"
rest=$((all - pictures))

echo "\`digitnet train --from MODEL --data HAND --data MNIST $train\`, $pictures pictures to learn from:"
echo
echo "| seed | errors on the other $rest, before | after | errors on MNIST, before | after | seconds |"
echo "| --- | --- | --- | --- | --- | --- |"
risen=no
for seed in ${seeds//,/ }; do
  mkdir "$work/$seed"
  "$program" pack "$work/all/train-images-idx3-ubyte" --no-prepare --test "$rest" --seed "$seed" --output "$work/$seed" --quiet >/dev/null
  mapfile -t before < <(measure "$from")
  begin=$EPOCHREALTIME
  # shellcheck disable=SC2086 # words
  "$program" train --from "$from" --data "$work/$seed" --data "$data" --seed "$seed" $train --quiet --output "$work/model" >/dev/null
  seconds=$(awk -v begin="$begin" -v end="$EPOCHREALTIME" 'BEGIN { printf "%.0f", end - begin }')
  mapfile -t after < <(measure "$work/model")
  echo "| $seed | $(share "${before[1]}" "${before[0]}") | $(share "${after[1]}" "${after[0]}") | $(share "${before[3]}" "${before[2]}") | $(share "${after[3]}" "${after[2]}") | $seconds |"
  ! awk -v rise="$((after[3] - before[3]))" -v all="${after[2]}" -v most=$most_rise 'BEGIN { exit !(100 * rise / all > most) }' || risen=yes
done
[[ $risen == no ]] || {
  echo "teach.sh: MNIST's own error rose by more than $most_rise points" >&2
  exit 1
}
