#!/bin/sh
# What takes longer than scripts/test.sh may: scripts/test_long.sh [MINUTES]   (default 60)
#
# - fuzzing: every target of tests/fuzz, the budget of time shared among them; what is learnt stays in build-fuzz/corpus,
#   and goes on from there the next time
# - the tests of the scripts, also of those that make data, measure or mutate, README on the real MNIST, and exported nets by every
#   compiler, processor and runtime (tests/long)
# - training that is killed 200 times and resumed
# - eight writers and two readers of one file, for ten seconds
# - small files of each format, each of their bytes changed to every other value
# - faults and hostile files under sanitizers, with every build that is here
# - the same bytes from all builds that are here (build-*/digitnet that run on this machine)
# - the same bytes on other processors, which emulators run: scripts/check_same_bytes_everywhere.sh
# - mutation testing: a sample of changes to the code, of which the unit tests should notice all
#
# MINUTES is the budget of fuzzing and mutation testing together; the rest takes what it takes. A finding of a fuzzer is a
# file in build-fuzz/findings: put it into tests/fuzz/corpus/TARGET, or, as a bad file, into tests/golden/bad_files.
#
# JOBS  how many fuzzers run at a time; default: the processors
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
jobs=${JOBS:-$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)}
summary=
failed=

case ${1:-60} in
  '' | *[!0-9]* | 0)
    echo "usage: test_long.sh [MINUTES]" >&2
    exit 2
    ;;
esac
seconds=$((${1:-60} * 60))
fuzzing_seconds=$((seconds * 3 / 4))
mutating_seconds=$((seconds / 4))

note() {
  summary="$summary$(printf '%-32s %s' "$1" "$2")
"
}

# stage NAME COMMAND...: run it under a headline; a failure is noted, and the rest goes on.
stage() {
  name=$1
  shift
  printf '\n== %s\n' "$name"
  started=$(date +%s)
  result=passed
  "$@" || {
    result=FAILED
    failed="$failed $name;"
  }
  note "$name" "$(($(date +%s) - started)) s  $result"
}

# build FOLDER OPTION...
build() {
  folder=$1
  shift
  mkdir -p "$folder"
  cmake -S . -B "$folder" -DDIGITNET_WERROR=ON "$@" >"$folder/cmake.log" || {
    cat "$folder/cmake.log"
    return 1
  }
  cmake --build "$folder" --parallel "$jobs"
}

# fuzz_one TARGET SECONDS: one fuzzer, at a low priority. No block above 65 MB for inputs of at most 20,000 bytes; an input
# that takes over a second is reported by its time, and fails here only after ten: others use this machine too.
fuzz_one() {
  mkdir -p "build-fuzz/corpus/$1" "build-fuzz/findings/$1"
  nice -n 10 "build-fuzz/tests/fuzz_$1" -max_total_time="$2" -timeout=10 -rss_limit_mb=2048 -malloc_limit_mb=65 \
    -max_len=20000 -dict="tests/fuzz/$1.dict" -artifact_prefix="build-fuzz/findings/$1/" -print_final_stats=1 \
    "build-fuzz/corpus/$1" "tests/fuzz/corpus/$1" >"build-fuzz/$1.log" 2>&1
}

# fuzz_waiting SECONDS: the targets that no other process has taken, one after the other. A folder is taken by making it.
fuzz_waiting() {
  for source in tests/fuzz/*_fuzz.c; do
    target=$(basename "$source" _fuzz.c)
    mkdir "build-fuzz/taken/$target" 2>/dev/null || continue
    fuzz_one "$target" "$1" || touch "build-fuzz/taken/$target/failed"
  done
}

fuzz() {
  build build-fuzz -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=RelWithDebInfo -DDIGITNET_SANITIZE=address,undefined \
    -DDIGITNET_BUILD_FUZZERS=ON || return 1
  set -- tests/fuzz/*_fuzz.c
  each=$((fuzzing_seconds * jobs / $#))
  echo "$# targets, $each seconds each, $jobs at a time"
  rm -rf build-fuzz/taken
  mkdir build-fuzz/taken
  workers=
  for _ in $(seq "$jobs"); do
    fuzz_waiting "$each" &
    workers="$workers $!"
  done
  for worker in $workers; do
    wait "$worker"
  done
  report_fuzzing
}

report_fuzzing() {
  found=0
  for source in tests/fuzz/*_fuzz.c; do
    target=$(basename "$source" _fuzz.c)
    count=$(sed -n 's/^stat::number_of_executed_units: //p' "build-fuzz/$target.log")
    covered=$(grep -o 'cov: [0-9]*' "build-fuzz/$target.log" | tail -n 1)
    slowest=$(sed -n 's/^stat::slowest_unit_time_sec: //p' "build-fuzz/$target.log")
    verdict="nothing found"
    if [ -e "build-fuzz/taken/$target/failed" ] || [ -z "$count" ]; then
      verdict="FOUND something, or did not run: build-fuzz/$target.log"
      found=1
    fi
    note "  fuzz $target" "${count:-?} executions, ${covered:-cov: ?}, slowest ${slowest:-?} s, $verdict"
  done
  return $found
}

kill_often() {
  build build-gcc || return 1
  DIGITNET=$root/build-gcc/digitnet DIGITNET_KILLS=200 bash tests/faults/kill_test.sh
}

write_at_once() {
  build build-gcc || return 1
  DIGITNET_RACE_SECONDS=10 build-gcc/tests/test_io_file
}

change_every_byte() {
  build build-gcc || return 1
  DIGITNET_SOURCE=$root DIGITNET_EVERY_VALUE=1 build-gcc/tests/test_faults_hostile
}

faults() {
  build build-faults -DCMAKE_BUILD_TYPE=Debug -DDIGITNET_SANITIZE=address,undefined || return 1
  ctest --test-dir build-faults --parallel "$jobs" --output-on-failure --no-tests=error \
    -R '^(faults|fuzz|golden)/|^picture/prepare_extents$|^train/(chapter|mnist)$|^cli/cases/(resume_after_signal|verify_interrupted|picture_like_netpbm|resume_longer|options_numbers)$'
}

# Builds for other machines join in when they are in a build-* folder and run here, say by an emulator that the kernel knows.
same_bytes() {
  set --
  for program in build-*/digitnet; do
    case $program in
      build-fuzz/* | build-threads/*) ;;
      *) "$program" --version >/dev/null 2>&1 && set -- "$@" "$program" ;;
    esac
  done
  scripts/check_same_bytes.sh "$@"
}

# Tests of the scripts that make data or time things.
test_scripts() {
  build build-gcc || return 1
  ctest --test-dir build-gcc -C Long --output-on-failure --no-tests=error -R '^(long|scripts)/'
}

mutate() {
  python3 scripts/mutate.py --seconds "$mutating_seconds" --sample 1000 >build-mutate.log || {
    cat build-mutate.log
    return 1
  }
  cat build-mutate.log
  note "  mutations" "$(tail -n 1 build-mutate.log)"
}

scripts/install_dependencies.sh long
if scripts/install_dependencies.sh long >/dev/null 2>&1 && command -v clang >/dev/null 2>&1; then
  stage "fuzzing" fuzz
else
  note "fuzzing" "SKIPPED: clang can't link a fuzzer here"
fi
stage "tests of the scripts" test_scripts
stage "200 kills" kill_often
stage "many writers at once" write_at_once
stage "every byte, every value" change_every_byte
stage "faults under sanitizers" faults
stage "same seed, same bytes" same_bytes
stage "same bytes everywhere" scripts/check_same_bytes_everywhere.sh
if command -v python3 >/dev/null 2>&1; then
  stage "mutation testing" mutate
else
  note "mutation testing" "SKIPPED: python3 is not here"
fi
printf '\n== Summary\n%s' "$summary"
if [ -n "$failed" ]; then
  echo "test_long.sh: FAILED:$failed"
  exit 1
fi
echo "test_long.sh: all passed"
