# The bundled sample against its golden files: every correlation, every input's
# fate, every event. MISPSIFT_UPDATE_GOLDEN=1 rewrites them, on purpose only.
# data/sample/EXPECTED.md says the same in words.
source "$(dirname "$0")/expect.sh"

golden=$data/golden
cd "$data/sample"
expect 0 "$mispsift" fetch --out "$tmp/s" --feed feed
expect 3 "$mispsift" scan archive --snapshot "$tmp/s" --out "$tmp/r"
# An analysis that does not tell when it began is dated by the scan.
sed -i -E 's/"finished":"[^"]*"/"finished":"2024-06-01T00:00:00Z"/' "$tmp/r/summary.json"
expect 0 "$mispsift" submit "$tmp/r" --feed-out "$tmp/feed" --tag sandbox
python3 - "$tmp/r/summary.json" "$tmp/summary.json" <<'PY'
import json, sys
d = json.load(open(sys.argv[1]))
for key in ("seconds", "threads", "version"):
    d.pop(key)
json.dump(d, open(sys.argv[2], "w"), indent=1)
PY
expect 0 "$mispsift" snapshot info --json "$tmp/s"
python3 - "$tmp/out" "$tmp/info.json" <<'PY'
import json, sys
d = json.load(open(sys.argv[1]))
for key in ("created", "bytes", "version"):
    d.pop(key)
json.dump(d, open(sys.argv[2], "w"), indent=1)
PY
expect 0 "$mispsift" explain archive/analyses/2 --snapshot "$tmp/s"
cp "$tmp/out" "$tmp/explained.txt"
expect 0 "$mispsift" explain archive/analyses/2 --snapshot "$tmp/s" --json
cp "$tmp/out" "$tmp/explained.jsonl"
mkdir "$tmp/got"
cp "$tmp/r/correlations.jsonl" "$tmp/r/reports.jsonl" "$tmp/r/fields.jsonl" "$tmp/summary.json" "$tmp/info.json" "$tmp/explained.txt" "$tmp/explained.jsonl" "$tmp/got"
cp -r "$tmp/r/enrichment" "$tmp/feed" "$tmp/got"
if [ "${MISPSIFT_UPDATE_GOLDEN:-0}" = 1 ]; then
  rm -rf "$golden"
  cp -r "$tmp/got" "$golden"
fi
diff -rq "$golden" "$tmp/got"

# What is broken is named, and nothing else is.
json "$tmp/r/summary.json" 'd["reports"]["rejected"]' '{"truncated": 1, "not_json": 1, "not_a_report": 1, "empty": 1}'

# Every row of EXPECTED.md's tables of matches is in the correlations.
python3 - EXPECTED.md "$tmp/r/correlations.jsonl" <<'PY'
import json, re, sys
found = set()
for line in open(sys.argv[2]):
    c = json.loads(line)
    where = c["report"]["source"].removeprefix("archive/")
    if c["report"]["member"]:
        where += ", " + c["report"]["member"]
    found.add((where, c["attribute"]["uuid"], c["match"]))
expected, report, in_matches = set(), None, False
for line in open(sys.argv[1]):
    if line.startswith("## "):
        in_matches = line.strip() == "## Matches"
    elif line.startswith("### ") and in_matches:
        report = re.sub(r" \([^()]*\)$", "", line[4:].strip()).replace(", line ", ", ")
    elif in_matches and (row := re.match(r"\| ([0-9a-f-]{36}) \| [^|]*(?:\\\|[^|]*)* \| .* \| (exact|folded|cidr|subdomain|url|basename|fuzzy) \|", line)):
        expected.add((report, row[1], row[2]))
missing, more = sorted(expected - found), sorted(found - expected)
for row in missing:
    print("expected, not found:", *row)
for row in more:
    print("found, not expected:", *row)
assert len(expected) > 40
sys.exit(1 if missing or more else 0)
PY
