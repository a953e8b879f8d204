# A scan that is shared between machines: whatever the number of shards, and
# however they are dealt out, merging them gives what one scan gives.
source "$(dirname "$0")/expect.sh"

# same SINGLE MERGED : all that two runs over the same inputs share.
same() {
  local file
  diff -r "$1/enrichment" "$2/enrichment"
  for file in correlations.jsonl reports.jsonl fields.jsonl suppressed.jsonl correlations.csv correlations.ecs.ndjson; do
    [ ! -e "$1/$file" ] || cmp "$1/$file" "$2/$file"
  done
  [ -e "$1/fields.jsonl" ] || [ ! -e "$2/fields.jsonl" ] || fail "$2 has fields.jsonl"
  # In the page the links to a server may differ; here there is no server.
  python3 - "$1" "$2" <<'PY'
import json, sys

def lasting(folder):
    summary = json.load(open(folder + "/summary.json"))
    page = open(folder + "/index.html").read()
    opened = '<script type="application/json" id="data">'
    begin = page.index(opened) + len(opened)
    data = json.loads(page[begin:page.index("</script>", begin)])
    for key in "finished", "seconds", "threads", "merged":
        summary.pop(key, None)
        data["run"].pop(key, None)
    return summary, data

for one, other in zip(*map(lasting, sys.argv[1:])):
    for key in one.keys() | other.keys():
        assert one.get(key) == other.get(key), f"{key}: {one.get(key)}\n{other.get(key)}"
PY
}

# shards N OUT FLAGS... : scans all of them into OUT/<i>, in reverse.
shards() {
  local n=$1 out=$2 i
  shift 2
  mkdir -p "$out"
  for i in $(seq $((n - 1)) -1 0); do
    "$mispsift" scan --quiet --manifest "$tmp/m" --shard "$i/$n" --snapshot "$tmp/s" --out "$out/$i" "$@" || [ $? -eq 3 ]
  done
}

# A corpus, archives, broken reports, files that are none, a path that is no
# UTF-8, one that does not exist; and one analysis in several versions, whose
# enrichment is the last one's.
expect 0 "$make_corpus" --out "$tmp/c" --seed 11 --reports 40 --indicators 2000 --match-rate 60 --size-median 30000 --max-size 200000
mkdir -p "$tmp/in/archives" "$tmp/in/odd"
cp -r "$tmp/c/reports" "$tmp/in/reports"
cp -r "$data/sample/archive" "$tmp/in/sample"
(cd "$tmp/c/reports" && tar czf "$tmp/in/archives/a.tar.gz" $(ls | head -9) && tar cf "$tmp/in/archives/b.tar" $(ls | tail -9))
touch "$tmp/in/odd/picture.png" "$tmp/in/odd/empty.json"
tar cf "$tmp/in/odd/nothing.tar" -C "$tmp/in/odd" picture.png
printf '{"a":' >"$tmp/in/odd/$(printf 'cut\xff').json"
mkdir "$tmp/twice"
python3 - "$tmp" <<'PY'
import json, sys
tmp = sys.argv[1]
hosts = []
for line in open(tmp + "/c/truth.jsonl"):
    truth = json.loads(line)
    if truth.get("kind") == "host" and truth.get("to_ids", True):
        hosts.append(truth["value"])
hosts = sorted(set(hosts))
assert len(hosts) >= 4, f"too few hosts were planted: {hosts}"
for i in range(12):
    shown = [hosts[i % 4]] if i % 3 else hosts[:i % 4 + 1]
    report = {"info": {"id": 7, "version": "2.0.7", "started": 1700000000.5},
              "target": {"category": "file", "file": {"name": "a.exe", "sha256": "ab" * 32}},
              "network": {"domains": [{"domain": host, "ip": ""} for host in shown]}, "behavior": {"summary": {}}}
    json.dump(report, open(f"{tmp}/twice/{i:02}.json", "w"))
PY
# In CSV this one's path takes two lines.
cp "$tmp/twice/00.json" "$tmp/in/odd/$(printf 'two\nlines"').json"
expect 0 "$mispsift" fetch --out "$tmp/s" --feed "$tmp/c/feed" --feed "$data/sample/feed"
inputs=("$tmp/in" "$tmp/gone.json" "$tmp/twice" "$tmp/in/odd/nothing.tar" "$tmp/in/sample")
expect 3 "$mispsift" manifest "${inputs[@]}" --out "$tmp/m"
says "gone.json"

for collect in fields matched; do
  formats=()
  [ $collect = matched ] || formats=(--format csv,ecs)
  expect 3 "$mispsift" scan "${inputs[@]}" --snapshot "$tmp/s" --out "$tmp/single" --collect $collect "${formats[@]}"
  [ -s "$tmp/single/correlations.jsonl" ] || fail "the corpus matches nothing"
  for by in size hash; do
    for n in 1 2 3 7; do
      rm -rf "$tmp/shards"
      shards $n "$tmp/shards" --shard-by $by --collect $collect "${formats[@]}"
      expect 3 "$mispsift" merge "$tmp/shards"/* --out "$tmp/merged"
      same "$tmp/single" "$tmp/merged"
    done
  done
done

# Of the versions of one analysis the last one that matches is kept, although
# other shards have others.
id=$(python3 -c 'import json,sys; print([r["report"]["id"] for r in map(json.loads, open(sys.argv[1])) if "/twice/11" in r["report"]["source"]][0])' "$tmp/single/reports.jsonl")
python3 - "$tmp" "$id" <<'PY'
import glob, json, sys
tmp, id = sys.argv[1:]
versions = {open(path).read() for path in glob.glob(f"{tmp}/shards/*/enrichment/{id}.json")}
assert len(versions) > 1, "no two shards have a version of their own"
PY

# Paths from standard input, a manifest to standard output; and one that has
# nothing for some of the shards.
printf '%s\n' "$tmp/twice/03.json" "$tmp/twice/04.json" >"$tmp/list"
expect 0 bash -c '"$1" manifest - <"$2/list"' _ "$mispsift" "$tmp"
cp "$tmp/out" "$tmp/m"
expect 0 "$mispsift" scan "$tmp/twice/03.json" "$tmp/twice/04.json" --snapshot "$tmp/s" --out "$tmp/single"
shards 5 "$tmp/few"
expect 0 "$mispsift" merge "$tmp/few"/* --out "$tmp/merged"
same "$tmp/single" "$tmp/merged"
# The end of it is the summary of a scan.
says ' from 5 shards, which took '
says "Open $tmp/merged/index.html"
sed '1d' "$tmp/err" >"$tmp/merge_says"
expect 0 "$mispsift" scan "$tmp/twice/03.json" "$tmp/twice/04.json" --snapshot "$tmp/s" --out "$tmp/single"
sed "1,/^mispsift: .* reports\/s/d; s,$tmp/single,$tmp/merged," "$tmp/err" | diff - "$tmp/merge_says"
expect 0 "$mispsift" merge "$tmp/few"/* --out "$tmp/merged" --log-format json
says '/merged: 5 shards, 2 reports (0 rejected'
expect 0 "$mispsift" merge "$tmp/few"/* --out "$tmp/merged" --quiet
[ ! -s "$tmp/err" ] || fail "--quiet talks"
expect 0 "$mispsift" submit "$tmp/merged" --dry-run
# What a scheduler says.
expect 0 env SLURM_ARRAY_TASK_ID=4 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=5 SLURM_ARRAY_TASK_COUNT=5 \
  "$mispsift" scan --manifest "$tmp/m" --shard auto --snapshot "$tmp/s" --out "$tmp/auto"
json "$tmp/auto/summary.json" '(d["shard"]["index"], d["shard"]["count"], d["shard"]["by"])' '(3, 5, "size")'
cmp "$tmp/auto/reports.jsonl" "$tmp/few/3/reports.jsonl"
expect 0 env JOB_COMPLETION_INDEX=1 MISPSIFT_SHARDS=5 \
  "$mispsift" scan --manifest "$tmp/m" --shard auto --shard-by hash --snapshot "$tmp/s" --out "$tmp/auto"
json "$tmp/auto/summary.json" '(d["shard"]["index"], d["shard"]["count"], d["shard"]["by"])' '(1, 5, "hash")'

# 2: usage.
scan=("$mispsift" scan --snapshot "$tmp/s" --out "$tmp/o")
expect 2 "${scan[@]}" --manifest "$tmp/m" --shard auto
says "SLURM_ARRAY_TASK_ID"
says "JOB_COMPLETION_INDEX"
expect 2 "${scan[@]}" --manifest "$tmp/m"
expect 2 "${scan[@]}" "$tmp/in" --shard 0/2
expect 2 "${scan[@]}" "$tmp/in" --shard-by hash
expect 2 "${scan[@]}" "$tmp/in" --manifest "$tmp/m" --shard 0/2
says "exclude each other"
expect 2 "${scan[@]}" --manifest "$tmp/m" --shard 2/2
expect 2 "${scan[@]}" --manifest "$tmp/m" --shard 0/2 --shard-by name
expect 2 "${scan[@]}" --manifest "$tmp/none" --shard 0/2
expect 2 "${scan[@]}" --manifest "$tmp/list" --shard 0/2
says "is not what mispsift manifest writes"
head -2 "$tmp/m" >"$tmp/short"
expect 2 "${scan[@]}" --manifest "$tmp/short" --shard 0/2
says "is not whole"
expect 2 "${scan[@]}"
expect 2 "$mispsift" manifest
expect 2 "$mispsift" merge --out "$tmp/o"
expect 2 "$mispsift" merge "$tmp/few/0"
expect 2 "$mispsift" merge "$tmp/few"/[0-3] --out "$tmp/o"
says "of 5 shards 4 is missing"
expect 2 "$mispsift" merge "$tmp/few"/* "$tmp/few/1" --out "$tmp/o"
expect 2 "$mispsift" merge "$tmp/few"/* "$tmp/single" --out "$tmp/o"
says "is no shard of a manifest"
expect 2 "$mispsift" merge "$tmp/few"/* --out "$tmp/in"
expect 2 "$mispsift" merge "$tmp/few"/* --out "$tmp/few/2"
[ ! -e "$tmp/o" ] || fail "what is refused has made a folder"

# 1: a manifest that cannot be written; a shard that is damaged.
expect 1 "$mispsift" manifest "$tmp/twice" --out "$tmp/no/such/folder"
cp -r "$tmp/few" "$tmp/damaged"
for i in 0 1 2 3 4; do
  [ ! -s "$tmp/damaged/$i/reports.jsonl" ] || { : >"$tmp/damaged/$i/reports.jsonl"; break; }
done
expect 1 "$mispsift" merge "$tmp/damaged"/* --out "$tmp/o"
says "ends too early"
[ ! -e "$tmp/o/summary.json" ] || fail "half a merge looks finished"

# 5: no snapshot. 6: another run holds a shard, or the folder.
expect 5 "$mispsift" scan --manifest "$tmp/m" --shard 0/2 --snapshot "$tmp/none" --out "$tmp/o"
expect 6 flock "$tmp/few/2" "$mispsift" merge "$tmp/few"/* --out "$tmp/o"
expect 6 flock "$tmp/merged" "$mispsift" merge "$tmp/few"/* --out "$tmp/merged"
[ -e "$tmp/merged/summary.json" ] || fail "a folder that was held has been emptied"

# An input that has changed is scanned as it is, with a warning; one that is gone
# is rejected. Neither is a reason to scan everything again.
echo ' ' >>"$tmp/twice/03.json"
rm "$tmp/twice/04.json"
expect 3 "$mispsift" scan --manifest "$tmp/m" --shard 0/1 --snapshot "$tmp/s" --out "$tmp/o"
says "1 inputs have another size than in the manifest, the first is $tmp/twice/03.json"
json "$tmp/o/summary.json" 'd["reports"]' '{"seen":2,"ok":1,"rejected":{"unreadable":1}}'
json "$tmp/o/summary.json" 'd["shard"]["changed"]' 1
expect 3 "$mispsift" merge "$tmp/o" --out "$tmp/merged"
says "had another size"
