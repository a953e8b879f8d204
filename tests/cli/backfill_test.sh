# The nightly job: what is new is scanned, once, and submitted, once.
source "$(dirname "$0")/expect.sh"
source "$(dirname "$0")/fake_server.sh"

start_server
control '{"op":"add_event","event":{"uuid":"22222222-2222-4222-8222-222222222222","info":"An event","attributes":[{"uuid":"11111111-1111-4111-8111-111111111111","type":"domain","value":"evil.example"}]}}'
echo "$key" >"$tmp/key"
mkdir -p "$tmp/archive/1/reports" "$tmp/archive/flat"
small_report "$tmp/archive/1/reports/report.json"
sed 's/"id":7/"id":8/; s/evil.example/quiet.example/' "$tmp/archive/1/reports/report.json" >"$tmp/archive/flat/2.json"
cat >"$tmp/c.toml" <<T
[backfill]
paths = ["$tmp/archive"]
state = "$tmp/state"
[fetch]
misp = "$url"
key_file = "$tmp/key"
[submit]
misp = "$url"
key_file = "$tmp/key"
tag = ["night"]
retries = 2
retry_delay = 0.01
T
night() { expect "$1" "$mispsift" backfill --config "$tmp/c.toml" --no-progress; }

night 0
says "confined"
says "2 inputs, 2 of them new"
json "$tmp/state/results/000001/summary.json" '(d["reports"]["seen"], d["matches"])' '(2, 1)'
json "$tmp/state/results/000001/correlations.jsonl" '[c["attribute"]["value"] for c in d]' '["evil.example"]'
contents >"$tmp/after.json"
json "$tmp/after.json" 'sorted(e["info"] for e in d["events"])' '["An event", "Cuckoo Sandbox analysis #7", "Cuckoo Sandbox analysis #8"]'
json "$tmp/after.json" '[s["attribute_uuid"] for s in d["sightings"]]' '["11111111-1111-4111-8111-111111111111"]'
[ ! -e "$tmp/state/run" ] || fail "the run is not cleared away"

# Nothing new: nothing is asked, scanned or sent.
control '{"op":"clear_requests"}'
night 0
says "2 inputs, 0 of them new"
[ -z "$(requests)" ] || fail "a quiet night asks the server"
[ ! -e "$tmp/state/results/000002" ] || fail "a quiet night leaves results"

# One more, one that changed, and a copy of one that is known.
sed 's/"id":7/"id":9/' "$tmp/archive/1/reports/report.json" >"$tmp/archive/flat/3.json"
sed -i 's/"id":8/"id":10/' "$tmp/archive/flat/2.json"
mkdir "$tmp/archive/moved" && cp "$tmp/archive/1/reports/report.json" "$tmp/archive/moved/copy.json"
night 0
says "4 inputs, 2 of them new"
json "$tmp/state/results/000002/reports.jsonl" 'sorted(r["report"]["task_id"] for r in d)' '["10", "9"]'

# A snapshot that is too old is fetched anew.
control '{"op":"clear_requests"}'
expect 0 "$mispsift" backfill --config "$tmp/c.toml" --max-snapshot-age 0
[ -n "$(requests)" ] || fail "an old snapshot is not fetched"

# A server that is gone: nothing is lost, and the next night goes on.
control '{"op":"fault","spec":"path=/events/add,kind=status,status=503,times=0"}'
sed 's/"id":7/"id":11/; s/a\{64\}/'"$(printf 'b%.0s' $(seq 64))"'/' "$tmp/archive/1/reports/report.json" >"$tmp/archive/flat/4.json"
expect 4 "$mispsift" backfill --config "$tmp/c.toml" --no-progress
[ -s "$tmp/state/results/000003/summary.json" ] || fail "what was scanned is not kept"
control '{"op":"clear_faults"}'
night 0
contents >"$tmp/after.json"
json "$tmp/after.json" 'sum(e["info"].endswith("#11") for e in d["events"])' 1
json "$tmp/after.json" 'd["duplicates"]' '[]'

# New intelligence meets old reports: what matches is what a scan of them all
# finds of it, and what is gone is named.
control '{"op":"add_event","event":{"uuid":"33333333-3333-4333-8333-333333333333","info":"Tonight","attributes":[{"uuid":"44444444-4444-4444-8444-444444444444","type":"domain","value":"example"},{"uuid":"55555555-5555-4555-8555-555555555555","type":"ip-dst","value":"203.0.113.0/24"},{"uuid":"66666666-6666-4666-8666-666666666666","type":"domain","value":"quiet.example"},{"uuid":"77777777-7777-4777-8777-777777777777","type":"domain","value":"nowhere.example"}]}}'
mv "$tmp/archive/flat/3.json" "$tmp/gone.json"
expect 0 "$mispsift" backfill --config "$tmp/c.toml" --no-progress --max-snapshot-age 0 --rescan-changed
says "older reports were asked about new indicators"
newest=$(ls -d "$tmp"/state/results/*-new | tail -1)
expect 0 "$mispsift" scan "$tmp/archive" --snapshot "$tmp/state/misp.snapshot" --out "$tmp/all"
python3 - "$newest" "$tmp/all" "${newest%-new}-unconfirmed.jsonl" <<'PY'
import json, sys

def found(folder):
    lines = [json.loads(line) for line in open(folder + "/correlations.jsonl")]
    # The copy was passed over; the sandbox's own events are new as well.
    return sorted((c["report"]["source"], c["attribute"]["uuid"], c["match"], c["confidence"]) for c in lines
                  if c["event"]["info"] == "Tonight" and "moved" not in c["report"]["source"])

new, everything = found(sys.argv[1]), found(sys.argv[2])
assert new == everything and len(new) >= 4, (new, everything)
assert {u[:4] for _, u, _, _ in new} == {"5555", "6666"}, new
gone = [json.loads(line) for line in open(sys.argv[3])]
assert all(line["match"] == "unconfirmed" and line["report"]["source"].endswith("flat/3.json") for line in gone), gone
assert "55555555-5555-4555-8555-555555555555" in {line["attribute"]["uuid"] for line in gone}, gone
PY
# Once is enough.
expect 0 "$mispsift" backfill --config "$tmp/c.toml" --no-progress --rescan-changed
[ "$(ls -d "$tmp"/state/results/*-new | tail -1)" = "$newest" ] || fail "old reports are asked again"
expect 2 "$mispsift" backfill --config "$tmp/c.toml" --no-cache --rescan-changed

# Rejected inputs are exit 3, once.
echo '{"info":{' >"$tmp/archive/flat/broken.json"
night 3
night 0

# Another run holds the state.
exec 9<"$tmp/state" && flock -n 9
night 6
exec 9<&-

# What is missing is said.
expect 2 "$mispsift" backfill --state "$tmp/other"
says "no paths"
expect 5 "$mispsift" backfill "$tmp/archive" --state "$tmp/other"
