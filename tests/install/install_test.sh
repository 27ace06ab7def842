#!/usr/bin/env bash
# The installed program finds what comes with it wherever it lies, and knows nothing of the sources.
# shellcheck source-path=SCRIPTDIR source=../scripts/support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../scripts/support.sh"

build=$(dirname -- "$DIGITNET")
[[ -f $build/cmake_install.cmake ]] || skip "$DIGITNET is not in the folder that it was built in"

# finds PROGRAM FOLDER: in an empty folder, the program takes its digits and its model from FOLDER.
finds() {
  begin "$check.$((++step))"
  run 0 "$1" train --epochs 1 --hidden 4 --limit 100 --output small.safetensors
  says "data: $2/digits (bundled)"
  says "$2/samples/7-thin.pgm"
  run 0 "$1" predict "$2/samples/7-thin.pgm"
  says "model: $2/pretrained.safetensors (bundled)"
}
step=0

begin installed
prefix=$work/a\ prefix
run 0 cmake --install "$build" --prefix "$prefix"
[[ -f $prefix/share/digitnet/pretrained.safetensors && ! -e $prefix/share/digitnet/page.png ]] || fail "README's picture is installed, or no data"
finds "$prefix/bin/digitnet" "$prefix/share/digitnet"

begin manual_pages_and_completions
for page in '' -train -lr-find -evaluate -predict -info -show -verify; do
  [[ -f $prefix/share/man/man1/digitnet$page.1 ]] || fail "there is no page digitnet$page(1)"
done
for file in bash-completion/completions/digitnet zsh/site-functions/_digitnet fish/vendor_completions.d/digitnet.fish; do
  [[ -f $prefix/share/$file ]] || fail "there is no $file"
done

begin moved
mv "$prefix" "$work/elsewhere"
finds "$work/elsewhere/bin/digitnet" "$work/elsewhere/share/digitnet"

begin all_in_one_folder
mkdir "$work/flat"
cp -R "$work/elsewhere/bin/digitnet" "$work/elsewhere/share/digitnet/." "$work/flat"
finds "$work/flat/digitnet" "$work/flat"

begin no_path_of_the_sources
if grep -q '^CMAKE_BUILD_TYPE:[A-Z]*=Release$' "$build/CMakeCache.txt" &&
  ! grep -qE '^(DIGITNET_SANITIZE:STRING=.|CMAKE_C_FLAGS:STRING=.*--coverage)' "$build/CMakeCache.txt"; then
  ! grep -qaF -- "$root" "$work/elsewhere/bin/digitnet" || fail "the installed program holds the path of its sources"
else
  echo "left out: a build for debugging names its sources"
fi

if ! "$DIGITNET" info / 2>&1 | grep -q 'is a folder'; then
  echo "left out: this build has no call that ISO C lacks, and knows its place only from how it was called"
  exit 0
fi

begin found_in_path
PATH=$work/elsewhere/bin:$PATH finds digitnet "$work/elsewhere/share/digitnet"

begin by_a_link
ln -s "$work/elsewhere/bin/digitnet" "$work/link"
finds "$work/link" "$work/elsewhere/share/digitnet"
