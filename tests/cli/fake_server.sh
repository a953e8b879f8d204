# Sourced behind expect.sh by every test that needs a MISP server; the third
# argument is the program fake_misp. What is typed starts from an environment
# that says nothing.
fake_misp=$3
key=exampleKEYexampleKEYexampleKEYexample001
servers=()
trap '[ ${#servers[@]} -eq 0 ] || kill "${servers[@]}" 2>/dev/null || true; rm -rf "$tmp"' EXIT
unset MISP_URL MISP_KEY MISP_KEY_FILE MISP_VERIFYCERT
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY

# start_server FLAGS... : another server; its URL is $url, its process $server.
start_server() {
  rm -f "$tmp/port"
  "$fake_misp" --key "$key" --port-file "$tmp/port" "$@" >"$tmp/server.log" 2>&1 &
  server=$!
  servers+=("$server")
  for _ in $(seq 600); do [ -s "$tmp/port" ] && break; sleep 0.05; done
  [ -s "$tmp/port" ] || { cat "$tmp/server.log" >&2; fail "fake_misp does not start"; }
  url=http://127.0.0.1:$(cat "$tmp/port")
}

# control JSON... : changes what the server knows or does, one call each.
control() {
  python3 - "$url" "$@" <<'PY'
import json, sys, urllib.request
for call in sys.argv[2:]:
    answer = json.load(urllib.request.urlopen(sys.argv[1] + "/_control", call.encode()))
    if not answer["ok"]:
        sys.exit(f"FAIL: {call}: {answer['problem']}")
PY
}

# contents : all that the server holds, as JSON, see FakeMisp::Contents().
contents() {
  python3 - "$url" <<'PY'
import json, sys, urllib.request
answer = json.load(urllib.request.urlopen(sys.argv[1] + "/_control", b'{"op": "contents"}'))
json.dump(answer["contents"], sys.stdout)
PY
}

# requests : "METHOD path" of each request since clear_requests, a line each.
requests() {
  python3 - "$url" <<'PY'
import json, sys, urllib.request
for line in urllib.request.urlopen(sys.argv[1] + "/_requests").read().splitlines():
    request = json.loads(line)
    print(request["method"], request["path"])
PY
}
searches() { requests | grep -c /attributes/restSearch || true; }
