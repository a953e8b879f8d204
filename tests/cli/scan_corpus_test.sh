# A generated corpus: everything planted is found where it was planted, no near
# miss is taken for a match, and the number of threads changes no byte.
source "$(dirname "$0")/expect.sh"

expect 0 "$make_corpus" --out "$tmp/c" --seed 7 --reports 60 --indicators 3000 --match-rate 60 --size-median 60000 --max-size 400000
expect 0 "$mispsift" fetch --out "$tmp/s" --feed "$tmp/c/feed"
# The first run walks every report whole to see that sifting missed nothing.
for threads in 1 2 5; do
  verify=$([ $threads = 1 ] && echo 100 || echo 0)
  expect 0 "$mispsift" scan "$tmp/c/reports" --snapshot "$tmp/s" --out "$tmp/r$threads" --threads $threads --verify $verify
done
for threads in 2 5; do
  for file in correlations.jsonl reports.jsonl fields.jsonl; do
    cmp "$tmp/r1/$file" "$tmp/r$threads/$file"
  done
  diff -r "$tmp/r1/enrichment" "$tmp/r$threads/enrichment"
done
python3 - "$tmp" <<'PY'
import json, os, sys
tmp = sys.argv[1]
found = set()
for line in open(tmp + "/r1/correlations.jsonl"):
    c = json.loads(line)
    found.add((os.path.basename(c["report"]["source"]), c["attribute"]["uuid"]))
truth = [json.loads(l) for l in open(tmp + "/c/truth.jsonl")]
near = [json.loads(l) for l in open(tmp + "/c/nearmiss.jsonl")]
missed = [t for t in truth if t.get("to_ids", True) and (t["report"], t["attribute_uuid"]) not in found]
planted = {(t["report"], t["attribute_uuid"]) for t in truth}
invented = [n for n in near if (n["report"], n["attribute_uuid"]) in found and (n["report"], n["attribute_uuid"]) not in planted]
print(f"{len(truth)} planted, {len(missed)} missed; {len(near)} near misses, {len(invented)} taken for matches")
for x in (missed + invented)[:20]:
    print(x)
assert len(truth) > 50 and len(near) > 20, "the corpus is too thin to prove anything"
sys.exit(1 if missed or invented else 0)
PY
# Attributes without to_ids are found when asked for.
expect 0 "$mispsift" scan "$tmp/c/reports" --snapshot "$tmp/s" --out "$tmp/all" --only-ids no
[ "$(wc -l <"$tmp/all/correlations.jsonl")" -gt "$(wc -l <"$tmp/r1/correlations.jsonl")" ] || fail "--only-ids no finds no more"
# Less depth, fewer matches, and those are among the others.
expect 0 "$mispsift" scan "$tmp/c/reports" --snapshot "$tmp/s" --out "$tmp/fields" --depth fields
[ "$(wc -l <"$tmp/fields/correlations.jsonl")" -lt "$(wc -l <"$tmp/r1/correlations.jsonl")" ] || fail "--depth fields looks at everything"
[ -s "$tmp/fields/correlations.jsonl" ] || fail "--depth fields finds nothing"
expect 0 "$mispsift" scan "$tmp/c/reports" --snapshot "$tmp/s" --out "$tmp/matched" --collect matched
[ ! -e "$tmp/matched/fields.jsonl" ] || fail "--collect matched writes fields.jsonl"
cmp "$tmp/matched/correlations.jsonl" "$tmp/r1/correlations.jsonl"
cmp "$tmp/matched/reports.jsonl" "$tmp/r1/reports.jsonl"
# What was not looked at is null, and there is something of either sort.
python3 - "$tmp" <<'PY'
import json, sys
reports = [json.loads(l) for l in open(sys.argv[1] + "/r1/reports.jsonl")]
unseen = [r for r in reports if r["observables"] is None]
assert all(r["checked"] == "structure" and r["matches"] == 0 for r in unseen)
assert all(r["checked"] == "syntax" and r["observables"] > 0 for r in reports if r not in unseen)
assert 0 < len(unseen) < len(reports), f"{len(unseen)} of {len(reports)} reports were not looked at"
PY
expect 0 "$mispsift" scan "$tmp/c/reports" --snapshot "$tmp/s" --out "$tmp/mf" --collect matched --depth fields
cmp "$tmp/mf/correlations.jsonl" "$tmp/fields/correlations.jsonl"
# Paths from standard input.
find "$tmp/c/reports" -name '*.json' | LC_ALL=C sort >"$tmp/list"
expect 0 bash -c '"$1" scan - --snapshot "$2/s" --out "$2/stdin" <"$2/list"' _ "$mispsift" "$tmp"
cmp "$tmp/stdin/correlations.jsonl" "$tmp/r1/correlations.jsonl"
