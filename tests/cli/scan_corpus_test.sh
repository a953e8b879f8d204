# A generated corpus: everything planted is found where it was planted, no near
# miss is taken for a match, and the number of threads changes no byte.
source "$(dirname "$0")/expect.sh"

expect 0 "$make_corpus" --out "$tmp/c" --seed 7 --reports 60 --indicators 3000 --match-rate 60 --size-median 60000 --max-size 400000
expect 0 "$mispsift" fetch --out "$tmp/s" --feed "$tmp/c/feed"
for threads in 1 2 5; do
  expect 0 "$mispsift" scan "$tmp/c/reports" --snapshot "$tmp/s" --out "$tmp/r$threads" --threads $threads
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
# Nothing of a report differs but how much of it was looked at.
python3 - "$tmp" <<'PY'
import json, sys
read = lambda name: [json.loads(l) for l in open(f"{sys.argv[1]}/{name}/reports.jsonl")]
whole, matched = read("r1"), read("matched")
assert len(whole) == len(matched)
unseen = 0
for a, b in zip(whole, matched):
    if b["observables"] is None:
        assert b["checked"] == "structure" and a["matches"] == 0, b
        unseen += 1
        a["observables"], a["checked"] = None, "structure"
    assert a == b, (a, b)
assert 0 < unseen < len(whole), f"{unseen} of {len(whole)} reports were not looked at"
PY
expect 0 "$mispsift" scan "$tmp/c/reports" --snapshot "$tmp/s" --out "$tmp/mf" --collect matched --depth fields
cmp "$tmp/mf/correlations.jsonl" "$tmp/fields/correlations.jsonl"
# Paths from standard input.
find "$tmp/c/reports" -name '*.json' | LC_ALL=C sort >"$tmp/list"
expect 0 bash -c '"$1" scan - --snapshot "$2/s" --out "$2/stdin" <"$2/list"' _ "$mispsift" "$tmp"
cmp "$tmp/stdin/correlations.jsonl" "$tmp/r1/correlations.jsonl"
