#!/usr/bin/env bash
# The second example of README reads a picture as predict does, and tells what went wrong.
# shellcheck source-path=SCRIPTDIR source=../scripts/support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../scripts/support.sh"

example=$(dirname -- "${DIGITNET_EXAMPLE:?names the first example}")/read_picture
model=$root/data/pretrained.safetensors

begin it_reads_the_digit
run 0 "$example" "$model" "$root/data/samples/7-thin.pgm"
says "7"

begin a_missing_picture_is_told
run 1 "$example" "$model" nowhere.png
says "nowhere.png"

begin a_page_without_a_digit_has_none
{ printf 'P5 40 40 255\n' && head -c 1600 /dev/zero; } >empty.pgm
run 3 "$example" "$model" empty.pgm
says "no digit"

begin wrong_usage_is_refused
run 2 "$example"
