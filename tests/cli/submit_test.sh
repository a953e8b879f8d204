# Results become events: a feed that fetch reads again, or lines on stdout.
source "$(dirname "$0")/expect.sh"

small_snapshot
mkdir "$tmp/reports"
small_report "$tmp/reports/1.json"
sed 's/"id":7/"id":8/; s/evil.example/quiet.example/' "$tmp/reports/1.json" >"$tmp/reports/2.json"
expect 0 "$mispsift" scan "$tmp/reports" --snapshot "$tmp/s" --out "$tmp/r"
json "$tmp/r/summary.json" 'd["matches"]' 1

expect 0 "$mispsift" submit "$tmp/r" --feed-out "$tmp/feed" --tag sandbox --distribution 1
json "$tmp/feed/manifest.json" 'sorted(e["info"] for e in d.values())' '["Cuckoo Sandbox analysis #7", "Cuckoo Sandbox analysis #8"]'
expect 0 "$mispsift" fetch --out "$tmp/back" --feed "$tmp/feed"
expect 0 "$mispsift" lookup --snapshot "$tmp/back" quiet.example
cp "$tmp/out" "$tmp/answer.json"
json "$tmp/answer.json" '[m["event"]["info"] for m in d["matches"]]' '["Cuckoo Sandbox analysis #8"]'
json "$tmp/answer.json" '[m["event"]["tags"] for m in d["matches"]]' '[["sandbox"]]'
cp -r "$tmp/feed" "$tmp/first"
expect 0 "$mispsift" submit "$tmp/r" --feed-out "$tmp/feed" --tag sandbox --distribution 1
diff -r "$tmp/feed" "$tmp/first"

expect 0 "$mispsift" submit "$tmp/r" --dry-run
cp "$tmp/out" "$tmp/dry.jsonl"
json "$tmp/dry.jsonl" '[(e["Event"]["published"], e["Event"]["distribution"], e["Event"]["threat_level_id"]) for e in d]' '[(False, "0", "4")] * 2'
expect 0 "$mispsift" submit "$tmp/r" --dry-run --select matched
cp "$tmp/out" "$tmp/dry.jsonl"
json "$tmp/dry.jsonl" '[e["Event"]["info"] for e in d]' '["Cuckoo Sandbox analysis #7"]'
expect 0 "$mispsift" submit "$tmp/r" --dry-run --select unmatched --title Night
cp "$tmp/out" "$tmp/dry.jsonl"
json "$tmp/dry.jsonl" '[e["Event"]["info"] for e in d]' '["Night #8"]'

# Beyond --max-events the rest is planned, named, and exit 3.
expect 3 "$mispsift" submit "$tmp/r" --dry-run --max-events 1
[ "$(wc -l <"$tmp/out")" -eq 1 ]
says "planned"

expect 0 "$mispsift" submit "$tmp/r" --dry-run --ioc-blacklist 'evil.example, 203.0.113.7'
if grep -qE 'evil\.example|203\.0\.113\.7' "$tmp/out"; then fail "a blacklisted value is submitted"; fi

# A folder that is no finished scan, or a scan without fields, or no feed.
mkdir "$tmp/not" && expect 1 "$mispsift" submit "$tmp/not" --dry-run
expect 0 "$mispsift" scan "$tmp/reports" --snapshot "$tmp/s" --out "$tmp/m" --collect matched
expect 1 "$mispsift" submit "$tmp/m" --dry-run
says "--collect fields"
expect 2 "$mispsift" submit "$tmp/r" --feed-out "$tmp/reports"
