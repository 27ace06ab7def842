#!/usr/bin/env bash
# The scripts that made data/ make it again to the byte, and notice when a byte differs.
# shellcheck source-path=SCRIPTDIR source=../scripts/support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../scripts/support.sh"

command -v python3 >/dev/null || skip "there is no python3"

begin the_samples_are_made_again_to_the_byte
run 0 python3 "$root/scripts/make_samples.py" --check

begin a_sample_that_differs_is_told
cp -R "$root/data/samples" samples
printf x | dd of=samples/7-thin.pgm bs=1 seek=900 conv=notrunc status=none
run 1 python3 "$root/scripts/make_samples.py" --check --output samples
says "7-thin.pgm differs"

begin the_digits_are_made_again_to_the_byte
source_file=
for folder in /usr/lib/python3/dist-packages $(python3 -c 'import sys; print(*sys.path)'); do
  [[ ! -e $folder/sklearn/datasets/data/digits.csv.gz ]] || source_file=$folder/sklearn/datasets/data/digits.csv.gz
done
[[ -n $source_file ]] || skip "the digits' source is not there: python3-sklearn has it (the samples are checked)"
run 0 python3 "$root/scripts/make_digits.py" --check "$source_file"

begin another_source_is_refused
echo "1,2,3" | gzip >other.csv.gz
run 1 python3 "$root/scripts/make_digits.py" --check other.csv.gz
says "other.csv.gz: SHA-256 of the contents is"
