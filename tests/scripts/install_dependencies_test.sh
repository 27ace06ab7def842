#!/usr/bin/env bash
# scripts/install_dependencies.sh with stand-ins for the package managers: nothing is installed here.
# shellcheck source-path=SCRIPTDIR source=support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/support.sh"

install=$root/scripts/install_dependencies.sh
managers="apt-get dnf apk pacman zypper brew sudo"

# machine MANAGER USER_ID MISSING...: a PATH where that manager is, run by that user, without these programs.
machine() {
  local manager=$1 user=$2
  shift 2
  # shellcheck disable=SC2086 # a list of words
  machine_path=$(path_without $managers id "$@")
  printf '#!/bin/sh\necho "%s $*" >>"%s/calls"\n' "$manager" "$PWD" >"$machine_path/$manager"
  printf '#!/bin/sh\necho %s\n' "$user" >"$machine_path/id"
  chmod +x "$machine_path/$manager" "$machine_path/id"
}

# give NAME...: programs that do nothing, in place of the machine's own.
give() {
  local tool
  for tool in "$@"; do
    printf '#!/bin/sh\n' >"$machine_path/$tool.new"
    chmod +x "$machine_path/$tool.new"
    mv -f "$machine_path/$tool.new" "$machine_path/$tool"
  done
}

begin where_all_is_there_nothing_happens
machine apt-get 0
give cc cmake make curl
PATH=$machine_path run 0 "$install" build
[[ ! -s output && ! -e calls ]] || fail "it said or did something: $(cat output)"

begin root_installs_what_is_missing
machine apt-get 0 cmake make
PATH=$machine_path run 0 "$install" build
says "missing: cmake make"
says "running: apt-get install -y --no-install-recommends cmake make"
grep -q "apt-get install .* cmake make" calls || fail "apt-get was not called"

begin without_rights_the_command_is_printed
machine apt-get 1000 cc cmake
PATH=$machine_path run 1 "$install" build
says "run as root: apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev cmake"
[[ ! -e calls ]] || fail "it ran something"

begin sudo_is_used_where_it_asks_nothing
machine dnf 1000 cmake
# shellcheck disable=SC2016 # expanded by the stand-in
printf '#!/bin/sh\n[ "$1" = -n ] && exit 0\nexec "$@"\n' >"$machine_path/sudo"
chmod +x "$machine_path/sudo"
PATH=$machine_path run 0 "$install" build
says "running: sudo dnf install -y cmake"

begin sudo_that_wants_a_password_is_not_used
machine dnf 1000 cmake
printf '#!/bin/sh\nexit 1\n' >"$machine_path/sudo"
chmod +x "$machine_path/sudo"
PATH=$machine_path run 1 "$install" build </dev/null
says "run as root: dnf install -y cmake"

begin a_manager_that_fails_is_told
machine apk 0 cmake
printf '#!/bin/sh\nexit 1\n' >"$machine_path/apk"
PATH=$machine_path run 1 "$install" build
says "cmake: apk could not install them"

begin what_is_optional_may_be_missing
machine zypper 0 shellcheck
printf '#!/bin/sh\nexit 1\n' >"$machine_path/zypper"
give cc cmake make
PATH=$machine_path run 0 "$install" test
says "going on without shellcheck"

for pair in apt-get:clang-tidy dnf:clang-tools-extra apk:clang-extra-tools pacman:clang zypper:clang-tools brew:llvm; do
  begin "clang_tidy_of_${pair%%:*}"
  machine "${pair%%:*}" 0 clang-tidy cppcheck
  give cc cmake make
  PATH=$machine_path run 0 "$install" test
  for package in "${pair#*:}" cppcheck; do
    grep -qE "^${pair%%:*} .* $package\$" calls || { cat calls && fail "$package was not asked for"; }
  done
done

begin what_checks_with_is_asked_for_by_the_name_of_its_package
machine apt-get 1000 shellcheck gcovr
give cc cmake make
PATH=$machine_path run 0 "$install" test
says "shellcheck gcovr: not root"
says " shellcheck gcovr"

begin what_bench_needs_is_optional_but_for_the_build
machine apt-get 1000 cmake hyperfine
PATH=$machine_path run 1 "$install" bench
says "missing: cmake"
says "hyperfine"

begin without_a_manager_the_names_are_told
machine none 0 cmake
PATH=$machine_path run 1 "$install" build
says "missing: cmake: no package manager that is known is here"

begin the_long_tests_want_a_fuzzer_too
machine dnf 0 clang clang-14
give cc cmake make
PATH=$machine_path run 0 "$install" long
says "fuzzer"
grep -q "dnf install -y clang compiler-rt" calls || fail "dnf was not asked for the fuzzer"

begin the_long_tests_want_other_processors_of_apt_get
machine apt-get 0 qemu-s390x aarch64-linux-gnu-gcc
for tool in i686-linux-gnu-gcc s390x-linux-gnu-gcc; do
  printf '#!/bin/sh\nexit %s\n' "$([[ $tool == i686* ]]; echo $?)" >"$machine_path/$tool.new" && chmod +x "$machine_path/$tool.new" && mv -f "$machine_path/$tool.new" "$machine_path/$tool"
done
PATH=$machine_path run 0 "$install" long
for packages in qemu-user "gcc-aarch64-linux-gnu libc6-dev-arm64-cross" "gcc-s390x-linux-gnu libc6-dev-s390x-cross"; do
  grep -q "apt-get install .* $packages\$" calls || fail "apt-get was not asked for $packages"
done
says_not "gcc-i686"

begin another_purpose_is_refused
run 2 "$install" everything
says "usage"
