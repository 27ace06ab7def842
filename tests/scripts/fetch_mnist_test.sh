#!/usr/bin/env bash
# scripts/fetch_mnist.sh against folders that play the mirrors. The bundled digits play MNIST: a copy of the script has their
# checksums in place of the real files'; those are held against the real files where $DIGITNET_MNIST has them.
# shellcheck source-path=SCRIPTDIR source=support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/support.sh"

fetch=$work/fetch_mnist.sh
names="train-images-idx3-ubyte train-labels-idx1-ubyte t10k-images-idx3-ubyte t10k-labels-idx1-ubyte"
small=t10k-images-idx3-ubyte.gz
real=$work/mirror
export DIGITNET_MNIST_URL="file://$real"

mkdir "$real"
cp "$root/scripts/fetch_mnist.sh" "$fetch"
for name in $names; do
  gzip -n -c "$root/data/digits/$name" >"$real/$name.gz"
  sum=$(sha256sum <"$root/data/digits/$name")
  sed -i -E "s/^$name [0-9a-f]{64}\$/$name ${sum%% *}/" "$fetch"
  grep -q "^$name ${sum%% *}\$" "$fetch" || fail "fetch_mnist.sh has no checksum of $name"
done

# The four files are in the folder, right, and nothing beside them.
expect_complete() {
  local name
  for name in $names; do
    cmp -s "$1/$name.gz" "$real/$name.gz" || fail "$1/$name.gz is not the real file"
  done
  [[ $(find "$1" -type f | wc -l) -eq 4 ]] || fail "there is more than the four files: $(ls "$1")"
}

# mirror FOLDER: a mirror that may be spoilt, at file://$PWD/FOLDER.
mirror() {
  mkdir "$1"
  cp "$real"/*.gz "$1"
}

if [[ -e ${DIGITNET_MNIST:-}/train-images-idx3-ubyte.gz ]]; then
  begin the_checksums_are_those_of_the_real_files
  for name in $names; do
    sum=$(gzip -dc "$DIGITNET_MNIST/$name.gz" | sha256sum)
    grep -q "^$name ${sum%% *}\$" "$root/scripts/fetch_mnist.sh" || fail "$name has another checksum"
  done
else
  echo "SKIPPED: there is no MNIST in \$DIGITNET_MNIST to hold the checksums against"
fi

begin all_four_files_come
run 0 "$fetch" data
expect_complete data

begin right_files_are_left_alone
run 0 "$fetch" data
DIGITNET_MNIST_URL="file://$PWD/nowhere" run 0 "$fetch" data
says "there already"
expect_complete data

begin a_wrong_file_is_replaced
run 0 "$fetch" data
echo "<html>log in first</html>" >data/$small
run 0 "$fetch" data
expect_complete data

begin the_next_mirror_is_asked
mkdir empty
DIGITNET_MNIST_URL="file://$PWD/empty/ file://$real" run 0 "$fetch" data
expect_complete data
[[ $(grep -c "/empty/" output) -eq 1 ]] || fail "a mirror that failed is asked first again"

begin a_wrong_checksum_is_told_and_nothing_stays
mirror bad
gzip -n -c "$root/README.md" >bad/$small
DIGITNET_MNIST_URL="file://$PWD/bad" run 1 "$fetch" data
says "$small: the SHA-256 of what came is wrong"
says "none of the mirrors delivered it"
[[ ! -e data/$small && ! -e data/$small.part ]] || fail "a wrong file was left"

begin a_mirror_with_a_wrong_file_is_passed_over
mirror bad
gzip -n -c "$root/README.md" >bad/$small
DIGITNET_MNIST_URL="file://$PWD/bad file://$real" run 0 "$fetch" data
expect_complete data

begin a_mirror_whose_file_is_cut_short_is_passed_over
mirror bad
truncate -s 2000 bad/$small
DIGITNET_MNIST_URL="file://$PWD/bad file://$real" run 0 "$fetch" data
expect_complete data

begin no_mirror_leaves_no_folder
DIGITNET_MNIST_URL="file://$PWD/nowhere" run 1 "$fetch" data
says "is there a network?"
[[ ! -e data ]] || fail "an empty folder was left"

begin a_wrong_file_survives_when_nothing_better_comes
mkdir data
echo "mine" >data/$small
DIGITNET_MNIST_URL="file://$PWD/nowhere" run 1 "$fetch" data
[[ $(cat data/$small) == mine ]] || fail "the old file is gone"

begin a_folder_that_cannot_be_made_is_told
echo "a file" >data
run 1 "$fetch" data
says "fetch_mnist.sh: data: the folder can't be made"

if command -v curl >/dev/null; then
  # The mirror's copy has its first bytes spoilt: only a download that goes on behind the partial file comes out right.
  begin a_partial_download_is_resumed
  mirror spoilt
  mkdir data
  head -c 3000 "$real/$small" >data/$small.part
  printf '%03000d' 0 | dd of=spoilt/$small conv=notrunc status=none
  DIGITNET_MNIST_URL="file://$PWD/spoilt" run 0 "$fetch" data
  says "going on at byte 3000"
  expect_complete data

  begin a_spoilt_partial_download_starts_again
  mkdir data
  printf '%03000d' 0 >data/$small.part
  run 0 "$fetch" data
  expect_complete data

  begin a_partial_download_that_is_too_long_starts_again
  mkdir data
  printf '%09000d' 0 >data/$small.part
  run 0 "$fetch" data
  expect_complete data
else
  echo "SKIPPED: curl is not here: nothing is resumed"
fi

begin a_complete_partial_download_is_taken
mkdir data
cp "$real/$small" data/$small.part
run 0 "$fetch" data
expect_complete data

begin without_curl_files_are_copied
PATH=$(path_with wget) run 0 "$fetch" data
expect_complete data

# A mirror on this machine, to see wget and curl at work over HTTP; it knows no ranges, as some proxies do.
if command -v python3 >/dev/null; then
  python3 -u -m http.server --bind 127.0.0.1 --directory "$real" 0 >"$work/server" 2>&1 &
  server=$!
  trap 'kill "$server"; rm -rf -- "$work"' EXIT
  for _ in $(seq 50); do
    port=$(grep -o 'port [0-9]*' "$work/server" | cut -d ' ' -f 2)
    [[ -z $port ]] || break
    sleep 0.1
  done
  [[ -n $port ]] || fail "the server did not start: $(cat "$work/server")"
  unset http_proxy HTTP_PROXY all_proxy ALL_PROXY
  export DIGITNET_MNIST_URL="http://127.0.0.1:$port/nowhere http://127.0.0.1:$port/"

  for tool in curl wget; do
    command -v "$tool" >/dev/null || {
      echo "SKIPPED: $tool is not here"
      continue
    }
    begin "${tool}_loads_over_http"
    PATH=$(path_with "$tool") run 0 "$fetch" data
    expect_complete data

    begin "${tool}_starts_again_where_the_server_cannot_resume"
    mkdir data
    head -c 3000 "$real/$small" >data/$small.part
    PATH=$(path_with "$tool") run 0 "$fetch" data
    expect_complete data
  done
else
  echo "SKIPPED: there is no python3 to play an HTTP server"
fi

begin without_curl_and_wget_the_remedy_is_told
PATH=$(path_with bash) run 1 "$fetch" data
says "neither curl nor wget is here: install one of them"
