# Cuckoo's conf files as they are: where to fetch from, what matches, and what
# a flag or the environment says instead.
source "$(dirname "$0")/expect.sh"
source "$(dirname "$0")/fake_server.sh"

start_server
control '{"op":"add_event","event":{"id":1,"info":"Loader","attributes":[
           {"type":"domain","value":"evil.example"},
           {"type":"domain","value":"quiet.example","to_ids":false},
           {"type":"domain","value":"resolver.example"},
           {"type":"ip-dst","value":"203.0.113.7"}]}}' \
  '{"op":"set_now","now":1900003600}'
cwd=$tmp/cuckoo
echo "$key" >"$tmp/key"
echo quiet.example >"$tmp/quiet"
mkdir -p "$cwd/conf" "$cwd/safelist"

# conf [url] : Cuckoo's files; whatever is said lands in $tmp/said, where no key
# may be.
conf() {
  cat >"$cwd/conf/processing.conf" <<C
# processing modules
[virustotal]
enabled = no
key = other

[misp]
enabled = no
url = $1
apikey = $key
# per report
maxioc = 100
only_ids = no
ioc_blacklist = 8.8.8.8, resolver.example
C
  cat >"$cwd/conf/reporting.conf" <<C
[misp]
enabled = no
mode = maldoc ipaddr hashes url
threat_level_id = 4
ioc_blacklist = quiet.example
C
  chmod 600 "$cwd"/conf/*
}
run() {
  expect "$@"
  cat "$tmp/out" "$tmp/err" >>"$tmp/said"
}
with=(--cuckoo-conf "$cwd")

# --- fetch: url and key of the conf, of $CWD and of its conf folder.
conf "$url"
run 0 "$mispsift" fetch --out "$tmp/s" "${with[@]}"
says "4 attributes of 1 events"
run 0 "$mispsift" fetch --out "$tmp/s2" --cuckoo-conf "$cwd/conf"
run 0 "$mispsift" fetch --out "$tmp/s2" --full --misp "$url" --key-file "$tmp/key" "${with[@]}"
# reporting.conf has them, too.
conf none
printf 'url = %s\napikey = %s\n' "$url" "$key" >>"$cwd/conf/reporting.conf"
run 0 "$mispsift" fetch --out "$tmp/s3" "${with[@]}"
says "4 attributes of 1 events"
# The key goes nowhere but to its url, and a source that is typed is all there is.
conf "$url"
control '{"op":"clear_requests"}'
run 2 "$mispsift" fetch --out "$tmp/s2" --misp "$url" "${with[@]}"
says "no key"
run 2 env MISP_URL="$url" "$mispsift" fetch --out "$tmp/s2" "${with[@]}"
says "no key"
run 0 "$mispsift" fetch --out "$tmp/s4" --feed "$data/sample/feed" "${with[@]}"
[ -z "$(requests)" ] || fail "asked although a source was typed, or without its key"
# The environment is before the conf.
run 4 env MISP_KEY=wrong "$mispsift" fetch --out "$tmp/s5" "${with[@]}"
conf http://127.0.0.1:1
run 0 env MISP_URL="$url" MISP_KEY="$key" "$mispsift" fetch --out "$tmp/s5" "${with[@]}"
conf none
run 2 "$mispsift" fetch --out "$tmp/s5" "${with[@]}"
says "no source"
conf "$url"

# --- scan: only_ids, the blacklist of the look-up and no other, maxioc.
mkdir "$tmp/reports"
small_report "$tmp/reports/1.json"
sed -i 's/"summary":{}/"summary":{"connects_host":["quiet.example","resolver.example"]}/' "$tmp/reports/1.json"
matched() {
  local wanted=$1
  shift
  run 0 "$mispsift" scan "$tmp/reports" --snapshot "$tmp/s" --out "$tmp/r" "$@"
  json "$tmp/r/correlations.jsonl" 'sorted({c["attribute"]["value"] for c in d})' "$wanted"
}
matched '["203.0.113.7", "evil.example", "resolver.example"]'
matched '["203.0.113.7", "evil.example", "quiet.example"]' "${with[@]}"
matched '["203.0.113.7", "evil.example"]' "${with[@]}" --only-ids yes
matched '["evil.example", "quiet.example", "resolver.example"]' "${with[@]}" --ioc-blacklist 203.0.113.7
matched '["203.0.113.7", "evil.example", "quiet.example", "resolver.example"]' "${with[@]}" --ioc-blacklist ''
sed -i 's/^maxioc.*/maxioc = 1/' "$cwd/conf/processing.conf"
matched '["evil.example"]' "${with[@]}"
matched '["203.0.113.7", "evil.example", "quiet.example"]' "${with[@]}" --maxioc 9

# Cuckoo's safelists and whitelist: a match stays, at 20 at most.
unsure() {
  local wanted=$1
  shift
  matched '["203.0.113.7", "evil.example", "quiet.example"]' "${with[@]}" --maxioc 9 "$@"
  json "$tmp/r/correlations.jsonl" 'sorted({c["attribute"]["value"] for c in d if c["confidence"] <= 20})' "$wanted"
}
unsure '[]'
echo evil.example >"$cwd/safelist/mispdomain.txt"
printf '# ours\n203.0.113.7\n' >"$cwd/safelist/mispip.txt"
unsure '["203.0.113.7", "evil.example"]'
printf '[whitelist]\nwhitelist = a.example, quiet.example\n' >"$cwd/conf/misp.conf"
unsure '["203.0.113.7", "evil.example", "quiet.example"]'
unsure '["quiet.example"]' --safelist "$tmp/quiet"

# --- lookup and explain say the same.
run 0 "$mispsift" lookup --snapshot "$tmp/s" "${with[@]}" quiet.example resolver.example
cp "$tmp/out" "$tmp/answers.jsonl"
json "$tmp/answers.jsonl" '[(a["verdict"], a["suppressed_by"]) for a in d]' '[("matched", []), ("suppressed", ["blacklist"])]'
run 0 "$mispsift" explain "$tmp/reports/1.json" --snapshot "$tmp/s" "${with[@]}" --json
cp "$tmp/out" "$tmp/answers.jsonl"
json "$tmp/answers.jsonl" '{a["observable"]["value"]: a["verdict"] for a in d if a["verdict"] != "unknown"}' \
  '{"203.0.113.7": "matched", "evil.example": "matched", "quiet.example": "matched", "resolver.example": "suppressed"}'

# --- What is said: of what is not known, of what never happens, of mistakes.
printf 'no_dups = yes\npublished = yes\n' >>"$cwd/conf/reporting.conf"
run 0 "$mispsift" lookup --snapshot "$tmp/s" "${with[@]}" quiet.example
says "warning: $cwd/conf/reporting.conf:6: no_dups: not known here"
says "warning: $cwd/conf/reporting.conf:7: published: events are never published"
run 0 "$mispsift" lookup --quiet --snapshot "$tmp/s" "${with[@]}" quiet.example
[ ! -s "$tmp/err" ] || fail "--quiet, and it warns"
chmod 644 "$cwd/conf/processing.conf"
run 0 "$mispsift" lookup --snapshot "$tmp/s" "${with[@]}" quiet.example
says "processing.conf: holds a key, and everyone may read it"
sed -i 's/^ioc_blacklist.*/ioc_blacklist = \/(\//' "$cwd/conf/processing.conf"
run 2 "$mispsift" lookup --snapshot "$tmp/s" "${with[@]}" quiet.example
says "processing.conf, ioc_blacklist"
sed -i 's/^maxioc.*/maxioc = many/' "$cwd/conf/processing.conf"
for command in "fetch --out $tmp/s5" "scan $tmp/reports --snapshot $tmp/s --out $tmp/r" "lookup --snapshot $tmp/s a" "explain $tmp/reports/1.json --snapshot $tmp/s"; do
  # shellcheck disable=SC2086
  run 2 "$mispsift" $command "${with[@]}"
  says "mispsift ${command%% *}: $cwd/conf/processing.conf:11: maxioc: a number from 1"
done
mkdir "$tmp/empty"
run 2 "$mispsift" fetch --out "$tmp/s5" --cuckoo-conf "$tmp/empty"
says "neither processing.conf nor reporting.conf"
run 2 "$mispsift" fetch --out "$tmp/s5" --cuckoo-conf "$tmp/none"
run 2 "$mispsift" fetch --out "$tmp/s5" --cuckoo-conf ''
if grep -qF "$key" "$tmp/said"; then fail "says the key"; fi
