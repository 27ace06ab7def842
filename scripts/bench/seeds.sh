# shellcheck shell=bash disable=SC2034,SC2154 # sourced, by accuracy.sh and speedrun.sh, which set $root
# Train the same settings with several seeds, and sum up what came of it.

seeds=
data=
program=$root/build/digitnet
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

refuse() {
  echo "${0##*/}: $*" >&2
  exit 2
}

# take_option NAME VALUE...: one of the options that all these scripts have.
take_option() {
  [[ $# -gt 1 ]] || refuse "$1 needs a value"
  printf -v "${1#--}" %s "$2"
}

# check_options: are seeds a number, and program and data there?
check_options() {
  local folder
  [[ $seeds =~ ^([1-9][0-9]?)?$ ]] || refuse "--seeds $seeds: give a number from 1 to 99"
  [[ -x $program ]] || refuse "$program: build digitnet first, or name it by --program"
  for folder in "${DIGITNET_MNIST:-}" "$root/../shared/mnist" "$root/data/mnist"; do
    [[ -n $data || ! -d $folder ]] || data=$folder
  done
  [[ -d $data ]] || refuse "there is no MNIST: scripts/fetch_mnist.sh, or --data DIR"
}

# usage: the comment at the head of the script that was called.
usage() {
  sed -n '2,/^set/s/^# \{0,1\}//p' "$0"
}

# field KEY: a number of the JSON object on standard input.
field() {
  sed -nE "s/.*\"$1\":([0-9.e+-]+).*/\1/p"
}

# seconds COMMAND...: run it, with its output in $work/summary, and print its seconds from start to end.
seconds() {
  local begin=$EPOCHREALTIME
  "$@" >"$work/summary"
  awk -v begin="$begin" -v end="$EPOCHREALTIME" 'BEGIN { print end - begin }'
}

# spread FORMAT: "median (lowest-highest)" of the numbers on standard input.
spread() {
  sort -g | awk -v format="$1" '
    { value[NR] = $1 }
    END {
      middle = NR % 2 ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2
      printf format " (" format "-" format ")", middle, value[1], value[NR]
    }'
}
