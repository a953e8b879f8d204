#!/usr/bin/env bash
# Scans PATHs as a Slurm array and merges its shards into OUT/merged.
#   submit.sh [--shards N] [--wait] --snapshot FILE --out OUT PATH... [-- SCAN FLAGS...]
# N: default a shard for each 8 GiB on disk, at most 1000. --wait: until the
# merge has ended, and with its exit code. MISPSIFT names the program (default:
# mispsift). What else the jobs need (partition, time, cores: SBATCH_PARTITION,
# SBATCH_TIMELIMIT, SBATCH_CPUS_PER_TASK, ...) is read by sbatch itself. OUT, the
# snapshot and the PATHs are on a file system that all nodes share.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
usage() { sed -n '2,4s/^# //p' "$0" >&2; exit 2; }

shards='' wait=() snapshot='' out='' paths=()
while [ $# -gt 0 ]; do
  case $1 in
    --shards) shards=${2:?}; shift 2 ;;
    --snapshot) snapshot=${2:?}; shift 2 ;;
    --out) out=${2:?}; shift 2 ;;
    --wait) wait=(--wait); shift ;;
    --) shift; break ;;
    -?*) usage ;;
    *) paths+=("$1"); shift ;;
  esac
done
[ -n "$snapshot" ] && [ -n "$out" ] && [ ${#paths[@]} -gt 0 ] || usage
[[ -z $shards || $shards =~ ^[1-9][0-9]*$ ]] || usage

mkdir -p "$out/shards" "$out/logs"
out=$(cd "$out" && pwd)
# What an earlier array left is not this one's result.
rm -f "$out/merged/summary.json"
code=0
"${MISPSIFT:-mispsift}" manifest "${paths[@]}" --out "$out/manifest.jsonl" || code=$?
# 3: some paths cannot be read; the results will list them.
[ "$code" -eq 0 ] || [ "$code" -eq 3 ] || exit "$code"
if [ -z "$shards" ]; then
  bytes=$(head -1 "$out/manifest.jsonl" | sed 's/.*"bytes":\([0-9]*\).*/\1/')
  shards=$(((bytes >> 33) + 1))
  [ "$shards" -le 1000 ] || shards=1000
fi

array=$(sbatch --parsable --array="0-$((shards - 1))" --export="ALL,MISPSIFT_SHARDS=$shards" \
  --output="$out/logs/scan-%a.log" "$here/scan.sbatch" "$out/manifest.jsonl" "$snapshot" "$out" "$@")
echo "scan: job $array, $shards shards; logs in $out/logs"
# Without all of the shards there is nothing to be merged.
sbatch "${wait[@]}" --dependency="afterok:${array%%;*}" --kill-on-invalid-dep=yes \
  --output="$out/logs/merge.log" "$here/merge.sbatch" "$out" "$shards"
# sbatch --wait gives 0 for a merge that was cancelled.
if [ ${#wait[@]} -gt 0 ] && [ ! -e "$out/merged/summary.json" ]; then
  echo "submit.sh: not all shards were scanned; see $out/logs" >&2
  exit 1
fi
echo "results: $out/merged"
