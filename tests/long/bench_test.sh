#!/usr/bin/env bash
# scripts/bench.sh --quick on the bundled digits: all of it runs and shows every table. The numbers are not looked at.
# shellcheck source-path=SCRIPTDIR source=../scripts/support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../scripts/support.sh"

bench=$root/scripts/bench.sh
build=$work/build
command -v cmake >/dev/null || skip "cmake is not here"

begin every_table_is_shown
run 0 "$bench" --quick --data "$root/data/digits" --build "$build" --python "$work/none"
says "kernels: "
says "1438 images to learn from, of which --quick takes 500"
for row in "784-128-10 | 64 " "784-800-10 | 64 " "784-512-256-10 | 128 "; do
  for threads in 1 2; do
    grep -qE "^\| $row\| [0-9.]+ \([0-9.-]+\), \`--threads $threads\` \|" output || { cat output && fail "no line of $row, $threads threads"; }
  done
done
# shellcheck disable=SC2016 # a table's code marks
for row in '`evaluate`, 359 images from plain IDX' '`predict` one PGM, 784-128-10' '`train --preset fast`, start to saved model'; do
  grep -qE "^\| $row \| [0-9.]+ \(" output || { cat output && fail "no line of $row"; }
done
says "### Peak memory"
says "| images | net | threads | seconds an epoch |"
[[ $(grep -cE '^\| (1|8|64|1024) \| [0-9.]+ \| [0-9.]+ \| [0-9.]+ \|$' output) -eq 8 ]] || { cat output && fail "not 2 x 4 lines of two threads against one"; }
grep -qE '^\| portable \| [0-9.]+ \([0-9.-]+\) \| [0-9.]+ \([0-9.-]+\) \| [0-9.]+ \([0-9.-]+\) \| [0-9]+' output || { cat output && fail "no line of the portable kernels"; }

begin every_measurement_is_a_json_line
run 0 "$bench" --quick --only kernels --data "$root/data/digits" --build "$build" --output lines
head -n 1 lines | grep -qE '^\{"machine":\["[^"]*"(,"[^"]*")*\]\}$' || { cat lines && fail "the first line does not tell the machine"; }
[[ $(wc -l <lines) -gt 4 ]] || { cat lines && fail "too few lines"; }
odd=$(tail -n +2 lines | grep -vE '^\{"row":"[^"]+","who":"[^"]*","setting":"[^"]*","run":1,"value":[0-9.e+-]+,"unit":"[^"]+"\}$')
[[ -z $odd ]] || fail "no such object: $odd"

begin peers_are_measured_where_they_are
run 0 "$bench" --quick --only commands --data "$root/data/digits" --build "$build"
grep -q ' is not here: ' output || says_not "| - |"

begin without_peers_their_cells_say_so
run 0 "$bench" --quick --only epochs,commands --data "$root/data/digits" --build "$build" --python "$work/none"
says "PyTorch is not here"
grep -qE '^\| 784-128-10 \| 64 \| [0-9.]+ .* \| not measured \| not measured \| - \| - \|' output || { cat output && fail "no line without peers"; }

begin without_quick_all_images_are_taken
run 0 "$bench" --runs 2 --epochs 2 --only kernels,growth --data "$root/data/digits" --build "$build"
says "1438 images to learn from; 2 runs of 2 epochs"
for row in "1438 | 784-128-10" "14380 | 784-128-10" "143800 | 784-128-10" "1438 | 784-1280-10"; do
  grep -qE "^\| $row \| 2 \| [0-9.]+ .* \| [0-9.]+ \| ([0-9.]+ \([0-9.-]+\)|not measured) \|\$" output || { cat output && fail "no growth of $row"; }
done
grep -qE '^\| portable .* [1-9][0-9.]* \([0-9.-]+\) \| [0-9.]+ % \|$' output || { cat output && fail "no rates of the portable kernels"; }

begin without_mnist_it_is_skipped
DIGITNET_MNIST=$work/none run 77 "$bench"
says "SKIPPED: there is no train-images-idx3-ubyte in $work/none"

begin wrong_usage_is_refused
run 2 "$bench" --only everything
says "there is no such part"
run 2 "$bench" --runs 0
says "not a count"
run 2 "$bench" --epochs
says "needs a value"
run 2 "$bench" --slow
says "there is no such option"
run 0 "$bench" --help
says "--quick"
