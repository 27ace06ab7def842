#!/usr/bin/env bash
# scripts/check_layers.sh must pass this tree and catch every kind of breach in a small one.
# shellcheck source-path=SCRIPTDIR source=support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/support.sh"

layers=$root/scripts/check_layers.sh

# tree FILE TEXT...: a small tree of sources in the current folder.
tree() {
  mkdir -p src/core src/tensor src/io src/cli include/digitnet
  echo '#include <stdio.h>' >src/core/memory.h
  echo '#include "digitnet/tensor.h"' >src/io/pnm.c
  echo '#include "core/memory.h"' >include/digitnet/tensor.h
  while [[ $# -gt 0 ]]; do
    echo "$2" >>"$1"
    shift 2
  done
}

begin this_tree_keeps_the_order
run 0 "$layers"

begin a_small_tree_passes
tree
run 0 "$layers" .

begin a_higher_layer_is_caught
tree src/tensor/view.c '#include "digitnet/io.h"'
run 1 "$layers" .
says 'src/tensor/view.c:1: tensor includes "digitnet/io.h" of a higher layer'

begin a_header_counts_as_well
tree include/digitnet/io.h '  #  include "cli/say.h"'
run 1 "$layers" .
says 'include/digitnet/io.h:1: io includes "cli/say.h" of a higher layer'

begin an_unknown_layer_is_caught
tree src/cli/main.c '#include "other/thing.h"'
run 1 "$layers" .
says "no known layer"

begin a_circle_is_caught
tree src/tensor/a.h '#include "tensor/b.h"' src/tensor/b.h '#include "a.h"'
run 1 "$layers" .
says "circle"
says "tensor/a.h"

begin a_system_header_is_caught
tree src/io/file.c '#include <unistd.h>' src/core/platform.c '#include <unistd.h>'
run 1 "$layers" .
says "src/io/file.c:1: <unistd.h> is not ISO C"
says_not "platform.c:1"

begin headers_of_one_processor_are_caught
tree src/io/file.c '#include <immintrin.h>' src/io/file_x86.c '#include <immintrin.h>' src/core/x86.h '#include <cpuid.h>'
echo '#include <cpuid.h>' >>src/io/file_x86.c
run 1 "$layers" .
says "src/io/file.c:1: <immintrin.h> is not ISO C"
says "src/io/file_x86.c:2: <cpuid.h> is not ISO C"
says_not "file_x86.c:1"
says_not "x86.h:1"

begin what_follows_the_locale_is_caught
tree src/io/file.c '#include <ctype.h>' src/cli/say.c '#include <ctype.h>' src/cli/main.c '#include <locale.h>'
run 1 "$layers" .
says "src/io/file.c:1: <ctype.h> depends on the locale"
says "src/cli/main.c:1: <locale.h> depends on the locale"
says_not "say.c"

begin the_header_of_all_is_for_users
tree src/io/file.c '#include "digitnet/digitnet.h"' src/cli/main.c '#include "digitnet/digitnet.h"'
run 1 "$layers" .
says "src/io/file.c:1: includes digitnet/digitnet.h"
says_not "main.c"

begin the_header_of_all_leaves_none_out
tree include/digitnet/digitnet.h '#include "digitnet/tensor.h"'
run 0 "$layers" .
echo >include/digitnet/io.h
run 1 "$layers" .
says "include/digitnet/digitnet.h leaves out: digitnet/io.h"

begin an_empty_folder_fails
mkdir src include
run 1 "$layers" .
says "no C files"
