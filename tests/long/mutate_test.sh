#!/usr/bin/env bash
# scripts/mutate.py: what it would change, and that it tells a change that is noticed from one that is not.
# shellcheck source-path=SCRIPTDIR source=../scripts/support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../scripts/support.sh"

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

# One file; its test knows of `+` and nothing of `*`, the whole program knows of `/`.
begin what_no_test_notices_survives
mkdir -p project/scripts project/src/math project/include project/tests/math project/data
cp "$mutate" project/scripts
cat >project/src/math/math.c <<'END'
#include "math/math.h"
int sum(int a, int b) { return a + b; }
int area(int a, int b) { return a * b; }
int share(int a, int b) { return a / b; }
int same(int a) { (void)(a - 1); return a; }
void clear(char *four) { for (int i = 0; i < 4; i++) four[i] = 0; }
END
cat >project/src/math/math.h <<'END'
int sum(int a, int b);
int area(int a, int b);
int share(int a, int b);
int same(int a);
void clear(char *four);
END
cat >project/tests/math/math_test.c <<'END'
#include "math/math.h"
#include <stdlib.h>
int main(void) {
  char *four = calloc(4, 1);
  four[0] = four[3] = 1;
  clear(four);
  const int wrong = sum(2, 3) != 5 || same(1) != 1 || four[0] || four[3];
  free(four);
  return wrong;
}
END
cat >project/src/main.c <<'END'
#include "math/math.h"
int main(void) { return share(6, 3) != 2; }
END
cat >project/CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.16)
project(sample LANGUAGES C)
include_directories(src)
if(DIGITNET_SANITIZE)
  add_compile_options(-fsanitize=${DIGITNET_SANITIZE})
  link_libraries(-fsanitize=${DIGITNET_SANITIZE})
endif()
add_library(digitnet STATIC src/math/math.c)
add_executable(digitnet_program src/main.c)
target_link_libraries(digitnet_program digitnet)
add_executable(test_math_math tests/math/math_test.c)
set_target_properties(test_math_math PROPERTIES RUNTIME_OUTPUT_DIRECTORY tests)
target_link_libraries(test_math_math digitnet)
enable_testing()
add_test(NAME golden/share COMMAND digitnet_program)
END
run 0 python3 project/scripts/mutate.py src/math
says "noticed: src/math/math.c:2: + -> -"
says "survived: src/math/math.c:3: * -> +"
says "noticed: src/math/math.c:4: / -> *"
says "no difference: src/math/math.c:5: 1 -> 2"

# The loop writes one byte more than the test has: none but the sanitizer sees it.
if echo 'int main(void) { return 0; }' >probe.c && "${CC:-cc}" -fsanitize=address probe.c -o probe 2>probe.log && ./probe; then
  says "noticed: src/math/math.c:6: < -> <="
  says "1 survivors:"
else
  echo "SKIPPED: there is no address sanitizer here"
fi

begin code_that_fails_its_tests_is_not_judged
cp -r ../what_no_test_notices_survives/project .
echo 'int main(void) { return 1; }' >project/tests/math/math_test.c
run 1 python3 project/scripts/mutate.py src/math
says "does not pass its tests"
