# What keeps a match away, or down: blacklists in all their forms, safelists,
# generic names, the sandbox's own addresses, maxioc, over-correlation.
source "$(dirname "$0")/expect.sh"

cat >"$tmp/a.jsonl" <<'J'
{"type":"ip-dst","value":"198.51.100.53","to_ids":true,"uuid":"11111111-1111-4111-8111-000000000001"}
{"type":"ip-dst","value":"203.0.113.0/25","to_ids":true,"uuid":"11111111-1111-4111-8111-000000000002"}
{"type":"domain","value":"cdn.quiet.example","to_ids":true,"uuid":"11111111-1111-4111-8111-000000000003"}
{"type":"url","value":"http://www.quiet.example/a","to_ids":true,"uuid":"11111111-1111-4111-8111-000000000004"}
{"type":"domain","value":"evil.example","to_ids":true,"uuid":"11111111-1111-4111-8111-000000000005"}
{"type":"filename","value":"svchost.exe","to_ids":true,"uuid":"11111111-1111-4111-8111-000000000006"}
{"type":"filename","value":"lamp32.dll","to_ids":true,"uuid":"11111111-1111-4111-8111-000000000007"}
J
expect 0 "$mispsift" fetch --quiet --out "$tmp/s" --attributes "$tmp/a.jsonl"
cat >"$tmp/report.json" <<'J'
{"info":{"id":7,"version":"2.0.7","started":1700000000},
 "target":{"category":"file","file":{"name":"svchost.exe"}},
 "network":{"hosts":["198.51.100.53","203.0.113.7"],"udp":[{"src":"192.168.56.101","sport":1050,"dst":"198.51.100.53","dport":53}],
  "domains":[{"domain":"cdn.quiet.example","ip":""},{"domain":"evil.example","ip":"203.0.113.7"}],
  "http_ex":[{"protocol":"http","host":"www.quiet.example","uri":"/a","dport":80}]},
 "behavior":{"summary":{"file_created":["C:\\Temp\\lamp32.dll"]}}}
J
scan() {
  expect 0 "$mispsift" scan "$tmp/report.json" --snapshot "$tmp/s" --out "$tmp/r" --quiet "$@"
}
# found VALUES : the confidence of each match.
found() { json "$tmp/r/correlations.jsonl" '{c["observable"]["value"]: c["confidence"] for c in d}' "$1"; }

# Without anything; a generic name says little.
scan
[ ! -s "$tmp/r/suppressed.jsonl" ] || fail "lists what is looked for"
found '{"198.51.100.53": 100, "203.0.113.7": 70, "cdn.quiet.example": 100, "evil.example": 100,
  "http://www.quiet.example/a": 95, "svchost.exe": 20, "lamp32.dll": 60}'

# --- Blacklists ---
scan --ioc-blacklist '.quiet.example, 203.0.113.0/24 ,/^LAMP\d{2\,}/i'
found '{"198.51.100.53": 100, "evil.example": 100, "svchost.exe": 20}'
json "$tmp/r/summary.json" 'd["suppressed"]["blacklist"]' '4'
json "$tmp/r/suppressed.jsonl" '{s["attribute"]["value"]: (s["reasons"], s["kinds"], s["whole"]) for s in d}' '{
  "203.0.113.0/25": (["blacklist"], ["ip"], True), "cdn.quiet.example": (["blacklist"], ["host"], True),
  "http://www.quiet.example/a": (["blacklist"], ["url"], True), "lamp32.dll": (["blacklist"], ["filename"], True)}'
# An address of the list inside a wider network of an attribute.
scan --ioc-blacklist 203.0.113.0/28
json "$tmp/r/correlations.jsonl" '"203.0.113.7" in [c["observable"]["value"] for c in d]' False
expect 0 "$mispsift" lookup --snapshot "$tmp/s" --ioc-blacklist .quiet.example a.quiet.example cdn.quiet.example 203.0.113.9
cp "$tmp/out" "$tmp/answers.jsonl"
json "$tmp/answers.jsonl" '[(len(a["matches"]), a["suppressed_by"]) for a in d]' '[(0, []), (0, ["blacklist"]), (1, [])]'
expect 0 "$mispsift" submit "$tmp/r" --dry-run --ioc-blacklist '/quiet/,198.51.100.0/24'
grep -q evil.example "$tmp/out" || fail "everything is blacklisted"
! grep -qE 'quiet|198\.51' "$tmp/out" || fail "submitted what is blacklisted"
# What is no regex is named.
for command in "scan $tmp/report.json --snapshot $tmp/s --out $tmp/r" "lookup --snapshot $tmp/s x" "submit $tmp/r --dry-run"; do
  expect 2 "$mispsift" $command --ioc-blacklist 'good.example,/ev(il/'
  says '/ev(il/'
done

# --- Safelists ---
printf '# what Cuckoo ships\n198.51.100.53\r\n\n  .evil.example\n203.0.113.0/24\n/lamp/\n' >"$tmp/safe1"
printf 'cdn.quiet.example\n' >"$tmp/safe2"
scan --safelist "$tmp/safe1" --safelist "$tmp/safe2"
found '{"198.51.100.53": 20, "203.0.113.7": 20, "cdn.quiet.example": 20, "evil.example": 20,
  "http://www.quiet.example/a": 95, "svchost.exe": 20, "lamp32.dll": 20}'
expect 0 "$mispsift" lookup --snapshot "$tmp/s" --safelist "$tmp/safe1" evil.example svchost.exe 'C:\Temp\lamp32.dll' cdn.quiet.example
cp "$tmp/out" "$tmp/answers.jsonl"
json "$tmp/answers.jsonl" '[a["matches"][0]["confidence"] for a in d]' '[20, 20, 20, 100]'
expect 2 "$mispsift" scan "$tmp/report.json" --snapshot "$tmp/s" --out "$tmp/r" --safelist "$tmp/none"
says "$tmp/none"
printf '/(/\n' >"$tmp/broken"
expect 2 "$mispsift" lookup --snapshot "$tmp/s" --safelist "$tmp/broken" x
says '/(/'

# --- The sandbox's own addresses ---
sed 's/"network":{/"network":{"dns_servers":["198.51.100.53"],/' "$tmp/report.json" >"$tmp/plain.json"
expect 0 "$mispsift" scan "$tmp/plain.json" --snapshot "$tmp/s" --out "$tmp/r" --quiet
found '{"203.0.113.7": 70, "cdn.quiet.example": 100, "evil.example": 100, "http://www.quiet.example/a": 95, "svchost.exe": 20, "lamp32.dll": 60}'
json "$tmp/r/summary.json" 'd["suppressed"]["sandbox"]' 1
json "$tmp/r/summary.json" 'd["matches"]' 6
# As MISP correlates, it is one.
expect 0 "$mispsift" scan "$tmp/plain.json" --snapshot "$tmp/s" --out "$tmp/r" --quiet --as-misp
json "$tmp/r/correlations.jsonl" '"198.51.100.53" in [c["observable"]["value"] for c in d]' True
json "$tmp/r/summary.json" 'd["suppressed"]["sandbox"]' 0
# Declared behind what is seen, with another match elsewhere: it stays.
sed 's/"behavior":{/"strings":["198.51.100.53"],&/' "$tmp/plain.json" >"$tmp/elsewhere.json"
expect 0 "$mispsift" scan "$tmp/elsewhere.json" --snapshot "$tmp/s" --out "$tmp/r" --quiet
json "$tmp/r/correlations.jsonl" '[c["observable"]["where"] for c in d if c["observable"]["value"] == "198.51.100.53"]' '[["network", "strings"]]'
json "$tmp/r/summary.json" 'd["suppressed"]["sandbox"]' 0
# Streamed, it is the same.
expect 0 "$mispsift" scan "$tmp/plain.json" "$tmp/elsewhere.json" --snapshot "$tmp/s" --out "$tmp/held" --quiet
python3 - "$tmp" <<'PY'
import sys
tmp = sys.argv[1]
for name in ("plain", "elsewhere"):
    text = open(f"{tmp}/{name}.json").read()
    open(f"{tmp}/big-{name}.json", "w").write(text.replace('"info":', '"other":"' + "x " * 200000 + '","info":', 1))
PY
expect 0 "$mispsift" scan "$tmp/big-plain.json" "$tmp/big-elsewhere.json" --snapshot "$tmp/s" --out "$tmp/streamed" --quiet --max-report-memory 1048576
for of in held streamed; do
  python3 -c '
import json, sys
for line in open(sys.argv[1]):
    c = json.loads(line)
    print(c["observable"], c["match"], c["confidence"], c["attribute"]["uuid"])' "$tmp/$of/correlations.jsonl" >"$tmp/$of.txt"
done
cmp "$tmp/held.txt" "$tmp/streamed.txt"
json "$tmp/streamed/summary.json" 'd["suppressed"]["sandbox"]' 1

# --- maxioc ---
scan --maxioc 3
found '{"198.51.100.53": 100, "cdn.quiet.example": 100, "evil.example": 100}'
json "$tmp/r/reports.jsonl" '[(r["matches"], r["notes"]) for r in d]' '[(3, ["maxioc: 4 values with 4 matches left out"])]'
scan --maxioc 7
json "$tmp/r/reports.jsonl" '[(r["matches"], r["notes"]) for r in d]' '[(7, [])]'
expect 2 "$mispsift" scan "$tmp/report.json" --snapshot "$tmp/s" --out "$tmp/r" --maxioc 0

# --- Over-correlation ---
python3 - "$tmp" <<'PY'
import json, sys
tmp = sys.argv[1]
with open(f"{tmp}/many.jsonl", "w") as out:
    for i in range(23):
        value = "Often.example" if i % 2 else "often.example"
        out.write(json.dumps({"type": "domain|ip", "value": f"{value}|203.0.113.{i}", "to_ids": True,
                              "uuid": "11111111-1111-4111-8111-%012d" % i}) + "\n")
for i in range(20):
    often = '{"domain":"often.example","ip":""}' if i < 12 else ''
    open(f"{tmp}/common{i}.json", "w").write(
        '{"info":{"id":%d},"network":{"domains":[%s],"hosts":[%s]}}' % (i, often, '"203.0.113.5"' if i < 9 else ""))
PY
marked() {
  expect 0 "$mispsift" snapshot info --json "$tmp/m"
  json "$tmp/out" 'd["over_correlating"]' "$1"
}
expect 0 "$mispsift" fetch --quiet --out "$tmp/m" --attributes "$tmp/many.jsonl"
marked 23
expect 0 "$mispsift" lookup --snapshot "$tmp/m" often.example 203.0.113.4
cp "$tmp/out" "$tmp/answers.jsonl"
json "$tmp/answers.jsonl" '{m["attribute"].get("over_correlating") for a in d for m in a["matches"]}' '{True}'
id() { "$mispsift" snapshot info --json "$tmp/m" | sed -E 's/.*"id":"([0-9a-f]*)".*/\1/'; }
before=$(id)
expect 0 "$mispsift" fetch --quiet --out "$tmp/m" --attributes "$tmp/many.jsonl" --over-correlating 22
marked 0
expect 0 "$mispsift" snapshot info "$tmp/m"
grep -q '^over-correlating 0 (value on more than 22 others)' "$tmp/out" || fail "does not say how many others"
[ "$before" != "$(id)" ] || fail "the id does not tell"
expect 0 "$mispsift" lookup --snapshot "$tmp/m" often.example
! grep -q over_correlating "$tmp/out" || fail "marked"
expect 0 "$mispsift" fetch --quiet --out "$tmp/m" --attributes "$tmp/many.jsonl" --over-correlating 21
marked 23
expect 2 "$mispsift" fetch --quiet --out "$tmp/m" --attributes "$tmp/many.jsonl" --over-correlating 0

# Values in a large share of the reports are named, and removed from nowhere.
common() {
  expect 0 "$mispsift" scan "$tmp"/common*.json --snapshot "$tmp/m" --out "$tmp/r" --quiet "${@:2}"
  json "$tmp/r/summary.json" 'd["over_correlating"]' "$1"
}
often='{"kind": "host", "value": "often.example", "reports": 12}'
common "[$often]"
json "$tmp/r/summary.json" 'd["matches"]' "$((12 * 23 + 9))"
common "[$often]" --common-share 59
common '[]' --common-share 60
# Nine reports are too few, however few there are in all.
common "[$often]" --common-share 0
