#!/usr/bin/env bash
# Exported C headers: by every compiler that is here, with and without optimization, the answers are the library's, bit for bit.
# shellcheck source-path=SCRIPTDIR source=../scripts/support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../scripts/support.sh"
# shellcheck source-path=SCRIPTDIR source=support/agree.sh
source "$root/tests/export/support/agree.sh"

have gcc || exit 77
fused=$(fused)
strict="-Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wdouble-promotion -Wshadow -Wcast-qual -Wundef -Werror"

# train NAME OPTION...: a small net, with biases that are not zero.
train() {
  local name=$1
  shift
  run 0 "${DIGITNET:?}" train --data "$root/data/digits" --epochs 1 --quiet --output "$name" "$@"
}

begin every_compiler_gives_the_librarys_bits
train deep --hidden 24,17 --dropout 0
for form in float int8; do
  # shellcheck disable=SC2046 # words
  export_net deep $form $([[ $form == float ]] || echo --int8)
  for level in 0 1 2 3; do
    # shellcheck disable=SC2086 # words
    agree $form 359 gcc -O$level $fused
  done
  # shellcheck disable=SC2086
  agree $form 359 gcc -O3 $fused -flto
  # shellcheck disable=SC2086
  agree $form 359 gcc -std=c99 -O2 $strict
  for compiler in g++ clang++; do
    # shellcheck disable=SC2086
    ! have $compiler || agree $form 359 $compiler -x c++ -std=c++98 -O2 $fused $strict
  done
  ! have tcc || agree $form 359 tcc
  have clang || continue
  for level in 0 3; do
    # shellcheck disable=SC2086
    agree $form 359 clang -O$level $fused $strict
  done
done

begin a_compiler_that_fuses_is_told_not_to
# The test would not notice anything if no compiler fused: gcc does, where its function does not say no.
if [[ -z $fused ]]; then
  echo "SKIPPED: no compiler here fuses"
else
  train deep --hidden 24,17 --dropout 0
  export_net deep float
  sed 's/, optimize("fp-contract=off")//' float.h >fusing.h
  cmp -s float.h fusing.h && fail "there is no such attribute"
  cp float.want fusing.want
  compile fusing 359 gcc -O3 "$fused"
  ./fusing.run <"$images" >fusing.found
  ! cmp -s fusing.want fusing.found || fail "gcc did not fuse: the attribute is not tested"
fi

begin nets_of_every_kind
train linear --arch linear
train two --classes 3,7 --hidden 12
train one --classes 9,0 --hidden 12 --loss mnist --lr 1
for net in linear two one; do
  export_net $net $net
  agree $net 359 gcc -O2
  export_net $net $net-int8 --int8
  agree $net-int8 359 gcc -O2
done
train warm --epochs 12 --hidden 40 --augment none --calibrate yes
for form in float int8; do
  # shellcheck disable=SC2046 # words
  export_net warm warm-$form $([[ $form == float ]] || echo --int8)
  grep -q 'divided by the temperature' warm-$form.h || fail "the net has no temperature"
  agree warm-$form 359 gcc -O2
done
grep -q '^9 .* 00000000$' one.want || fail "a single output has no second score of 0"
grep -qvE '^[37] ' two.want && fail "a net of threes and sevens answers something else"

begin two_nets_lie_side_by_side
train deep --hidden 24,17 --dropout 0
run 0 "$DIGITNET" export --quiet --to c --model deep --name first --output first.h
run 0 "$DIGITNET" export --quiet --to c --int8 --model deep --name second --output second.h
cat >both.c <<'END'
#include "first.h"
#include "second.h"
int main(void)
{
    static const uint8_t pixels[784];
    float scores[10];
    return first_predict(pixels, scores) != second_predict(pixels, scores);
}
END
# shellcheck disable=SC2086
run 0 gcc -std=c99 $strict both.c -o both
run 0 ./both

begin what_would_change_the_bits_is_refused
train deep --hidden 24,17 --dropout 0
export_net deep float
run 1 gcc -DHEADER='"float.h"' -DIMAGES=1 -I. -I"$support" -ffast-math "$support/answers.c" -o fast
says "compile without -ffast-math"
run 1 gcc -DHEADER='"float.h"' -DIMAGES=1 -I. -I"$support" -D__FLT_EVAL_METHOD__=2 -w "$support/answers.c" -o wide
says "compile with -msse2 -mfpmath=sse"
