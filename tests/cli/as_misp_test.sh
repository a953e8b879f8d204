# --as-misp: what the server would correlate, and nothing else.
source "$(dirname "$0")/expect.sh"

cat >"$tmp/a.jsonl" <<'J'
{"type":"imphash","value":"0123456789abcdef0123456789abcdef","to_ids":true,"uuid":"11111111-1111-4111-8111-000000000001"}
{"type":"text","value":"EVILMUTEX","to_ids":false,"uuid":"11111111-1111-4111-8111-000000000002"}
{"type":"ip-src","value":"192.0.2.0/24","to_ids":true,"uuid":"11111111-1111-4111-8111-000000000003"}
{"type":"ip-dst|port","value":"192.0.2.9|4444","to_ids":true,"uuid":"11111111-1111-4111-8111-000000000004"}
{"type":"domain","value":"evil.example","to_ids":true,"uuid":"11111111-1111-4111-8111-000000000005"}
{"type":"filename","value":"evil.exe","to_ids":true,"uuid":"11111111-1111-4111-8111-000000000006"}
{"type":"mutex","value":"quiet","disable_correlation":true,"uuid":"11111111-1111-4111-8111-000000000007"}
{"type":"ip-dst","value":"10.0.0.1","uuid":"11111111-1111-4111-8111-000000000008"}
{"type":"comment","value":"evil.example","uuid":"11111111-1111-4111-8111-000000000009"}
J
expect 0 "$mispsift" fetch --out "$tmp/s" --attributes "$tmp/a.jsonl"
look() {
  expect 0 "$mispsift" lookup --snapshot "$tmp/s" "$@"
  cp "$tmp/out" "$tmp/answers.jsonl"
}
last='[[m["attribute"]["uuid"][-1] + m["match"] for m in a["matches"]] for a in d]'

# The hash of another kind, a text, an address whatever its port, a special
# address without to_ids; nothing of the comment, nor of what holds more.
asked=(0123456789ABCDEF0123456789ABCDEF evilmutex 192.0.2.9:1 192.0.2.7 10.0.0.1 evil.example http://evil.example/ 'C:\evil.exe' quiet 192.0.2.0/25)
look --as-misp "${asked[@]}"
json "$tmp/answers.jsonl" "$last" \
  '[["1exact"], ["2folded"], ["4exact"], [], ["8exact"], ["5exact"], [], [], [], []]'
json "$tmp/answers.jsonl" '[a["suppressed_by"] for a in d if a["suppressed_by"]]' '[["correlation_disabled"]]'
look --as-misp --misp-advanced-correlations "${asked[@]}"
json "$tmp/answers.jsonl" "$last" \
  '[["1exact"], ["2folded"], ["3cidr", "4exact"], ["3cidr"], ["8exact"], ["5exact"], [], [], [], ["4cidr"]]'
# It is the same with what plays no part.
cp "$tmp/answers.jsonl" "$tmp/before"
mkdir "$tmp/lists"
cat >"$tmp/lists/list.json" <<'J'
{"name":"Known","type":"hostname","version":1,"description":"-","list":["evil.example"],"matching_attributes":["domain"]}
J
cp "$tmp/s" "$tmp/unlisted"
expect 0 "$mispsift" fetch --out "$tmp/s" --attributes "$tmp/a.jsonl" --warninglists "$tmp/lists"
says "1 of 9 attributes are on one"
look evil.example
json "$tmp/answers.jsonl" 'd[0]["suppressed_by"]' '["warninglist"]'
look --as-misp --misp-advanced-correlations --only-ids yes --ioc-blacklist evil.example --fold exact "${asked[@]}"
cmp "$tmp/before" "$tmp/answers.jsonl" || fail "settings of mispsift play a part"
mv "$tmp/unlisted" "$tmp/s"
look --as-misp --misp-advanced-correlations --misp-correlation-limit 1 192.0.2.9 192.0.2.7
json "$tmp/answers.jsonl" "$last" '[[], ["3cidr"]]'

for command in "lookup --snapshot $tmp/s x" "scan $tmp/r.json --snapshot $tmp/s --out $tmp/o"; do
  for flag in --misp-advanced-correlations --misp-ssdeep '--misp-correlation-limit 3'; do
    # shellcheck disable=SC2086
    expect 2 "$mispsift" $command $flag
    says "needs --as-misp"
  done
done

# Of a report: fields and tokens, but neither the host of a url, nor the name
# of a path, nor a string that merely equals a value.
cat >"$tmp/r.json" <<'J'
{"info":{"id":7,"version":"2.0.7","machine":{"ip":"192.0.2.9"}},
 "target":{"category":"file","file":{"name":"a.exe","md5":"0123456789abcdef0123456789abcdef"}},
 "network":{"http":[{"uri":"http://evil.example/x"}],"udp":[{"dst":"192.0.2.9","dport":53}]},
 "strings":["see http://evil.example/ and eve@evil.example","evilmutex"],
 "behavior":{"summary":{"mutex":["EvilMutex"],"files":["C:\\evil.exe"]}}}
J
seen='[[c["observable"]["kind"], c["attribute"]["uuid"][-1], c["match"], c["observable"]["count"]] for c in d]'
expect 0 "$mispsift" scan "$tmp/r.json" --snapshot "$tmp/s" --out "$tmp/o" --as-misp
json "$tmp/o/correlations.jsonl" "$seen" \
  '[["md5", "1", "exact", 1], ["ip", "4", "exact", 1], ["ip-port", "4", "exact", 1], ["mutex", "2", "folded", 1]]'
json "$tmp/o/summary.json" 'd["as_misp"]' '"default"'
json "$tmp/o/summary.json" 'd["suppressed"]["correlation_disabled"], sum(d["suppressed"].values())' '(1, 1)'
json "$tmp/o/reports.jsonl" 'd[0]["checked"]' '"syntax"'
expect 0 "$mispsift" scan "$tmp/r.json" --snapshot "$tmp/s" --out "$tmp/o" --as-misp --misp-advanced-correlations
json "$tmp/o/correlations.jsonl" "sorted($seen)" \
  'sorted([["md5", "1", "exact", 1], ["ip", "3", "cidr", 1], ["ip", "4", "exact", 1], ["ip-port", "3", "cidr", 1], ["ip-port", "4", "exact", 1], ["mutex", "2", "folded", 1]])'
# Without the flag the same report and snapshot.
expect 0 "$mispsift" scan "$tmp/r.json" --snapshot "$tmp/s" --out "$tmp/o"
json "$tmp/o/correlations.jsonl" 'sorted({c["attribute"]["uuid"][-1] for c in d})' '["5", "6"]'
json "$tmp/o/summary.json" '"as_misp" in d' 'False'
