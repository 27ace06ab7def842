#!/usr/bin/env bash
# scripts/mutate.py: what it would change, and that it tells a change that is noticed from one that is not.
# shellcheck source-path=SCRIPTDIR source=support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/support.sh"

command -v python3 >/dev/null || skip "python3 is not here"
mutate=$root/scripts/mutate.py

begin a_seed_draws_the_same_sample
run 0 python3 "$mutate" --list --sample 30
cp output first
run 0 python3 "$mutate" --list --sample 30
cmp -s output first || fail "two samples of one seed differ"
run 0 python3 "$mutate" --list --sample 30 --seed 2
! cmp -s output first || fail "two seeds drew the same sample"
[[ $(wc -l <output) -eq 30 ]] || fail "not 30 changes"

begin comments_strings_and_directives_are_left_alone
run 0 python3 "$mutate" --list --sample 1000000 src/io
! grep -E ' -> [^ ]+: (#|//|/\*|\* )' output || fail "a comment or a directive would be changed"
says "src/io/json.c:"
says_not "src/tensor"

# One file, one test that knows of `+` and nothing of `*`.
begin what_no_test_notices_survives
mkdir -p project/scripts project/src/math project/include project/tests/math project/data
cp "$mutate" project/scripts
echo 'int sum(int a, int b); int sum(int a, int b) { return a + b; } int area(int a, int b); int area(int a, int b) { return a * b; }' >project/src/math/math.c
echo 'int sum(int a, int b); int main(void) { return sum(2, 3) == 5 ? 0 : 1; }' >project/tests/math/math_test.c
cat >project/CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.16)
project(sample LANGUAGES C)
add_library(digitnet STATIC src/math/math.c)
add_executable(test_math_math tests/math/math_test.c)
set_target_properties(test_math_math PROPERTIES RUNTIME_OUTPUT_DIRECTORY tests)
target_link_libraries(test_math_math digitnet)
END
run 0 python3 project/scripts/mutate.py src/math
says "noticed: src/math/math.c:1: + -> -"
says "survived: src/math/math.c:1: * -> +"
says "1 survivors:"
says "1 of 2 changes were noticed"

begin code_that_fails_its_tests_is_not_judged
cp -r ../what_no_test_notices_survives/project .
echo 'int main(void) { return 1; }' >project/tests/math/math_test.c
run 1 python3 project/scripts/mutate.py src/math
says "does not pass its tests"
