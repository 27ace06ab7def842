#!/usr/bin/env bash
# The page to draw on and the report, in a browser without a window: the page's answers are the library's, and its drawings, saved, are read
# and prepared alike; the report shows the numbers of evaluate. DIGITNET_SCREENSHOTS is a folder for pictures to look at.
# shellcheck source-path=SCRIPTDIR source=../scripts/support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../scripts/support.sh"
# shellcheck source-path=SCRIPTDIR source=../export/support/agree.sh
source "$root/tests/export/support/agree.sh"

shipped=$root/data/pretrained.safetensors
data=$root/data/digits
have node || exit 77
browser=$(type -P chromium chromium-browser google-chrome | head -n 1)
[[ -n $browser ]] || skip "there is no Chromium here"
if [[ -n ${DIGITNET_MNIST:-} ]]; then
  data=$DIGITNET_MNIST
  gzip -dc "$data/t10k-images-idx3-ubyte.gz" >"$work/images"
  images=$work/images
else
  echo "SKIPPED: there is no MNIST in \$DIGITNET_MNIST: the bundled digits stand in"
fi

# keep_screenshots NAME: copy them where somebody can look at them.
keep_screenshots() {
  local shot
  for shot in *.png; do
    [[ -z ${DIGITNET_SCREENSHOTS:-} ]] || cp -- "$shot" "$DIGITNET_SCREENSHOTS/$1-$shot"
  done
}

# page NAME DRAWINGS [OPTION...]
page() {
  local name=$1 drawings=$2
  shift 2
  begin "$name"
  run 0 "${DIGITNET:?}" export --quiet --to html --model "$shipped" --output page.html "$@"
  "${DIGITNET_SCORES:?}" "$shipped" "$images" 1000 ${1:+int8} >want || fail "no scores"
  run 0 node "$support/browser.js" "$browser" "$PWD/page.html" "$images" "$PWD/want" "$PWD" "$drawings"
  cat output
  "${DIGITNET_PREPARE:?}" drawing-*.pgm >prepared || fail "the drawings can't be read"
  run 0 node "$support/compare_pixels.js" pixels prepared
  cat output
  run 0 "$DIGITNET" predict --quiet --model "$shipped" drawing-*.pgm
  cut -f 2 output | cmp - digits || fail "predict reads the drawings otherwise"
  keep_screenshots "$name"
}

# report NAME MODEL DATA [LOG]...: the report of a model, whose path may be anything.
report() {
  local name=$1 model=$2 data=$3
  shift 3
  run 0 "$DIGITNET" evaluate --quiet --model "$model" --data "$data"
  mv output evaluation
  run 0 "$DIGITNET" report --quiet --model "$model" --data "$data" --output "$name.html" "$@"
  run 0 node "$support/report.js" "$browser" "$PWD/$name.html" "$PWD/evaluation" "$PWD"
  cat output
  keep_screenshots "$name"
}

page float_page 100
page whole_page 10 --int8

begin report
report shipped "$shipped" "$data"
odd='<script>hacked = 1<slash>'
mkdir "$odd"
run 0 "$DIGITNET" train --quiet --data "$root/data/digits" --hidden 20 --epochs 3 --valid 200 --output "$odd/<img src=x onerror=hacked=1>" --log "$odd/--><script>hacked=1;.jsonl"
run 0 "$DIGITNET" train --quiet --data "$root/data/digits" --hidden 30 --epochs 5 --valid 200 --output second --log second.jsonl
report odd "$odd/<img src=x onerror=hacked=1>" "$root/data/digits" second.jsonl "$odd/--><script>hacked=1;.jsonl"
run 0 "$DIGITNET" train --quiet --data "$root/data/digits" --arch mean --output mean
report mean mean "$root/data/digits"
run 0 "$DIGITNET" train --quiet --data "$root/data/digits" --classes 3,7 --loss mnist --hidden 5 --epochs 2 --lr 1 --output two
report two two "$root/data/digits"
