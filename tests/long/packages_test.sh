#!/usr/bin/env bash
# What cpack makes works without the sources: the .tar.gz unpacked anywhere, the .deb installed, and nothing is left when it is removed.
# shellcheck source-path=SCRIPTDIR source=../scripts/support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../scripts/support.sh"

build=$(dirname -- "$DIGITNET")
[[ -f $build/CPackConfig.cmake ]] || skip "$DIGITNET is not in the folder that it was built in"
run 0 cpack --config "$build/CPackConfig.cmake" -B "$work/packages"

# works PROGRAM: it trains on its own digits, and reads a picture of its own by what it learnt and by its own model.
works() {
  run 0 "$1" train --hidden 16 --epochs 2 --output small.safetensors
  says "(bundled)"
  picture=$(sed -n 's/^try: .* //p' output)
  run 0 "$1" predict --model small.safetensors "$picture"
  rm small.safetensors
  run 0 "$1" predict "$picture"
  says "	7	"
}

begin unpacked
tar -xzf "$work"/packages/digitnet-*.tar.gz
works "$PWD"/digitnet-*/bin/digitnet

begin installed
command -v dpkg >/dev/null || skip "there is no dpkg here: the .deb was not made"
[[ $(id -u) -eq 0 && ! -e /usr/bin/digitnet ]] || skip "only root can install the .deb, where no other digitnet is"
run 0 dpkg -i "$work"/packages/digitnet-*.deb
(works /usr/bin/digitnet && [[ -f /usr/share/man/man1/digitnet-train.1 && -f /usr/share/doc/digitnet/LICENSE ]]) || {
  dpkg -r digitnet
  exit 1
}
run 0 dpkg -r digitnet
[[ ! -e /usr/bin/digitnet && ! -e /usr/share/digitnet ]] || fail "removing it left something"
