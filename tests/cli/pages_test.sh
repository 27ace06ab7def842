#!/usr/bin/env bash
# Manual pages and completions say what --help says: each option of each command is in all of them, and each setting in the metadata
# of a model. Pages render without warnings; completions are read by their shells.
# shellcheck source-path=SCRIPTDIR source=../scripts/support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../scripts/support.sh"

pages=${DIGITNET_PAGES:?names the folder of the pages}
[[ -e $pages/digitnet.1 ]] || skip "this build can't run what it builds: it has no pages"
read -ra commands < <("$DIGITNET" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z-]*\) .*/\1/p' | tr '\n' ' ')
[[ ${#commands[@]} -ge 7 ]] || fail "digitnet --help lists ${#commands[@]} commands"

skip_part() {
  echo "SKIPPED: a part of $check: $*"
}

# options_of COMMAND: what its help lists, one a line.
options_of() {
  "$DIGITNET" "$1" --help | sed -n 's/^  \(--[a-z0-9-]*\).*/\1/p'
}

# expect_in COMMAND WHERE LIST: each option of the command, and no other, is in the list of options.
expect_in() {
  diff -u --label "help of $1" --label "$2" <(options_of "$1" | sort) <(sort <<<"$3") || fail "$2 and the help of $1 differ"
}

begin every_option_is_in_the_manual
for command in "${commands[@]}"; do
  expect_in "$command" "its page" "$(sed -n 's/^\.B \(\\-\\-[^ ]*\).*/\1/p' "$pages/digitnet-$command.1" | tr -d "\\\\")"
  grep -qE "^\.B ${command/-/\\\\-}$" "$pages/digitnet.1" || fail "digitnet.1 does not list $command"
  grep -qF ".BR digitnet\\-$command " "$pages/digitnet.1" || fail "digitnet.1 does not lead to $command"
done
for preset in fast default better best tiny; do
  grep -qxF ".B $preset" "$pages/digitnet-train.1" || fail "the preset $preset is not in the manual of train"
done

begin pages_render_without_warnings
# renders COMMAND...: with output, and without a word of complaint.
renders() {
  "$@" >rendered 2>complaints || { cat complaints && fail "exit code $?: $*"; }
  [[ -s rendered && ! -s complaints ]] || { cat complaints && fail "not rendered without warnings: $*"; }
}
rendered=
for page in "$pages"/*.1; do
  if command -v groff >/dev/null 2>&1; then
    rendered=yes
    renders groff -man -ww -Tascii "$page"
  fi
  if command -v man >/dev/null 2>&1 && man --warnings --version >/dev/null 2>&1; then
    rendered=yes
    renders env LC_ALL=C MANWIDTH=80 man --warnings -l "$page"
  fi
  if command -v mandoc >/dev/null 2>&1; then
    rendered=yes
    run 0 mandoc -T lint -W error "$page"
  fi
done
[[ -n $rendered ]] || skip_part "there is no groff, man or mandoc"

begin every_option_is_completed_by_bash
run 0 bash -n "$pages/digitnet.bash"
# shellcheck disable=SC1091 # made by the build
source "$pages/digitnet.bash"
[[ $(complete -p digitnet) == *"-o default"*"-F _digitnet digitnet" ]] || fail "digitnet has no completion: $(complete -p digitnet)"

# complete_line WORD...: what bash offers for the last word, one a line.
complete_line() {
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
  _digitnet
  [[ ${#COMPREPLY[@]} -eq 0 ]] || printf '%s\n' "${COMPREPLY[@]}"
}

# offers EXPECTED WORD...: the words, with blanks between.
offers() {
  local expected=$1 found
  shift
  found=$(complete_line "$@" | tr '\n' ' ')
  [[ ${found% } == "$expected" ]] || fail "for \"$*\" bash is offered \"$found\", not \"$expected\""
}
offers "${commands[*]} help --help --version" digitnet ''
offers train digitnet tr
offers "evaluate" digitnet ev
offers "" digitnet x
[[ $(complete_line digitnet train --l | sort | tr '\n' ' ') == "--limit --log --loss --lr " ]] || fail "--l is not completed"
for command in "${commands[@]}"; do
  expect_in "$command" "bash's completion" "$(complete_line digitnet "$command" --)"
  offers "" digitnet "$command" '' # files, by the shell itself
done
mkdir data-folder
touch data-file
offers data-folder digitnet train --data data-

# Values: the words that the program itself names when it is given a wrong one.
begin every_choice_is_completed_by_bash
checked=0
for command in "${commands[@]}"; do
  for option in $(options_of "$command"); do
    choices=$("$DIGITNET" "$command" "$option" '?' --help 2>&1 | sed -n 's/.*: give one of //p' | tr -d ,)
    [[ -z $choices ]] || checked=$((checked + 1))
    takes_value=$("$DIGITNET" "$command" --help | sed -n "s/^  $option [A-Z].*/yes/p")
    [[ -z $takes_value || $option == --data ]] || offers "$choices" digitnet "$command" "$option" ''
  done
done
[[ $checked -ge 10 ]] || fail "only $checked options with choices were found"
offers "constant cosine" digitnet train --schedule co

begin every_option_is_completed_by_zsh
for command in "${commands[@]}"; do
  part=$(sed -n "/^  $command)\$/,/;;/p" "$pages/_digitnet")
  expect_in "$command" "zsh's completion" "$(sed -n "s/^ *'\(--[a-z0-9-]*\)[=[].*/\1/p" <<<"$part")"
  grep -qF "'$command:" "$pages/_digitnet" || fail "zsh is not told of $command"
done
head -1 "$pages/_digitnet" | grep -qxF "#compdef digitnet" || fail "zsh does not know whose completion it is"
if command -v zsh >/dev/null 2>&1; then run 0 zsh -n "$pages/_digitnet"; else skip_part "there is no zsh"; fi

begin every_option_is_completed_by_fish
for command in "${commands[@]}"; do
  expect_in "$command" "fish's completion" \
    "$(sed -n "s/^complete -c digitnet -n '__fish_seen_subcommand_from $command' -l \([a-z0-9-]*\) .*/--\1/p" "$pages/digitnet.fish")"
  grep -qF -- "-a $command -d" "$pages/digitnet.fish" || fail "fish is not told of $command"
done
if command -v fish >/dev/null 2>&1; then run 0 fish -n "$pages/digitnet.fish"; else skip_part "there is no fish"; fi

begin every_setting_is_in_the_metadata
others="--data --preset --threads --output --log --checkpoint --resume --from --force --json --quiet --help"
settings=$(options_of train | grep -vxF -e "$(tr ' ' '\n' <<<"$others")" | sort)
[[ $(wc -l <<<"$settings") -ge 20 ]] || fail "train has few settings: $settings"
# arguments_of OPTION...: the options that a model keeps, one a line.
arguments_of() {
  run 0 "$DIGITNET" train --quiet --data "$root/data/digits" --arch mean --output model "$@"
  "$DIGITNET" info --json model | grep -o '"arguments":"[^"]*"' | grep -oE -- '--[a-z0-9-]+' | sort
}
# Those that older files do not name are words where they are set.
usual=$(grep -vxF -e --limit -e --repeat -e --calibrate <<<"$settings")
diff -u <(cat <<<"$usual") <(arguments_of) || fail "the metadata lack a setting, or have another"
diff -u <(cat <<<"$usual") <(arguments_of --limit 0 --arch linear --epochs 1 --calibrate no) || fail "no limit is a word of the metadata"
diff -u <(cat <<<"$settings") <(arguments_of --limit 300 --repeat 2 --arch linear --epochs 1 --calibrate yes) || fail "the metadata lack a setting, or have another"
