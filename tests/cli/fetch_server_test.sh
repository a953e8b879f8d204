# A fetch from a MISP server: where URL and key come from, what is asked, what
# is said, and how it ends.
source "$(dirname "$0")/expect.sh"
source "$(dirname "$0")/fake_server.sh"

start_server
control '{"op":"add_event","event":{"id":1,"info":"Loader","org":"Example Org","tags":["tlp:green"],"attributes":[
           {"type":"domain","value":"evil.example"},
           {"type":"md5","category":"Payload delivery","value":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
           {"type":"url","value":"http://192.0.2.7/a","tags":["kind:stager"]}]}}' \
  '{"op":"set_now","now":1900000000}' \
  '{"op":"add_event","event":{"id":2,"info":"Stealer","org":"Another Org","published":false,"threat_level_id":1,"attributes":[
           {"type":"domain","value":"other.example"},{"type":"ip-dst","value":"192.0.2.8"}]}}' \
  '{"op":"add_warninglist","name":"Known hosts","type":"hostname","values":["benign.example"]}' \
  '{"op":"add_warninglist","name":"Known addresses","type":"cidr","values":["198.51.100.0/24"]}' \
  '{"op":"set_now","now":1900003600}'

# Whatever is written or said lands in $tmp/run, where no key may be.
mkdir "$tmp/keys" "$tmp/run"
echo "$key" >"$tmp/keys/good"
echo wrongKEYwrongKEYwrongKEYwrongKEYwrong001 >"$tmp/keys/wrong"
: >"$tmp/keys/empty"
s=$tmp/run/s

# fetch CODE ARGUMENT... : with NAME=value in front as for env.
fetch() {
  local wanted=$1 environment=()
  shift
  while [ "${1%%=*}" != "$1" ]; do environment+=("$1"); shift; done
  expect "$wanted" env "${environment[@]}" "$mispsift" fetch "$@"
  cat "$tmp/out" "$tmp/err" >>"$tmp/run/said"
}
info() {
  expect 0 "$mispsift" snapshot info --json "$1"
  cp "$tmp/out" "$tmp/run/info.json"
}
# asked WANTED : the requests since the last call, sorted.
asked() {
  requests | sort >"$tmp/asked"
  control '{"op":"clear_requests"}'
  diff <(printf '%s' "$1" | sort) "$tmp/asked" >&2 || fail "asked for other things"
}
few='GET /servers/getVersion
GET /users/view/me
GET /warninglists/index
POST /events/index
'

# --- What a snapshot of a server is.
fetch 0 --out "$s" --misp "$url" --key-file "$tmp/keys/good"
says "2 events, 2 of them asked for"
says "5 attributes of 2 events, 2 warninglists (read 5, rejected 0"
info "$s"
json "$tmp/run/info.json" '[d[k] for k in ("attributes", "events", "warninglists", "filter")]' '[5, 2, 2, None]'
json "$tmp/run/info.json" '[(s["kind"], s["location"], s["attributes"]) for s in d["sources"]]' "[('misp', '$url', 5)]"
expect 0 "$mispsift" snapshot info "$s"
grep -q '^attributes  5$' "$tmp/out" || fail "attributes"
grep -q '^warninglists 2$' "$tmp/out" || fail "warninglists"
grep -qE "^source +misp $url \(5 attributes, as .*Example" "$tmp/out" || { cat "$tmp/out" >&2; fail "source"; }
expect 0 "$mispsift" snapshot verify "$s"
expect 0 "$mispsift" lookup --snapshot "$s" evil.example 192.0.2.8
grep -q 'evil\.example' "$tmp/out" && grep -q '192\.0\.2\.8' "$tmp/out" || fail "lookup finds nothing"
cat "$tmp/out" >>"$tmp/run/said"

# The second asks whether anything changed, and no more; the snapshot is equal.
control '{"op":"clear_requests"}'
cp "$tmp/run/info.json" "$tmp/before.json"
fetch 0 --out "$s" --misp "$url/" --key-file "$tmp/keys/good"
asked "$few"
info "$s"
json "$tmp/run/info.json" 'd["id"], d["attributes"]' "($(python3 -c 'import json, sys; print(repr(json.load(open(sys.argv[1]))["id"]))' "$tmp/before.json"), 5)"
# One change: that event, nothing else.
control '{"op":"add_attribute","event_id":2,"attribute":{"type":"domain","value":"third.example"}}' '{"op":"set_now","now":1900007200}'
fetch 0 --out "$s" --misp "$url" --key-file "$tmp/keys/good"
says "2 events, 1 of them asked for"
says "6 attributes of 2 events"
[ "$(searches)" -eq 1 ] || fail "one event changed, $(searches) searches"
control '{"op":"clear_requests"}'

# --- Where the key comes from: flag, then MISP_KEY, then MISP_KEY_FILE.
t=$tmp/run/t
fetch 0 MISP_KEY="$key" --out "$t" --misp "$url"
fetch 0 MISP_KEY_FILE="$tmp/keys/good" --out "$t" --misp "$url"
fetch 0 MISP_KEY=wrong MISP_KEY_FILE="$tmp/keys/none" --out "$t" --misp "$url" --key-file "$tmp/keys/good"
fetch 4 MISP_KEY="$key" --out "$t" --misp "$url" --key-file "$tmp/keys/wrong"
fetch 0 MISP_KEY="$key" MISP_KEY_FILE="$tmp/keys/none" --out "$t" --misp "$url"
fetch 4 MISP_KEY=wrong MISP_KEY_FILE="$tmp/keys/good" --out "$t" --misp "$url"
control '{"op":"clear_requests"}'
for file in none empty; do
  fetch 2 --out "$t" --misp "$url" --key-file "$tmp/keys/$file"
  says "$tmp/keys/$file"
  fetch 2 MISP_KEY_FILE="$tmp/keys/$file" --out "$t" --misp "$url"
  says "$tmp/keys/$file"
done
fetch 2 --out "$t" --misp "$url"
says "no key"
fetch 2 --out "$t" --misp "$url" --key "$tmp/keys/good"
fetch 2 --out "$t" --misp "$url" --key-file "$tmp/keys/good" --misp http://127.0.0.1:1
says "1 --key-file for 2 servers"
fetch 2 MISP_KEY="$key" --out "$t" --misp "$url" --misp http://127.0.0.1:1
says "a --key-file each"

# --- MISP_URL counts where no source is typed, and nowhere else.
fetch 2 MISP_KEY="$key" --out "$tmp/run/u"
says "no source"
fetch 0 MISP_URL=http://127.0.0.1:1 MISP_KEY="$key" --out "$tmp/run/u" --feed "$data/sample/feed" --retries 1
fetch 0 MISP_URL="$url" MISP_KEY="$key" --out "$tmp/run/u" --feed "$data/sample/feed"
asked ''
fetch 0 MISP_URL="$url" MISP_KEY="$key" --out "$tmp/run/u"
info "$tmp/run/u"
json "$tmp/run/info.json" '[s["location"] for s in d["sources"]]' "['$url']"

# --- Certificates.
grep -qi 'certificate' "$tmp/err" && fail "warns for nothing"
fetch 0 MISP_KEY="$key" --out "$t" --misp "$url" --insecure
says "warning: server certificates are NOT checked"
for no in no 0 False; do
  fetch 0 MISP_VERIFYCERT=$no MISP_KEY="$key" --out "$t" --misp "$url"
  says "warning: server certificates are NOT checked"
done
fetch 0 MISP_VERIFYCERT=True MISP_KEY="$key" --out "$t" --misp "$url"
grep -qi 'certificate' "$tmp/err" && fail "warns for nothing"
fetch 2 MISP_VERIFYCERT="$tmp/none.pem" MISP_KEY="$key" --out "$t" --misp "$url"
says "$tmp/none.pem"
fetch 2 MISP_KEY="$key" --out "$t" --misp "$url" --insecure --ca-file "$tmp/none.pem"
says "--insecure"

# --- Filters: what is in the snapshot, and that it says so.
filtered() {
  local attributes=$1 shown=$2
  shift 2
  rm -f "$tmp/run/f"
  fetch 0 MISP_KEY="$key" --out "$tmp/run/f" --misp "$url" "$@"
  info "$tmp/run/f"
  json "$tmp/run/info.json" 'd["attributes"]' "$attributes"
  json "$tmp/run/info.json" "'$shown' in (d['filter'] or '')" True
  expect 0 "$mispsift" snapshot info "$tmp/run/f"
  grep '^filter' "$tmp/out" | grep -qF -- "$shown" || { cat "$tmp/out" >&2; fail "the filter is not shown: $shown"; }
}
filtered 4 md5 --type md5,domain
filtered 1 kind:stager --tag kind:stager
filtered 3 tlp:green --tag tlp:green
filtered 3 Another --org 'Another Org'
filtered 3 published --published no
filtered 3 1 --threat-level 1
filtered 3 2030-03-17 --since 2030-03-17
fetch 2 MISP_KEY="$key" --out "$t" --misp "$url" --type md5,domian
says "domian"
for since in yesterday 30m 2026-13-01 -1; do
  fetch 2 MISP_KEY="$key" --out "$t" --misp "$url" --since "$since"
  says "--since"
done
# Another filter is another snapshot: nothing of the old one is taken over.
cp "$s" "$tmp/run/f"
fetch 0 MISP_KEY="$key" --out "$tmp/run/f" --misp "$url" --type md5
info "$tmp/run/f"
json "$tmp/run/info.json" 'd["attributes"]' 1
fetch 0 MISP_KEY="$key" --out "$tmp/run/f" --misp "$url" --warninglists none
info "$tmp/run/f"
json "$tmp/run/info.json" 'd["attributes"], d["warninglists"]' '6, 0'

# --- 3: something did not come, or cannot be read.
cp "$s" "$t"
control '{"op":"drop_every","n":2}'
fetch 3 MISP_KEY="$key" --out "$t" --full --misp "$url"
says "withheld"
says "listed attributes did not come"
control '{"op":"drop_every","n":0}'
fetch 0 MISP_KEY="$key" --out "$t" --full --misp "$url"
control '{"op":"add_event","event":{"id":3,"attributes":[{"type":"domain","value":""},{"type":"domain","value":"fine.example"}]}}' \
  '{"op":"set_now","now":1900010800}'
fetch 3 MISP_KEY="$key" --out "$t" --misp "$url"
says "event 3: missing_value"
expect 0 "$mispsift" lookup --snapshot "$t" fine.example
control '{"op":"hard_delete_event","id":3}' '{"op":"set_now","now":1900014400}'

# --- 4: the server refuses, or is not there; the snapshot stays.
cp "$s" "$tmp/before"
refused() {
  fetch 4 MISP_KEY="$key" --out "$s" --misp "$@"
  cmp "$s" "$tmp/before"
}
control '{"op":"set_key","key":"anotherKEYanotherKEYanotherKEYanother001"}'
refused "$url"
says "$url: status 403: Authentication failed. Please make sure you pass the API key"
control '{"op":"set_key","key":"'"$key"'"}' '{"op":"key_check","check":"disabled"}'
refused "$url"
says "disabled"
control '{"op":"key_check","check":"good"}' '{"op":"fault","spec":"kind=redirect,times=1,location=https://misp.example.com/"}'
refused "$url"
says "redirect (status 302)"
control '{"op":"fault","spec":"kind=login,times=1"}'
refused "$url"
says "a web page instead of JSON"
control '{"op":"clear_faults"}' '{"op":"fault","spec":"path=/events/index,kind=status,status=503,times=2"}'
refused "$url" --retries 2 --retry-delay 0
says "503"
fetch 0 MISP_KEY="$key" --out "$s" --misp "$url"
cp "$s" "$tmp/before"
refused http://127.0.0.1:1 --retries 1
says "http://127.0.0.1:1"
# 2: what is no URL, or holds a password.
fetch 2 MISP_KEY="$key" --out "$t" --misp misp.example.com
fetch 2 MISP_KEY="$key" --out "$t" --misp https://user:secret@misp.example.com
grep -q secret "$tmp/err" && fail "repeats a password"
# Nor is anything asked where the result could not be put.
control '{"op":"clear_requests"}'
mkdir "$tmp/folder"
echo "my notes" >"$tmp/notes"
for out in "$tmp/folder" "$tmp/notes" ""; do
  fetch 2 MISP_KEY="$key" --out "$out" --misp "$url"
done
[ "$(cat "$tmp/notes")" = "my notes" ] || fail "wrote over a file of the user's"
[ -z "$(requests)" ] || fail "asked before it looked"
[ ! -e "$tmp/folder.journal" ] || fail "left a journal"
# A variable that is not set is not "no filter".
for filter in --since --org --tag --type; do
  fetch 2 MISP_KEY="$key" --out "$t" --misp "$url" $filter ''
done
# What failed before anything came leaves nothing.
refused http://127.0.0.1:1 --retries 1
[ ! -e "$t.journal" ] || fail "left an empty journal"

# --- 6 and 128+n: a long fetch stops cleanly, and the next one goes on.
control '{"op":"generate","events":40,"attributes":5000,"seed":3}' '{"op":"clear_requests"}'
fetch 0 MISP_KEY="$key" --out "$tmp/run/whole" --misp "$url" --batch-rows 250 --connections 1
all=$(searches)
[ "$all" -ge 12 ] || fail "$all searches are too few to stop between"
control '{"op":"clear_requests"}' '{"op":"fault","spec":"path=/attributes/restSearch,kind=slow,delay_ms=60000,times=0,skip=6"}'
"$mispsift" fetch --out "$s" --misp "$url" --key-file "$tmp/keys/good" --batch-rows 250 --connections 1 2>"$tmp/run/stopped" &
pid=$!
for _ in $(seq 600); do [ "$(searches)" -ge 7 ] && break; sleep 0.1; done
[ "$(searches)" -eq 7 ] || fail "the fetch to be stopped did not get so far"
tr '\0' ' ' <"/proc/$pid/cmdline" >"$tmp/run/cmdline"
grep -q fetch "$tmp/run/cmdline"
fetch 6 MISP_KEY="$key" --out "$s" --misp "$url"
says "another fetch of $s is going on"
echo '{"type":"domain","value":"file.example"}' >"$tmp/one.jsonl"
fetch 6 --out "$s" --attributes "$tmp/one.jsonl"
kill -TERM $pid
code=0
wait $pid || code=$?
[ $code -eq 143 ] || { cat "$tmp/run/stopped" >&2; fail "exit $code after SIGTERM"; }
grep -q "stopped by signal 15; $s is as it was, the next fetch goes on" "$tmp/run/stopped" || fail "does not say that it was stopped"
cmp "$s" "$tmp/before"
cp -r "$s.journal" "$tmp/run/kept"
control '{"op":"clear_faults"}' '{"op":"clear_requests"}'
fetch 0 MISP_KEY="$key" --out "$s" --misp "$url" --batch-rows 250 --connections 1
says "events were there from a fetch that did not end"
[ "$(searches)" -le $((all - 5)) ] || fail "$(searches) searches of $all: it began anew"
[ ! -e "$s.journal" ] || fail "the journal is still there"
info "$s"
cp "$tmp/run/info.json" "$tmp/before.json"
info "$tmp/run/whole"
json "$tmp/run/info.json" 'd["id"]' "$(python3 -c 'import json, sys; print(repr(json.load(open(sys.argv[1]))["id"]))' "$tmp/before.json")"

# --- Logs as JSON, and quiet.
fetch 0 MISP_KEY="$key" --out "$s" --misp "$url" --log-format json --insecure
python3 -c 'import json, sys; assert sum(bool(json.loads(line)["message"]) for line in open(sys.argv[1])) > 2' "$tmp/err"
fetch 4 MISP_KEY=wrong --out "$s" --misp "$url" --log-format json
python3 -c 'import json, sys; assert json.loads(open(sys.argv[1]).read())["level"] == "error"' "$tmp/err"
fetch 0 MISP_KEY="$key" --out "$s" --misp "$url" --quiet
[ ! -s "$tmp/err" ] || fail "--quiet talks"

# --- The key is nowhere.
[ "$(wc -l <"$tmp/run/said")" -gt 50 ] || fail "too little was said to prove anything"
[ -n "$(ls "$tmp/run/kept")" ] || fail "no part was kept"
grep -rlF -- "$key" "$tmp/run" && fail "the key got out"
echo "$(wc -l <"$tmp/run/said") lines said, $(ls "$tmp/run/kept" | wc -l) parts kept"
