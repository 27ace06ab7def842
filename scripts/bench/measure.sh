# shellcheck shell=bash disable=SC2154 # sourced by bench.sh, which sets what all share
# How scripts/bench.sh measures, keeps and sums up numbers.

say() {
  echo "bench.sh: $*" >&2
}

have() {
  command -v "$1" >/dev/null 2>&1
}

# extent FILE OFFSET: a big-endian u32, as IDX files have them.
extent() {
  od -An -tu1 -j "$2" -N 4 "$1" | awk '{ print (($1 * 256 + $2) * 256 + $3) * 256 + $4 }'
}

# The first python3 that has PyTorch, else another peer, else the first; the system's packages are in the system's python3 alone.
find_peers() {
  local modules
  for modules in 'torch, numpy' sklearn sys; do
    python=$(python_with "$modules" "${pythons[@]}")
    [[ -z $python ]] || break
  done
  have_torch=$(python_with 'torch, numpy' "$python")
  have_sklearn=$(python_with sklearn "$python")
  if [[ -n $have_torch ]]; then
    choose_blas_kernel "$python"
  else
    say "PyTorch is not here: its columns stay empty"
  fi
  [[ -n $have_sklearn ]] || say "scikit-learn is not here: its column stays empty"
}

compiler() {
  "$(sed -n 's/^CMAKE_C_COMPILER:[A-Z]*=//p' "$build/CMakeCache.txt")" --version | head -n 1
}

# The facts that belong to the numbers, as a list in Markdown.
describe_machine() {
  echo "- $(date -u +%Y-%m-%d), $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1 | grep . || uname -m)," \
    "$(getconf _NPROCESSORS_ONLN) processors; load before: $(cut -d ' ' -f 1 /proc/loadavg 2>/dev/null || echo unknown)"
  echo "- $("$digitnet" --version), $(compiler), kernels: $("$tools/bench_matmul" 0 | head -n 1)"
  if [[ -n $python ]]; then
    "$python" "$root/scripts/bench/versions.py" | sed 's/^/- /'
  else
    echo "- no python3: no peers"
  fi
  echo "- $images images to learn from${limit:+, of which --quick takes $limit: the numbers mean nothing}; $runs runs of $epochs epochs"
}

begin_output() {
  awk '{ gsub(/[\\"]/, "\\\\&"); sub(/^- /, ""); printf "%s\"%s\"", NR == 1 ? "{\"machine\":[" : ",", $0 } END { print "]}" }' \
    "$work/machine" >"$output"
}

# record ROW WHO SETTING VALUE UNIT: keep one measurement.
record() {
  printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" >>"$values"
  printf '{"row":"%s","who":"%s","setting":"%s","run":%d,"value":%s,"unit":"%s"}\n' "$1" "$2" "$3" "$run" "$4" "$5" >>"$output"
}

# best ROW WHO [SETTING]: of this setting, or of the one with the lowest median:
# SETTING TAB MEDIAN TAB LOWEST TAB HIGHEST. Nothing where nothing was measured.
best() {
  sort -t "$(printf '\t')" -k 4g "$values" | awk -F '\t' -v row="$1" -v who="$2" -v only="${3:-}" '
    $1 == row && $2 == who && (only == "" || $3 == only) { value[$3, ++count[$3]] = $4 }
    END {
      for (s in count) {
        n = count[s]
        median = (value[s, int((n + 1) / 2)] + value[s, int(n / 2) + 1]) / 2
        if (found == "" || median < found) {
          found = median
          line = s "\t" median "\t" value[s, 1] "\t" value[s, n]
        }
      }
      if (found != "") print line
    }'
}

# median ROW WHO [SETTING]: the lowest median alone.
median() {
  best "$@" | cut -f 2
}

# cell ROW WHO [SETTING]: a table's cell: median (lowest to highest), and the setting where the fastest was picked.
cell() {
  local line
  line=$(best "$@")
  [[ -n $line ]] || {
    echo "not measured"
    return
  }
  awk -F '\t' -v picked="${3-yes}" '{ printf "%.4g (%.4g-%.4g)%s", $2, $3, $4, picked == "yes" && $1 != "" ? ", " $1 : "" }' <<<"$line"
}

# ratio A B [FORMAT]: A / B, or a dash where one is missing.
ratio() {
  awk -v a="$1" -v b="$2" -v format="${3:-%.2f}" 'BEGIN { if (a == "" || b == "" || b == 0) print "-"; else printf format "\n", a / b }'
}

# Training settings that no change of defaults touches.
pinned=(--lr 0.1 --schedule constant --warmup 0 --momentum 0 --weight-decay 0 --dropout 0 --average 0 --augment none
  --patience 0 --valid 0 --seed 1 --quiet --force)

# train_digitnet DATA HIDDEN BATCH THREADS EPOCHS [LIMIT]: leaves $work/model.safetensors, $work/log, and where GNU time is here, the most
# kilobytes that it held in $work/peak; prints nothing.
train_digitnet() {
  local most=${6:-$limit} watch=()
  ! env time --version >/dev/null 2>&1 || watch=(env time --format %M --output "$work/peak")
  "${watch[@]}" "$digitnet" train "${pinned[@]}" --data "$1" --hidden "$2" --batch-size "$3" --threads "$4" --epochs "$5" \
    ${most:+--limit "$most"} --output "$work/model.safetensors" --log "$work/log" >/dev/null
}

# Seconds of every epoch but the first, or of the only one, one a line.
later() {
  awk 'NR == 1 { first = $0 } NR > 1 { print } END { if (NR == 1) print first }'
}

logged_seconds() {
  sed -n 's/.*"seconds":\([0-9.e+-]*\).*/\1/p' "$work/log" | later
}

# record_all ROW WHO SETTING UNIT: every line of standard input.
record_all() {
  local value
  while read -r value; do
    record "$1" "$2" "$3" "$value" "$4"
  done
}

# run_peer PATIENCE SCRIPT HIDDEN BATCH THREADS BLAS_THREADS: seconds of every epoch, one a line; fails after PATIENCE
# seconds, if that is not 0.
run_peer() {
  OPENBLAS_NUM_THREADS=$6 OMP_NUM_THREADS=$5 timeout "$1" "$python" "$root/scripts/bench/$2" --data "$work/mnist" \
    --hidden "$3" --batch-size "$4" --threads "$5" --lr 0.1 --epochs "$epochs" ${limit:+--limit "$limit"}
}

# quietly COMMAND...: what it says is of interest only when it fails.
quietly() {
  "$@" >"$work/said" 2>&1 || {
    cat "$work/said" >&2
    say "failed: $*"
    exit 1
  }
}

# wall COMMAND...: its seconds from start to end.
wall() {
  if have hyperfine; then
    quietly hyperfine --shell none --style none --runs 1 --export-csv "$work/hyperfine" "$(printf '%q ' "$@")"
    sed -n 2p "$work/hyperfine" | awk -F , '{ print $(NF - 6) }'
    return
  fi
  local begin=${EPOCHREALTIME/,/.}
  quietly "$@"
  awk -v begin="$begin" -v end="${EPOCHREALTIME/,/.}" 'BEGIN { printf "%.6f\n", end - begin }'
}

# peak_memory COMMAND...: the most memory that it held, in MB. Only GNU time can tell: a child inherits the peak of who
# started it, and an interpreter's is higher than that of a small program.
peak_memory() {
  quietly env time --format %M --output "$work/time" "$@"
  awk '{ print $1 / 1024 }' "$work/time"
}
