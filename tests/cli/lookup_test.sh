# lookup answers in the order asked, and says why it is silent.
source "$(dirname "$0")/expect.sh"

cat >"$tmp/a.jsonl" <<'J'
{"type":"ip-dst|port","value":"192.0.2.9|4444","to_ids":true,"uuid":"11111111-1111-4111-8111-000000000001"}
{"type":"ip-src","value":"192.0.2.0/24","to_ids":true,"uuid":"11111111-1111-4111-8111-000000000002"}
{"type":"domain","value":"quiet.example","to_ids":false,"uuid":"11111111-1111-4111-8111-000000000003"}
{"type":"domain","value":"listed.example","to_ids":true,"uuid":"11111111-1111-4111-8111-000000000004"}
{"type":"ip-dst","value":"192.168.0.1","to_ids":true,"uuid":"11111111-1111-4111-8111-000000000005"}
{"type":"mutex","value":"EvilMutex","to_ids":true,"uuid":"11111111-1111-4111-8111-000000000006"}
{"type":"filename","value":"evil.exe","to_ids":true,"uuid":"11111111-1111-4111-8111-000000000007"}
J
expect 0 "$mispsift" fetch --out "$tmp/s" --attributes "$tmp/a.jsonl"
look() {
  expect 0 "$mispsift" lookup --snapshot "$tmp/s" --ioc-blacklist listed.example "$@"
  cp "$tmp/out" "$tmp/answers.jsonl"
}
look 192.0.2.9:4444 '192.0.2.9|4444' 192.0.2.77 unknown.example quiet.example listed.example 192.168.0.1 evilmutex 'C:\Temp\evil.exe'
json "$tmp/answers.jsonl" '[a["value"] for a in d][:3]' '["192.0.2.9:4444", "192.0.2.9|4444", "192.0.2.77"]'
json "$tmp/answers.jsonl" '[[m["match"] for m in a["matches"]] for a in d]' \
  '[["exact"], ["exact"], ["cidr"], [], [], [], [], ["folded"], ["basename"]]'
json "$tmp/answers.jsonl" '[a["suppressed_by"] for a in d]' \
  '[[], [], [], [], ["not_ids"], ["blacklist"], ["special_use"], [], []]'
json "$tmp/answers.jsonl" 'd[0]["matches"][0]["attribute"]["type"]' '"ip-dst|port"'
json "$tmp/answers.jsonl" '[a["verdict"] for a in d][3:]' \
  '["unknown", "suppressed", "suppressed", "suppressed", "matched", "matched"]'
# What is suppressed, and what is compared.
json "$tmp/answers.jsonl" '[(s["by"], s["match"], s["attribute"]["value"]) for s in d[4]["suppressed"]]' \
  '[(["not_ids"], "exact", "quiet.example")]'
json "$tmp/answers.jsonl" '[r["key"] for r in d[0]["readings"] if r["kind"] == "ip-port"]' '["192.0.2.9|4444"]'
json "$tmp/answers.jsonl" 'all(len({(r["kind"], r["key"]) for r in a["readings"]}) == len(a["readings"]) > 0 for a in d)' True
look 'x.exe|0123456789abcdef0123456789abcdef' 'a.example|192.0.2.5'
json "$tmp/answers.jsonl" '[[m["match"] for m in a["matches"]] for a in d]' '[[], ["cidr"]]'
look --fold exact evilmutex --only-ids no quiet.example
json "$tmp/answers.jsonl" '[len(a["matches"]) for a in d]' '[0, 1]'
printf 'evil.exe\n192.0.2.1\n' >"$tmp/values"
expect 0 bash -c '"$1" lookup --snapshot "$2/s" <"$2/values"' _ "$mispsift" "$tmp"
cp "$tmp/out" "$tmp/answers.jsonl"
json "$tmp/answers.jsonl" '[len(a["matches"]) for a in d]' '[1, 1]'

# For a person: what the report or MISP wrote moves no cursor.
look --text evilmutex quiet.example $'no\e[2Jvalue'
grep -q '^evilmutex: matched$' "$tmp/out"
grep -q '^  folded, confidence 90$' "$tmp/out"
grep -q '^quiet.example: suppressed$' "$tmp/out"
grep -q '^    not_ids ' "$tmp/out"
grep -qF 'no\x1b[2Jvalue: unknown' "$tmp/out"

# A public suffix covers nothing; which names are such, a newer list may say.
printf '%s\n' '{"type":"domain","value":"hosting.example","to_ids":true}' >"$tmp/d.jsonl"
expect 0 "$mispsift" fetch --out "$tmp/d" --attributes "$tmp/d.jsonl"
printf '%s\n' '// a list' com hosting.example >"$tmp/suffixes.dat"
expect 0 "$mispsift" lookup --snapshot "$tmp/d" a.hosting.example
json "$tmp/out" 'd["matches"][0]["match"]' '"subdomain"'
expect 0 "$mispsift" lookup --snapshot "$tmp/d" --public-suffix-list "$tmp/suffixes.dat" a.hosting.example
json "$tmp/out" 'd["matches"]' '[]'
expect 2 "$mispsift" lookup --snapshot "$tmp/d" --public-suffix-list "$tmp/none" a.hosting.example
expect 2 "$mispsift" lookup --snapshot "$tmp/d" --public-suffix-list "$tmp/d.jsonl" a.hosting.example
