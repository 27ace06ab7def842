#!/bin/sh
# The same seed must give the same bytes on every machine: scripts/check_same_bytes_everywhere.sh [--build FOLDER] [TARGET...]
#
# Builds digitnet for every TARGET (default: all; --list names them): with gcc and clang, without optimization and with all
# of it, with each set of kernels, for processors with 32 bits, with other floating-point instructions, and with the other
# order of bytes, which an emulator runs. Each trains with 1 and with 3 threads. All models and checkpoints must be equal, and
# so must be what each says when it reads the first target's model and data/pretrained.safetensors.
#
# A target whose compiler or emulator is missing, or whose instructions this processor lacks, is SKIPPED. The builds stay in
# FOLDER, default build-everywhere.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
build=$root/build-everywhere
wanted=

# NAME COMPILER EMULATOR CMAKE_OPTION...; an emulator of another processor, "-" for none.
targets() {
  cat <<'END'
gcc-O0             gcc                    -             -DCMAKE_BUILD_TYPE=Debug
gcc-O3             gcc                    -
gcc-O3-native      gcc                    -             -DCMAKE_C_FLAGS=-march=native
gcc-O3-no-threads  gcc                    -             -DDIGITNET_THREADS=OFF
gcc-O3-portable    gcc                    -             -DDIGITNET_KERNELS=portable
gcc-O3-avx2        gcc                    -             -DDIGITNET_KERNELS=avx2
gcc-O3-avx512      gcc                    -             -DDIGITNET_KERNELS=avx512
clang-O0           clang                  -             -DCMAKE_BUILD_TYPE=Debug
clang-O2           clang                  -             -DCMAKE_C_FLAGS_RELEASE=-O2
clang-O3-native    clang                  -             -DCMAKE_C_FLAGS=-march=native
clang-O3-portable  clang                  -             -DDIGITNET_KERNELS=portable
clang-O3-avx2      clang                  -             -DDIGITNET_KERNELS=avx2
clang-O3-avx512    clang                  -             -DDIGITNET_KERNELS=avx512
musl               musl-gcc               -             -DCMAKE_EXE_LINKER_FLAGS=-static
i686               i686-linux-gnu-gcc     qemu-i386     -DCMAKE_SYSTEM_PROCESSOR=i686
i686-O0            i686-linux-gnu-gcc     qemu-i386     -DCMAKE_SYSTEM_PROCESSOR=i686 -DCMAKE_BUILD_TYPE=Debug
aarch64            aarch64-linux-gnu-gcc  qemu-aarch64  -DCMAKE_SYSTEM_PROCESSOR=aarch64
aarch64-O0         aarch64-linux-gnu-gcc  qemu-aarch64  -DCMAKE_SYSTEM_PROCESSOR=aarch64 -DCMAKE_BUILD_TYPE=Debug
s390x              s390x-linux-gnu-gcc    qemu-s390x    -DCMAKE_SYSTEM_PROCESSOR=s390x
s390x-O0           s390x-linux-gnu-gcc    qemu-s390x    -DCMAKE_SYSTEM_PROCESSOR=s390x -DCMAKE_BUILD_TYPE=Debug
s390x-vectors      s390x-linux-gnu-gcc    qemu-s390x    -DCMAKE_SYSTEM_PROCESSOR=s390x -DCMAKE_C_FLAGS=-march=z14
END
}

usage() {
  echo "usage: check_same_bytes_everywhere.sh [--build FOLDER] [TARGET...] | --list" >&2
  exit 2
}

# find_emulator NAME: some systems have but the one that is linked statically.
find_emulator() {
  command -v "$1" || command -v "$1-static" || true
}

# links_static COMPILER: a compiler for another processor may be there without a C library for it.
links_static() {
  echo 'int main(void) { return 0; }' >"$work/probe.c"
  "$1" -static "$work/probe.c" -o "$work/probe" >/dev/null 2>&1
}

# compile TARGET COMPILER EMULATOR OPTION...: the program. Else the reason is in $work/reason, and 77: it can't be had here.
compile() {
  folder=$build/$1
  compiler=$2
  emulator=$3
  shift 3
  if ! command -v "$compiler" >/dev/null 2>&1; then
    echo "$compiler is not here" >"$work/reason"
    return 77
  fi
  if [ "$emulator" != - ]; then
    if [ -z "$(find_emulator "$emulator")" ]; then
      echo "$emulator is not here" >"$work/reason"
      return 77
    elif ! links_static "$compiler"; then
      echo "$compiler has no static C library here" >"$work/reason"
      return 77
    fi
    set -- -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_EXE_LINKER_FLAGS=-static "$@"
  fi
  if ! { cmake -S "$root" -B "$folder" -DCMAKE_C_COMPILER="$compiler" -DCMAKE_BUILD_TYPE=Release -DDIGITNET_WERROR=ON \
    -DDIGITNET_BUILD_TESTS=OFF "$@" && cmake --build "$folder" --parallel 2; } >"$work/log" 2>&1; then
    cat "$work/log"
    echo "it can't be built, see above" >"$work/reason"
    return 1
  fi
}

# digitnet ARGUMENT...: the target's program, by its emulator if it needs one.
digitnet() {
  if [ "$emulator" = - ]; then
    "$folder/digitnet" "$@"
  else
    "$(find_emulator "$emulator")" "$folder/digitnet" "$@"
  fi
}

# train OUTPUT THREADS OPTION...
train() {
  model=$1
  threads=$2
  shift 2
  digitnet train --data "$root/data/digits" --limit 300 --quiet --threads "$threads" --output "$model" "$@"
}

# train_all FOLDER THREADS: all parts of a training have their turn.
train_all() {
  train "$1/deep.safetensors" "$2" --epochs 2 --hidden 256,70 --batch-size 16 --momentum 0.9 --nesterov yes --dropout 0.2 \
    --average 0.9 --augment elastic --valid 0.1 --weight-decay 0.0001 --schedule one-cycle --seed 7 \
    --checkpoint "$1/checkpoint" &&
    train "$1/linear.safetensors" "$2" --epochs 2 --arch linear --loss bce --lr 1 --batch-size 7 --schedule cosine --warmup 0.5 \
      --augment affine --valid 0.2 --patience 1 &&
    train "$1/pair.safetensors" "$2" --epochs 2 --classes 3,7 --loss mnist --hidden 30 --momentum 0.5 --nesterov no --dropout 0 \
      --augment shift --valid 0 --schedule linear &&
    train "$1/mean.safetensors" "$2" --arch mean --metric rmse
}

# read_model FOLDER THREADS: what is said of the first target's model, and by the one that comes with digitnet. The files have the same names for all.
read_model() {
  digitnet evaluate --data "$root/data/digits" --model "$work/model.safetensors" --threads "$2" >"$1/evaluate" &&
    digitnet predict --model "$work/model.safetensors" "$root"/data/samples/*.p?m >"$1/predict" &&
    digitnet predict --model "$root/data/pretrained.safetensors" "$root"/data/samples/*.p?m >"$1/pretrained" &&
    digitnet info "$work/model.safetensors" "$root/data/digits/train-images-idx3-ubyte" >"$1/info" &&
    digitnet lr-find --data "$root/data/digits" --limit 300 --hidden 20 --threads "$2" >"$1/lr-find"
}

# run_target THREADS: its files are in $work/THREADS; those of the first are kept in $work/first.
run_target() {
  rm -rf "${work:?}/$1"
  mkdir "$work/$1"
  train_all "$work/$1" "$1" >"$work/$1/train" 2>"$work/log" || return 1
  [ -e "$work/model.safetensors" ] || cp "$work/$1/deep.safetensors" "$work/model.safetensors"
  read_model "$work/$1" "$1" 2>"$work/log" || return 1
  [ -d "$work/first" ] || cp -R "$work/$1" "$work/first"
}

# differences THREADS: the files that are not like the first target's.
differences() {
  for file in "$work/first"/*; do
    cmp -s "$file" "$work/$1/${file##*/}" || printf ' %s' "${file##*/}"
  done
}

row() {
  printf '%-18s %-8s %-64s  %s\n' "$@"
}

# digest THREADS: of all models and the checkpoint together.
digest() {
  cat "$work/$1"/*.safetensors "$work/$1/checkpoint" >"$work/together"
  cmake -E sha256sum "$work/together" | cut -d ' ' -f 1
}

fail() {
  row "$@"
  failed=1
}

# lacks_instructions: did the last run say that its kernels are not for this processor?
lacks_instructions() {
  grep -q "this processor can't run the\|this program was built without" "$work/log"
}

check_target() {
  name=$1
  result=0
  compile "$@" || result=$?
  if [ $result -eq 77 ]; then
    row "$name" - SKIPPED "$(cat "$work/reason")"
    return
  elif [ $result -ne 0 ]; then
    fail "$name" - FAILED "$(cat "$work/reason")"
    return
  fi
  for threads in 1 3; do
    if run_target "$threads"; then
      different=$(differences "$threads")
      compared=$((compared + 1))
      [ -z "$different" ] || failed=1
      row "$name" "$threads" "$(digest "$threads")" "${different:+DIFFERENT:$different}"
    elif lacks_instructions; then
      row "$name" "$threads" SKIPPED "$(sed -n "s/^digitnet: //p" "$work/log")"
    else
      cat "$work/log"
      fail "$name" "$threads" FAILED "see above"
    fi
  done
}

while [ $# -gt 0 ]; do
  case $1 in
    --list)
      targets | cut -d ' ' -f 1
      exit
      ;;
    --build)
      [ $# -gt 1 ] || usage
      build=$2
      shift
      ;;
    *)
      targets | grep -q "^$1 " || usage
      wanted="$wanted $1 "
      ;;
  esac
  shift
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=
compared=0
targets >"$work/targets"
row target threads "SHA-256 of all models and the checkpoint" ""
while read -r name rest <&3; do
  case ${wanted:-" $name "} in
    *" $name "*)
      # shellcheck disable=SC2086 # words on purpose
      check_target "$name" $rest
      ;;
  esac
done 3<"$work/targets"

if [ -n "$failed" ]; then
  echo "check_same_bytes_everywhere.sh: FAILED" >&2
  exit 1
elif [ $compared -eq 0 ]; then
  echo "check_same_bytes_everywhere.sh: no target could run here, nothing was compared" >&2
  exit 1
fi
echo "check_same_bytes_everywhere.sh: all $compared runs gave the same bytes"
