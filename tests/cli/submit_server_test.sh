# Submission to a server, as a script sees it: exit codes, the ledger and what
# it says, and that neither the key nor a hostile name gets where it should not.
source "$(dirname "$0")/expect.sh"
source "$(dirname "$0")/fake_server.sh"
source "$(dirname "$0")/results.sh"

event=22222222-2222-4222-8222-222222222222
a1=11111111-1111-4111-8111-111111111111
echo "$key" >"$tmp/key"

# submit CODE FLAGS... : from $tmp/r to $url; all that is said is kept.
submit() {
  local code=$1
  shift
  expect "$code" "$mispsift" submit "$tmp/r" --misp "$url" --key-file "$tmp/key" --retry-delay 0 "$@"
  keep
}
keep() { cat "$tmp/out" "$tmp/err" >>"$tmp/said"; }
# again ANALYSIS... : other results, of which the ledger knows nothing.
again() {
  rm -rf "$tmp/r" "$tmp/r.outbox"*
  results "$tmp/r" "$@"
}
# there EXPRESSION VALUE : of what the server holds, d.
there() {
  contents >"$tmp/contents.json"
  json "$tmp/contents.json" "$1" "$2"
}
# ledger EXPRESSION VALUE : of the destinations that --status --json tells.
ledger() {
  expect 0 "$mispsift" submit "$tmp/r" --status --json
  keep
  cp "$tmp/out" "$tmp/status.json"
  json "$tmp/status.json" "$1" "$2"
}
titles='sorted(e["info"].split("#")[-1] for e in d["events"])'
states='[{k: v for k, v in x["events"].items() if v} for x in d["destinations"]]'

# --- 0: all is stored, with what matched; once.
start_server
control "{\"op\":\"add_event\",\"event\":{\"id\":9,\"uuid\":\"$event\",\"info\":\"#known\",\"attributes\":[{\"uuid\":\"$a1\",\"value\":\"evil.example\"}]}}"
again "{'matches': [('$a1', '$event', 90)]}" '{}'
expect 1 "$mispsift" submit "$tmp/r" --status
says "there is no ledger $tmp/r.outbox"
[ ! -e "$tmp/r.outbox" ] || fail "--status made a ledger"
# What a dry run prints is what arrives.
expect 0 "$mispsift" submit "$tmp/r" --dry-run --misp "$url" --tag night
cp "$tmp/out" "$tmp/dry.jsonl"
[ -z "$(requests)" ] || fail "a dry run asks the server"
submit 0 --tag night
there "$titles" '["0", "1", "known"]'
python3 - "$tmp/dry.jsonl" "$tmp/contents.json" <<'PY'
import json, sys
lines = [json.loads(l) for l in open(sys.argv[1])]
held = json.load(open(sys.argv[2]))
printed = {a["uuid"]: a["value"] for l in lines if "Sighting" not in l for a in l["Event"]["Attribute"]}
stored = {a["uuid"]: a["value"] for e in held["events"] for a in e["attributes"] if e["info"] != "#known"}
assert printed == stored, (printed, stored)
assert [s["uuid"] for l in lines for s in l.get("Sighting", [])] == [s["uuid"] for s in held["sightings"]]
PY
there 'd["duplicates"]' '[]'
control '{"op":"clear_requests"}'
submit 0 --tag night
[ "$(requests | grep -vc '^GET /servers/getVersion\|^GET /users/view/me')" -eq 0 ] || fail "sent again: $(requests)"
ledger "$states" '[{"stored": 2}]'
ledger '[x["sightings"]["stored"] for x in d["destinations"]]' '[1]'
ledger '[x["problems"] for x in d["destinations"]]' '[[]]'
expect 0 "$mispsift" submit "$tmp/r" --status
[ "$(sed -n 1,2p "$tmp/out")" = "$url
  events      2 stored" ] || fail "--status: $(cat "$tmp/out")"

# --- Another ledger: the server says that it has them. One ledger for two
# results and two servers tells them apart.
submit 0 --ledger "$tmp/shared"
results "$tmp/r2" "{'id': 'x' * 32, 'task_id': 'x'}"
expect 0 "$mispsift" submit "$tmp/r2" --misp "$url/" --key-file "$tmp/key" --ledger "$tmp/shared"
first=$url
start_server
submit 0 --ledger "$tmp/shared" --sightings none --known skip
expect 0 "$mispsift" submit "$tmp/nowhere" --status --json --ledger "$tmp/shared"
cp "$tmp/out" "$tmp/status.json"
json "$tmp/status.json" '[x["destination"] for x in d["destinations"]]' "['$first', '$url']"
json "$tmp/status.json" "$states" '[{"stored": 1, "exists": 2}, {"stored": 2}]'
# --known and --sightings none send no sighting; a run without them does.
there 'd["sightings"]' '[]'

# --- 3: beyond --max-events, then the rest.
start_server
again '{}' '{}' '{}'
submit 3 --max-events 2
says "planned, beyond --max-events: "
there "$titles" '["0", "1"]'
ledger "$states" '[{"planned": 1, "stored": 2}]'
submit 0 --max-events 2
there "$titles" '["0", "1", "2"]'

# --- 3: what the server refuses, in part or whole, is named with its reason.
start_server
control '{"op":"refuse_values","text":"198.51.100.1"}'
again '{}'
submit 3 --mode ipaddr
says "partial Cuckoo Sandbox analysis #0: 1 of 2 attributes are not there"
says "refused ip-dst 198.51.100.1: "
ledger "$states" '[{"partial": 1}]'
ledger '[(p["what"], p["state"], p["name"]) for p in d["destinations"][0]["problems"]]' \
  '[("event", "partial", "Cuckoo Sandbox analysis #0"), ("attribute", "refused", "ip-dst 198.51.100.1")]'
again '{}'
submit 3 --distribution 4 --sharing-group 77
says "refused Cuckoo Sandbox analysis #0: status 405"
again "{'matches': [('$a1', '$event', 90)]}"
submit 3 --mode url
says "sighting "
says "refused $a1: "

# --- 4: not there, another key, a role that may not, a tag that it may not make.
start_server
again '{}'
here=$url
url=http://127.0.0.1:1 submit 4 --retries 1
says "Couldn't connect"
ledger "$states" '[{"planned": 1}]'
echo wrongKEYwrongKEYwrongKEYwrongKEYwrongKEY01 >"$tmp/wrong"
expect 4 "$mispsift" submit "$tmp/r" --misp "$url" --key-file "$tmp/wrong" && keep
says "Authentication failed"
submit 4 --proxy http://127.0.0.1:1 --retries 1
control '{"op":"site_admin","on":false}' '{"op":"role","perm_add":false}'
submit 4
says "may not add events"
control '{"op":"role","perm_tagger":false}'
submit 4 --tag a
says "may not tag events"
control '{"op":"role","perm_tag_editor":false,"perm_sync":false}'
submit 4 --tag nobody:knows
says "create the tag nobody:knows, which is not there"
control '{"op":"role","perm_sighting":false,"perm_sync":false}'
results "$tmp/r" "{'matches': [('$a1', '$event', 90)]}"
submit 4
says "may not add sightings (--known skip --sightings none does without)"
[ "$(requests | grep -c /events/add)" -eq 0 ] || fail "an event before all was checked"
submit 0 --known skip --sightings none
there "$titles" '["0"]'
# Trouble is borne with, but not for ever.
control '{"op":"role"}'
again '{}' '{}'
control '{"op":"fault","spec":"path=/events/add,times=1,kind=status,status=503"}'
submit 0 --retries 2 --connections 1 --rate 100000
again "{'id': 'y' * 32}"
control '{"op":"fault","spec":"path=/events/add,times=0,kind=status,status=503"}'
submit 4 --retries 2
control '{"op":"clear_faults"}' '{"op":"fault","spec":"path=/users/view/me,times=0,kind=stall,delay_ms=600000"}'
submit 4 --timeout 0.2 --retries 1
control '{"op":"clear_faults"}'
submit 0

# --- 1: the ledger can't be written, which is not the server's doing.
again '{}'
url=http://127.0.0.1:1 submit 4 --retries 1
python3 - "$tmp/r.outbox" <<'PY'
import sqlite3, sys
ledger = sqlite3.connect(sys.argv[1])
ledger.execute("CREATE TRIGGER full BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'disk is full'); END")
ledger.commit()
PY
submit 1
says "disk is full"

# --- 6: another run has the ledger; it is not touched.
again '{}'
submit 3 --max-events 0
(exec 9>>"$tmp/r.outbox" && flock 9 && exec sleep 600) &
holder=$!
servers+=("$holder")
for _ in $(seq 600); do flock -n "$tmp/r.outbox" true || break; sleep 0.05; done
submit 6
says "used by another run"
kill "$holder"
wait "$holder" 2>/dev/null || true

# --- 143: a clean stop while the server is at it; the next run completes, and
# everything is there once.
start_server
analyses=()
for i in $(seq 40); do analyses+=("{}"); done
again "${analyses[@]}"
control '{"op":"write_latency","request_us":300000,"parallel":1}'
"$mispsift" submit "$tmp/r" --misp "$url" --key-file "$tmp/key" --no-progress >"$tmp/out" 2>"$tmp/err" &
run=$!
for _ in $(seq 600); do [ "$(requests | grep -c /events/add)" -ge 3 ] && break; sleep 0.05; done
kill -TERM "$run"
code=0
wait "$run" || code=$?
keep
[ "$code" -eq 143 ] || fail "exit $code after SIGTERM"
says "stopped by signal 15; the next submit goes on from here"
ledger 'd["destinations"][0]["events"]["planned"] > 0' True
control '{"op":"write_latency"}'
submit 0
there 'len(d["events"])' 40
there 'd["duplicates"]' '[]'
ledger 'sum(d["destinations"][0]["events"][s] for s in ("stored", "exists"))' 40

# --- Where to, and with which key.
start_server
here=$url
via() {
  local code=$1
  shift
  control '{"op":"clear_requests"}'
  again '{}'
  expect "$code" env "$@"
  keep
}
asked() { [ -n "$(requests)" ] || fail "the server was not asked"; }
silent() { [ -z "$(requests)" ] || fail "the server was asked: $(requests)"; }
with_env=(MISP_URL="$url" MISP_KEY="$key")
via 0 "${with_env[@]}" "$mispsift" submit "$tmp/r" && asked
via 0 MISP_URL="$url" MISP_KEY_FILE="$tmp/key" "$mispsift" submit "$tmp/r" && asked
via 0 MISP_KEY="$key" "$mispsift" submit "$tmp/r" --misp "$url" && asked
via 4 MISP_URL="$url" MISP_KEY="$key" "$mispsift" submit "$tmp/r" --key-file "$tmp/wrong" && asked
via 4 MISP_KEY="$(cat "$tmp/wrong")" MISP_KEY_FILE="$tmp/key" "$mispsift" submit "$tmp/r" --misp "$url" && asked
via 4 "${with_env[@]}" "$mispsift" submit "$tmp/r" --misp http://127.0.0.1:1 --retries 1 && silent
# A destination that is typed is the only one.
via 0 "${with_env[@]}" "$mispsift" submit "$tmp/r" --dry-run && silent
via 0 "${with_env[@]}" "$mispsift" submit "$tmp/r" --feed-out "$tmp/feed" && silent
[ -s "$tmp/feed/manifest.json" ] || fail "no feed"
[ ! -e "$tmp/r.outbox" ] || fail "a ledger without a server"
via 0 "${with_env[@]}" "$mispsift" submit "$tmp/r"
control '{"op":"clear_requests"}'
expect 0 env "${with_env[@]}" "$mispsift" submit "$tmp/r" --status && keep && silent
via 0 "${with_env[@]}" "$mispsift" submit "$tmp/r" --insecure
says "server certificates are NOT checked"
via 0 "${with_env[@]}" MISP_VERIFYCERT=no "$mispsift" submit "$tmp/r"
says "server certificates are NOT checked"
# Results that one stands in have no name; their ledger is beside them all the same.
via 0 "${with_env[@]}" bash -c 'cd "$1" && "$2" submit .' - "$tmp/r" "$(realpath "$mispsift")"
[ -s "$tmp/r.outbox" ] || fail "no ledger beside the results"
[ "$(ls -A "$tmp/r")" = "$(printf 'correlations.jsonl\nfields.jsonl\nsummary.json')" ] || fail "in the results: $(ls -A "$tmp/r")"

# --- Hostile names and words: of a report, of the server; and its echo of the key.
hostile="{'urls': ['http://evil.example/\x1b[31m\x9b1m'], 'target': {'name': 'a\x1b]0;owned\x07\u202e.exe', 'sha256': 'a' * 64}, 'task_id': '7\x1b[2J', 'id': 'h\x1b[0m'}"
again "$hostile"
submit 0 --title '{name} {task_id}' --mode hashes
there '"owned" in d["events"][-1]["info"]' True
start_server
control "{\"op\":\"fault\",\"spec\":\"path=/events/add,times=1,kind=status,status=403,body={\\\"message\\\": \\\"No \\\\u001b[31m\\\\u009b1m $key \\\\nmispsift: all is well\\\"}\"}"
again "$hostile"
submit 3 --title '{name}'
ledger 'len(d["destinations"][0]["problems"])' 1
expect 0 "$mispsift" submit "$tmp/r" --status && keep
expect 0 "$mispsift" submit "$tmp/r" --dry-run --left-out "$tmp/left" && keep
if grep -qP '[\x00-\x08\x0b-\x1f\x7f]' "$tmp/said"; then fail "control characters reach the terminal: $(grep -aP '[\x00-\x08\x0b-\x1f\x7f]' "$tmp/said" | cat -v | head -3)"; fi
grep -q '\*\*\*' "$tmp/said" || fail "the server's words are not told"
if grep -q '^mispsift: all is well' "$tmp/said"; then fail "a server writes a line of ours"; fi

# --- The key is nowhere.
if grep -qF "$key" "$tmp/said"; then fail "says the key"; fi
if grep -rqF "$key" "$tmp"/r "$tmp"/r.outbox* "$tmp"/shared* "$tmp/feed" "$tmp/left"; then fail "the key is in a file"; fi
