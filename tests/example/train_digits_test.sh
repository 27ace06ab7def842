#!/usr/bin/env bash
# The example of README trains a net that is as good as it says, and tells what went wrong.
# shellcheck source-path=SCRIPTDIR source=../scripts/support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../scripts/support.sh"

example=${DIGITNET_EXAMPLE:?names the example}

begin its_model_is_as_good_as_it_says
run 0 "$example" "$root/data/digits" model.safetensors
grep -qxE 'test accuracy 0\.9[0-9]{3}' output || { cat output && fail "no accuracy above 0.9"; }
[[ $(grep -cE '^epoch [0-9]+: loss [0-9.]+$' output) -eq 10 && $(wc -l <output) -eq 11 ]] || { cat output && fail "not a line an epoch"; }
accuracy=$(sed -n 's/^test accuracy //p' output)
run 0 "$DIGITNET" evaluate --quiet --json --data "$root/data/digits" --model model.safetensors
found=$(sed -n 's/.*"test_accuracy":\([0-9.]*\).*/\1/p' output)
[[ $(LC_ALL=C printf '%.4f' "$found") == "$accuracy" ]] || fail "evaluate finds $found, not $accuracy"

run 0 "$DIGITNET" verify --quiet --data "$root/data/digits" model.safetensors
says "reproduced: the same"

begin data_that_is_missing_is_told
run 1 "$example" "$PWD/nowhere" model.safetensors
says "nowhere"
[[ $(wc -l <output) -eq 1 && ! -e model.safetensors ]] || fail "it said more, or saved something"

begin a_model_that_cannot_be_saved_is_told
run 1 "$example" "$root/data/digits" missing/model.safetensors
says "missing/model.safetensors"

begin wrong_usage_is_refused
run 2 "$example"
