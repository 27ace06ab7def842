# shellcheck shell=bash disable=SC2154 # sourced by bench.sh, which sets what all share
# The parts of scripts/bench.sh: measure_NAME records numbers, show_NAME prints their table.

# Nets: hidden widths and batch size.
nets=("128 64" "800 64" "512,256 128")
threads=(1 2)
# What a peer may be set to: its own threads and those of its BLAS.
peer_settings=("1 1" "1 2" "2 1" "2 2")

# A setting that in the first run was given up or took more than twice as long as the best has no chance.
hopeless() {
  [[ $run -gt 1 ]] &&
    awk -v a="$(median "$1" "$2" "$3")" -v b="$(median "$1" "$2")" 'BEGIN { exit !(a == "" || a > 2 * b) }'
}

# The first setting has all the time it wants, the others four times as long: where cores are shared, threads that wait for
# each other can take fifty times as long.
measure_peer() {
  local who=$1 script=$2 hidden=$3 batch=$4 patience=0 setting name begin
  for setting in "${peer_settings[@]}"; do
    name="threads ${setting% *}, BLAS ${setting#* }"
    [[ $who == PyTorch || ${setting% *} == 1 ]] || continue
    hopeless "$row" "$who" "$name" && continue
    begin=$SECONDS
    # shellcheck disable=SC2086 # two words
    if run_peer "$patience" "$script" "$hidden" "$batch" $setting >"$work/seconds"; then
      later <"$work/seconds" | record_all "$row" "$who" "$name" s
    elif [[ $patience -eq 0 ]]; then
      exit 1
    else
      say "$who with $name did not end within $patience s on $row: given up"
    fi
    [[ $patience -ne 0 ]] || patience=$((4 * (SECONDS - begin) + 10))
    [[ -z $limit ]] || break
  done
}

measure_epochs() {
  local net hidden batch count row
  for ((run = 1; run <= runs; run++)); do
    for net in "${nets[@]}"; do
      read -r hidden batch <<<"$net"
      row="epoch $hidden $batch"
      for count in "${threads[@]}"; do
        train_digitnet "$work/mnist" "$hidden" "$batch" "$count" "$epochs"
        logged_seconds | record_all "$row" digitnet "--threads $count" s
      done
      [[ -z $have_torch ]] || measure_peer PyTorch torch_epoch.py "$hidden" "$batch"
      [[ -z $have_sklearn ]] || measure_peer scikit-learn sklearn_epoch.py "$hidden" "$batch"
    done
  done
}

# dense_gigaflop HIDDEN: of an epoch, were no pixel zero: products forward and for both gradients, but none for the
# gradient of the images.
dense_gigaflop() {
  awk -v hidden="$1" -v images="${limit:-$images}" 'BEGIN {
    count = split("784," hidden ",10", width, ",")
    for (i = 1; i < count; i++) sum += (i == 1 ? 2 : 3) * width[i] * width[i + 1]
    print 2e-9 * images * sum }'
}

show_epochs() {
  local net hidden batch count row own
  printf '\n### Seconds an epoch\n\n'
  echo "Plain SGD. A peer counts with its fastest setting. GFLOP/s: as many as a net without sparse input would need."
  printf '\n| net | batch | digitnet | PyTorch | scikit-learn | PyTorch / digitnet | scikit-learn / digitnet | GFLOP/s digitnet | GFLOP/s PyTorch |\n'
  echo "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
  for net in "${nets[@]}"; do
    read -r hidden batch <<<"$net"
    row="epoch $hidden $batch"
    for count in "${threads[@]}"; do
      own=$(median "$row" digitnet "--threads $count")
      echo "| 784-${hidden//,/-}-10 | $batch | $(cell "$row" digitnet "--threads $count"), \`--threads $count\` |" \
        "$(cell "$row" PyTorch) | $(cell "$row" scikit-learn) | $(ratio "$(median "$row" PyTorch)" "$own") |" \
        "$(ratio "$(median "$row" scikit-learn)" "$own") | $(ratio "$(dense_gigaflop "$hidden")" "$own" %.0f) |" \
        "$(ratio "$(dense_gigaflop "$hidden")" "$(median "$row" PyTorch)" %.0f) |"
    done
  done
  printf '\nKANN (with OpenBLAS) is not measured: this script does not fetch it.\n'
}

picture=$root/data/samples/7-thin.pgm

measure_commands() {
  train_digitnet "$work/mnist" 128 64 2 1
  cp "$work/model.safetensors" "$work/trained.safetensors"
  for ((run = 1; run <= runs; run++)); do
    wall "$digitnet" evaluate --data "$work/mnist" --model "$work/trained.safetensors" | record_all evaluate digitnet "" s
    wall "$digitnet" predict --model "$work/trained.safetensors" "$picture" | record_all predict digitnet "" s
    wall "$digitnet" train --preset fast --data "$work/mnist" ${limit:+--limit "$limit"} --quiet --force \
      --output "$work/fast.safetensors" | record_all fast digitnet "" s
    [[ -z $have_torch ]] || wall "$python" -c 'import torch' | record_all import PyTorch "" s
  done
}

show_commands() {
  local row
  printf '\n### Whole commands, seconds from start to end\n\n'
  echo "| command | digitnet | \`python3 -c 'import torch'\` | import torch / digitnet |"
  echo "| --- | --- | --- | --- |"
  for row in "evaluate|\`evaluate\`, $(extent "$work/mnist/t10k-labels-idx1-ubyte" 4) images from plain IDX" \
    "predict|\`predict\` one PGM, 784-128-10" "fast|\`train --preset fast\`, start to saved model"; do
    echo "| ${row#*|} | $(cell "${row%%|*}" digitnet) | $(cell import PyTorch) | $(ratio "$(median import PyTorch)" "$(median "${row%%|*}" digitnet)") |"
  done
}

measure_memory() {
  if ! env time --format %M true >/dev/null 2>&1; then
    say "GNU time is not here: no peaks of memory (scripts/install_dependencies.sh bench)"
    return
  fi
  local train=("$digitnet" train "${pinned[@]}" --data "$work/mnist" --hidden 128 --batch-size 64 --epochs 1 --threads 2
    ${limit:+--limit "$limit"} --output "$work/model.safetensors")
  "${train[@]}" >/dev/null
  for ((run = 1; run <= runs; run++)); do
    peak_memory "${train[@]}" | record_all "memory train" digitnet "" MB
    peak_memory "$digitnet" predict --model "$work/model.safetensors" "$picture" | record_all "memory predict" digitnet "" MB
    [[ -z $have_torch ]] || peak_memory "$python" -c 'import torch' | record_all "memory import" PyTorch "" MB
  done
}

show_memory() {
  local row
  printf '\n### Peak memory, MB\n\n'
  echo "| command | digitnet | \`python3 -c 'import torch'\` |"
  echo "| --- | --- | --- |"
  for row in "train|\`train\` 784-128-10 from plain IDX" "predict|\`predict\` one PGM, 784-128-10"; do
    echo "| ${row#*|} | $(cell "memory ${row%%|*}" digitnet) | $(cell "memory import" PyTorch) |"
  done
}

# What grows: how many times over the images are taken, and the hidden width.
growth=("1 128" "10 128" "100 128" "1 1280")

# repeat_items FACTOR NAME HEADER_SIZE: the file in $work/mnist, its items so many times over, in $work/grown.
repeat_items() {
  local count=$((images * $1)) i
  {
    head -c 4 "$work/mnist/$2"
    # shellcheck disable=SC2059 # the format is the four bytes of the count
    printf "$(printf '\\x%02x\\x%02x\\x%02x\\x%02x' $((count >> 24)) $((count >> 16 & 255)) $((count >> 8 & 255)) $((count & 255)))"
    head -c "$3" "$work/mnist/$2" | tail -c +9
    for ((i = 0; i < $1; i++)); do
      tail -c +$(($3 + 1)) "$work/mnist/$2"
    done
  } >"$work/grown/$2"
}

measure_growth() {
  local row factor hidden count
  for row in "${growth[@]}"; do
    read -r factor hidden <<<"$row"
    [[ -z $limit || $factor -le 10 ]] || continue
    mkdir "$work/grown"
    if repeat_items "$factor" train-images-idx3-ubyte 16 && repeat_items "$factor" train-labels-idx1-ubyte 8; then
      cp "$work"/mnist/t10k-* "$work/grown"
      for ((run = 1; run <= runs; run++)); do
        for count in "${threads[@]}"; do
          train_digitnet "$work/grown" "$hidden" 64 "$count" $((factor > 1 ? 1 : epochs)) "${limit:+$((limit * factor))}"
          logged_seconds | record_all "growth $row" digitnet "--threads $count" s
          [[ ! -s $work/peak ]] || awk '{ print $1 / 1024 }' "$work/peak" | record_all "growth memory $row" digitnet "--threads $count" MB
        done
      done
    else
      say "there is no room for the images $factor times over: they are left out"
    fi
    rm -r "$work/grown"
  done
}

show_growth() {
  local row factor hidden count median
  printf '\n### Growth: batch 64, plain SGD\n\n'
  echo "| images | net | threads | seconds an epoch | microseconds an image | peak memory, MB |"
  echo "| --- | --- | --- | --- | --- | --- |"
  for row in "${growth[@]}"; do
    read -r factor hidden <<<"$row"
    for count in "${threads[@]}"; do
      median=$(median "growth $row" digitnet "--threads $count")
      [[ -n $median ]] || continue
      echo "| $((${limit:-$images} * factor)) | 784-$hidden-10 | $count | $(cell "growth $row" digitnet "--threads $count") |" \
        "$(ratio "$median" "$((${limit:-$images} * factor))e-6") | $(cell "growth memory $row" digitnet "--threads $count") |"
    done
  done
}

batches=(1 8 64 1024)
widths=(16 128 1024)

# How many images keep a run of training below a second or two.
enough_images() {
  if [[ -n $limit ]]; then
    echo "$limit"
  elif [[ $1 -eq 1024 ]]; then
    echo 2048
  else
    echo 16384
  fi
}

# One look at all batch sizes and widths; $1: idle or busy.
measure_grid() {
  local width batch count
  for width in "${widths[@]}"; do
    for batch in "${batches[@]}"; do
      for count in "${threads[@]}"; do
        train_digitnet "$work/mnist" "$width" "$batch" "$count" "$epochs" "$(enough_images "$width")"
        logged_seconds | record_all "threads $1 $width $batch" digitnet "--threads $count" s
      done
    done
  done
}

measure_threads() {
  for ((run = 1; run <= runs; run++)); do
    measure_grid idle
    # One core is kept busy by somebody else.
    (while :; do :; done) &
    busy=$!
    measure_grid busy
    kill "$busy"
    wait "$busy" 2>/dev/null || true
    busy=
  done
}

show_grid() {
  local width batch line
  echo "| batch$(printf ' | 784-%s-10' "${widths[@]}") |"
  echo "| ---$(printf ' | ---%.0s' "${widths[@]}") |"
  for batch in "${batches[@]}"; do
    line="| $batch |"
    for width in "${widths[@]}"; do
      line+=" $(ratio "$(median "threads $1 $width $batch" digitnet "--threads 2")" "$(median "threads $1 $width $batch" digitnet "--threads 1")") |"
    done
    echo "$line"
  done
}

show_threads() {
  printf '\n### Two threads against one: ratio of the seconds an epoch (below 1: two are faster)\n\n'
  show_grid idle
  printf '\nWhile another process keeps one core busy:\n\n'
  show_grid busy
}

shapes=(512x512x512 64x800x784)

measure_kernels() {
  local kernels shape rate
  for ((run = 1; run <= runs; run++)); do
    while IFS=$'\t' read -r kernels rate; do
      record "peak $kernels" "multiply, add" "" "$rate" GFLOP/s
    done < <("$tools/bench_peak")
    while IFS=$'\t' read -r kernels rate; do
      record "peak $kernels" fused "" "$rate" GFLOP/s
    done < <("$tools/bench_peak_fused")
    while IFS=$'\t' read -r kernels shape rate; do
      [[ -z $shape ]] || record "matmul $kernels" "$shape" "" "$rate" GFLOP/s
    done < <("$tools/bench_matmul" ${limit:+0.01})
  done
}

show_kernels() {
  local kernels shape line peak
  printf '\n### One core, GFLOP/s: registers only, and dn_matmul (rows x columns x inner index)\n\n'
  echo "| kernels | multiply, then add | fused multiply-add |$(printf ' %s | of the peak |' "${shapes[@]}")"
  echo "| --- | --- | --- |$(printf ' --- | --- |%.0s' "${shapes[@]}")"
  for kernels in portable avx2 avx512; do
    peak=$(best "peak $kernels" "multiply, add" | cut -f 4)
    [[ -n $peak ]] || continue
    line="| $kernels | $(cell "peak $kernels" "multiply, add") | $(cell "peak $kernels" fused) |"
    for shape in "${shapes[@]}"; do
      line+=" $(cell "matmul $kernels" "$shape") | $(ratio "$(median "matmul $kernels" "$shape")" "$peak" | awk '{ print $1 == "-" ? "-" : $1 * 100 " %" }') |"
    done
    echo "$line"
  done
  printf '\n"Of the peak" is of the highest of multiply, then add, with vectors of the same size.\n'
}
