#!/usr/bin/env bash
# scripts/sweep.sh --slurm on a real Slurm: one node, this machine, its daemons started here with a configuration of their own, and stopped
# at the end. A training is requeued in its middle, as preemption does it, and another killed; both come out as if nothing had been.
# shellcheck source-path=SCRIPTDIR source=../scripts/support.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../scripts/support.sh"

sweep=$root/scripts/sweep.sh
export DIGITNET DIGITNET_DATA=$root/data/digits SLURM_CONF=$work/slurm.conf PATH=$PATH:/usr/sbin:/sbin
settings=(--hidden 128 --epochs 400 --lr 0.05)
name=epochs-400_hidden-128_lr-0.05_seed
for tool in munged mungekey slurmctld slurmd sbatch scontrol; do
  command -v $tool >/dev/null || skip "$tool is not here: scripts/install_dependencies.sh long"
done

# free_ports: two neighbours that nobody listens on, into $port and the next.
free_ports() {
  port=$((20000 + RANDOM % 10000))
  while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || (exec 3<>"/dev/tcp/127.0.0.1/$((port + 1))") 2>/dev/null; do
    port=$((port + 2))
  done
}

# No systemd, no cgroups, no accounting: proctrack/linuxproc and task/none need none of them. A credential expires after seconds, and
# not minutes, since Slurm does not start a requeued job again before that; and tasks start at once, not every few seconds.
configure() {
  local user host
  user=$(id -un)
  host=$(hostname -s)
  mkdir "$work/state" "$work/spool"
  cat >"$SLURM_CONF" <<END
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$work/munge.socket,cred_expire=5
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0
ReturnToService=2
KillWait=10
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
}

# wait_for SECONDS COMMAND...: until the command succeeds.
wait_for() {
  local i seconds=$1
  shift
  for ((i = 0; i < seconds * 5; i++)); do
    ! "$@" >/dev/null 2>&1 || return 0
    sleep 0.2
  done
  return 1
}

none_queued() {
  [[ -z $(squeue --noheader) ]]
}

daemons=()
stop() {
  local i
  scancel --user="$(id -un)"
  wait_for 30 none_queued # also the daemons' own children are gone then
  for ((i = ${#daemons[@]} - 1; i >= 0; i--)); do
    kill "${daemons[i]}" 2>/dev/null
    wait "${daemons[i]}" 2>/dev/null
  done
  rm -rf -- "$work"
}

start() {
  trap stop EXIT
  mungekey --create --keyfile="$work/munge.key" || fail "no key for munge"
  munged --foreground --socket="$work/munge.socket" --key-file="$work/munge.key" --log-file="$work/munge.log" \
    --pid-file="$work/munge.pid" --seed-file="$work/munge.seed" >"$work/munged.output" 2>&1 &
  daemons+=($!)
  wait_for 10 test -S "$work/munge.socket" || { cat "$work/munged.output" && fail "munged did not start"; }
  slurmctld -D -f "$SLURM_CONF" >"$work/slurmctld.output" 2>&1 &
  daemons+=($!)
  slurmd -D -f "$SLURM_CONF" >"$work/slurmd.output" 2>&1 &
  daemons+=($!)
  wait_for 30 node_is_idle || { tail -n 20 "$work"/slurm*.{log,output} && fail "Slurm did not start"; }
}

node_is_idle() {
  [[ $(sinfo --noheader --format=%T) == idle ]]
}

# trained SEED EPOCHS: so many are in its log.
trained() {
  [[ $(wc -l <"sweep/$name-$1.log") -ge $2 ]]
}

# task_of SEED: Slurm's number of the job. The seeds stand in the second line of `jobs` and those after it.
task_of() {
  squeue --noheader --states=RUNNING --format='%K %A' | awk -v line=$(($1 + 1)) '$1 == line { print $2 }'
}

same_model() {
  "$DIGITNET" train "${settings[@]}" --seed "$1" --quiet --output "undisturbed-$1" >/dev/null
  cmp -s "undisturbed-$1" "sweep/$name-$1.safetensors" || fail "the model of seed $1 differs from an undisturbed training"
}

chmod 755 "$work" # munge wants to pass through
free_ports
configure
start

begin an_array_trains_what_is_left
run 0 "$sweep" --hidden 8 --epochs 1 --seed 1-3 --slurm -- --wait
says "3 are finished, 0 are not"
run 0 "$sweep" --hidden 8 --epochs 1 --seed 1-3 --slurm -- --wait
says "3 are finished, 0 are not"
says_not "Submitted"

begin a_failed_task_is_named
run 1 "$sweep" --hidden 64,64,64: --lr 0.1,1000 --schedule constant --momentum 0.99 --dropout 0 --epochs 1 --slurm -- --wait
says "lr-1000_momentum-0.99_schedule-constant: training diverged"
says "1 are finished, 1 are not"

begin requeued_and_killed_trainings_go_on
run 0 "$sweep" "${settings[@]}" --seed 1-2 --slurm
wait_for 60 trained 1 3 || fail "seed 1 does not train: $(cat sweep/*)"
scontrol requeue "$(task_of 1)" || fail "it can't be requeued"
wait_for 60 trained 2 3 || fail "seed 2 does not train"
killed=$(pgrep -P "$(pgrep -d , -f -- "sweep.sh --job sweep 3\$")" -f digitnet)
kill -KILL "$killed" || fail "it can't be killed"
wait_for 120 none_queued || { squeue && fail "the array does not end"; }
grep -q "resuming after" "sweep/$name-1.errors" || fail "the requeued training did not go on from its checkpoint"
same_model 1
[[ ! -e sweep/$name-2.json ]] || fail "the killed training is finished"
run 0 "$sweep" --slurm -- --wait
says "2 are finished, 0 are not"
grep -q "resuming after" "sweep/$name-2.errors" || fail "the killed training did not go on from its checkpoint"
same_model 2
