# --metrics writes what Prometheus reads, when a run has come to its end and only
# then.
source "$(dirname "$0")/expect.sh"
source "$(dirname "$0")/fake_server.sh"
data=$2

# metric FILE "name{labels}" EXPRESSION : EXPRESSION (Python, the value is v) is
# true; the whole file is read by the rules of the text format.
metric() {
  python3 - "$@" <<'PY' || fail "$2 in $1: $3"
import re, sys
name = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
label = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"'
number = r"[-+]?(?:[0-9]+(?:\.[0-9]+)?(?:e[-+]?[0-9]+)?|Inf|NaN)"
values, types, helps, current = {}, {}, set(), None
text = open(sys.argv[1]).read()
assert text.endswith("\n"), "no newline at the end"
for line in text[:-1].split("\n"):
    if m := re.fullmatch(rf"# HELP ({name}) (.+)", line):
        assert m[1] not in helps, line
        helps.add(m[1])
    elif m := re.fullmatch(rf"# TYPE ({name}) (counter|gauge)", line):
        assert m[1] in helps and m[1] not in types, line
        types[m[1]], current = m[2], m[1]
        assert (m[2] == "counter") == m[1].endswith("_total"), line
    elif m := re.fullmatch(rf"(({name})(?:\{{{label}(?:,{label})*\}})?) ({number})", line):
        assert m[2] == current, "apart from its kin: " + line
        assert m[1] not in values, line
        values[m[1]] = float(m[3])
    else:
        sys.exit("not of the format: " + line)
v = values[sys.argv[2]]
sys.exit(0 if eval(sys.argv[3]) else f"{sys.argv[2]} is {v}")
PY
  # Where node_exporter and promtool are, they have the last word.
  ! command -v promtool >/dev/null || promtool check metrics <"$1"
}
now=$(date +%s)

small_snapshot
mkdir "$tmp/reports"
small_report "$tmp/reports/1.json"
echo 'not json' >"$tmp/reports/2.json"
expect 0 "$mispsift" fetch --out "$tmp/s" --attributes "$tmp/attributes.jsonl" --metrics "$tmp/fetch.prom"
metric "$tmp/fetch.prom" 'mispsift_snapshot_attributes' 'v == 1'
metric "$tmp/fetch.prom" 'mispsift_last_success_timestamp_seconds{command="fetch"}' "$now <= v < $now + 600"
metric "$tmp/fetch.prom" 'mispsift_fetch_rejected_total{reason="not_json"}' 'v == 0'

expect 3 "$mispsift" scan "$tmp/reports" --snapshot "$tmp/s" --out "$tmp/r" --metrics "$tmp/scan.prom"
metric "$tmp/scan.prom" 'mispsift_last_exit_code{command="scan"}' 'v == 3'
metric "$tmp/scan.prom" 'mispsift_reports_total{result="ok"}' 'v == 1'
metric "$tmp/scan.prom" 'mispsift_reports_total{result="not_json"}' 'v == 1'
metric "$tmp/scan.prom" 'mispsift_reports_total{result="truncated"}' 'v == 0'
metric "$tmp/scan.prom" 'mispsift_matches_total{kind="host"}' 'v == 1'
metric "$tmp/scan.prom" 'mispsift_snapshot_age_seconds' '0 <= v < 600'
metric "$tmp/scan.prom" 'mispsift_run_duration_seconds{command="scan"}' '0 < v < 600'
# How old a snapshot is counts from when it was fetched.
expect 0 "$mispsift" scan "$tmp/reports/1.json" --snapshot "$tmp/s" --out "$tmp/r" --metrics "$tmp/scan.prom"
metric "$tmp/scan.prom" 'mispsift_last_exit_code{command="scan"}' 'v == 0'

start_server --events 3 --attributes 20
echo "$key" >"$tmp/key"
expect 0 "$mispsift" submit "$tmp/r" --misp "$url" --key-file "$tmp/key" --sightings none --known skip --metrics "$tmp/submit.prom"
metric "$tmp/submit.prom" 'mispsift_submitted_total{what="event",state="stored"}' 'v == 1'
metric "$tmp/submit.prom" 'mispsift_submitted_total{what="event",state="refused"}' 'v == 0'
metric "$tmp/submit.prom" 'mispsift_drafted_total{what="event"}' 'v == 1'
expect 0 "$mispsift" submit "$tmp/r" --feed-out "$tmp/feed" --metrics "$tmp/feed.prom"
metric "$tmp/feed.prom" 'mispsift_drafted_total{what="event"}' 'v == 1'

# A run that fails leaves what the last good one wrote; a dry run says nothing.
cp "$tmp/scan.prom" "$tmp/before"
expect 5 "$mispsift" scan "$tmp/reports" --snapshot "$tmp/none" --out "$tmp/r" --metrics "$tmp/scan.prom"
cmp "$tmp/before" "$tmp/scan.prom"
expect 0 "$mispsift" submit "$tmp/r" --dry-run --metrics "$tmp/dry.prom"
[ ! -e "$tmp/dry.prom" ] || fail "a dry run is told as a success"
# A file that can't be written is no success either.
expect 1 "$mispsift" scan "$tmp/reports/1.json" --snapshot "$tmp/s" --out "$tmp/r" --metrics "$tmp/no/scan.prom"
says "scan.prom"
# From a configuration, each command has its own.
printf '[fetch]\nmetrics = "%s"\n[scan]\nmetrics = "%s"\n' "$tmp/a.prom" "$tmp/b.prom" >"$tmp/c.toml"
expect 0 "$mispsift" scan "$tmp/reports/1.json" --config "$tmp/c.toml" --snapshot "$tmp/s" --out "$tmp/r"
[ -s "$tmp/b.prom" ] && [ ! -e "$tmp/a.prom" ] || fail "the file's metrics"

# backfill tells of all that it did, in one file.
cat >"$tmp/backfill.toml" <<T
[fetch]
attributes = "$tmp/attributes.jsonl"
[submit]
misp = "$url"
key_file = "$tmp/key"
known = "skip"
sightings = "none"
[backfill]
metrics = "$tmp/backfill.prom"
T
expect 3 "$mispsift" backfill "$tmp/reports" --config "$tmp/backfill.toml" --state "$tmp/state"
metric "$tmp/backfill.prom" 'mispsift_last_exit_code{command="backfill"}' 'v == 3'
metric "$tmp/backfill.prom" 'mispsift_backfill_new_inputs' 'v == 2'
metric "$tmp/backfill.prom" 'mispsift_reports_total{result="not_json"}' 'v == 1'
metric "$tmp/backfill.prom" 'mispsift_snapshot_attributes' 'v == 1'
metric "$tmp/backfill.prom" 'mispsift_reports_total{result="ok"}' 'v == 1'
metric "$tmp/backfill.prom" 'mispsift_matches_total{kind="host"}' 'v == 1'
metric "$tmp/backfill.prom" 'mispsift_snapshot_age_seconds' '0 <= v < 600'
metric "$tmp/backfill.prom" 'mispsift_drafted_total{what="event"}' 'v == 1'
metric "$tmp/backfill.prom" 'mispsift_submitted_total{what="event",state="exists"}' 'v == 1'
expect 0 "$mispsift" backfill "$tmp/reports" --config "$tmp/backfill.toml" --state "$tmp/state"
metric "$tmp/backfill.prom" 'mispsift_backfill_new_inputs' 'v == 0'
metric "$tmp/backfill.prom" 'mispsift_reports_total{result="ok"}' 'v == 0'
