# A real Slurm of one node: an array of four shards and the merge that waits for
# it give what one scan gives.
source "$(dirname "$0")/expect.sh"
slurm=$(cd "$(dirname "$0")/../../tools/cluster/slurm" && pwd)
export MISPSIFT=$mispsift

expect 0 "$make_corpus" --out "$tmp/c" --seed 5 --reports 40 --indicators 2000 --match-rate 60 --size-median 30000 --max-size 200000
cp -r "$data/sample/archive" "$tmp/c/reports/sample"
expect 0 "$mispsift" fetch --out "$tmp/s" --feed "$tmp/c/feed" --feed "$data/sample/feed"
expect 3 "$mispsift" scan "$tmp/c/reports" --snapshot "$tmp/s" --out "$tmp/single" --collect matched

cat >"$tmp/session" <<'S'
set -euo pipefail
# Rejected inputs (exit 3) do not keep the merge from running.
"$slurm/submit.sh" --shards 4 --wait --snapshot "$tmp/s" --out "$tmp/o" "$tmp/c/reports" -- --collect matched
# A task that is run again by itself is the same shard.
cp -r "$tmp/o/shards/2" "$tmp/before"
sbatch --wait --array=2 --export=ALL,MISPSIFT_SHARDS=4 --output="$tmp/again.log" \
  "$slurm/scan.sbatch" "$tmp/o/manifest.jsonl" "$tmp/s" "$tmp/o" --collect matched
# A shard that fails (exit 5): there is no merge, and no waiting for one.
code=0
"$slurm/submit.sh" --shards 2 --wait --snapshot "$tmp/none" --out "$tmp/failed" "$tmp/c/reports" || code=$?
[ $code -eq 1 ] || { echo "exit $code of shards that failed" >&2; exit 1; }
[ ! -e "$tmp/failed/merged" ]
S
export slurm tmp
expect 0 "$slurm/try_here.sh" bash "$tmp/session"

for file in correlations.jsonl reports.jsonl enrichment; do
  diff -r "$tmp/single/$file" "$tmp/o/merged/$file"
done
[ -s "$tmp/o/merged/correlations.jsonl" ] || fail "nothing matches"
json "$tmp/o/merged/summary.json" 'd["merged"]["shards"]' 4
for file in correlations.jsonl reports.jsonl shard.jsonl; do
  cmp "$tmp/before/$file" "$tmp/o/shards/2/$file"
  [ -s "$tmp/before/$file" ] || fail "shard 2 is empty"
done
json "$tmp/o/shards/2/summary.json" '(d["shard"]["index"], d["shard"]["count"])' '(2, 4)'
