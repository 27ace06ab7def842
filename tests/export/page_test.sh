#!/usr/bin/env bash
# The page to draw on, without a browser: its scripts, run by node, give the library's answers to images, and read pictures of every kind as
# `digitnet predict` reads them. The long test has a browser.
# shellcheck source-path=SCRIPTDIR source=../scripts/support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../scripts/support.sh"
# shellcheck source-path=SCRIPTDIR source=support/agree.sh
source "$root/tests/export/support/agree.sh"
have node || exit 77

shipped=$root/data/pretrained.safetensors

# page_agrees MODEL NAME [OPTION...]: the page NAME.html, whose scores are the library's.
page_agrees() {
  local model=$1 name=$2
  shift 2
  run 0 "${DIGITNET:?}" export --quiet --to html --model "$model" --output "$name.html" "$@"
  "${DIGITNET_SCORES:?}" "$model" "$images" 200 ${1:+int8} >"$name.want" || fail "no scores of $model"
  run 0 node "$support/page.js" "$name.html" "$images" "$name.want"
  says agree
}

# reads MODEL NAME PICTURE...: the page NAME.html reads pictures as the library does, bit for bit: verdict, digit, probabilities, box, pixels.
reads() {
  local model=$1 name=$2
  shift 2
  node "$support/read.js" "$name.html" "$@" >"$name.found" || fail "$name: can't be read"
  "${DIGITNET_READ:?}" "$model" "$@" >"$name.want" || fail "$name: the library can't read"
  cmp "$name.want" "$name.found" || fail "$name: other answers in lines $(diff "$name.want" "$name.found" | grep -o '^[0-9,]*c' | tr '\n' ' ')"
}

# photographs WHAT: as the tests of pictures make them, of the bundled digits; their program wants MNIST's names.
photographs() {
  EVERY=1 DIGITNET_SOURCE=$root DIGITNET_MNIST=mnist "${DIGITNET_RATES:?}" "$1" 3 3 1 pictures >rates || { cat rates && fail "no photographs"; }
}

# write_pictures: files of every kind in the folder `pictures`.
write_pictures() {
  local file
  mkdir pictures mnist
  for file in "$root"/data/digits/*-ubyte; do
    gzip -c "$file" >"mnist/${file##*/}.gz"
  done
  node "$support/pictures.js" pictures "$images" 30 2 || fail "no pictures"
  photographs worse
  photographs two
  rm -f -- pictures/*.28.pnm
}

begin page
write_pictures
page_agrees "$shipped" shipped
reads "$shipped" shipped pictures/*
"$DIGITNET" predict --quiet --json --model "$shipped" pictures/* >json 2>/dev/null
[[ $? -eq 3 ]] || fail "predict says nothing of pictures without a digit"
run 0 node "$support/compare_json.js" shipped.found json pictures/*
cat output
for verdict in sure unsure several none; do
  says_not " 0 $verdict"
done
page_agrees "$shipped" whole --int8
[[ $(wc -c <whole.html) -lt 1600000 ]] || fail "the page with weights of 8 bits has $(wc -c <whole.html) bytes"

few=(pictures/drawing-00[0-5].pgm pictures/t*-0.pgm pictures/white-28.pgm)
run 0 "$DIGITNET" train --data "$root/data/digits" --epochs 1 --quiet --hidden 14,9 --dropout 0 --output deep
page_agrees deep deep
reads deep deep "${few[@]}"
page_agrees deep deep_whole --int8
run 0 "$DIGITNET" train --data "$root/data/digits" --epochs 1 --quiet --hidden 12 --classes 9,0 --loss mnist --lr 1 --output one
page_agrees one one
reads one one "${few[@]}"
page_agrees one one_whole --int8
for metric in l1 rmse; do
  run 0 "$DIGITNET" train --data "$root/data/digits" --quiet --arch mean --metric $metric --output $metric
  page_agrees $metric $metric
done
reads l1 l1 "${few[@]}"

begin temperature
run 0 "$DIGITNET" train --data "$root/data/digits" --epochs 12 --quiet --hidden 40 --augment none --calibrate yes --output calibrated
run 0 "$DIGITNET" export --quiet --to html --model calibrated --output calibrated.html
grep -q '"temperature":' calibrated.html || fail "the model has no temperature"
reads calibrated calibrated ../page/pictures/drawing-00?.pgm
