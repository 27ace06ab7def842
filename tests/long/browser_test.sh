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

# page NAME [OPTION...]: 100 drawings on the page are read as the library reads them, bit for bit; by weights of 8 bits, which the library has
# none of, as the page's scripts read them in node, and nearly all as the same digit.
page() {
  local name=$1 right
  shift
  begin "$name"
  run 0 "${DIGITNET:?}" export --quiet --to html --model "$shipped" --output page.html "$@"
  "${DIGITNET_SCORES:?}" "$shipped" "$images" 1000 ${1:+int8} >want || fail "no scores"
  run 0 node "$support/browser.js" "$browser" "$PWD/page.html" "$images" "$PWD/want" "$PWD" 100
  cat output
  "${DIGITNET_READ:?}" "$shipped" drawing-*.pgm >wanted || fail "the drawings can't be read"
  "$DIGITNET" predict --quiet --json --model "$shipped" drawing-*.pgm >json 2>/dev/null
  if [[ -z ${1:-} ]]; then
    cmp found wanted || fail "the library reads the drawings otherwise"
    run 0 node "$support/compare_json.js" found json drawing-*.pgm
    cat output
  else
    node "$support/read.js" page.html drawing-*.pgm | cmp - found || fail "node reads the drawings otherwise"
    right=$(paste -d ' ' <(cut -d ' ' -f 1,2 found) <(cut -d ' ' -f 1,2 wanted) | awk '$1 == $3 && $2 == $4' | wc -l)
    echo "$right of 100 drawings have the verdict and the digit that the floats give"
    [[ $right -ge 95 ]] || fail "too few"
  fi
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

page float_page
page whole_page --int8

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
