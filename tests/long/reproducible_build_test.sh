#!/usr/bin/env bash
# Two builds in two folders, of sources in two folders, give the same files: program, libraries, manual pages and completions.
# shellcheck source-path=SCRIPTDIR source=../scripts/support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../scripts/support.sh"

export CCACHE_DISABLE=1
for folder in one "another folder"; do
  mkdir -p "$work/$folder/sources"
  cp -R "$root"/{CMakeLists.txt,LICENSE,README.md,src,include,data} "$work/$folder/sources"
  run 0 cmake -S "$work/$folder/sources" -B "$work/$folder/build" -DDIGITNET_BUILD_TESTS=OFF -DDIGITNET_BUILD_SHARED=ON \
    -DCMAKE_BUILD_TYPE=RelWithDebInfo
  run 0 cmake --build "$work/$folder/build" --parallel 2
  run 0 cmake --install "$work/$folder/build" --prefix "$work/$folder/installed"
done

begin the_same_files
# What CMake writes for find_package names no folder either: all of the installation is compared.
diff -r "$work/one/installed" "$work/another folder/installed" || fail "two builds differ"
[[ -f $work/one/installed/share/man/man1/digitnet-train.1 ]] || fail "there are no manual pages"
