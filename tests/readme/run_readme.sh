#!/usr/bin/env bash
# Run the commands of README.md: tests/readme/run_readme.sh [--mnist] [README]
#
# Every ```sh block is run, in order, all in one shell that stops at the first command that fails; none can be
# left out. After them come the lines that begin with "$ ", which show what a run looks like. They run in a copy of this tree (without its build folders), as a reader would after cloning:
#
# - `git clone` copies the tree, to the folder that git would choose: so `git clone URL && cd digitnet` works.
# - sudo and package managers (apt-get, dnf, apk, pacman, zypper, brew) are stand-ins that install nothing.
# - scripts/fetch_mnist.sh, and so scripts/train.sh, fail at once, as without a network, and the bundled digits lie in data/mnist
#   under MNIST's names for the commands that want that folder. With --mnist they load from $DIGITNET_MNIST, which takes minutes.
# - scripts/test.sh, which runs this, is not run again: a stand-in checks only that its option exists.
#
# A block that is no ```sh but holds commands (```bash, ```shell, ```console) is an error: it would not be tested.
set -eu

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
mnist=
if [[ ${1:-} == --mnist ]]; then
  mnist=${DIGITNET_MNIST:-}
  [[ -e $mnist/train-images-idx3-ubyte.gz ]] || {
    echo "SKIPPED: there is no MNIST in \$DIGITNET_MNIST"
    exit 77
  }
  shift
fi
readme=${1:-$root/README.md}
readme=$(cd -- "$(dirname -- "$readme")" && pwd)/${readme##*/}
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

fail() {
  echo "run_readme.sh: $*" >&2
  exit 1
}

# copy_tree FOLDER: what a clone would have, with what is changed and not committed yet.
copy_tree() {
  mkdir -p "$1"
  tar -C "$root" --exclude=./build* --exclude=./.git --exclude=./data/mnist --exclude='*.safetensors' -cf - . | tar -C "$1" -xf -
}

# stand_in NAME: a program of that name, first in PATH; its text comes from standard input.
stand_in() {
  { echo '#!/usr/bin/env bash' && cat; } >"$work/bin/$1"
  chmod +x "$work/bin/$1"
}

# The blocks as one script, and behind them the lines that show a run; before each, its line number for the message when something
# fails.
extract() {
  awk '
    /^[ \t]*```/ {
      if (inside) { inside = 0; running = 0; next }
      inside = 1
      language = $0
      gsub(/[` \t]/, "", language)
      if (language ~ /^(bash|shell|console|zsh)/) {
        print "run_readme.sh: line " NR ": commands stand in ```sh blocks, this is ```" language > "/dev/stderr"
        exit 1
      }
      running = language == "sh"
      if (running) print "readme_line=" NR "; echo \"== README.md:" NR "\""
      next
    }
    running { print }
    inside && !running && sub(/^[$] /, "") { shown = shown "readme_line=" NR "; echo \"== README.md:" NR "\"\n" $0 "\n" }
    END { printf "%s", shown }' "$readme"
}

mkdir "$work/bin"
copy_tree "$work/source"
cat >"$work/source/scripts/test.sh" <<'EOF'
#!/bin/sh
[ $# -eq 0 ] || [ "$*" = --quick ] || exit 2
echo "(scripts/test.sh is what runs this)"
EOF

# shellcheck disable=SC2016 # expanded by the stand-in
for manager in apt-get dnf apk pacman zypper brew; do
  echo 'echo "(not installed here: ${0##*/} $*)"' | stand_in "$manager"
done
echo '"$@"' | stand_in sudo
stand_in git <<EOF
if [[ \${1:-} != clone ]]; then exec "$(command -v git || echo false)" "\$@"; fi
folder=\${3:-\${2##*/}}
cp -R "$work/source" "\${folder%.git}"
EOF

if [[ -n $mnist ]]; then
  mnist_url=file://$(cd -- "$mnist" && pwd)
else
  mnist_url=file://$work/nowhere
  mkdir -p "$work/source/data/mnist"
  cp "$root"/data/digits/*-ubyte "$work/source/data/mnist"
fi

extract >"$work/commands" || exit 1
[[ -s $work/commands ]] || fail "$readme: there is no \`\`\`sh block"
{
  echo 'set -euo pipefail'
  # shellcheck disable=SC2016 # expanded by that shell
  echo 'trap '\''echo "run_readme.sh: the block at README.md:$readme_line failed" >&2'\'' ERR'
  cat "$work/commands"
} >"$work/script"

cp -R "$work/source" "$work/clone"
cd "$work/clone"
unset DIGITNET_DATA DIGITNET_MNIST
PATH=$work/bin:$PATH DIGITNET_MNIST_URL=$mnist_url bash "$work/script" </dev/null
echo "run_readme.sh: every command of ${readme##*/} ran"
