# shellcheck shell=bash disable=SC2154 # sourced, by bench.sh and speedrun.sh, which set $root
# The peers that digitnet is measured against, at their fastest.

# python_with MODULES PYTHON...: the first of these that has the modules; nothing where none has.
python_with() {
  local candidate
  for candidate in "${@:2}"; do
    ! "$candidate" -c "import $1" 2>/dev/null || { echo "$candidate" && return; }
  done
}

# choose_blas_kernel PYTHON: OpenBLAS takes a slow kernel on processors that are younger than it: take the fastest of those that run here.
choose_blas_kernel() {
  local kernel seconds least='' fastest=''
  unset OPENBLAS_CORETYPE
  for kernel in '' Haswell SkylakeX Cooperlake Zen; do
    seconds=$(env OPENBLAS_NUM_THREADS=1 ${kernel:+"OPENBLAS_CORETYPE=$kernel"} "$1" "$root/scripts/bench/blas_seconds.py" 2>/dev/null) || continue
    if [[ -z $least ]] || awk -v a="$seconds" -v b="$least" 'BEGIN { exit !(a < b) }'; then
      least=$seconds
      fastest=$kernel
    fi
  done
  [[ -z $fastest ]] || export OPENBLAS_CORETYPE=$fastest
}
