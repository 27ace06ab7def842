#!/bin/sh
# Every check of this project: scripts/test.sh [--quick]
#
# Installs what the checks need, then runs them one by one and stops at the first that fails. What can't run here
# (a tool that is missing) is skipped and said at the end. --quick: one build and its tests, nothing else.
#
# DIGITNET_MNIST  the folder of the real MNIST, for the tests that want it; default ../shared/mnist, then data/mnist
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
logs=$root/build-logs
clang_format_major=14
current=
summary=

if [ -z "${DIGITNET_MNIST:-}" ]; then
  DIGITNET_MNIST=$root/../shared/mnist
  [ -d "$DIGITNET_MNIST" ] || DIGITNET_MNIST=$root/data/mnist
fi

# processor_seconds: of all commands up to the last `times >"$logs/times"`, in whole seconds.
processor_seconds() {
  sed -n '2s/[ms]/ /gp' "$logs/times" | awk '{ printf "%d", 60 * $1 + $2 + 60 * $3 + $4 }'
}

have() {
  command -v "$1" >/dev/null 2>&1
}

note() {
  summary="$summary$(printf '%-40s %s' "$1" "$2")
"
}

finish() {
  code=$?
  printf '\n== Summary\n%s' "$summary"
  if [ "$code" -ne 0 ]; then
    echo "test.sh: FAILED at: ${current:-the start}"
  elif [ -n "$current" ]; then
    echo "test.sh: all stages passed"
  fi
  exit "$code"
}
trap finish EXIT

# stage NAME COMMAND...: run it under a headline; the summary gets its seconds, and what the command left in $closing.
stage() {
  current=$1
  shift
  printf '\n== %s\n' "$current"
  started=$(date +%s)
  times >"$logs/times"
  used=$(processor_seconds)
  closing=passed
  "$@"
  times >"$logs/times"
  note "$current" "$(($(date +%s) - started)) s, $(($(processor_seconds) - used)) s of processors  $closing"
}

skip() {
  printf '\n== %s\nSKIPPED: %s\n' "$1" "$2"
  note "$1" "SKIPPED: $2"
}

# configure FOLDER OPTION...: a build in FOLDER, warnings are errors.
configure() {
  folder=$1
  shift
  generator=
  [ -f "$folder/CMakeCache.txt" ] || ! have ninja || generator="-G Ninja"
  # shellcheck disable=SC2086 # nothing, or an option and its value
  cmake -S . -B "$folder" $generator -DDIGITNET_WERROR=ON -DDIGITNET_BUILD_TESTS=ON \
    -DDIGITNET_MNIST="$DIGITNET_MNIST" "$@" >"$logs/cmake" || {
    cat "$logs/cmake"
    return 1
  }
}

# compile FOLDER OPTION...
compile() {
  folder=$1
  shift
  cmake --build "$folder" --parallel "$jobs" "$@" >"$logs/compile" 2>&1 || {
    cat "$logs/compile"
    return 1
  }
}

# build FOLDER OPTION...
build() {
  configure "$@"
  compile "$1"
}

# run_tests FOLDER OPTION...: its tests; those that were skipped are named.
run_tests() {
  folder=$1
  shift
  ctest --test-dir "$folder" --parallel $((jobs + 1)) --output-on-failure --output-log "$logs/ctest" "$@"
  closing=$(grep 'tests passed' "$logs/ctest")
  grep -h 'SKIPPED:' "$folder/Testing/Temporary/LastTest.log" | sort | uniq -c || true
}

build_and_test() {
  folder=$1
  filter=$2
  shift 2
  build "$folder" "$@"
  run_tests "$folder" -E "$filter"
}

# What each build is worth: scripts and README do not depend on the compiler, so the first build alone tests them; what trains
# for long, or tries all extents, is not watched by sanitizers as well (scripts/test_long.sh does that). Tests of
# the scripts that make data or time things are left to scripts/test_long.sh too.
long='^scripts/(accuracy|bench|check_same_bytes_everywhere|make_data|mutate)$'
compiled='^(scripts|readme)/'
until_a_signal='^cli/cases/(resume_after_signal|verify_interrupted)$'
exhaustive='^(picture/prepare_extents|train/(chapter|mnist))$'
counted="^(scripts|readme)/|^faults/(disk|kill)$|$exhaustive|$until_a_signal"
short="^(scripts|readme)/|^faults/(faults|kill|hostile)$|^picture/prepare_mnist$|$exhaustive|$until_a_signal"
threaded='^(core/pool|tensor/(context|matmul|sparse)|data/dataloader.*|nn/model|optim/average|train/(learner|resume|same_bytes|metrics|lr_find))$'

# The second compiler: its warnings and its bytes. Its unit tests run in the ISO build.
build_with_clang() {
  configure build-clang -DCMAKE_C_COMPILER=clang
  compile build-clang --target digitnet_program
}

# iso_compiler: clang where it has the sanitizer.
iso_compiler() {
  if have clang && sanitizer_works clang undefined; then echo clang; else echo cc; fi
}

find_clang_format() {
  for name in clang-format-$clang_format_major clang-format; do
    if have "$name" && "$name" --version | grep -q "version $clang_format_major\."; then
      echo "$name"
      return
    fi
  done
}

check_format() {
  find src include tests -name '*.[ch]' -exec "$1" --dry-run -Werror {} +
}

check_scripts() {
  find scripts tests .ci/run -type f \( -name '*.sh' -o -path .ci/run \) -exec shellcheck --external-sources {} +
}

# What it leaves out is named in the summary too.
check_static() {
  scripts/check_static.sh >"$logs/static" || {
    cat "$logs/static"
    return 1
  }
  cat "$logs/static"
}

# sanitizer_works COMPILER NAME: musl has none, and some machines forbid what the thread sanitizer needs.
sanitizer_works() {
  echo 'int main(void) { return 0; }' >"$logs/probe.c"
  "$1" -fsanitize="$2" "$logs/probe.c" -o "$logs/probe" 2>/dev/null && "$logs/probe" 2>/dev/null
}

# available COMPILER NAME: the sanitizer's name where it works.
available() {
  ! sanitizer_works "$1" "$2" || echo "$2"
}

# One build for both: the counters do not see what the address sanitizer adds (the undefined-behaviour sanitizer adds
# branches that they would see). What is killed, or may not write files, leaves no counts.
check_addresses_and_coverage() {
  rm -rf build-sanitized
  build build-sanitized -DCMAKE_C_COMPILER=gcc -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS_DEBUG="-O1 -g" \
    -DDIGITNET_SANITIZE="$(available gcc address)" -DDIGITNET_WERROR=OFF -DDIGITNET_MNIST= -DCMAKE_C_FLAGS="--coverage -fprofile-update=atomic"
  run_tests build-sanitized -E "$counted"
  if ! have gcovr || ! have gcov; then
    skip "coverage" "gcov and gcovr are not both here"
    return
  fi
  scripts/check_coverage.sh build-sanitized >"$logs/coverage" || {
    cat "$logs/coverage"
    return 1
  }
  cat "$logs/coverage"
  closing="$closing; $(grep -E '^(lines|branches)' "$logs/coverage" | paste -s -d ' ' -)"
}

# The tests that start threads, and a training run with threads.
check_threads() {
  configure build-threads -DCMAKE_BUILD_TYPE=RelWithDebInfo -DDIGITNET_SANITIZE=thread -DDIGITNET_MNIST=
  targets=$(ctest --test-dir build-threads --show-only -R "$threaded" | sed -n 's/.*Test *#[0-9]*: /test_/p' | tr '/\n' '_ ')
  # shellcheck disable=SC2086 # a list of targets
  compile build-threads --target digitnet_program $targets
  TSAN_OPTIONS=halt_on_error=1 run_tests build-threads -R "$threaded"
  build-threads/digitnet train --data data/digits --epochs 1 --threads 3 --quiet --output "$logs/threads.safetensors"
}

# The program and what the fuzz targets keep, watched for values that were never set.
check_initialised() {
  build build-initialised -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS_DEBUG="-O1 -g" \
    -DDIGITNET_SANITIZE=memory -DDIGITNET_MNIST=
  run_tests build-initialised -R '^(cli/cases|fuzz|golden)/' -E "$until_a_signal"
}

memory_check() {
  valgrind --quiet --error-exitcode=99 --leak-check=full --show-leak-kinds=all --errors-for-leak-kinds=all "$@"
}

# Left out: products and trainings repeat a few allocations a million times, and the address sanitizer has watched those;
# a child that ends at once, as some tests want it to, leaves what cmocka had allocated.
check_memory_of() {
  echo "$1"
  memory_check "$1" >"$logs/valgrind-${1##*/}" 2>&1 || {
    cat "$logs/valgrind-${1##*/}"
    return 1
  }
}

# Run for each test by a process of its own, on all processors.
check_memory() {
  for test in build-gcc/tests/test_*; do
    case $test in
      *tensor_matmul | *tensor_sparse | *test_train_* | *test_faults_* | *picture_prepare_* | *core_scalar | *io_gzip | *picture_ink) continue ;;
      *core_platform | *cli_interrupt | *core_pool | *io_file) continue ;;
    esac
    [ ! -f "$test" ] || echo "$test"
  done >"$logs/memory"
  DIGITNET_SOURCE=$root DIGITNET_MNIST='' xargs -P "$jobs" -n 1 "$0" --memory-of <"$logs/memory"
  program=build-gcc/digitnet
  model=$logs/memory.safetensors
  memory_check $program train --data data/digits --limit 300 --epochs 1 --threads 2 --quiet --output "$model"
  memory_check $program evaluate --data data/digits --model "$model" --threads 2 >/dev/null
  memory_check $program predict --model "$model" data/samples/*.p?m >/dev/null
  memory_check $program info "$model" data/digits/t10k-images-idx3-ubyte >/dev/null
}

check_same_bytes() {
  set -- build-gcc/digitnet
  for folder in build-clang build-sanitized build-iso; do
    [ ! -x $folder/digitnet ] || set -- "$@" $folder/digitnet
  done
  scripts/check_same_bytes.sh "$@"
}

quick() {
  stage "gcc, release" build_and_test build-gcc "$compiled"
}

everything() {
  stage "layers" scripts/check_layers.sh
  format=$(find_clang_format)
  if [ -n "$format" ]; then
    stage "format" check_format "$format"
  else
    skip "format" "clang-format $clang_format_major is not here"
  fi
  if have shellcheck; then
    stage "shellcheck" check_scripts
  else
    skip "shellcheck" "shellcheck is not here"
  fi
  stage "gcc, release" build_and_test build-gcc "$long"
  stage "static analysis" check_static
  left_out=$(grep '^SKIPPED' "$logs/static" | tr '\n' ' ')
  [ -z "$left_out" ] || note "static analysis" "$left_out"
  if have clang; then
    stage "clang, release" build_with_clang
  else
    skip "clang, release" "clang is not here"
  fi
  if have gcc; then
    stage "gcc, debug, $(available gcc address), coverage" check_addresses_and_coverage
  else
    skip "address, coverage" "gcc is not here"
  fi
  iso=$(iso_compiler)
  stage "$iso, ISO C alone, no threads, $(available "$iso" undefined)" build_and_test build-iso "$short" \
    -DCMAKE_C_COMPILER="$iso" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS_DEBUG="-O1 -g" -DDIGITNET_THREADS=OFF \
    -DDIGITNET_ISO_PLATFORM=ON -DDIGITNET_SANITIZE="$(available "$iso" undefined)"
  if sanitizer_works cc thread; then
    stage "threads" check_threads
  else
    skip "threads" "the compiler has no thread sanitizer here"
  fi
  if sanitizer_works clang memory; then
    stage "clang, memory" check_initialised
  else
    skip "clang, memory" "there is no clang with a memory sanitizer here"
  fi
  if have valgrind; then
    stage "valgrind" check_memory
  else
    skip "valgrind" "valgrind is not here"
  fi
  stage "same seed, same bytes" check_same_bytes
}

case ${1:-} in
  "" | --quick) ;;
  --memory-of) # a part of the stage "valgrind"
    trap - EXIT
    check_memory_of "$2"
    exit
    ;;
  *)
    trap - EXIT
    echo "usage: test.sh [--quick]" >&2
    exit 2
    ;;
esac
mkdir -p "$logs"
current="installing what the tests need"
scripts/install_dependencies.sh test
if [ "${1:-}" = --quick ]; then
  quick
else
  everything
fi
