#!/usr/bin/env bash
# scripts/teach.sh on the bundled digits: a row a seed, and what it says where it can't run.
# shellcheck source-path=SCRIPTDIR source=support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/support.sh"

teach=$root/scripts/teach.sh
hand=$root/data/digits/t10k-images-idx3-ubyte
"${DIGITNET:?}" train --quiet --data "$root/data/digits" --hidden 16 --epochs 4 --output "$work/model" >/dev/null
usual=(--program "$DIGITNET" --data "$root/data/digits" --from "$work/model" --pictures 100)

begin a_row_is_a_seed
run 0 "$teach" "${usual[@]}" --seeds 1,7 --train "--epochs 1 --lr 0.0001 --valid 0" "$hand"
share='[0-9]+ \([0-9]+\.[0-9]+ %\)'
for seed in 1 7; do
  grep -qE "^\| $seed \| $share \| $share \| $share \| $share \| [0-9]+ \|$" output || { cat output && fail "no row of seed $seed"; }
done
says "errors on the other 259, before"

begin a_net_that_forgets_is_told_of
run 1 "$teach" "${usual[@]}" --seeds 1 --train "--limit 100 --repeat 9,1 --classes 0,1,2,3,4,5,6,7,8,9 --epochs 3 --lr 3 --momentum 0 --schedule constant --valid 0" "$hand"
says "MNIST's own error rose by more than 0.05 points"

if [[ ${DIGITNET_ISO_PLATFORM:-OFF} == OFF ]]; then # no other build can list a folder
  begin images_of_other_extents_become_pictures
  blank=0000000000000000
  bar=0000000zz0000000
  one=$blank$blank$blank$bar$bar$bar$bar$bar$bar$bar$bar$bar$bar$blank$blank$blank # 16 x 16
  { printf '\0\0\10\3\0\0\0\4\0\0\0\20\0\0\0\20' && printf %s "$one$one$one$one" | tr '0z' '\0\377'; } >small-images-idx3-ubyte
  printf '\0\0\10\1\0\0\0\4\1\1\1\1' >small-labels-idx1-ubyte
  run 0 "$teach" "${usual[@]}" --pictures 2 --seeds 1 --train "--epochs 1 --lr 0.0001 --valid 0" small-images-idx3-ubyte
  says "errors on the other 2, before"
fi

begin what_is_missing_is_skipped_loudly
run 77 "$teach" --program "$DIGITNET"
says "SKIPPED: no hand was named"
run 77 "$teach" --program "$DIGITNET" nowhere
says "SKIPPED: nowhere: there is no such hand"
run 77 "$teach" --program "$DIGITNET" --data nowhere "$hand"
says "SKIPPED: there is no MNIST in nowhere"

begin wrong_usage_is_refused
run 2 "$teach" --seeds
says "needs a value"
run 2 "$teach" --program "$DIGITNET" --seeds x "$hand"
says "give numbers with commas between"
run 2 "$teach" "${usual[@]}" --pictures 359 "$hand"
says "leaves none to test with"
run 2 "$teach" --nonsense
says "there is no such option"
run 0 "$teach" --help
says "--pictures N"
