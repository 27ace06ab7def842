#!/usr/bin/env bash
# The installed library serves a project in C and in C++, by CMake's find_package and by pkg-config, also after it was moved.
# shellcheck source-path=SCRIPTDIR source=support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/support.sh"

build=$(dirname -- "$DIGITNET")
consumer=$root/tests/scripts/consumer
model=$root/data/pretrained.safetensors
[[ -f $build/cmake_install.cmake ]] || skip "$DIGITNET is not in the folder that it was built in"
command -v c++ >/dev/null || skip "there is no C++ compiler here"

run 0 cmake --install "$build" --prefix "$work/first place"
mv "$work/first place" "$work/moved here"
prefix=$work/moved\ here
libraries=$(dirname -- "$(find "$prefix" -name libdigitnet.a)")
[[ -f $prefix/share/doc/digitnet/LICENSE ]] || fail "there is no licence"

begin by_cmake
run 0 cmake -S "$consumer" -B build -DCMAKE_PREFIX_PATH="$prefix"
run 0 cmake --build build
for language in c cpp; do
  run 0 "build/consumer_$language" "$model"
  says "0.1.0 784-1000-180-10"
done

begin by_pkg_config
command -v pkg-config >/dev/null || skip "there is no pkg-config here"
export PKG_CONFIG_PATH=$libraries/pkgconfig
flags=$(pkg-config --cflags --libs digitnet) || fail "pkg-config does not know digitnet"
eval "cc '$consumer/consumer.c' -o in_c $flags" || fail "no C program"
eval "c++ '$consumer/consumer.cpp' -o in_cpp $flags" || fail "no C++ program"
for program in in_c in_cpp; do
  run 0 "./$program" "$model"
  says "0.1.0 784-1000-180-10"
done
