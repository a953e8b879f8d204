#!/usr/bin/env bash
# Runs a command with a Slurm of one node, which is this machine: nothing of it
# listens to others, is left running, or is written outside of a scratch folder.
#   try_here.sh [COMMAND...]     default: the bundled sample as an array of four
# As root it installs Debian's Slurm where it is not there.
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)

have() { PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null; }
if ! { have sbatch && have slurmctld && have slurmd && have munged; }; then
  [ "$(id -u)" -eq 0 ] || { echo "try_here.sh: there is no Slurm; install slurm-wlm, slurmctld, slurmd and munge" >&2; exit 2; }
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends slurm-wlm slurmctld slurmd munge >/dev/null
fi
export PATH=$PATH:/usr/sbin:/sbin

scratch=$(mktemp -d)
pids=()
stop() {
  local pid
  for pid in $(printf '%s\n' "${pids[@]}" | tac); do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$scratch"
}
trap stop EXIT

# until_true WHAT COMMAND... : fails after half a minute, with the logs.
until_true() {
  local what=$1 i
  shift
  for i in $(seq 300); do
    ! "$@" >/dev/null 2>&1 || return 0
    sleep 0.1
  done
  tail -n 20 "$scratch"/*.log >&2
  echo "try_here.sh: $what did not start" >&2
  exit 1
}

mkdir "$scratch/state" "$scratch/spool"
(umask 077 && head -c 1024 /dev/urandom >"$scratch/munge.key")
port=$(python3 - <<'PY'
import socket
held = [socket.socket() for _ in range(2)]
for s in held:
    s.bind(("127.0.0.1", 0))
print(*(s.getsockname()[1] for s in held))
PY
)
host=$(hostname -s)
cat >"$scratch/slurm.conf" <<C
ClusterName=here
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=${port% *}
SlurmdPort=${port#* }
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
AuthInfo=socket=$scratch/munge.socket
StateSaveLocation=$scratch/state
SlurmdSpoolDir=$scratch/spool
SlurmctldPidFile=$scratch/slurmctld.pid
SlurmdPidFile=$scratch/slurmd.pid
SlurmctldLogFile=$scratch/slurmctld.log
SlurmdLogFile=$scratch/slurmd.log
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
ProctrackType=proctrack/pgid
TaskPlugin=task/none
MpiDefault=none
ReturnToService=2
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0,sched_interval=1
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
C
export SLURM_CONF=$scratch/slurm.conf

munged --foreground --force --key-file="$scratch/munge.key" --socket="$scratch/munge.socket" \
  --pid-file="$scratch/munge.pid" --seed-file="$scratch/munge.seed" --log-file="$scratch/munge.log" \
  2>>"$scratch/start.log" &
pids+=($!)
until_true munged munge -n --socket="$scratch/munge.socket"
slurmctld -D -f "$SLURM_CONF" 2>>"$scratch/start.log" &
pids+=($!)
until_true slurmctld scontrol ping
slurmd -D -N "$host" -f "$SLURM_CONF" 2>>"$scratch/start.log" &
pids+=($!)
until_true slurmd bash -c 'sinfo -h -o %t | grep -qx idle'

if [ $# -gt 0 ]; then
  "$@"
else
  export MISPSIFT=${MISPSIFT:-$root/build/release/mispsift}
  "$MISPSIFT" fetch --quiet --out "$scratch/snapshot" --feed "$root/data/sample/feed"
  (cd "$root/data/sample" && "$root/tools/cluster/slurm/submit.sh" --shards 4 --wait \
    --snapshot "$scratch/snapshot" --out "$scratch/out" archive)
  cat "$scratch/out/merged/summary.json"
fi
