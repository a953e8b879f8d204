# What each flag of submit does to what is submitted, and what is said of
# mistakes.
source "$(dirname "$0")/expect.sh"
source "$(dirname "$0")/results.sh"
unset MISP_URL MISP_KEY MISP_KEY_FILE MISP_VERIFYCERT

event=22222222-2222-4222-8222-222222222222
known=33333333-3333-4333-8333-333333333333
a1=11111111-1111-4111-8111-111111111111
a2=11111111-1111-4111-8111-111111111112
# A match that is sure and one that is not; one of a known sample; none.
results "$tmp/r" \
  "{'score': 2, 'matches': [('$a1', '$event', 90), ('$a2', '$event', 40)]}" \
  "{'score': 8, 'known': ['$known'], 'matches': [('$a1', '$event', 90)], 'started': '2024-01-03T00:00:00Z', 'dialect': 'cape'}" \
  "{'score': None}"
dry() { expect "${code:-0}" "$mispsift" submit "$tmp/r" --dry-run --quiet "$@"; }
# With a server, which a dry run does not ask.
dry_server() { dry --misp http://127.0.0.1:1 "$@"; }
tasks='[t.split("#")[1] for t in titles]'

# --- Which analyses.
dry && dry_values "$tasks" '["0", "2"]'
dry_values 'sightings' '[]'
dry --select all && dry_values "$tasks" '["0", "2"]'
dry --select matched && dry_values "$tasks" '["0"]'
dry --select unmatched && dry_values "$tasks" '["2"]'
dry --known submit && dry_values "$tasks" '["0", "1", "2"]'
dry --known submit --min-malscore 2 && dry_values "$tasks" '["0", "1"]'
dry --known submit --select min-score --min-malscore 7.5 && dry_values "$tasks" '["1"]'
dry --known skip && dry_values "$tasks" '["0", "2"]'
dry --known sight && dry_values "$tasks" '["0", "2"]'
dry --known extend && dry_values '[e.get("extends_uuid") for e in events]' "[None, '$known', None]"
code=3 dry --max-events 1 && dry_values "$tasks" '["0"]'
code=3 dry --max-events 0 && dry_values titles '[]'
dry --known submit --group-by batch && dry_values titles '["Cuckoo Sandbox analysis (3 analyses)"]'
dry --known submit --group-by batch --batch-attributes 1 && dry_values titles '["Cuckoo Sandbox analysis (1 analysis)"] * 3'

# --- Sightings.
seen='sorted((s["attribute_uuid"][-1], s["date_sighting"], s["source"]) for s in sightings)'
first='("1", "1704164645", "Cuckoo Sandbox")' second='("1", "1704240000", "CAPE Sandbox")'
dry_server && dry_values "$seen" "[$first, $second]"
dry_server --sightings matched && dry_values "$seen" "[$first, $second]"
dry_server --sightings known && dry_values "$seen" "[$second]"
dry_server --sightings none --known skip && dry_values "$seen" '[]'
dry_server --known skip && dry_values "$seen" "[$first]"
dry_server --min-confidence 40 --sightings matched && dry_values 'len(sightings)' 3
dry_server --min-confidence 91 && dry_values sightings '[]'
dry_server --sighting-source ours && dry_values '{s["source"] for s in sightings}' '{"ours"}'

# --- What of an analysis: each mode by itself brings what no other one does.
results "$tmp/r" '{}'
mode() { dry --mode "$1" && dry_values 'values' "$2"; }
mode maldoc '["url http://lure.example/"]'
mode ipaddr '["domain|ip 0.domain.example|192.0.2.7", "ip-dst 198.51.100.1"]'
mode url '["url http://0.evil.example/a"]'
mode config '["text Family", "url http://c2.example/", "mutex config mutex", "user-agent Agent/1"]'
mode registry '["regkey HKEY_CURRENT_USER\\Software\\Evil"]'
mode registry_read '["regkey HKEY_CURRENT_USER\\Software\\Read"]'
mode mutexes '["mutex mutex"]'
mode network '["user-agent Mozilla/4.0", "ip-dst 198.51.100.3"]'
mode signatures '["comment Does it"]'
mode dropped '["filename|md5 drop.dll|" + "b" * 32]'
mode ids_files '["md5 " + "c" * 32]'
mode hashes '["filename|md5 a.exe|" + "a" * 32, "filename|sha1 a.exe|" + "a" * 40, "filename|sha256 a.exe|" + "a" * 64]'
mode 'URL, mutexes' '["url http://0.evil.example/a", "mutex mutex"]'
dry --mode url --mode mutexes && dry_values values '["url http://0.evil.example/a", "mutex mutex"]'
dry --mode '' && dry_values titles '[]'

dry --ioc-blacklist '192.0.2.0/24, .evil.example' --ioc-blacklist '/^http:\/\/lure/'
dry_values '[v for v in values if "192.0.2.7" in v or "evil" in v or "lure" in v]' '[]'
dry_values '"ip-dst 198.51.100.1" in values' True
printf '# ours\nc2.example\n\n' >"$tmp/safe"
dry --mode config --safelist "$tmp/safe" && dry_values values '["text Family", "mutex config mutex", "user-agent Agent/1"]'

# What is left out, and why, one line each.
results "$tmp/r" '{"hosts": ["10.0.0.1", "198.51.100.9", "198.51.100.10"], "domains": [], "own_addresses": ["198.51.100.9"], "warninglisted": [{"value": "198.51.100.10", "lists": ["A list"], "blocks": False}]}'
dry --mode ipaddr --left-out "$tmp/left.jsonl" && dry_values titles '[]'
json "$tmp/left.jsonl" 'sorted((v["report"][:1], v["type"], v["value"], v["reason"], v["detail"]) for v in d)' \
  '[("0", "ip-dst", "10.0.0.1", "special_use", None), ("0", "ip-dst", "198.51.100.10", "warninglisted", "A list"), ("0", "ip-dst", "198.51.100.9", "own_traffic", None)]'
dry --mode ipaddr --submit-informed && dry_values values '["ip-dst 198.51.100.10"]'
dry_values 'attributes[0]["comment"]' '"on warninglists: A list"'

# The binary, where it lies beside the report.
mkdir -p "$tmp/1/reports"
echo a sample >"$tmp/1/binary"
hash=$(sha256sum <"$tmp/1/binary" | cut -d' ' -f1)
results "$tmp/r" "{'source': '$tmp/1/reports/report.json', 'target': {'name': 'a.exe', 'sha256': '$hash'}}"
samples='[a["type"] for a in attributes if "data" in a]'
dry && dry_values "$samples" '[]'
dry --upload-sample && dry_values "$samples" '["malware-sample"]'
dry --upload-sample --no-upload-sample && dry_values "$samples" '[]'
dry --upload-sample --max-sample-bytes 8 && dry_values "$samples" '[]'
expect 0 "$mispsift" submit "$tmp/r" --dry-run --upload-sample --max-sample-bytes 8
says "1 binaries are not at hand"

# --- Events.
results "$tmp/r" '{}'
dry --tag sandbox --tag 'tlp:green, not' && dry_values '[t["name"] for t in events[0]["Tag"]]' '["sandbox", "tlp:green, not"]'
dry --tag '' && dry_values 'events[0]["Tag"]' '[]'
dry --distribution 3 && dry_values '(events[0]["distribution"], "sharing_group_id" in events[0])' '("3", False)'
dry --distribution 4 --sharing-group 12 && dry_values '(events[0]["distribution"], events[0]["sharing_group_id"])' '("4", "12")'
dry --threat-level-id 1 --analysis 2 && dry_values '(events[0]["threat_level_id"], events[0]["analysis"])' '("1", "2")'
dry --title '{{{task_id}}} {families} of {name}' && dry_values titles '["{0} Family of a.exe"]'
dry --title 'Night run' && dry_values titles '["Night run #0"]'
dry --objects && dry_values 'sorted({o["name"] for o in objects})' '["domain-ip", "file", "sandbox-report", "url"]'
dry_values 'all(e["published"] is False for e in events)' True
expect 0 "$mispsift" submit "$tmp/r" --feed-out "$tmp/feed" --org Ours --quiet
json "$tmp/feed/manifest.json" '[e["Orgc"]["name"] for e in d.values()]' '["Ours"]'

# --- A dry run says what a run would do, in numbers, and asks for no key.
expect 0 "$mispsift" submit "$tmp/r" --dry-run --mode url
says "url                             1           23 bytes"
says "1 analyses: 1 events with 0 objects and 1 attributes"

# --- Mistakes, each in a sentence that names it; nothing is printed or written.
mistake() {
  local sentence=$1
  shift
  expect 2 "$mispsift" submit "$tmp/r" "$@"
  says "$sentence"
  [ ! -s "$tmp/out" ] || fail "a mistake, and data: $*"
}
mistake "no destination: give --misp, --feed-out, --dry-run, MISP_URL"
mistake "--misp and --feed-out: one destination" --misp http://a --feed-out "$tmp/f"
mistake "no key: give --key-file, MISP_KEY or MISP_KEY_FILE" --misp http://127.0.0.1:1
mistake "no key: cannot open $tmp/none" --misp http://127.0.0.1:1 --key-file "$tmp/none"
mistake "$tmp/safe2 holds none" --misp http://127.0.0.1:1 --key-file "$(: >"$tmp/safe2" && echo "$tmp/safe2")"
# An empty destination is not one of the environment.
export MISP_URL=http://127.0.0.1:1 MISP_KEY=a
for flag in --misp --feed-out --ledger --left-out --key-file; do
  mistake "$flag: may not be empty" "$flag" ''
done
MISP_URL=ftp://a mistake "the URL is not an http or https one"
unset MISP_URL MISP_KEY
mistake "--json requires --status" --dry-run --json
mistake "--select" --dry-run --select some
mistake "--select min-score needs --min-malscore" --dry-run --select min-score
mistake "--known: maybe not in" --dry-run --known maybe
mistake "--known: 2 not in" --dry-run --known 2
mistake "--sightings: all not in" --dry-run --sightings all
mistake "say --known skip" --dry-run --sightings none
mistake "--min-confidence" --dry-run --min-confidence 101
mistake "--min-malscore: nan is no number" --dry-run --min-malscore nan
mistake "--group-by" --dry-run --group-by event
mistake "--batch-attributes needs --group-by batch" --dry-run --batch-attributes 5
mistake "--batch-attributes" --dry-run --group-by batch --batch-attributes 0
mistake "--known extend needs --group-by report" --dry-run --group-by batch --known extend
mistake "--max-events" --dry-run --max-events -1
mistake "--max-events" --dry-run --max-events many
mistake "dns: no such mode; there are maldoc" --dry-run --mode 'url,dns'
mistake "--ioc-blacklist" --dry-run --ioc-blacklist '/(/'
mistake "no safelist: cannot open $tmp/none" --dry-run --safelist "$tmp/none"
mistake "--max-sample-bytes" --dry-run --max-sample-bytes 0
mistake "distribution 4 and a sharing group go together" --dry-run --distribution 4
mistake "distribution 4 and a sharing group go together" --dry-run --sharing-group 4
mistake "--distribution" --dry-run --distribution 5
mistake "--sharing-group" --dry-run --distribution 4 --sharing-group 0
mistake "--threat-level-id" --dry-run --threat-level-id 0
mistake "--analysis" --dry-run --analysis 3
mistake "{nome}: no such placeholder; there are {task_id}" --dry-run --title '{nome}'
mistake "written twice" --dry-run --title 'a } b'
mistake "--rate: nan is no number" --dry-run --rate nan
mistake "--rate" --dry-run --rate 0
mistake "--timeout: nan is no number" --dry-run --timeout nan
mistake "--retry-delay: nan is no number" --dry-run --retry-delay nan
mistake "--retries" --dry-run --retries 0
mistake "--connections" --dry-run --connections 17
mistake "--nothing" --dry-run --nothing
mistake "--insecure trusts everyone" --misp https://127.0.0.1:1 --key-file "$tmp/safe" --insecure --ca-file "$tmp/safe"
for flag in --ca-file --client-cert --client-key; do
  mistake "$tmp/none" --misp https://127.0.0.1:1 --key-file "$tmp/safe" $flag "$tmp/none"
done
expect 2 "$mispsift" submit --dry-run
says "results is required"
# What was typed comes back without what a terminal would do.
mistake 'no\x1b[31m' --dry-run $'--no\e[31m'
mistake 'no\x1b[31m: no such mode' --dry-run --mode $'no\e[31m'
if grep -q $'\e' "$tmp/err"; then fail "an escape reaches the terminal"; fi

expect 0 "$mispsift" submit "$tmp/r" --feed-out "$tmp/counted" --known submit --metrics "$tmp/submit.prom"
grep -q '^mispsift_last_success_timestamp_seconds' "$tmp/submit.prom" || fail "--metrics"

# --- Results that are none.
expect 1 "$mispsift" submit "$tmp/none" --dry-run
[ ! -e "$tmp/none" ] || fail "results that are not there were made"
echo '{"report":{"id":"x"}}' >>"$tmp/r/fields.jsonl"
expect 1 "$mispsift" submit "$tmp/r" --dry-run
says "fields.jsonl:2: not a line of fields.jsonl"

# --- Every flag has its test in one of these files.
expect 0 "$mispsift" submit --help
for flag in $(grep -E '^  -' "$tmp/out" | grep -oE -e '--[a-z][a-z-]+' | sort -u); do
  [ "$flag" = --help ] || grep -qE -e "(^|[^a-z-])$flag([^a-z-]|\$)" "$(dirname "$0")"/{submit,cuckoo_conf}*_test.sh || fail "$flag is not tested"
done
