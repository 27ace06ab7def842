#!/bin/sh
# Install what is missing with the system's package manager: scripts/install_dependencies.sh build|sweep|test|long|bench
#
# build  what a build needs: a C compiler, cmake, make (and curl, to fetch MNIST)
# sweep  what scripts/sweep.sh runs trainings with: GNU parallel
# test   what a build needs, and what scripts/test.sh checks with: cmocka and bash; where they can be had ninja, clang,
#        clang-format, clang-tidy, cppcheck, shellcheck, gcovr, valgrind, netpbm, python3, git, tcc, GNU parallel
# long   that, and what scripts/test_long.sh has beside: clang's fuzzer, npm, Chromium, and ONNX for the system's python3; of apt-get, compilers
#        for other processors and emulators of them, and Slurm
# bench  what a build needs, and what scripts/bench.sh measures with and against: bash; where they can be had hyperfine,
#        GNU time, and PyTorch, a BLAS that is fast for it, and scikit-learn for the system's python3
#
# As root or with sudo it installs; otherwise it prints the command to run and exits 1. Where all is there
# it says nothing and touches nothing.
# shellcheck disable=SC2046,SC2086 # lists are words with blanks between them, split on purpose
set -eu

purpose=${1:-}
case $purpose in
  build | sweep | test | long | bench) ;;
  *)
    echo "usage: install_dependencies.sh build|sweep|test|long|bench" >&2
    exit 2
    ;;
esac

have() {
  command -v "$1" >/dev/null 2>&1
}

join() {
  echo "$*"
}

have_header() {
  printf '#include <stdarg.h>\n#include <stddef.h>\n#include <stdint.h>\n#include <setjmp.h>\n#include <%s>\n' "$1" |
    cc -E - >/dev/null 2>&1
}

# Can clang link a fuzzer? Its run-time library is a package of its own on some systems.
have_fuzzer() {
  folder=$(mktemp -d) || return 1
  printf 'int LLVMFuzzerTestOneInput(const char *data, unsigned long size) { return data == 0 && size != 0; }\n' >"$folder/fuzz.c"
  result=0
  clang -fsanitize=fuzzer,address "$folder/fuzz.c" -o "$folder/fuzz" >/dev/null 2>&1 || result=1
  rm -rf "$folder"
  return $result
}

# A compiler for another processor may be there without a C library for it.
links_static() {
  folder=$(mktemp -d) || return 1
  echo 'int main(void) { return 0; }' >"$folder/probe.c"
  result=0
  "$1" -static "$folder/probe.c" -o "$folder/probe" >/dev/null 2>&1 || result=1
  rm -rf "$folder"
  return $result
}

# Another program of that name comes with moreutils.
have_gnu_parallel() {
  parallel --version 2>/dev/null | grep GNU >/dev/null
}

# Debian's PyTorch takes the reference BLAS, twenty times as slow, where no other is installed; elsewhere PyTorch brings its own.
have_openblas() {
  ! have apt-get || ldconfig -p | grep openblas >/dev/null
}

find_manager() {
  for manager in apt-get dnf apk pacman zypper brew; do
    if have "$manager"; then
      echo "$manager"
      return
    fi
  done
}

# The package that brings a tool. Most are named after it.
package_of() {
  case $manager:$1 in
    apt-get:cc) echo "gcc libc6-dev" ;;
    apk:cc) echo "gcc musl-dev" ;;
    zypper:cc) echo "gcc glibc-devel" ;;
    *:cc) echo gcc ;;
    apt-get:cmocka) echo libcmocka-dev ;;
    brew:cmocka | pacman:cmocka) echo cmocka ;;
    apk:cmocka) echo cmocka-dev ;;
    *:cmocka) echo libcmocka-devel ;;
    apt-get:clang-format | brew:clang-format) echo clang-format ;;
    apt-get:clang-tidy) echo clang-tidy ;;
    dnf:clang-format | dnf:clang-tidy) echo clang-tools-extra ;;
    apk:clang-format | apk:clang-tidy) echo clang-extra-tools ;;
    zypper:clang-tidy) echo clang-tools ;;
    *:clang-format | pacman:clang-tidy) echo clang ;;
    dnf:shellcheck | zypper:shellcheck) echo ShellCheck ;;
    dnf:netpbm) echo netpbm-progs ;;
    brew:clang | brew:clang-tidy | brew:fuzzer) echo llvm ;;
    apt-get:fuzzer) echo "clang libclang-rt-$(apt-cache depends clang 2>/dev/null | sed -n 's/.*clang-\([0-9]*\)$/\1/p' | head -n 1)-dev" ;;
    *:fuzzer) echo "clang compiler-rt" ;;
    *:qemu-system-arm) echo qemu-system-arm ;;
    *:qemu-*) echo qemu-user ;;
    *:musl-gcc) echo musl-tools ;;
    *:i686-linux-gnu-gcc) echo "gcc-i686-linux-gnu libc6-dev-i386-cross" ;;
    *:aarch64-linux-gnu-gcc) echo "gcc-aarch64-linux-gnu libc6-dev-arm64-cross" ;;
    *:s390x-linux-gnu-gcc) echo "gcc-s390x-linux-gnu libc6-dev-s390x-cross" ;;
    *:arm-none-eabi-gcc) echo "gcc-arm-none-eabi libnewlib-arm-none-eabi" ;;
    apt-get:ninja | dnf:ninja) echo ninja-build ;;
    pacman:python3) echo python ;;
    apk:torch) echo py3-pytorch ;;
    apt-get:openblas) echo libopenblas0-pthread ;;
    pacman:torch) echo python-pytorch ;;
    brew:torch) echo pytorch ;;
    *:torch) echo python3-torch ;;
    apt-get:sklearn) echo python3-sklearn ;;
    apk:sklearn) echo py3-scikit-learn ;;
    pacman:sklearn) echo python-scikit-learn ;;
    brew:sklearn) echo scikit-learn ;;
    *:sklearn) echo python3-scikit-learn ;;
    apt-get:chromium) echo "chromium fonts-dejavu-core" ;;
    apk:onnx) echo py3-onnx ;;
    pacman:onnx) echo python-onnx ;;
    brew:onnx) echo onnx ;;
    *:onnx) echo python3-onnx ;;
    brew:npm) echo node ;;
    zypper:parallel) echo gnu_parallel ;;
    *:slurmctld) echo "slurm-wlm munge" ;;
    brew:time) echo gnu-time ;;
    apt-get:curl) echo "curl ca-certificates" ;;
    *) echo "$1" ;;
  esac
}

# The tools of a list that are missing.
missing_of() {
  for tool in "$@"; do
    case $tool in
      cmocka) have_header cmocka.h || echo cmocka ;;
      netpbm) have pnmtopng || echo netpbm ;;
      onnx) have check-model || echo onnx ;;
      fuzzer) have_fuzzer || echo fuzzer ;;
      chromium) have chromium || have chromium-browser || have google-chrome || echo chromium ;;
      *-linux-gnu-gcc) links_static "$tool" || echo "$tool" ;;
      parallel) have_gnu_parallel || echo parallel ;;
      time) env time --version >/dev/null 2>&1 || echo time ;;
      openblas) have_openblas || echo openblas ;;
      torch | sklearn) /usr/bin/python3 -c "import $tool" 2>/dev/null || echo "$tool" ;;
      curl) have curl || have wget || echo curl ;;
      *) have "$tool" || echo "$tool" ;;
    esac
  done
}

packages_of() {
  for tool in "$@"; do
    package_of "$tool"
  done
}

# The words of the command that installs, without the packages.
install_words() {
  case $manager in
    apt-get) echo "apt-get install -y --no-install-recommends" ;;
    dnf) echo "dnf install -y" ;;
    apk) echo "apk add" ;;
    pacman) echo "pacman -S --needed --noconfirm" ;;
    zypper) echo "zypper --non-interactive install" ;;
    brew) echo "brew install" ;;
  esac
}

# How this user may install: "" as it is, "sudo", or "no".
rights() {
  if [ "$manager" = brew ] || [ "$(id -u)" -eq 0 ]; then
    return
  fi
  if have sudo && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
    echo sudo
  else
    echo no
  fi
}

run() {
  echo "install_dependencies.sh: running: $*" >&2
  DEBIAN_FRONTEND=noninteractive "$@" >&2
}

# apt-get on a fresh machine has no lists, and old lists name packages that are gone.
refresh() {
  case $manager in
    apt-get) run $become apt-get update ;;
    pacman) run $become pacman -Sy ;;
  esac
}

lists_are_there() {
  [ "$manager" != apt-get ] || [ -n "$(find /var/lib/apt/lists -name '*Packages*' 2>/dev/null | head -n 1)" ]
}

install() {
  lists_are_there || refresh
  run $become $(install_words) "$@" || { refresh && run $become $(install_words) "$@"; }
}

required="cc cmake make"
optional="curl"
if [ "$purpose" = sweep ]; then
  required=parallel
  optional=
elif [ "$purpose" != build ]; then
  required="$required cmocka bash"
  optional="$optional ninja clang clang-format clang-tidy cppcheck shellcheck gcovr valgrind netpbm python3 git tcc parallel"
fi
if [ "$purpose" = long ]; then
  optional="$optional fuzzer npm onnx chromium"
  ! have apt-get || optional="$optional qemu-s390x qemu-system-arm arm-none-eabi-gcc musl-gcc i686-linux-gnu-gcc aarch64-linux-gnu-gcc s390x-linux-gnu-gcc slurmctld"
fi
if [ "$purpose" = bench ]; then
  required="$required bash"
  optional="$optional hyperfine time torch openblas sklearn"
fi

required=$(missing_of $required)
optional=$(missing_of $optional)
[ -n "$required$optional" ] || exit 0

manager=$(find_manager)
missing=$(join $required $optional)
if [ -z "$manager" ]; then
  echo "install_dependencies.sh: missing: $missing: no package manager that is known is here, install them by hand" >&2
  [ -z "$required" ] && exit 0 || exit 1
fi

become=$(rights)
if [ "$become" = no ]; then
  command="$(install_words) $(join $(packages_of $required $optional))"
  [ "$manager" = apt-get ] && command="apt-get update && $command"
  echo "install_dependencies.sh: missing: $missing: not root, and sudo wants a password: run as root: $command" >&2
  [ -z "$required" ] && exit 0 || exit 1
fi

echo "install_dependencies.sh: missing: $missing" >&2
if [ -n "$required" ]; then
  install $(packages_of $required) || {
    echo "install_dependencies.sh: $(join $required): $manager could not install them" >&2
    exit 1
  }
fi
for tool in $optional; do
  install $(package_of "$tool") || echo "install_dependencies.sh: going on without $tool" >&2
done
