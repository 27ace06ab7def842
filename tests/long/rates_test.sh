#!/usr/bin/env bash
# How well pictures are read, by kind, on ten seeds that nothing was tuned on, 10 pictures of each kind a seed: the table, and floors a
# little below what was measured. The pictures depend on the seeds alone, so the numbers are the same every time.
# shellcheck source-path=SCRIPTDIR source=../scripts/support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../scripts/support.sh"

[[ -n ${DIGITNET_MNIST:-} && $DIGITNET_MNIST != *NOTFOUND ]] || skip "there is no MNIST to paint pictures from"
export DIGITNET_SOURCE=$root
missed=0

# rates WHAT FIRST_SEED LAST_SEED COUNT: run picture_rates; the lines of its table go to the file `lines`, and are printed.
rates() {
  begin "$1"
  run 0 "${DIGITNET_RATES:?}" "$@"
  grep -E '^[^ ].* of +[0-9]+ (digits )?read' output | tee lines
  [[ -s lines ]] || fail "there is no table"
}

# at_least NAME READ [WRONG]: in each line whose name matches, at least READ percent are read and at most WRONG percent wrong without a note.
at_least() {
  awk -v name="$1" -v least="$2" -v most="${3:-100}" '
    {
      split($0, part, / +[0-9]+ of +/)
      sub(/:$/, "", part[1])
      if (part[1] !~ "^(" name ")$") next
      found = 1
      match($0, /[0-9]+ of +[0-9]+/); split(substr($0, RSTART, RLENGTH), count, / of +/)
      wrong = 0
      if (match($0, /[0-9]+ wrong/)) wrong = substr($0, RSTART, RLENGTH) + 0
      if (100 * count[1] >= least * count[2] && 100 * wrong <= most * count[2]) next
      print "BELOW: " part[1] ": at least " least " % read and at most " most " % wrong without a note are wanted"
      below = 1
    }
    END { if (!found) print "there is no line " name; exit below || !found }' lines || missed=1
}

rates digits 61 70 10
at_least '.*' 92
at_least all 98 0.5
rates worse 61 70 10
at_least all 95.5 0.8
rates none 61 70 10
at_least 'all without a digit' 94 2
rates two 61 70 10
at_least apart 99
at_least near 98
at_least touching 87
rates rows 61 70 10
at_least '.* rows' 97
rates pages 61 70 4
at_least '.* x .*' 92
rates difficult 61 61 20
at_least all 98.7
rates mnist 0 0 0
at_least 'mnist.*' 99.5

handwriting=${DIGITNET_HANDWRITING:-$root/../shared/handwriting}
if [[ -d $handwriting ]]; then
  export DIGITNET_HANDWRITING=$work/handwriting
  mkdir "$DIGITNET_HANDWRITING"
  ln -s "$(cd -- "$handwriting" && pwd)"/*.gz "$DIGITNET_HANDWRITING/"
  tar -xzf "$handwriting/sudoku-cells.tar.gz" -C "$DIGITNET_HANDWRITING"
  rates usps 0 0 2
  at_least usps 97.8
  rates optdigits 0 0 2
  at_least optdigits 98.3
  rates sudoku 0 0 2
  at_least sudoku 97.9
else
  echo "SKIPPED: other hands: there is no $handwriting"
fi
[[ $missed -eq 0 ]] || fail "some rates are below their floors"
