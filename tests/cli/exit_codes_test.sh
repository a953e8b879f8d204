# Every exit code that a script can meet, and which one wins.
source "$(dirname "$0")/expect.sh"

# 0: help and version go to stdout.
expect 0 "$mispsift" --help
grep -q 'Exit codes' "$tmp/out"
expect 0 "$mispsift" --version
grep -q '^mispsift [0-9]' "$tmp/out"
for command in fetch scan submit lookup explain manifest merge snapshot; do
  expect 0 "$mispsift" $command --help
done

# 2: usage.
expect 2 "$mispsift"
expect 2 "$mispsift" no-such-command
says "no-such-command"
expect 2 "$mispsift" fetch --out "$tmp/s"
says "no source"
expect 2 "$mispsift" scan "$tmp" --snapshot s --out o --threads 0
expect 2 "$mispsift" scan "$tmp" --snapshot s --out o --depth deepest
expect 2 "$mispsift" scan "$tmp" --snapshot s --out o --only-ids maybe
expect 2 "$mispsift" explain "$tmp/report.json"
expect 2 "$mispsift" explain "$tmp/report.json" --snapshot s --kind no-kind
expect 2 "$mispsift" submit "$tmp"
says "no destination"
expect 2 "$mispsift" submit "$tmp" --dry-run --threat-level-id 5

# 1: nothing read; the old snapshot stays.
small_snapshot
cp "$tmp/s" "$tmp/before"
echo 'not json' >"$tmp/bad.json"
expect 1 "$mispsift" fetch --out "$tmp/s" --attributes "$tmp/bad.json"
says "no attribute in any source"
cmp "$tmp/s" "$tmp/before"
expect 1 "$mispsift" fetch --out "$tmp/s" --attributes "$tmp/missing.json"
cmp "$tmp/s" "$tmp/before"

# 5: the snapshot.
small_report "$tmp/report.json"
expect 5 "$mispsift" scan "$tmp/report.json" --snapshot "$tmp/none" --out "$tmp/o"
head -c 100 "$tmp/s" >"$tmp/short"
expect 5 "$mispsift" scan "$tmp/report.json" --snapshot "$tmp/short" --out "$tmp/o"
expect 5 "$mispsift" lookup --snapshot "$tmp/short" evil.example
expect 5 "$mispsift" explain "$tmp/report.json" --snapshot "$tmp/short"
expect 5 "$mispsift" snapshot info "$tmp/short"
expect 5 "$mispsift" snapshot verify "$tmp/s" "$tmp/short" "$tmp/none"
[ ! -e "$tmp/o" ] || fail "a scan without a snapshot made a folder"

# 2: a folder that is not ours.
mkdir "$tmp/mine"
touch "$tmp/mine/notes"
expect 2 "$mispsift" scan "$tmp/report.json" --snapshot "$tmp/s" --out "$tmp/mine"
says "notes"

# 0 with matches, 10 when asked, 3 when something was rejected.
expect 0 "$mispsift" scan "$tmp/report.json" --snapshot "$tmp/s" --out "$tmp/o"
expect 10 "$mispsift" scan "$tmp/report.json" --snapshot "$tmp/s" --out "$tmp/o" --fail-on-match
expect 3 "$mispsift" scan "$tmp/report.json" "$tmp/bad.json" --snapshot "$tmp/s" --out "$tmp/o" --fail-on-match
json "$tmp/o/summary.json" 'd["reports"]' '{"seen":2,"ok":1,"rejected":{"not_json":1}}'
expect 3 "$mispsift" scan "$tmp/report.json" "$tmp/missing.json" --snapshot "$tmp/s" --out "$tmp/o"
json "$tmp/o/reports.jsonl" 'd[1]["reject"]' '"unreadable"'

# The same of one report that is explained: its matches are no failure.
expect 0 "$mispsift" explain "$tmp/report.json" --snapshot "$tmp/s"
grep -q '1 matched, ' "$tmp/out"
expect 3 "$mispsift" explain "$tmp/bad.json" --snapshot "$tmp/s"
says "not_json"
expect 3 "$mispsift" explain "$tmp/missing.json" --snapshot "$tmp/s"
says "unreadable"
mkdir "$tmp/several"
cp "$tmp/report.json" "$tmp/several/1.json"
cp "$tmp/report.json" "$tmp/several/2.json"
expect 2 "$mispsift" explain "$tmp/several" --snapshot "$tmp/s"
says "1.json, 2.json"
expect 2 "$mispsift" explain "$tmp/several" --snapshot "$tmp/s" --member 3.json

# 1: nothing to look for must not pass for "no matches".
sed 's/"to_ids":true/"to_ids":false/' "$tmp/attributes.jsonl" >"$tmp/no_ids.jsonl"
expect 0 "$mispsift" fetch --out "$tmp/empty" --attributes "$tmp/no_ids.jsonl"
expect 1 "$mispsift" scan "$tmp/report.json" --snapshot "$tmp/empty" --out "$tmp/o"
says "1 not_ids"
expect 0 "$mispsift" scan "$tmp/report.json" --snapshot "$tmp/empty" --out "$tmp/o" --allow-empty-index
expect 0 "$mispsift" scan "$tmp/report.json" --snapshot "$tmp/empty" --out "$tmp/o" --only-ids no
json "$tmp/o/summary.json" 'd["matches"]' 1

# 3: a rejected source, the rest stands.
expect 3 "$mispsift" fetch --out "$tmp/s2" --attributes "$tmp/bad.json" --attributes "$tmp/attributes.jsonl"
says "not_json"

# 128+n: a clean stop in the middle; the folder is left without a summary, and
# meanwhile nobody else may write to it (6).
# So it is within one file of very many reports, too.
for i in $(seq 3000); do echo "$tmp/report.json"; done >"$tmp/list"
tr -d '\n' <"$tmp/report.json" >"$tmp/line"
echo >>"$tmp/line"
python3 -c 'import sys; line = open(sys.argv[1]).read(); [sys.stdout.write(line) for i in range(600000)]' "$tmp/line" >"$tmp/lines.json"
for input in - "$tmp/lines.json"; do
  rm -rf "$tmp/stopped"
  for i in $(seq 200); do cat "$tmp/list"; done |
    "$mispsift" scan "$input" --threads 1 --snapshot "$tmp/s" --out "$tmp/stopped" 2>"$tmp/err" &
  pid=$!
  for i in $(seq 300); do [ -s "$tmp/stopped/reports.jsonl" ] && break; sleep 0.1; done
  [ -s "$tmp/stopped/reports.jsonl" ] || fail "the scan to be stopped did not begin"
  expect 6 "$mispsift" scan "$tmp/report.json" --snapshot "$tmp/s" --out "$tmp/stopped"
  says "another run"
  kill -TERM $pid
  code=0
  wait $pid || code=$?
  [ $code -eq 143 ] || fail "exit $code after SIGTERM"
  [ "$(wc -l <"$tmp/stopped/reports.jsonl")" -lt 500000 ] || fail "$input was read to its end after SIGTERM"
  [ ! -e "$tmp/stopped/summary.json" ] || fail "a stopped scan looks finished"
  expect 1 "$mispsift" submit "$tmp/stopped" --dry-run
done
# 1: a full disk, here a limit of 2 MiB a file.
code=0
(trap '' XFSZ; ulimit -f 2048; exec "$mispsift" scan "$tmp/lines.json" --snapshot "$tmp/s" --out "$tmp/stopped") 2>"$tmp/err" || code=$?
[ $code -eq 1 ] || fail "exit $code with a full disk"
says "cannot write"
[ ! -e "$tmp/stopped/summary.json" ] || fail "a scan that a disk was too small for looks finished"
rm "$tmp/lines.json"
expect 0 "$mispsift" scan "$tmp/report.json" --snapshot "$tmp/s" --out "$tmp/stopped"

# A reader that goes away is an error, not a silent death.
code=0
"$mispsift" lookup --snapshot "$tmp/s" <"$tmp/list" 2>/dev/null | head -1 >/dev/null || code=${PIPESTATUS[0]}
[ "$code" -ne 141 ] || fail "killed by SIGPIPE"

# Logs as JSON, and quiet.
expect 3 "$mispsift" fetch --log-format json --out "$tmp/s2" --attributes "$tmp/bad.json" --attributes "$tmp/attributes.jsonl"
python3 -c 'import json,sys; [json.loads(l) for l in open(sys.argv[1])]' "$tmp/err"
expect 3 "$mispsift" fetch --quiet --out "$tmp/s2" --attributes "$tmp/bad.json" --attributes "$tmp/attributes.jsonl"
[ ! -s "$tmp/err" ] || fail "--quiet talks"
