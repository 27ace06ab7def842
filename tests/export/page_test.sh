#!/usr/bin/env bash
# The page to draw on, without a browser: its scripts, run by node, give the library's answers. The long test has a browser.
# shellcheck source-path=SCRIPTDIR source=../scripts/support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../scripts/support.sh"
# shellcheck source-path=SCRIPTDIR source=support/agree.sh
source "$root/tests/export/support/agree.sh"
have node || exit 77

# page_agrees MODEL NAME [OPTION...]
page_agrees() {
  local model=$1 name=$2
  shift 2
  run 0 "${DIGITNET:?}" export --quiet --to html --model "$model" --output "$name.html" "$@"
  "${DIGITNET_SCORES:?}" "$model" "$images" 200 ${1:+int8} >"$name.want" || fail "no scores of $model"
  run 0 node "$support/page.js" "$name.html" "$images" "$name.want"
  says agree
}

begin page
page_agrees "$root/data/pretrained.safetensors" shipped
page_agrees "$root/data/pretrained.safetensors" whole --int8
run 0 "$DIGITNET" train --data "$root/data/digits" --epochs 1 --quiet --hidden 14,9 --dropout 0 --output deep
page_agrees deep deep
page_agrees deep deep_whole --int8
run 0 "$DIGITNET" train --data "$root/data/digits" --epochs 1 --quiet --hidden 12 --classes 9,0 --loss mnist --lr 1 --output one
page_agrees one one
page_agrees one one_whole --int8
for metric in l1 rmse; do
  run 0 "$DIGITNET" train --data "$root/data/digits" --quiet --arch mean --metric $metric --output $metric
  page_agrees $metric $metric
done
[[ $(wc -c <whole.html) -lt 1600000 ]] || fail "the page with weights of 8 bits has $(wc -c <whole.html) bytes"
