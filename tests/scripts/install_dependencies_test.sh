#!/usr/bin/env bash
# scripts/install_dependencies.sh with stand-ins for the package managers: nothing is installed here.
# shellcheck source-path=SCRIPTDIR source=support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/support.sh"

install=$root/scripts/install_dependencies.sh
wanted="cc cmake make ninja curl clang clang-format clang-tidy cppcheck shellcheck gcovr valgrind pnmtopng python3 git hyperfine time
  tcc npm chromium check-model qemu-system-arm arm-none-eabi-gcc qemu-s390x musl-gcc i686-linux-gnu-gcc aarch64-linux-gnu-gcc s390x-linux-gnu-gcc slurmctld parallel"

mkdir "$work/idle"
for tool in $wanted; do
  echo '#!/bin/sh' >"$work/idle/$tool"
done
echo 'echo GNU parallel' >>"$work/idle/parallel"
chmod +x "$work/idle"/*

# machine MANAGER USER_ID MISSING...: a PATH where that manager is, run by that user, with all that is ever wanted but these programs:
# what stands in for them does nothing.
machine() {
  local manager=$1 user=$2 tool
  shift 2
  machine_path=$(path_with bash)
  ln -s "$work/idle"/* "$machine_path"
  for tool in "$@"; do
    rm "$machine_path/$tool" || fail "$tool is never wanted"
  done
  stand_in "$manager" <<<$'#!/bin/sh\necho "'"$manager"$' $*" >>"'"$PWD"$'/calls"'
  stand_in id <<<$'#!/bin/sh\necho '"$user"
}

for purpose in build sweep test long; do
  begin "where_all_is_there_nothing_happens_for_$purpose"
  machine apt-get 0
  PATH=$machine_path run 0 "$install" "$purpose"
  [[ ! -s output && ! -e calls ]] || fail "it said or did something: $(cat output)"
done

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
stand_in sudo <<<$'#!/bin/sh\n[ "$1" = -n ] && exit 0\nexec "$@"'
PATH=$machine_path run 0 "$install" build
says "running: sudo dnf install -y cmake"

begin sudo_that_wants_a_password_is_not_used
machine dnf 1000 cmake
stand_in sudo <<<$'#!/bin/sh\nexit 1'
PATH=$machine_path run 1 "$install" build </dev/null
says "run as root: dnf install -y cmake"

begin a_manager_that_fails_is_told
machine apk 0 cmake
stand_in apk <<<$'#!/bin/sh\nexit 1'
PATH=$machine_path run 1 "$install" build
says "cmake: apk could not install them"

begin what_is_optional_may_be_missing
machine zypper 0 shellcheck
stand_in zypper <<<$'#!/bin/sh\nexit 1'
PATH=$machine_path run 0 "$install" test
says "going on without shellcheck"

for pair in apt-get:clang-tidy dnf:clang-tools-extra apk:clang-extra-tools pacman:clang zypper:clang-tools brew:llvm; do
  begin "clang_tidy_of_${pair%%:*}"
  machine "${pair%%:*}" 0 clang-tidy cppcheck
  PATH=$machine_path run 0 "$install" test
  for package in "${pair#*:}" cppcheck; do
    grep -qE "^${pair%%:*} .* $package\$" calls || { cat calls && fail "$package was not asked for"; }
  done
done

begin what_checks_with_is_asked_for_by_the_name_of_its_package
machine apt-get 1000 shellcheck gcovr
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
machine dnf 0 clang
PATH=$machine_path run 0 "$install" long
says "fuzzer"
grep -q "dnf install -y clang compiler-rt" calls || fail "dnf was not asked for the fuzzer"

begin the_long_tests_want_other_processors_of_apt_get
machine apt-get 0 qemu-s390x aarch64-linux-gnu-gcc qemu-system-arm arm-none-eabi-gcc check-model
stand_in s390x-linux-gnu-gcc <<<$'#!/bin/sh\nexit 1' # without a C library for it
PATH=$machine_path run 0 "$install" long
for packages in qemu-user qemu-system-arm "gcc-arm-none-eabi libnewlib-arm-none-eabi" python3-onnx "gcc-aarch64-linux-gnu libc6-dev-arm64-cross" "gcc-s390x-linux-gnu libc6-dev-s390x-cross"; do
  grep -q "apt-get install .* $packages\$" calls || fail "apt-get was not asked for $packages"
done
says_not "gcc-i686"

begin the_long_tests_want_slurm_of_apt_get
machine apt-get 0 slurmctld
PATH=$machine_path run 0 "$install" long
grep -q "apt-get install .* slurm-wlm munge\$" calls || fail "apt-get was not asked for Slurm"

begin a_sweep_wants_gnu_parallel_alone
machine apt-get 1000 parallel cc cmake
PATH=$machine_path run 1 "$install" sweep
says "run as root: apt-get update && apt-get install -y --no-install-recommends parallel"

begin another_parallel_is_not_taken_for_it
machine zypper 0
stand_in parallel <<<$'#!/bin/sh\necho "parallel of moreutils"'
PATH=$machine_path run 0 "$install" sweep
grep -q "zypper .* gnu_parallel\$" calls || fail "another program of that name was taken for GNU parallel"

begin another_purpose_is_refused
run 2 "$install" everything
says "usage"
