# shellcheck shell=bash
# For the tests that compile an exported net: whose answers must be the library's, bit for bit. Source it behind scripts/support.sh.

support=${root:?}/tests/export/support
# shellcheck disable=SC2034 # for the tests that source this
images=$root/data/digits/t10k-images-idx3-ubyte

# have PROGRAM: or say loudly that it is missing.
have() {
  type -P "$1" >/dev/null || {
    echo "SKIPPED: $1 is not here"
    return 1
  }
}

# export_net MODEL NAME [OPTION...]: the header NAME.h, and in NAME.want the library's answers to all images.
export_net() {
  local model=$1 name=$2
  shift 2
  run 0 "${DIGITNET:?}" export --quiet --to c --model "$model" --output "$name.h" "$@"
  "${DIGITNET_SCORES:?}" "$model" "$images" 100000 ${1:+int8} >"$name.want" || fail "no scores of $model"
}

# compile NAME COUNT COMPILER...: the program NAME.run, which answers the first COUNT images.
compile() {
  local name=$1 count=$2 classes
  shift 2
  classes=$(head -n 1 "$name.want" | wc -w)
  run 0 "$@" -DHEADER="\"$name.h\"" -DIMAGES="$count" -DCLASSES=$((classes - 1)) -I. -I"$support" "$support/answers.c" -o "$name.run"
  [[ ! -s output ]] || { cat output && fail "warnings of $*"; }
}

# same NAME COUNT WHAT: the answers in NAME.found are the first COUNT of those wanted.
same() {
  head -n "$2" "$1.want" | cmp -s - "$1.found" || fail "$1: other scores by $3"
  [[ -s $1.found ]] || fail "$1: no scores by $3"
}

# agree NAME COUNT COMPILER...: the answers of a program of this machine.
agree() {
  local name=$1 count=$2
  compile "$@"
  shift 2
  "./$name.run" <"$images" >"$name.found" || fail "$name: does not run: $*"
  same "$name" "$count" "$*"
}

# fused: the options by which compilers of this machine may fuse a product and a sum, or nothing where it can't.
fused() {
  if grep -qsw fma /proc/cpuinfo; then
    echo -mfma
  elif [[ $(uname -m) =~ ^(x86_64|i.86)$ ]]; then
    echo "SKIPPED: this processor has no fused multiply-add" >&2
  fi
}

# agree_emulated NAME COUNT PROCESSOR OPTION...: the answers of a program of another processor with Linux, aarch64 or s390x.
agree_emulated() {
  local name=$1 count=$2 processor=$3 emulator
  shift 3
  emulator=$(type -P "qemu-$processor" "qemu-$processor-static" | head -n 1)
  [[ -n $emulator ]] || { echo "SKIPPED: qemu-$processor is not here" && return; }
  have "$processor-linux-gnu-gcc" || return 0
  compile "$name" "$count" "$processor-linux-gnu-gcc" -static "$@"
  "$emulator" "./$name.run" <"$images" >"$name.found" || fail "$name: does not run on $processor"
  same "$name" "$count" "$processor-linux-gnu-gcc $*"
}

# Emulated, an instruction takes 2^5 ns.
instruction_ns=32

# agree_bare NAME COUNT PROCESSOR: the answers of a processor without a system, cortex-m0 or cortex-m4, and the instructions that one
# takes, counted by the emulator.
agree_bare() {
  local name=$1 count=$2 processor=$3 options='' machine=microbit tick_ns=62.5 address=0x28000 ticks
  have arm-none-eabi-gcc && have qemu-system-arm || return 0
  if [[ $processor == cortex-m4 ]]; then
    options="-mfloat-abi=hard -mfpu=fpv4-sp-d16"
    machine=mps2-an386
    tick_ns=40
    address=0x21000000
  fi
  tail -c +17 "$images" | head -c $((784 * count)) >pixels
  # shellcheck disable=SC2086 # words
  compile "$name" "$count" arm-none-eabi-gcc -mcpu="$processor" -mthumb $options -O2 -DBARE -DIMAGES_AT=$address -nostartfiles \
    --specs=nosys.specs -T "$support/bare.ld" "$support/bare.c"
  timeout 120 qemu-system-arm -M $machine -nographic -monitor none -serial none -icount shift=5 \
    -semihosting-config enable=on,target=native -kernel "$name.run" -device loader,file=pixels,addr=$address,force-raw=on >"$name.printed" 2>&1 || fail "$name: does not run on a $processor"
  grep -v '#' "$name.printed" >"$name.found"
  same "$name" "$count" "a $processor"
  ticks=$(sed -n 's/^# //p' "$name.printed")
  awk -v what="$name, $processor" -v ticks="$ticks" -v ns=$tick_ns -v each=$instruction_ns -v count="$count" \
    'BEGIN { printf "%s: %.0f instructions an image\n", what, ticks * ns / each / count }'
}

# agree_onnx MODEL: ONNX's checker, and ONNX Runtime where build-node has it.
agree_onnx() {
  local model=$1 runtime=$root/build-node/node_modules/onnxruntime-node temperature
  run 0 "${DIGITNET:?}" export --quiet --to onnx --model "$model" --output "$model.onnx"
  "${DIGITNET_SCORES:?}" "$model" "$images" 100000 >"$model.want" || fail "no scores of $model"
  if /usr/bin/python3 -c 'import numpy, onnx' 2>/dev/null; then
    run 0 /usr/bin/python3 "$support/check_onnx.py" "$model.onnx" "$images" "$model.want"
    cat output
  else
    echo "SKIPPED: python3 has no onnx"
  fi
  if [[ -d $runtime ]] && have node; then
    temperature=$(grep -a -o '"temperature":"[^"]*"' "$model" | cut -d '"' -f 4)
    run 0 node "$support/onnx_scores.js" "$runtime" "$model.onnx" "$images" "$model.want" "$temperature"
    cat output
  else
    echo "SKIPPED: onnxruntime-node is not in build-node"
  fi
}
