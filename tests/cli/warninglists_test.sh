# Warninglists go from a folder into the snapshot, and from there into what scan
# and lookup say.
source "$(dirname "$0")/expect.sh"

mkdir -p "$tmp/lists/hosts" "$tmp/lists/cloud" "$tmp/report"
cat >"$tmp/lists/hosts/list.json" <<'J'
{"name":"Known hosts","type":"hostname","version":1,"description":"-","list":[".good.example"],
 "matching_attributes":["domain","hostname","url"]}
J
cat >"$tmp/lists/cloud/list.json" <<'J'
{"name":"List of known Example Cloudflare IP ranges","type":"cidr","version":1,"description":"-","list":["198.51.100.0/24"]}
J
cat >"$tmp/lists/odd.json" <<'J'
{"name":"Odd","type":"regex","version":1,"description":"-","list":["/^a/g","/(/"]}
J
cat >"$tmp/a.jsonl" <<'J'
{"type":"domain","value":"www.GOOD.example","to_ids":true,"uuid":"11111111-1111-4111-8111-000000000001"}
{"type":"domain|ip","value":"evil.example|198.51.100.7","to_ids":true,"uuid":"11111111-1111-4111-8111-000000000002"}
{"type":"url","value":"http://www.good.example/evil","to_ids":true,"uuid":"11111111-1111-4111-8111-000000000003"}
{"type":"ip-dst","value":"203.0.113.7","to_ids":true,"uuid":"11111111-1111-4111-8111-000000000004"}
J
cat >"$tmp/report/report.json" <<'J'
{"info":{"id":7,"version":"2.0.7","started":1700000000.5,"score":3.2},
 "target":{"category":"file","file":{"name":"a.exe","sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}},
 "network":{"domains":[{"domain":"www.good.example","ip":"198.51.100.7"},{"domain":"evil.example","ip":"203.0.113.7"}],
  "hosts":["198.51.100.7","203.0.113.7"],"http":[{"uri":"http://www.good.example/evil","host":"www.good.example"}]},
 "behavior":{"summary":{}}}
J
cloud='List of known Example Cloudflare IP ranges'

expect 0 "$mispsift" fetch --out "$tmp/s" --attributes "$tmp/a.jsonl" --warninglists "$tmp/lists"
says "warninglists: 3 of 4 attributes are on one, 2 of 3 lists have any"
says "warninglist Odd: of no use are 2 entries in MISP's way, 1 corrected, such as /^a/g: "
expect 0 "$mispsift" fetch --out "$tmp/none" --attributes "$tmp/a.jsonl"
grep -q "warninglists:" "$tmp/err" && fail "lists where there are none"
cp "$tmp/s" "$tmp/first"
expect 0 "$mispsift" fetch --out "$tmp/s" --attributes "$tmp/a.jsonl" --warninglists "$tmp/lists"
expect 0 "$mispsift" snapshot verify "$tmp/s"
expect 0 "$mispsift" snapshot info --json "$tmp/s" "$tmp/first" "$tmp/none"
cp "$tmp/out" "$tmp/info.jsonl"
json "$tmp/info.jsonl" '[d[0]["id"] == d[1]["id"], d[0]["id"] == d[2]["id"]]' '[True, False]'
json "$tmp/info.jsonl" 'd[0]["warninglist_hits"]' \
  '[{"name": "Known hosts", "corrected": 2, "misp": 1}, {"name": "'"$cloud"'", "corrected": 1, "misp": 1}]'
expect 0 "$mispsift" snapshot info "$tmp/s"
grep -qxF "  2 (1) Known hosts" "$tmp/out" || fail "info does not say who is on a list"

scan() {
  rm -rf "$tmp/r"
  expect 0 "$mispsift" scan "$tmp/report" --snapshot "$tmp/s" --out "$tmp/r" "$@"
}
matches='sorted((c["observable"]["value"], c["confidence"], c["attribute"].get("warninglists")) for c in d)'
evil='("evil.example", 100, None)'
plain='("203.0.113.7", 100, None)'
scan
json "$tmp/r/correlations.jsonl" "$matches" \
  "[('198.51.100.7', 80, ['$cloud']), $plain, $evil, ('http://www.good.example/evil', 80, ['Known hosts'])]"
json "$tmp/r/summary.json" 'd["suppressed"]["warninglist"]' 1
scan --warninglist-block "other,known H*"
json "$tmp/r/correlations.jsonl" "$matches" "[('198.51.100.7', 80, ['$cloud']), $plain, $evil]"
json "$tmp/r/summary.json" 'd["suppressed"]["warninglist"]' 2
scan --warninglist-inform '*hosts'
json "$tmp/r/correlations.jsonl" 'sorted(c["observable"]["value"] for c in d if c["confidence"] == 80)' \
  '["198.51.100.7", "http://www.good.example/evil", "www.good.example"]'
scan --warninglist-way misp
json "$tmp/r/correlations.jsonl" '[c["confidence"] for c in d if c["observable"]["value"] == "www.good.example"]' '[100]'
scan --warninglist-way off
json "$tmp/r/correlations.jsonl" '[[c["confidence"], c["attribute"].get("warninglists")] for c in d]' '[[100, None]] * 5'
json "$tmp/r/summary.json" 'd["suppressed"]["warninglist"]' 0

expect 0 "$mispsift" lookup --snapshot "$tmp/s" www.good.example 198.51.100.7 evil.example
cp "$tmp/out" "$tmp/answers.jsonl"
json "$tmp/answers.jsonl" '[a["suppressed_by"] for a in d]' '[["warninglist"], [], []]'
json "$tmp/answers.jsonl" '[a.get("warninglists") for a in d]' '[["Known hosts"], None, None]'
json "$tmp/answers.jsonl" '[[(m["confidence"], m["attribute"].get("warninglists")) for m in a["matches"]] for a in d]' \
  '[[], [(80, ["'"$cloud"'"])], [(100, None)]]'
expect 2 "$mispsift" lookup --snapshot "$tmp/s" --warninglist-way maybe x

# A snapshot of the version before is none that can be believed, and a fetch
# begins anew.
printf '\2' | dd of="$tmp/s" bs=1 seek=8 conv=notrunc 2>/dev/null
expect 5 "$mispsift" snapshot verify "$tmp/s"
expect 0 "$mispsift" fetch --out "$tmp/s" --attributes "$tmp/a.jsonl" --warninglists "$tmp/lists"
expect 0 "$mispsift" snapshot verify "$tmp/s"

# explain says the same, and which list it is.
expect 0 "$mispsift" explain "$tmp/report" --snapshot "$tmp/s" --json
cp "$tmp/out" "$tmp/explained.jsonl"
json "$tmp/explained.jsonl" '[(e["observable"]["value"], e["verdict"], e["suppressed_by"], e["warninglists"]) for e in d if "warninglists" in e]' \
  '[("www.good.example", "suppressed", ["warninglist"], ["Known hosts"])]'
json "$tmp/explained.jsonl" '[(m["confidence"], m["attribute"]["warninglists"]) for e in d for m in e["matches"] if e["observable"]["value"] == "198.51.100.7"]' \
  "[(80, ['$cloud'])]"
expect 0 "$mispsift" explain "$tmp/report" --snapshot "$tmp/s"
grep -qxF "    on the warninglist: Known hosts" "$tmp/out" || fail "explain does not name the list that suppresses"
grep -qxF "    on the warninglist: $cloud" "$tmp/out" || fail "explain does not name the list that informs"
expect 0 "$mispsift" lookup --text --snapshot "$tmp/s" www.good.example
grep -qxF "    on the warninglist: Known hosts" "$tmp/out" || fail "lookup does not name the list that suppresses"
