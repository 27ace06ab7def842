#!/usr/bin/env bash
# Exported nets at length: the shipped one by every compiler and processor that is here, on MNIST where that is here, and in ONNX Runtime;
# the errors of its whole numbers beside those of its floats; what the preset tiny needs and reaches on small processors.
# shellcheck source-path=SCRIPTDIR source=../scripts/support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../scripts/support.sh"
# shellcheck source-path=SCRIPTDIR source=../export/support/agree.sh
source "$root/tests/export/support/agree.sh"

shipped=$root/data/pretrained.safetensors
labels=$root/data/digits/t10k-labels-idx1-ubyte
count=359
if [[ -n ${DIGITNET_MNIST:-} ]]; then
  gzip -dc "$DIGITNET_MNIST/t10k-images-idx3-ubyte.gz" >"$work/images"
  gzip -dc "$DIGITNET_MNIST/t10k-labels-idx1-ubyte.gz" >"$work/labels"
  images=$work/images
  labels=$work/labels
  count=10000
else
  echo "SKIPPED: there is no MNIST in \$DIGITNET_MNIST: the bundled digits stand in"
fi
few=$((count < 1000 ? count : 1000))

# errors NAME: how many answers of NAME.want are wrong.
errors() {
  tail -c +9 "$labels" | od -An -v -tu1 -w1 | tr -d ' ' | paste -d ' ' - <(cut -c 1 "$1.want") | awk '$1 != $2' | wc -l
}

begin shipped_net_by_every_compiler
export_net "$shipped" float
export_net "$shipped" int8 --int8
for name in float int8; do
  agree $name "$count" gcc -O2
  ! have tcc || agree $name "$count" tcc
  for level in 0 1 3; do
    # shellcheck disable=SC2046 # words
    agree $name "$few" gcc -O$level $(fused)
  done
  have clang || continue
  # shellcheck disable=SC2046
  agree $name "$count" clang -O3 $(fused)
  for level in 0 1 2; do
    agree $name "$few" clang -O$level
  done
done

begin shipped_net_by_every_processor
export_net "$shipped" float
export_net "$shipped" int8 --int8
for level in 0 1 2 3; do
  agree_emulated float "$few" aarch64 -O$level
  agree_emulated float "$few" s390x -O$level
done
for name in float int8; do
  agree_emulated $name "$few" aarch64 -O2
  agree_emulated $name "$few" s390x -O2
  agree_bare $name "$few" cortex-m4
done

begin whole_numbers_err_as_floats_do
export_net "$shipped" float
export_net "$shipped" int8 --int8
echo "errors of $count: $(errors float) as floats, $(errors int8) in whole numbers"
[[ $(errors int8) -le $(($(errors float) + 3)) ]] || fail "too many errors"
[[ $(sed -n 's/^ \* constants *\([0-9]*\) bytes.*/\1/p' int8.h) -le 1100000 ]] || fail "too many constants"

begin tiny_on_small_processors
run 0 "${DIGITNET:?}" train --data "${DIGITNET_MNIST:-$root/data/digits}" --preset tiny --quiet --output tiny
export_net tiny float
export_net tiny int8 --int8
grep -E '^ \* (constants|variables|multiplications)' float.h int8.h
echo "errors of $count: $(errors float) as floats, $(errors int8) in whole numbers"
[[ $(sed -n 's/^ \* constants *\([0-9]*\) bytes.*/\1/p' int8.h) -le 32768 ]] || fail "too many constants"
[[ $count -lt 10000 || $(errors int8) -le 200 ]] || fail "too many errors"
for processor in cortex-m0 cortex-m4; do
  agree_bare int8 100 $processor
  agree_bare float 100 $processor
done

begin onnx_runtime
mkdir -p "$root/build-node"
if [[ ! -d $root/build-node/node_modules/onnxruntime-node ]] && have npm; then
  # Without its script, which would fetch libraries for graphics processors.
  npm install --prefix "$root/build-node" --ignore-scripts --no-audit --no-fund onnxruntime-node@1.20.1 >npm.log 2>&1 || cat npm.log
fi
cp "$shipped" shipped
agree_onnx shipped
