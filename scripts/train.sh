#!/bin/sh
# From a fresh clone to a net that reads digits: scripts/train.sh [OPTION...]
#
# Installs what a build needs, builds, fetches MNIST (or takes the bundled digits where that fails), trains,
# evaluates, reads the pictures in data/samples, and makes a data set of them, and pictures of that. Every OPTION goes to `digitnet train`.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
program=$root/build/digitnet

# What the options say about the data and the model, for the commands after train.
data=${DIGITNET_DATA:-}
model=digitnet.safetensors
previous=
for argument in "$@"; do
  case $previous in
    --data) data=$argument ;;
    --output) model=$argument ;;
  esac
  case $argument in
    --data=*) data=${argument#*=} ;;
    --output=*) model=${argument#*=} ;;
  esac
  previous=$argument
done

headline() {
  printf '\n== %s\n' "$*"
}

headline "What a build needs"
"$root/scripts/install_dependencies.sh" build
echo "all there"

headline "Build"
if [ ! -f "$root/build/CMakeCache.txt" ]; then
  cmake -S "$root" -B "$root/build" -DDIGITNET_BUILD_TESTS=OFF
fi
cmake --build "$root/build" --parallel "$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)"

if [ -z "$data" ]; then
  headline "Fetch MNIST"
  data=$root/data/mnist
  if ! "$root/scripts/fetch_mnist.sh" "$data"; then
    echo "MNIST could not be fetched: training on the bundled digits in data/digits (1,438 instead of 60,000)"
    data=$root/data/digits
  fi
fi
export DIGITNET_DATA="$data"

headline "digitnet train $*"
"$program" train "$@"

headline "digitnet evaluate"
"$program" evaluate --model "$model"

headline "digitnet predict data/samples/*"
"$program" predict --model "$model" "$root"/data/samples/*.p?m

headline "digitnet pack data/samples, and back"
packed=$(mktemp -d)
trap 'rm -rf -- "$packed"' EXIT
"$program" pack "$root/data/samples" --test 0 --output "$packed/data" --model "$model"
"$program" show --to-png "$packed/pictures" "$packed/data/train-images-idx3-ubyte"
