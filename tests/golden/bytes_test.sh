#!/usr/bin/env bash
# The bytes of models, as released: the same data, settings and seed give the same file for ever, unless the file's format version
# changes. A checksum here is never written anew.
# shellcheck source-path=SCRIPTDIR source=../scripts/support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../scripts/support.sh"

data=$root/data/digits

# makes SHA256 OPTION...: so trained, the model's file has that checksum.
makes() {
  local expected=$1 found
  shift
  "$DIGITNET" train --quiet --data "$data" "$@" --output model >/dev/null || fail "$*: not trained"
  found=$(sha256sum <model)
  [[ ${found%% *} == "$expected" ]] || fail "$*: SHA-256 ${found%% *}, $expected expected"
}

# The first five name what was the default then.
begin models_have_the_bytes_of_their_release
makes f270c4c638088954fce09bb7eefd1cf9d1956661a2a2ae89784b3bb8a241c6cf --hidden 32 --epochs 2 --dropout 0.3 --augment none
makes 74cc5ef8994eb2c943a88e2c27c68d658551d9ebe01416fd08f9c9129cf299ff --hidden 20,10 --epochs 3 --momentum 0 --augment elastic --average 0.9 --classes 3,7 --loss mnist --dropout 0.3
makes 1ea5691f51ade0e1d4f644db7782ffad744f0dbf67c9506d0395fef4b2660b89 --arch linear --epochs 2 --batch-size 10 --schedule cosine --warmup 0.5 --weight-decay 0.001 --seed 9 --dropout 0.3 --augment none
makes b29156d5f59f1df907e495016175037f21139ad1ab28bb3b218259ba4a66c852 --arch mean --metric rmse --dropout 0.3 --augment none
makes f644df3906a59dc2b3a0aaa3dda5c704922c6cd7f04dd1bfefe8a7fe15a15410 --hidden 20,10 --epochs 3 --augment hands --strength 0.8 --classes 7,1,4 --dropout 0.3
makes 2c14afee6b9fdcf0097fd125539a0750df0798e025100472c7eaedab72fcbf46 --hidden 32 --epochs 2
