#!/usr/bin/env bash
# Difficult pictures of MNIST's test digits are the same each time, and predict reads them.
# shellcheck source-path=SCRIPTDIR source=support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/support.sh"

command -v python3 >/dev/null || skip "there is no python3"
[[ -n ${DIGITNET_MNIST:-} && -e $DIGITNET_MNIST/t10k-labels-idx1-ubyte.gz ]] || skip "there is no MNIST in \$DIGITNET_MNIST"
make=$root/tests/data/make_difficult.py

begin the_same_pictures_are_made_again
run 0 python3 "$make" --count 2 "$DIGITNET_MNIST" few
run 0 python3 "$make" --count 1 "$DIGITNET_MNIST" fewer
for picture in fewer/*.pgm; do
  cmp -- "$picture" "few/${picture#*/}" || fail "$picture differs"
done
run 0 python3 "$make" --count 1 --seed 2 "$DIGITNET_MNIST" other
[[ $(ls fewer) != $(ls other) ]] || fail "another seed chose the same digits"

begin the_net_that_comes_with_the_program_reads_97_in_100
run 0 python3 "$make" --count 20 "$DIGITNET_MNIST" pictures
"$DIGITNET" predict --model "$root/data/pretrained.safetensors" --quiet pictures/*.pgm >answers || fail "predict ends with exit code $?"
# Pictures are called LABEL-NUMBER-KIND.pgm, lines are PATH, DIGIT, PROBABILITY.
awk -F '\t' '{
    name = $1; sub(/.*\//, "", name)
    kind = name; sub(/^[0-9]-[0-9]*-/, "", kind); sub(/\.pgm$/, "", kind)
    all++; of[kind]++
    if (substr(name, 1, 1) == $2) { right++; good[kind]++ }
  }
  END {
    for (kind in of) printf "%-13s %d of %d\n", kind, good[kind], of[kind]
    printf "%d of %d are right\n", right, all
    exit !(all >= 300 && right >= 0.97 * all)
  }' answers || fail "too few"
