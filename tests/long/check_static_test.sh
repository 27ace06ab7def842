#!/usr/bin/env bash
# scripts/check_static.sh: each of its tools must notice a fault that is planted in a small tree, and none is missed in silence.
# shellcheck source-path=SCRIPTDIR source=../scripts/support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../scripts/support.sh"

static=$root/scripts/check_static.sh
tools="gcc clang-tidy cppcheck"
command -v cmake >/dev/null || skip "cmake is not here"

# tree: a small project without a fault in the current folder.
tree() {
  mkdir -p src tests
  cp "$root/.clang-tidy" .
  cat >CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.16)
project(sample LANGUAGES C)
if(DIGITNET_WERROR)
  add_compile_options(-Werror)
endif()
add_library(sample STATIC src/sample.c)
END
  echo 'int twice(int x); int twice(int x) { return 2 * x; }' >src/sample.c
  echo 'int main(void) { return 0; }' >tests/sample_test.c
}

begin a_tree_without_faults_is_clean
tree
run 0 "$static" .
! grep SKIPPED output || skip "not all tools are here"
for tool in $tools; do
  says "$tool: clean"
done

begin each_tool_finds_a_fault
tree
cat >src/sample.c <<'END'
#include <stdlib.h>
int third(void);
int third(void)
{
    int x[2] = {0};
    return x[2];
}
int twice(int x);
int twice(int x)
{
    int *result = malloc(sizeof *result);
    if (!result)
        return 0;
    *result = 2 * x;
    free(result);
    return *result;
}
END
run 1 "$static" .
says "check_static.sh: FAILED: gcc clang-tidy cppcheck"
says "[-Werror=analyzer-use-after-free]"
says "[clang-analyzer-unix.Malloc,-warnings-as-errors]"
says "src/sample.c:6:13: error: Array 'x[2]' accessed at index 2"

begin the_settings_of_clang_tidy_are_used
tree
echo 'int Twice(int x); int Twice(int x) { return 2 * x; }' >src/sample.c
run 1 "$static" .
says "invalid case style for function 'Twice'"
says "check_static.sh: FAILED: clang-tidy"

begin tests_are_read_too
tree
echo 'int main(void) { int x[2] = {0}; return x[2]; }' >tests/sample_test.c
run 1 "$static" .
says "[arrayIndexOutOfBounds]"
says "check_static.sh: FAILED: cppcheck"

begin what_is_missing_or_of_another_version_is_told
tree
machine_path=$(path_with cmake make cc as ld)
stand_in cppcheck <<<$'#!/bin/sh\necho Cppcheck 9.9'
PATH=$machine_path run 0 "$static" .
for tool in $tools; do
  says "SKIPPED: $tool"
done
says_not clean
