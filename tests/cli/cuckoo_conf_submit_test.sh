# Cuckoo's reporting.conf as it is: each of its keys in what is submitted, and
# a flag that says otherwise.
source "$(dirname "$0")/expect.sh"
source "$(dirname "$0")/fake_server.sh"
source "$(dirname "$0")/results.sh"

cwd=$tmp/cuckoo
mkdir -p "$cwd/conf" "$cwd/safelist"
other=otherKEYotherKEYotherKEYotherKEYotherKEY01
echo "$key" >"$tmp/key"
results "$tmp/r" '{"score": 5}'

# conf LINE... : reporting.conf with these in [misp], beside what other modules
# and the look-up are told.
conf() {
  {
    printf '# reporting\n[jsondump]\nenabled = yes\nindent = 4\n\n[misp]\nenabled = no\n'
    printf '%s\n' "$@"
    printf '\n[mongodb]\nenabled = no\ntag = not this\n'
  } >"$cwd/conf/reporting.conf"
  printf '[misp]\nenabled = no\nioc_blacklist = 198.51.100.1\nmaxioc = 1\n' >"$cwd/conf/processing.conf"
  chmod 600 "$cwd"/conf/*
}
run() {
  local code=$1
  shift
  expect "$code" "$mispsift" submit "$tmp/r" --cuckoo-conf "$cwd" "$@"
  cat "$tmp/out" "$tmp/err" >>"$tmp/said"
}
dry() { run "${code:-0}" --dry-run "$@"; }
# key_says LINE EXPRESSION CONFIGURED FLAG VALUE TYPED : what the line does, and
# what a flag makes of it.
key_says() {
  conf "$1"
  dry && dry_values "$2" "$3"
  dry "$4" "$5" && dry_values "$2" "$6"
}

# --- Tags, one and several, with commas in quotes and odd blanks.
tags='[t["name"] for t in events[0]["Tag"]]'
key_says 'tag = Cuckoo' "$tags" '["Cuckoo"]' --tag typed '["typed"]'
key_says 'TAG:Cuckoo , tlp:green ,,  x' "$tags" '["Cuckoo", "tlp:green", "x"]' --tag '' '[]'
key_says 'tag = "tlp:amber",misp-galaxy:x="Foo, Bar"' "$tags" '["tlp:amber", "misp-galaxy:x=\"Foo, Bar\""]' --tag a '["a"]'

# --- Numbers, with comments behind them.
key_says 'distribution = 2 ; ours' 'events[0]["distribution"]' '"2"' --distribution 0 '"0"'
conf 'distribution=4 # a group' 'sharing_group   =   17'
group='(events[0]["distribution"], events[0].get("sharing_group_id"))'
dry && dry_values "$group" '("4", "17")'
dry --sharing-group 18 && dry_values "$group" '("4", "18")'
dry --distribution 1 && dry_values "$group" '("1", None)'
conf 'distribution = 4'
run 2 --dry-run
says "distribution 4 and a sharing group go together"
level='events[0]["threat_level_id"]'
key_says 'threat_level_id = 2' "$level" '"2"' --threat-level-id 3 '"3"'
key_says 'threat_level = 1' "$level" '"1"' --threat-level-id 3 '"3"'
conf 'threat_level_id = 2' 'threat_level = 1'
dry && dry_values "$level" '"2"'
key_says 'analysis = 2' 'events[0]["analysis"]' '"2"' --analysis 1 '"1"'
key_says 'min_malscore = 5.5' titles '[]' --min-malscore 5 '["Cuckoo Sandbox analysis #0"]'
conf 'min_malscore = 0'
results "$tmp/r" '{"score": None}'
dry && dry_values 'len(titles)' 1
results "$tmp/r" '{}'

# --- A title stands as it is: its braces are no placeholders, unlike a flag's.
key_says 'title = Iocs {of} {{cuckoo}} analysis: 100%' titles '["Iocs {of} {{cuckoo}} analysis: 100% #0"]' \
  --title '{name}' '["a.exe"]'
key_says 'title = "Quoted"' titles '["Quoted #0"]' --title '' '["#0"]'

# --- Modes, and the switches of cuckoo-modified and CAPE.
types='sorted({v.split()[0] for v in values} - {"text", "user-agent", "mutex"})'
key_says 'mode = url, hashes' "$types" '["filename|md5", "filename|sha1", "filename|sha256", "url"]' --mode registry '["regkey"]'
key_says 'mode = maldoc' '[v for v in values if "lure" in v or "c2" in v]' '["url http://c2.example/", "url http://lure.example/"]' --mode ipaddr '[]'
key_says 'mode =' "$types" '["url"]' --mode registry '["regkey"]'
conf 'mode = url dns'
dry && dry_values "$types" '["url"]'
says "mode: there is no mode dns"
hashes='"filename|md5", "filename|sha1", "filename|sha256"'
key_says 'upload_iocs = yes' "$types" "[$hashes, 'url']" --mode registry '["regkey"]'
dry && dry_values '[v for v in values if v.startswith("url")]' '["url http://c2.example/"]'
switch() {
  conf 'upload_iocs = yes' "$1 = yes"
  dry && dry_values "$2" "$3"
  conf 'upload_iocs = yes' "$1 = no"
  dry && dry_values "$types" "[$hashes, 'url']"
}
switch network "$types" "['domain|ip', $hashes, 'ip-dst', 'url']"
switch dropped '"filename|md5 drop.dll|" + "b" * 32 in values' True
switch registry '[v for v in values if "regkey" in v]' '["regkey HKEY_CURRENT_USER\\Software\\Evil", "regkey HKEY_CURRENT_USER\\Software\\Read"]'
switch mutexes '"mutex mutex" in values' True
switch ids_files '"md5 " + "c" * 32 in values' True

# --- The binary.
mkdir -p "$tmp/1/reports"
echo a sample >"$tmp/1/binary"
hash=$(sha256sum <"$tmp/1/binary" | cut -d' ' -f1)
results "$tmp/r" "{'source': '$tmp/1/reports/report.json', 'target': {'name': 'a.exe', 'sha256': '$hash'}}"
samples='sum("data" in a for a in attributes)'
conf 'upload_sample = Yes'
dry && dry_values "$samples" 1
dry --no-upload-sample && dry_values "$samples" 0
conf 'upload_sample = off'
dry && dry_values "$samples" 0
dry --upload-sample && dry_values "$samples" 1
results "$tmp/r" '{}'

# --- The blacklist of what is submitted, and not the one of the look-up.
addresses='[v for v in values if "192.0.2" in v or "198.51" in v]'
key_says 'ioc_blacklist = 192.0.2.7 , /evil/' "$addresses" '["ip-dst 198.51.100.1"]' --ioc-blacklist 198.51.100.1 '["domain|ip 0.domain.example|192.0.2.7"]'
conf 'ioc_blacklist =' '    192.0.2.7,' '    198.51.100.1'
dry && dry_values "$addresses" '[]'
dry --ioc-blacklist '' && dry_values "$addresses" '["domain|ip 0.domain.example|192.0.2.7", "ip-dst 198.51.100.1"]'
conf 'ioc_blacklist = /(/'
run 2 --dry-run
says "reporting.conf, ioc_blacklist"

# --- Cuckoo's safelists and whitelist.
conf
safe() {
  echo "$2" >"$cwd/safelist/misp$1.txt"
  dry && dry_values "[v for v in values if $3]" '[]'
  : >"$tmp/none-safe"
  dry --safelist "$tmp/none-safe" && dry_values "[v for v in values if $3] != []" True
  rm "$cwd/safelist/misp$1.txt"
}
safe domain 0.domain.example '"domain.example" in v'
safe ip 198.51.100.1 '"198.51" in v'
safe url http://0.evil.example/a '"evil" in v'
safe hash "$(printf 'a%.0s' {1..64})" True
printf '[whitelist]\nwhitelist = c2.example,  lure.example\n' >"$cwd/conf/misp.conf"
dry && dry_values '[v for v in values if "c2" in v or "lure" in v]' '[]'
rm "$cwd/conf/misp.conf"

# --- Where to: the url and key of reporting.conf, else those of processing.conf;
# its key goes to no other.
start_server
there() {
  contents >"$tmp/contents.json"
  json "$tmp/contents.json" 'len(d["events"])' "$1"
}
conf "url = $url" "apikey = $key"
run 0
there 1
conf "url = none" 'apikey ='
sed -i "s|^enabled.*|&\nurl = $url/\napikey = $key|" "$cwd/conf/processing.conf"
run 0 --ledger "$tmp/other"
says "events 1 exists"
conf 'url = http://127.0.0.1:1' "apikey = $other"
run 4 --retries 1
run 2 --misp "$url"
says "no key"
run 0 --misp "$url" --key-file "$tmp/key"
expect 0 env MISP_URL="$url" MISP_KEY="$key" "$mispsift" submit "$tmp/r" --cuckoo-conf "$cwd"
run 0 --feed-out "$tmp/feed"
conf "url = $url" "apikey = $other"
run 4 --ledger "$tmp/third"
says "Authentication failed"
expect 0 env MISP_KEY="$key" "$mispsift" submit "$tmp/r" --cuckoo-conf "$cwd"
conf 'enabled = yes'
run 2
says "no destination"

# --- What never happens, what is not known, what is none.
conf 'published = yes' 'no_dups = yes'
dry && dry_values 'events[0]["published"]' False
says "published: events are never published"
says "no_dups: not known here"
for line in 'distribution = 9' 'threat_level_id = 0' 'analysis = 3' 'sharing_group = 0' 'min_malscore = high' 'upload_sample = maybe' 'network = 2'; do
  conf "$line"
  run 2 --dry-run
  says "$cwd/conf/reporting.conf:8: ${line%% *}: "
done
if grep -qF -e "$key" -e "$other" "$tmp/said"; then fail "says a key"; fi
