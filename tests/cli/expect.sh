# Sourced by every test of the command line: $mispsift, $data, $make_corpus,
# and a folder $tmp of its own that goes when the test ends.
set -euo pipefail
mispsift=$1 data=$2 make_corpus=${3:-}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

fail() { echo "FAIL: $*" >&2; exit 1; }

# expect CODE COMMAND... : runs it, stdout in $tmp/out, stderr in $tmp/err.
expect() {
  local wanted=$1 code=0
  shift
  "$@" >"$tmp/out" 2>"$tmp/err" || code=$?
  [ "$code" -eq "$wanted" ] || {
    cat "$tmp/err" >&2
    fail "exit $code, not $wanted: $*"
  }
}

# says WHAT : the last command named it on stderr.
says() { grep -qF -- "$1" "$tmp/err" || { cat "$tmp/err" >&2; fail "does not say: $1"; }; }

# json FILE EXPRESSION VALUE : EXPRESSION (Python, the parsed file is d) is VALUE.
json() {
  python3 - "$1" "$2" "$3" <<'PY'
import json, sys
d = [json.loads(l) for l in open(sys.argv[1])] if sys.argv[1].endswith("l") else json.load(open(sys.argv[1]))
got, wanted = eval(sys.argv[2]), eval(sys.argv[3])
if got != wanted:
    sys.exit(f"FAIL: {sys.argv[1]}: {sys.argv[2]} is {got!r}, not {wanted!r}")
PY
}

# A snapshot with one host, and a report that holds it.
small_snapshot() {
  cat >"$tmp/attributes.jsonl" <<'J'
{"type":"domain","value":"evil.example","to_ids":true,"uuid":"11111111-1111-4111-8111-111111111111","timestamp":"1700000000","Event":{"uuid":"22222222-2222-4222-8222-222222222222","id":"5","info":"An event"}}
J
  expect 0 "$mispsift" fetch --quiet --out "$tmp/s" --attributes "$tmp/attributes.jsonl"
}
small_report() {
  cat >"$1" <<'J'
{"info":{"id":7,"version":"2.0.7","started":1700000000.5,"score":3.2},
 "target":{"category":"file","file":{"name":"a.exe","sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}},
 "network":{"domains":[{"domain":"evil.example","ip":"203.0.113.7"}],"hosts":["203.0.113.7"]},
 "behavior":{"summary":{}}}
J
}
