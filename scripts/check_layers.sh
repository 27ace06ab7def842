#!/bin/sh
# Hold the order of the layers: scripts/check_layers.sh [SOURCE_FOLDER]
#
#     core < tensor < io < data < picture < nn < loss < optim < train < pack < export < cli
#
# - A file under src/FOLDER, and the public header digitnet/FOLDER.h, include only files of their own folder or of a lower one;
#   digitnet/settings.h and run.h belong to train.
# - Inside a folder headers do not include each other in a circle.
# - <...> is ISO C11, except in src/core/platform.c, and except the compiler's <immintrin.h> in files for the instructions of
#   one kind of processor, NAME_x86.c, NAME_avx2.c and NAME_avx512.c, and <cpuid.h> in src/core/x86.h.
# - Nothing depends on the locale of the program around the library: src/core/ascii.h and number.h stand in for <ctype.h> and its
#   like, which only src/cli may include; <locale.h> is for nobody.
# - digitnet/digitnet.h includes every public header; it is for users of the library and for no file of it.
set -eu

order="core tensor io data picture nn loss optim train pack export cli"
iso="assert complex errno fenv float inttypes iso646 limits math setjmp signal stdalign stdarg stdatomic
  stdbool stddef stdint stdio stdlib stdnoreturn string tgmath threads time"
local="ctype locale uchar wchar wctype"

cd "${1:-$(dirname -- "$0")/..}"
files=$(find src include -name '*.[ch]' | sort)
[ -n "$files" ] || {
  echo "check_layers.sh: no C files in $(pwd)" >&2
  exit 1
}

# shellcheck disable=SC2086 # file names of this project have no blanks
broken=$(awk -v order="$order" -v iso="$iso" -v local="$local" '
  BEGIN {
    count = split(order, names, " ")
    for (i = 1; i <= count; i++) rank[names[i]] = i
    rank["settings"] = rank["run"] = rank["train"]
    count = split(iso, names, " ")
    for (i = 1; i <= count; i++) is_iso[names[i] ".h"] = 1
    count = split(local, names, " ")
    for (i = 1; i <= count; i++) is_local[names[i] ".h"] = 1
  }
  FNR == 1 { own = folder(FILENAME) }
  /^[ \t]*#[ \t]*include[ \t]*</ {
    split($0, part, /[<>]/)
    if (part[2] in is_local) {
      if (own != "cli" || part[2] == "locale.h")
        print FILENAME ":" FNR ": <" part[2] "> depends on the locale of the program around the library"
    } else if (part[2] == "immintrin.h" && FILENAME ~ /_(x86|avx2|avx512)\.c$/) {
      next
    } else if (part[2] == "cpuid.h" && FILENAME == "src/core/x86.h") {
      next
    } else if (!(part[2] in is_iso) && FILENAME != "src/core/platform.c")
      print FILENAME ":" FNR ": <" part[2] "> is not ISO C: only src/core/platform.c may include it"
  }
  /^[ \t]*#[ \t]*include[ \t]*"/ {
    split($0, part, "\"")
    if (FILENAME == "include/digitnet/digitnet.h") next
    if (part[2] == "digitnet/digitnet.h" && own != "cli")
      print FILENAME ":" FNR ": includes digitnet/digitnet.h, which is for users of the library"
    other = index(part[2], "/") ? folder(part[2]) : own
    if (part[2] == "digitnet/digitnet.h") next
    if (!(own in rank) || !(other in rank))
      print FILENAME ":" FNR ": \"" part[2] "\": no known layer"
    else if (rank[other] > rank[own])
      print FILENAME ":" FNR ": " own " includes \"" part[2] "\" of a higher layer"
  }
  function folder(path, piece, n) {
    n = split(path, piece, "/")
    if (piece[n - 1] != "digitnet") return piece[n - 1]
    sub(/\.h$/, "", piece[n])
    return piece[n]
  }' $files)

# Which header includes which, for tsort, which names a circle.
edges() {
  # shellcheck disable=SC2086
  awk '
    FNR == 1 { own = FILENAME; sub(/^(src|include)\//, "", own); folder = own; sub(/\/[^\/]*$/, "/", folder) }
    /^[ \t]*#[ \t]*include[ \t]*"/ {
      split($0, part, "\"")
      print own, index(part[2], "/") ? part[2] : folder part[2]
    }' $files
}
circles=$(edges | tsort 2>&1 >/dev/null || true)

# The header of all, where there is one, leaves none out.
missing=
if [ -f include/digitnet/digitnet.h ]; then
  for header in $(cd include && find digitnet ! -name digitnet.h -name '*.h' | sort); do
    grep -q "^#include \"$header\"" include/digitnet/digitnet.h || missing="$missing $header"
  done
fi

[ -z "$missing" ] || echo "include/digitnet/digitnet.h leaves out:$missing" >&2
[ -z "$broken" ] || printf '%s\n' "$broken" >&2
[ -z "$circles" ] || printf 'files include each other in a circle:\n%s\n' "$circles" >&2
[ -z "$broken$circles$missing" ] || exit 1
echo "check_layers.sh: $(echo "$files" | wc -l | tr -d ' ') files keep the order: $(echo "$order" | sed 's/ / < /g')"
