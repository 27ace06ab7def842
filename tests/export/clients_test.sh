#!/usr/bin/env bash
# Exported nets where they are used, briefly: an Arm processor without a system, other processors with Linux, and what reads ONNX. The
# long test does the same at length.
# shellcheck source-path=SCRIPTDIR source=../scripts/support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../scripts/support.sh"
# shellcheck source-path=SCRIPTDIR source=support/agree.sh
source "$root/tests/export/support/agree.sh"

begin clients
run 0 "${DIGITNET:?}" train --data "$root/data/digits" --epochs 1 --quiet --hidden 14,9 --dropout 0 --output deep
run 0 "$DIGITNET" train --data "$root/data/digits" --epochs 1 --quiet --hidden 12 --classes 9,0 --loss mnist --lr 1 --output one
export_net deep float
export_net deep int8 --int8
for name in float int8; do
  agree_bare $name 30 cortex-m0
  agree_bare $name 30 cortex-m4
  agree_emulated $name 359 aarch64 -O2
  agree_emulated $name 359 s390x -O2
done
agree_onnx deep
agree_onnx one
run 0 "$DIGITNET" train --data "$root/data/digits" --epochs 12 --quiet --hidden 40 --augment none --calibrate yes --output warm
grep -aq '"temperature":' warm || fail "the net has no temperature"
agree_onnx warm
