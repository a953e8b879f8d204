# What a scan says at its end: a page for a person, one line for a machine,
# nothing under --quiet; and the same at a terminal, in color where it may be.
source "$(dirname "$0")/expect.sh"

small_snapshot
mkdir "$tmp/in"
small_report "$tmp/in/report.json"
printf '{' >"$tmp/in/broken.json"
scan() { "$mispsift" scan "$tmp/in" --snapshot "$tmp/s" --out "$tmp/r" "$@"; }
unset NO_COLOR

expect 3 scan
says "mispsift: 2 reports, "
says "         1  rejected, each named in reports.jsonl"
says "               1  truncated"
says "         1  host              "
says "         1  An event"
says "Open $tmp/r/index.html"
! grep -q $'\x1b' "$tmp/err" || fail "escapes where there is no terminal"
! grep -q correlations.csv "$tmp/err" || fail "names a file that is not there"
[ ! -s "$tmp/out" ] || fail "stdout is for data"

expect 3 scan --format csv --collect matched
says correlations.csv
! grep -q fields.jsonl "$tmp/err" || fail "names a file that is not there"

expect 3 scan --quiet
[ ! -s "$tmp/err" ] || fail "not quiet"

expect 3 scan --log-format json
cp "$tmp/err" "$tmp/log.jsonl"
json "$tmp/log.jsonl" '[(m["level"], sorted(m)) for m in d if "reports" in m["message"]]' '[("info", ["level", "message"])]'
json "$tmp/log.jsonl" '"2 reports (1 rejected, 0 other files)" in d[-1]["message"]' 'True'

# A terminal of 60 columns.
if command -v script >/dev/null; then
  at_terminal() {
    script -qec "stty cols 60; $(printf '%q ' "$@")" /dev/null </dev/null >"$tmp/tty" || true
    tr -d '\r' <"$tmp/tty" >"$tmp/page"
  }
  command=("$mispsift" scan "$tmp/in" --snapshot "$tmp/s" --out "$tmp/r")
  TERM=xterm at_terminal "${command[@]}"
  grep -qF $'\x1b[1mReports\x1b[0m' "$tmp/page" || fail "no color at a terminal"
  NO_COLOR=1 TERM=xterm at_terminal "${command[@]}" --no-progress
  ! grep -q $'\x1b' "$tmp/page" || fail "color under NO_COLOR"
  grep -q "^Reports$" "$tmp/page" || fail "no page"
  python3 - "$tmp/page" <<'PY'
import sys
for line in open(sys.argv[1], encoding="utf-8"):
    line = line.rstrip("\n")
    assert len(line) <= 60 or line.startswith(("Open ", "mispsift: ")), line
PY
  TERM=dumb at_terminal "${command[@]}" --no-progress
  ! grep -q $'\x1b' "$tmp/page" || fail "color on a dumb terminal"
  TERM=xterm at_terminal "${command[@]}" --quiet
  ! grep -q '[^[:space:]]' "$tmp/page" || fail "not quiet at a terminal"
fi
