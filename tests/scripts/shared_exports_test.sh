#!/usr/bin/env bash
# The shared library exports what the public headers declare with DN_API, and nothing else.
# shellcheck source-path=SCRIPTDIR source=support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/support.sh"

if ! command -v nm >/dev/null 2>&1; then
  echo "SKIPPED: nm is not here"
  exit 77
fi
begin the_shared_library_exports_what_the_headers_declare
cmake -S "$root" -B build -DDIGITNET_BUILD_SHARED=ON -DDIGITNET_BUILD_TESTS=OFF -DCMAKE_BUILD_TYPE=Debug >/dev/null || fail "not configured"
cmake --build build --parallel 2 --target digitnet_shared >log 2>&1 || { cat log; fail "not built"; }
# A declaration may go over several lines: the name is what stands before its first parenthesis, or before [].
grep -hv "^#" "$root"/include/digitnet/*.h | tr '\n' ' ' | grep -oE 'DN_API [^;([]*[(;[]' | grep -oE '[a-z_0-9]+ *[(;[]$' | tr -d ' (;[' | sort >declared
nm -D --defined-only build/libdigitnet.so | awk '$2 ~ /[TRDB]/ { print $3 }' | sort >exported
[[ -s declared ]] || fail "no declaration was found"
diff -u declared exported || fail "declared (-) and exported (+) differ"
echo "$(wc -l <exported) names are exported"
