#!/usr/bin/env bash
# Measure digitnet, and where they are installed its peers, in turn on the same data: scripts/bench.sh [OPTION...]
#
#   --runs N       measure everything so often, in turn [5]
#   --epochs N     epochs in a run of training; the first is left out where there are more [3]
#   --data DIR     the folder of the IDX files [$DIGITNET_MNIST, else ../shared/mnist, else data/mnist]
#   --build DIR    where to build [build-bench]
#   --output FILE  every single measurement, one JSON object a line [bench-results.jsonl in the build folder]
#   --python FILE  the python3 that has the peers [/usr/bin/python3, else python3]
#   --only NAMES   only these parts: epochs,commands,memory,growth,threads,kernels
#   --quick        see that all of it runs: one run of one epoch with few images; the numbers mean nothing
#
# Prints tables in Markdown: the median, and in brackets the lowest and the highest value. Where a peer can be set up in
# several ways (threads of its own, threads and kernel of its BLAS) the fastest way counts. Peers are PyTorch and scikit-learn;
# scripts/install_dependencies.sh bench installs them. Exits 77 where there is no MNIST.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source-path=SCRIPTDIR source=bench/measure.sh
source "$root/scripts/bench/measure.sh"
# shellcheck source-path=SCRIPTDIR source=bench/peers.sh
source "$root/scripts/bench/peers.sh"
# shellcheck source-path=SCRIPTDIR source=bench/parts.sh
source "$root/scripts/bench/parts.sh"

runs=5
epochs=3
limit=
data=
build=$root/build-bench
output=
pythons=(/usr/bin/python3 python3)
parts=epochs,commands,memory,growth,threads,kernels

usage() {
  sed -n '2,/^set/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
}

refuse() {
  echo "bench.sh: $*: bench.sh --help lists the options" >&2
  exit 2
}

while [[ $# -gt 0 ]]; do
  case $1 in
    --help)
      usage
      exit 0
      ;;
    --quick)
      runs=1 epochs=1 limit=500
      shift
      continue
      ;;
    --runs | --epochs | --data | --build | --output | --python | --only) [[ $# -gt 1 ]] || refuse "$1 needs a value" ;;
    *) refuse "$1: there is no such option" ;;
  esac
  case $1 in
    --runs) runs=$2 ;;
    --epochs) epochs=$2 ;;
    --data) data=$2 ;;
    --build) build=$2 ;;
    --output) output=$2 ;;
    --python) pythons=("$2") ;;
    --only) parts=$2 ;;
  esac
  shift 2
done
[[ $runs =~ ^[1-9][0-9]*$ ]] || refuse "--runs $runs: not a count"
[[ $epochs =~ ^[1-9][0-9]*$ ]] || refuse "--epochs $epochs: not a count"
for part in ${parts//,/ }; do
  declare -F "measure_$part" >/dev/null || refuse "--only $part: there is no such part"
done

# The four files, plain, in $work/mnist.
unpack_data() {
  local name
  if [[ -z $data ]]; then
    data=${DIGITNET_MNIST:-$root/../shared/mnist}
    [[ -n ${DIGITNET_MNIST:-} || -d $data ]] || data=$root/data/mnist
  fi
  mkdir "$work/mnist"
  for name in {train,t10k}-images-idx3-ubyte {train,t10k}-labels-idx1-ubyte; do
    if [[ -e $data/$name ]]; then
      cp -- "$data/$name" "$work/mnist/$name"
    elif [[ -e $data/$name.gz ]]; then
      gzip -dc -- "$data/$name.gz" >"$work/mnist/$name"
    else
      echo "bench.sh: SKIPPED: there is no $name in $data: fetch MNIST with scripts/fetch_mnist.sh, or give --data" >&2
      exit 77
    fi
  done
  images=$(extent "$work/mnist/train-labels-idx1-ubyte" 4)
}

build_programs() {
  local log=$work/build-log
  say "building in $build"
  if ! {
    cmake -S "$root" -B "$build" -DDIGITNET_BUILD_TESTS=OFF -DDIGITNET_BUILD_BENCH=ON -DCMAKE_BUILD_TYPE=Release &&
      cmake --build "$build" --parallel "$(getconf _NPROCESSORS_ONLN)"
  } >"$log" 2>&1; then
    cat "$log" >&2
    exit 1
  fi
  build=$(cd -- "$build" && pwd)
  digitnet=$build/digitnet
  tools=$build/tests/bench
  : "${output:=$build/bench-results.jsonl}"
}

work=$(mktemp -d)
busy=
trap '[[ -z $busy ]] || kill "$busy"; rm -rf -- "$work"' EXIT
values=$work/values
touch "$values"

unpack_data
build_programs
find_peers
describe_machine >"$work/machine"
say "writing every measurement to $output"
begin_output
# Two passes: first all numbers, then all tables, so that a table is never cut by a message.
for part in ${parts//,/ }; do
  say "measuring: $part"
  "measure_$part"
done
cat "$work/machine"
for part in ${parts//,/ }; do
  "show_$part"
done
