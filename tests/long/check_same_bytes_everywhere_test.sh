#!/usr/bin/env bash
# scripts/check_same_bytes_everywhere.sh with stand-ins for cmake, the compilers and the emulators: nothing is built here.
# shellcheck source-path=SCRIPTDIR source=../scripts/support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../scripts/support.sh"

everywhere=$root/scripts/check_same_bytes_everywhere.sh
cmake=$(command -v cmake) || skip "cmake is not here"

# machine MISSING...: a PATH without these programs. What cmake builds there plays digitnet: its models hold the words of the
# file `model-TARGET`, if there is one.
machine() {
  machine_path=$(path_with bash)
  local tool
  for tool in gcc s390x-linux-gnu-gcc; do
    [[ " $* " == *" $tool "* ]] || stand_in "$tool" <<<$'#!/bin/sh\nexit 0'
  done
  [[ " $* " == *" qemu-s390x "* ]] || stand_in qemu-s390x <<<$'#!/bin/sh\necho emulated >>"$PWD/calls"\nexec "$@"'
  stand_in cmake <<END
#!/bin/sh
case \$1 in
  -S) mkdir -p "\$4" && cp "$work/digitnet" "\$4/digitnet" && echo "\$*" >>"$PWD/calls" ;;
  -E) exec "$cmake" "\$@" ;;
esac
END
}

cat >"$work/digitnet" <<'EOF_DIGITNET'
#!/bin/sh
target=$(basename "$(dirname "$0")")
if [ -e "refuses-$target" ]; then
  cat "refuses-$target" >&2
  exit 1
fi
words=any
[ ! -e "model-$target" ] || words=$(cat "model-$target")
[ ! -e "says-$target" ] || [ "$1" = train ] || cat "says-$target"
while [ $# -gt 0 ]; do
  case $1 in
    --output | --checkpoint) echo "$words" >"$2" ;;
  esac
  shift
done
EOF_DIGITNET
chmod +x "$work/digitnet"

check_targets() {
  local expected=$1
  shift
  PATH=$machine_path run "$expected" "$everywhere" --build "$PWD/build" "$@"
}

begin targets_are_listed
run 0 "$everywhere" --list
for target in gcc-O0 gcc-O3-portable gcc-O3-avx2 gcc-O3-avx512 clang-O2 i686 aarch64 s390x; do
  grep -qx "$target" output || fail "$target is not listed"
done

begin what_is_unknown_is_refused
for arguments in gcc-O9 --quick "" "--build"; do
  run 2 "$everywhere" "$arguments"
  says "usage"
done

begin equal_models_pass
machine
check_targets 0 gcc-O0 s390x
[[ $(grep -cE '^(gcc-O0|s390x) +[13] +[0-9a-f]{64} *$' output) -eq 4 ]] || { cat output && fail "not a line for each run"; }
says "all 4 runs gave the same bytes"
grep -q emulated calls || fail "the emulator was not called"

begin a_model_that_differs_is_told
machine
echo others >model-s390x
check_targets 1 gcc-O0 s390x
grep -qE '^s390x +3 .* DIFFERENT: checkpoint deep.safetensors' output || { cat output && fail "it does not say what differs"; }
says "FAILED"

begin words_that_differ_are_told
machine
echo others >says-s390x
check_targets 1 gcc-O0 s390x
grep -qE '^s390x +3 .* DIFFERENT: evaluate info' output || { cat output && fail "it does not say what differs"; }

begin a_program_that_fails_is_told
machine
echo "digitnet: broken" >refuses-s390x
check_targets 1 gcc-O0 s390x
says "digitnet: broken"
grep -qE '^s390x +1 +FAILED' output || { cat output && fail "it does not say what failed"; }

begin missing_tools_are_named
machine qemu-s390x qemu-s390x-static
check_targets 0 gcc-O0 s390x
grep -qE '^s390x +- +SKIPPED +qemu-s390x is not here' output || { cat output && fail "it does not say what is missing"; }
stand_in qemu-s390x <<<$'#!/bin/sh\nexec "$@"'
stand_in s390x-linux-gnu-gcc <<<$'#!/bin/sh\nexit 1'
check_targets 0 gcc-O0 s390x
says "s390x-linux-gnu-gcc has no static C library here"

begin instructions_that_are_missing_are_told
machine
echo "digitnet: kernels: this processor can't run the avx512 kernels: choose the portable kernels" >refuses-gcc-O3-avx512
check_targets 0 gcc-O0 gcc-O3-avx512
grep -qE "^gcc-O3-avx512 +3 +SKIPPED +kernels: this processor can't" output || { cat output && fail "it does not say why"; }

begin nothing_to_compare_is_a_failure
machine qemu-s390x qemu-s390x-static
check_targets 1 s390x
says "nothing was compared"
