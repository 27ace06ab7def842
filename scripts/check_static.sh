#!/bin/sh
# Look for faults without running anything: scripts/check_static.sh [SOURCE_FOLDER]
#
# gcc's analyzer and clang-tidy (.clang-tidy) read src/ and include/, cppcheck reads tests/ too. Exits with 1 at any finding. Each is
# wanted in the version whose findings were looked at: others find other things. One that is missing is SKIPPED.
set -eu

root=$(CDPATH='' cd -- "${1:-$(dirname -- "$0")/..}" && pwd)
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
build=$root/build-static
failed=

# find_tool NAME VERSION WORDS: what the tool is called here; in that version it prints those words.
find_tool() {
  for name in "$1-$2" "$1"; do
    if command -v "$name" >/dev/null 2>&1 && "$name" --version | grep -qF "$3"; then
      echo "$name"
      return
    fi
  done
}

# check NAME VERSION WORDS FUNCTION: call the function with the tool.
check() {
  tool=$(find_tool "$1" "$2" "$3")
  if [ -z "$tool" ]; then
    echo "SKIPPED: $1 $2 is not here"
    return
  fi
  started=$(date +%s)
  result=clean
  "$4" "$tool" || {
    result=FAILED
    failed="$failed $1"
  }
  echo "$1: $result, $(($(date +%s) - started)) s"
}

# configure FOLDER OPTION...: a build of the library and the program, with a list of its commands.
configure() {
  cmake -S "$root" -B "$@" -G "Unix Makefiles" -DDIGITNET_BUILD_TESTS=OFF -DCMAKE_EXPORT_COMPILE_COMMANDS=ON \
    >"$build/cmake" 2>&1 || {
    cat "$build/cmake"
    return 1
  }
}

# It looks while it compiles; a file without findings has its object, and is looked at again only when it changes.
run_analyzer() {
  configure "$build/gcc" -DCMAKE_C_COMPILER="$1" -DCMAKE_C_FLAGS="-O2 -fanalyzer" -DCMAKE_BUILD_TYPE=None \
    -DCMAKE_RULE_MESSAGES=OFF -DDIGITNET_WERROR=ON &&
    cmake --build "$build/gcc" --parallel "$jobs" -- --keep-going --quiet
}

# A process for each file: of several files, clang-tidy 14 takes each va_list after the first file's for uninitialised. What it says on
# stderr is how many warnings it does not show.
run_clang_tidy() {
  find "$root/src" -name '*.c' -print0 | xargs -0 -P "$jobs" -n 1 "$1" --quiet -p "$build" 2>"$build/clang-tidy" || {
    grep -v 'warnings\{0,1\} generated\.$' "$build/clang-tidy"
    return 1
  }
}

# Suppressed:
# - variableScope: a buffer for a message stands before the `if` whose one statement fills it and reports it.
# - nullPointerRedundantCheck in tests/fuzz/support: 2.10 does not know that fuzz_require ends the process.
# - knownConditionTrueFalse: 2.10 takes the lesser of two sizes for a known one, and what is compared with it for decided.
# - constParameter in core/platform.c: a parameter that ISO C's fallback only compares is written through by POSIX's twin.
# Without style in tests: they set what nobody reads, and check that nobody did. In a build folder where nothing is built it does not
# find the pages that the program embeds as arrays of numbers, of which it reads for minutes.
run_cppcheck() {
  configure "$build/cppcheck" || return 1
  set -- "$1" --quiet --error-exitcode=1 -j "$jobs" --template='{file}:{line}:{column}: {severity}: {message} [{id}]'
  code=0
  "$@" --project="$build/cppcheck/compile_commands.json" --enable=warning,style,performance,portability \
    --suppress=variableScope --suppress="constParameter:*/core/platform.c" --suppress=knownConditionTrueFalse || code=1
  "$@" --enable=warning,performance,portability -I "$root/include" -I "$root/src" -I "$root/tests/support" \
    -I "$root/tests/faults/support" --suppress='nullPointerRedundantCheck:*/tests/fuzz/support/*' "$root/tests" || code=1
  return $code
}

mkdir -p "$build"
configure "$build"
cmake --build "$build" --target digitnet_templates >"$build/embed" 2>&1 || cat "$build/embed"
check gcc 12 ") 12." run_analyzer
check clang-tidy 14 "LLVM version 14." run_clang_tidy
check cppcheck 2.10 "Cppcheck 2.10" run_cppcheck
if [ -n "$failed" ]; then
  echo "check_static.sh: FAILED:$failed"
  exit 1
fi
