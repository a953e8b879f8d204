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
says "2 events were in the feed"

# A feed is added to: what it has stays as it is, and does not count among
# --max-events, so that the next run does what was left.
sed 's/"id":7/"id":9/; s/evil.example/third.example/' "$tmp/reports/1.json" >"$tmp/reports/3.json"
sed 's/"id":7/"id":10/; s/evil.example/fourth.example/' "$tmp/reports/1.json" >"$tmp/reports/4.json"
expect 0 "$mispsift" scan "$tmp/reports" --snapshot "$tmp/s" --out "$tmp/more"
expect 3 "$mispsift" submit "$tmp/more" --feed-out "$tmp/feed" --tag other --max-events 1
says " 1 events with"
json "$tmp/feed/manifest.json" 'sorted((e["info"].split("#")[1], e["Tag"][0]["name"]) for e in d.values())' '[("7", "sandbox"), ("8", "sandbox"), ("9", "other")]'
expect 0 "$mispsift" submit "$tmp/more" --feed-out "$tmp/feed" --tag other --max-events 1
says "3 events were in the feed"
for file in "$tmp"/first/*-*.json; do cmp "$file" "$tmp/feed/${file##*/}"; done
expect 0 "$mispsift" submit "$tmp/more" --feed-out "$tmp/at-once" --tag other
cut -d, -f1 "$tmp/feed/hashes.csv" | sort >"$tmp/hashes"
cut -d, -f1 "$tmp/at-once/hashes.csv" | sort | diff - "$tmp/hashes"
expect 0 "$mispsift" fetch --out "$tmp/back" --feed "$tmp/feed"
says "4 events"
rm "$tmp/reports/3.json" "$tmp/reports/4.json"
# A manifest that is none stays, and so does the feed.
echo '{"cut' >"$tmp/feed/manifest.json"
cp -r "$tmp/feed" "$tmp/cut"
expect 2 "$mispsift" submit "$tmp/r" --feed-out "$tmp/feed"
says "$tmp/feed/manifest.json"
diff -r "$tmp/feed" "$tmp/cut"

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
