#!/usr/bin/env bash
# tests/readme/check_map.sh must pass a small project whose README is right, and tell each kind of thing that is not there.
# shellcheck source-path=SCRIPTDIR source=../scripts/support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../scripts/support.sh"

map=$root/tests/readme/check_map.sh
count=0

cat >"$work/digitnet" <<'EOF_DIGITNET'
#!/bin/sh
[ "$*" = "train --help" ] || exit 2
echo "  --lr RATE  the learning rate"
EOF_DIGITNET
chmod +x "$work/digitnet"

# project ROW: a project whose README has that first row, and right ones after it.
project() {
  mkdir -p src/cli src/nn include tests/support tests/nn
  cat >include/net.h <<'END'
typedef struct net {
    int *widths; /**< of each layer */
} net;
int forward(const net *made);
END
  cat >src/cli/main.c <<'END'
#include "net.h"
static const struct command {
    int (*run)(const net *);
} commands[] = {
    {forward},
};
int main(void)
{
    return commands[0].run(0); /* not backward() */
}
END
  cat >src/nn/net.c <<'END'
#include "net.h"
#define UNARY(name, expression) \
    float dn_##name(float a)    \
    {                           \
        return expression;      \
    }
static int helper(const net *made)
{
    return made ? made->widths[0] : 0;
}

int forward(const net *made)
{
    return helper(made);
}

int backward(const net *made)
{
    return helper(made);
}

UNARY(relu, a)
END
  printf 'float dn_relu(float a);\n\nint main(void)\n{\n    return dn_relu(1) < 0;\n}\n' >tests/nn/net_test.c
  {
    echo "| 1 | $1 |"
    for number in {2..33}; do
      # shellcheck disable=SC2016 # backquotes
      echo "| $number | idea | "'`src/nn/net.c` `forward` | `digitnet train --lr 1` |'
    done
  } >README.md
}

check_map() {
  local expected=$1
  DIGITNET=$work/digitnet run "$expected" "$map" README.md .
}

begin this_project_is_right
run 0 "$map"

# shellcheck disable=SC2016 # backquotes
for right in '`src/nn/net.c` `forward` | `digitnet train`' '`src/nn/net.c` `helper` | `digitnet train`' \
  '`include/net.h` `net` | `digitnet train`' '`include/net.h` `widths` | `digitnet train`' \
  '`src/cli/main.c` `commands` | `digitnet train`' '`src/nn/net.c` `relu` | `tests/nn/net_test.c`'; do
  begin "right_$((++count))"
  project "idea | $right"
  check_map 0
done

# wrong TEXT ROW: the row is refused with that text.
wrong() {
  begin "wrong_$((++count))"
  project "$2"
  check_map 1
  says "$1"
}

# shellcheck disable=SC2016 # backquotes
{
  wrong 'row 1: src/cli/main.c does not reach backward of src/nn/net.c' 'idea | `src/nn/net.c` `backward` | `digitnet train`'
  wrong 'row 1: tests/nn/net_test.c does not reach forward of src/nn/net.c' 'idea | `src/nn/net.c` `forward` | `tests/nn/net_test.c`'
  wrong 'row 1: src/cli/main.c does not reach relu of src/nn/net.c' 'idea | `src/nn/net.c` `relu` | `digitnet train`'
  wrong 'row 1: src/cli/main.c does not define forward' 'idea | `src/cli/main.c` `forward` | `digitnet train`'
  wrong 'row 1: include/net.h does not define forward' 'idea | `include/net.h` `forward` | `digitnet train`'
  wrong 'row 1: src/nn/net.c does not define made' 'idea | `src/nn/net.c` `made` | `digitnet train`'
  wrong 'there is no src/nn/other.c' 'idea | `src/nn/other.c` `forward` | `digitnet train`'
  wrong 'there is no tests/nn/other_test.c' 'idea | `src/nn/net.c` `forward` | `tests/nn/other_test.c`'
  wrong 'digitnet has no command walk' 'idea | `src/nn/net.c` `forward` | `digitnet walk`'
  wrong 'digitnet train has no option --l' 'idea | `src/nn/net.c` `forward` | `digitnet train --l 1`'
  wrong 'row 1: look is no command and no test' 'idea | `src/nn/net.c` `forward` | `look`'
  wrong 'there is no scripts/missing.sh' 'as `scripts/missing.sh` shows | `src/nn/net.c` `forward` | `digitnet train`'
}

begin a_row_that_is_missing_is_told
# shellcheck disable=SC2016 # backquotes
project 'idea | `src/nn/net.c` `forward` | `digitnet train`'
sed -i '$d' README.md
check_map 1
says "there are 32 rows, 33 expected"
