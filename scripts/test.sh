#!/bin/sh
# Every check of this project: scripts/test.sh [--quick | STAGE...]
#
# Installs what the checks need, then runs the stages below, two at a time; the output of each is shown when it is over. After a
# stage that fails none begins. What can't run here (a tool that is missing) is skipped and said at the end. --quick: one build and
# its tests, nothing else.
#
#   layers, format, scripts  the order of the layers; clang-format; shellcheck
#   gcc                      a release build, and every test there is but those of test_long.sh
#   static                   gcc's analyzer, clang-tidy, cppcheck
#   addresses                gcc, debug, with the address sanitizer and coverage
#   iso                      ISO C alone, no threads, with the sanitizer of undefined behaviour
#   threads                  the thread sanitizer, on what starts threads
#   clang                    a release build by the second compiler, whose unit tests run in iso
#   initialised              clang's memory sanitizer, on the program
#   valgrind, bytes          the unit tests under valgrind; all builds make the same model: these two want the builds above
#
# DIGITNET_MNIST  the folder of the real MNIST, for the tests that want it; default ../shared/mnist, then data/mnist
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
logs=$root/build-logs
clang_format_major=14
builds="layers format scripts gcc addresses static iso threads clang initialised"
on_builds="valgrind bytes"
lanes=2

if [ -z "${DIGITNET_MNIST:-}" ]; then
  DIGITNET_MNIST=$root/../shared/mnist
  [ -d "$DIGITNET_MNIST" ] || DIGITNET_MNIST=$root/data/mnist
fi
export DIGITNET_MNIST

have() {
  command -v "$1" >/dev/null 2>&1
}

usage() {
  echo "usage: test.sh [--quick | STAGE...], of the stages $builds $on_builds" >&2
  exit 2
}

skip() {
  echo "SKIPPED: $1"
  closing="SKIPPED: $1"
}

# cpu_seconds FILE: of a shell and its children, from what `times` wrote.
cpu_seconds() {
  awk '{ for (i = 1; i <= NF; i++) { split($i, part, /[ms]/); sum += 60 * part[1] + part[2] } } END { printf "%.0f", sum }' "$1"
}

# run_stage NAME: in a process of its own; the summary gets its seconds, and what the stage left in $closing. 255 stops xargs.
run_stage() {
  current=$1
  started=$(date +%s)
  closing=passed
  echo "== $current begins"
  exec 3>&1 >"$logs/$current.log" 2>&1
  trap end_stage EXIT
  "stage_$current"
}

end_stage() {
  code=$?
  [ $code -eq 0 ] || closing=FAILED
  times >"$logs/$current.times"
  exec >&3 2>&1
  line=$(printf '%-12s %4d s %4d s CPU  %s' "$current" $(($(date +%s) - started)) "$(cpu_seconds "$logs/$current.times")" "$closing")
  echo "$line" >>"$logs/summary"
  { printf '\n== %s\n' "$current" && cat "$logs/$current.log" && printf '== %s\n\n' "$line"; } >"$logs/$current.shown"
  cat "$logs/$current.shown"
  [ $code -eq 0 ] || exit 255
}

# run_stages NAME...: as many at a time as there are lanes.
run_stages() {
  [ $# -eq 0 ] || printf '%s\n' "$@" | xargs -n 1 -P $lanes "$root/scripts/test.sh" --stage
}

finish() {
  code=$?
  times >"$logs/times"
  printf '\n== Summary: seconds, seconds of the processors\n'
  cat "$logs/summary"
  printf '%-12s %4d s %4d s CPU\n' "together" $(($(date +%s) - started)) "$(cpu_seconds "$logs/times")"
  if [ "$code" -ne 0 ]; then
    echo "test.sh: FAILED"
    exit 1
  fi
  echo "test.sh: all stages passed"
}

# build FOLDER TARGETS OPTION...: a build in FOLDER of some targets, warnings are errors.
build() {
  folder=$1
  targets=$2
  shift 2
  cmake -S . -B "$folder" -DDIGITNET_WERROR=ON -DDIGITNET_BUILD_TESTS=ON \
    -DDIGITNET_MNIST="$DIGITNET_MNIST" "$@" >"$logs/$current.cmake" || {
    cat "$logs/$current.cmake"
    return 1
  }
  # shellcheck disable=SC2086 # words
  cmake --build "$folder" --parallel "$jobs" --target $targets
}

# run_tests FOLDER OPTION...: its tests; those that were skipped are named.
run_tests() {
  folder=$1
  shift
  ctest --test-dir "$folder" --parallel "$jobs" --no-tests=error --output-on-failure --output-log "$logs/$current.ctest" "$@"
  closing=$(grep 'tests passed' "$logs/$current.ctest")
  grep -h 'SKIPPED:' "$folder/Testing/Temporary/LastTest.log" | sort | uniq -c || true
}

# What each build is worth: scripts and README do not depend on the compiler, so the first build alone tests them; the second
# compiler computes the same as the first; the real MNIST is for the release builds; what trains for long is not watched by
# sanitizers as well.
of_scripts='^(scripts|readme)/|^cli/pages$|^export/(compilers|clients|page)$'
long='^faults/(disk|kill)$|^train/chapter$|^picture/picture_extents$|^train/answer_'
until_a_signal='^cli/cases/(resume_after_signal|verify_interrupted)$'
# Of these the release build's run is enough here; test_long.sh runs them under sanitizers.
slow='^cli/cases/(picture_like_netpbm|resume_longer|options_numbers)$|^io/png_netpbm$'
computed="$of_scripts|^(cli/cases|faults|fuzz)/"

stage_layers() {
  scripts/check_layers.sh
}

find_clang_format() {
  for name in clang-format-$clang_format_major clang-format; do
    if have "$name" && "$name" --version | grep -q "version $clang_format_major\."; then
      echo "$name"
      return
    fi
  done
}

stage_format() {
  format=$(find_clang_format)
  if [ -z "$format" ]; then
    skip "clang-format $clang_format_major is not here"
    return
  fi
  find src include tests -name '*.[ch]' -exec "$format" --dry-run -Werror {} +
}

stage_scripts() {
  if ! have shellcheck; then
    skip "shellcheck is not here"
    return
  fi
  find scripts tests .ci/run -type f \( -name '*.sh' -o -path .ci/run \) -exec shellcheck --external-sources {} +
}

stage_gcc() {
  build build-gcc all
  run_tests build-gcc
}

stage_quick() {
  build build-gcc all
  run_tests build-gcc -E "$of_scripts"
}

# What it leaves out is named in the summary too.
stage_static() {
  scripts/check_static.sh
  closing=$(grep -E ': clean|^SKIPPED' "$logs/static.log" | paste -s -d ';' -)
}

# sanitizer_works COMPILER NAME: musl has none, and some machines forbid what the thread sanitizer needs.
sanitizer_works() {
  echo 'int main(void) { return 0; }' >"$logs/$current.c"
  "$1" -fsanitize="$2" "$logs/$current.c" -o "$logs/$current.probe" 2>/dev/null && "$logs/$current.probe" 2>/dev/null
}

# available COMPILER NAME: the sanitizer's name where it works.
available() {
  ! sanitizer_works "$1" "$2" || echo "$2"
}

# iso_compiler: clang where it has the sanitizer: then its unit tests run there, and stage_clang only compiles.
iso_compiler() {
  if have clang && sanitizer_works clang undefined; then echo clang; else echo cc; fi
}

stage_clang() {
  if ! have clang; then
    skip "clang is not here"
    return
  fi
  if [ "$(iso_compiler)" = clang ]; then
    build build-clang digitnet_program -DCMAKE_C_COMPILER=clang -DDIGITNET_BUILD_TESTS=OFF
    closing="compiled; its unit tests are in iso"
    return
  fi
  build build-clang all -DCMAKE_C_COMPILER=clang
  run_tests build-clang -E "$computed"
}

# One build for both: the counters do not see what the address sanitizer adds (the undefined-behaviour sanitizer adds
# branches that they would see). What is killed, or may not write files, leaves no counts. The counters are not atomic, which would
# take three times as long: where threads count at a time some counts are lost, but never the first.
stage_addresses() {
  if ! have gcc; then
    skip "gcc is not here"
    return
  fi
  sanitizer=$(available gcc address)
  rm -rf build-sanitized
  build build-sanitized all -DCMAKE_C_COMPILER=gcc -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS_DEBUG="-O1 -g1" \
    -DDIGITNET_SANITIZE="$sanitizer" -DDIGITNET_WERROR=OFF -DDIGITNET_MNIST= -DCMAKE_C_FLAGS="--coverage"
  run_tests build-sanitized -E "$of_scripts|$long|$slow|$until_a_signal"
  [ -n "$sanitizer" ] || closing="$closing; SKIPPED: no address sanitizer"
  if ! have gcovr || ! have gcov; then
    closing="$closing; SKIPPED: coverage: gcov and gcovr are not both here"
    return
  fi
  scripts/check_coverage.sh build-sanitized
  closing="$closing; $(grep -E '^(lines|branches)' "$logs/addresses.log" | paste -s -d ' ' -)"
}

stage_iso() {
  compiler=$(iso_compiler)
  sanitizer=$(available "$compiler" undefined)
  build build-iso all -DCMAKE_C_COMPILER="$compiler" -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS_DEBUG="-O1 -g1" -DDIGITNET_THREADS=OFF -DDIGITNET_ISO_PLATFORM=ON \
    -DDIGITNET_SANITIZE="$sanitizer" -DDIGITNET_MNIST=
  run_tests build-iso -E "$of_scripts|$long|^faults/faults$|$slow"
  [ -n "$sanitizer" ] || closing="$closing; SKIPPED: no sanitizer of undefined behaviour"
}

# tests_with_threads: the unit tests that start threads. The others would see no more; those that start programs see the program's
# threads, which the trainings below do as well.
tests_with_threads() {
  grep -lE 'dn_pool|dn_context_new|threads' tests/*/*_test.c | sed -n 's/^tests\/\(.*\)_test\.c$/\1/p' | grep -vE '^(cli|faults)/'
}

stage_threads() {
  if ! sanitizer_works cc thread; then
    skip "the compiler has no thread sanitizer here"
    return
  fi
  tests=$(tests_with_threads)
  build build-threads "digitnet_program $(echo "$tests" | sed 's/^/test_/; s/\//_/')" -DCMAKE_BUILD_TYPE=Debug \
    -DCMAKE_C_FLAGS_DEBUG="-O2 -g1" -DDIGITNET_SANITIZE=thread -DDIGITNET_MNIST=
  export TSAN_OPTIONS=halt_on_error=1
  run_tests build-threads -R "^($(echo "$tests" | paste -s -d '|' -))\$"
  train="build-threads/digitnet train --data data/digits --threads 3 --quiet --output $logs/threads.safetensors"
  $train --epochs 1
  $train --epochs 1 --limit 300 --hidden 130,100 --augment elastic --average 0.9 --dropout 0.2 --checkpoint "$logs/threads.checkpoint"
  $train --arch mean
  build-threads/digitnet evaluate --data data/digits --threads 3 --model "$logs/threads.safetensors"
  build-threads/digitnet lr-find --data data/digits --limit 300 --hidden 20 --threads 3
}

# The program and what the fuzz targets keep, watched for values that were never set.
stage_initialised() {
  if ! sanitizer_works clang memory; then
    skip "there is no clang with a memory sanitizer here"
    return
  fi
  build build-initialised all -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS_DEBUG="-O1 -g1" \
    -DDIGITNET_SANITIZE=memory -DDIGITNET_MNIST=
  run_tests build-initialised -R '^(cli/cases|fuzz|golden)/' -E "$until_a_signal|$slow"
}

memory_check() {
  valgrind --quiet --error-exitcode=99 --leak-check=full --show-leak-kinds=all --errors-for-leak-kinds=all "$@"
}

# Left out: exp and log allocate nothing; products, trainings, whole pictures, inflate, the pool's long walk and writers that race
# repeat a few allocations many times, and the address sanitizer has watched those; a child that ends at once, as some tests want it
# to, leaves what cmocka had allocated.
tests_for_valgrind() {
  find build-gcc/tests -maxdepth 1 -type f -name 'test_*' -perm -u+x |
    grep -vE '/test_(tensor_matmul|tensor_sparse|train_.*|faults_.*|picture_(picture_.*|rules|background|morphology)|export_.*|data_(augment|dataloader_augment|elastic|fit|marks|stroke|warp)|core_(platform|pool|scalar)|cli_interrupt|io_(file|gzip))$' | sort
}

stage_valgrind() {
  if ! have valgrind; then
    skip "valgrind is not here"
    return
  fi
  tests=$(tests_for_valgrind)
  [ -n "$tests" ] || {
    echo "there is no unit test in build-gcc: the stage gcc comes first"
    return 1
  }
  echo "$tests" | DIGITNET_SOURCE=$root DIGITNET_MNIST='' xargs -n 1 -P "$jobs" "$root/scripts/test.sh" --memory
  program=build-gcc/digitnet
  model=$logs/memory.safetensors
  memory_check $program train --data data/digits --limit 300 --epochs 1 --threads 2 --quiet --output "$model"
  memory_check $program evaluate --data data/digits --model "$model" --threads 2 >/dev/null
  memory_check $program predict --model "$model" data/samples/*.p?m >/dev/null
  memory_check $program info "$model" data/digits/t10k-images-idx3-ubyte >/dev/null
  closing="$(echo "$tests" | wc -l | tr -d ' ') unit tests and the program"
}

# check_memory_of TEST: its output is shown only when something is wrong.
check_memory_of() {
  echo "$1"
  memory_check "$1" >"$logs/valgrind-${1##*/}" 2>&1 || {
    cat "$logs/valgrind-${1##*/}"
    exit 255
  }
}

stage_bytes() {
  set --
  for folder in build-gcc build-clang build-sanitized build-iso; do
    [ ! -x $folder/digitnet ] || set -- "$@" $folder/digitnet
  done
  scripts/check_same_bytes.sh "$@"
  closing="$# builds"
}

case ${1:-} in
  --stage)
    run_stage "$2"
    exit
    ;;
  --memory)
    check_memory_of "$2"
    exit
    ;;
  "")
    first=$builds
    last=$on_builds
    ;;
  --quick)
    [ $# -eq 1 ] || usage
    first=quick
    last=
    ;;
  *)
    first=
    last=
    for name in "$@"; do
      case " $builds / $on_builds " in
        *" $name "*/*) first="$first $name" ;;
        */*" $name "*) last="$last $name" ;;
        *) usage ;;
      esac
    done
    ;;
esac
started=$(date +%s)
mkdir -p "$logs"
: >"$logs/summary"
trap finish EXIT
scripts/install_dependencies.sh test
! have ninja || export CMAKE_GENERATOR=Ninja
# shellcheck disable=SC2086 # words
run_stages $first
# shellcheck disable=SC2086
run_stages $last
