#!/usr/bin/env bash
# digitnet as others build it: by hand without cmocka, and as part of another project.
# shellcheck source-path=SCRIPTDIR source=support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/support.sh"

# configure SOURCES OPTION...: into the folder build, without the build type that a user's environment may hold.
configure() {
  env -u CMAKE_BUILD_TYPE cmake -S "$1" -B build "${@:2}"
}

begin without_cmocka_the_program_is_built_and_the_tests_are_not
run 0 configure "$root" -DCMOCKA_LIBRARY=OFF
says "The tests are not built: there is no cmocka here"
run 0 cmake --build build --target help
says digitnet_program
says_not test_support
grep -q '^CMAKE_BUILD_TYPE:STRING=Release$' build/CMakeCache.txt || fail "the usual build is no release"

begin who_insists_on_tests_is_told_what_is_missing
run 1 configure "$root" -DCMOCKA_LIBRARY=OFF -DDIGITNET_BUILD_TESTS=ON
says "The tests can't be built: there is no cmocka here"

begin who_wants_no_tests_hears_nothing_of_them
run 0 configure "$root" -DCMOCKA_LIBRARY=OFF -DDIGITNET_BUILD_TESTS=OFF
says_not cmocka

# In a unity build, too: digitnet's own files are left out of it.
begin another_project_keeps_its_build_type_and_its_tests
run 0 configure "$root/tests/scripts/parent" -DDIGITNET_ROOT="$root" -DCMAKE_UNITY_BUILD=ON
says_not cmocka
! grep -q '^CMAKE_BUILD_TYPE:[A-Z]*=.' build/CMakeCache.txt || fail "the build type was set for the project around"
run 0 cmake --build build --parallel 2
cd build || exit 1
run 0 ctest
says "100% tests passed, 0 tests failed out of 1"
run 0 digitnet/digitnet info "$root/data/digits/t10k-labels-idx1-ubyte"
says "IDX labels"
