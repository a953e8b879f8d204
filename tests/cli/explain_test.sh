# explain says of one report what scan says of it, and of the rest why not.
source "$(dirname "$0")/expect.sh"

cd "$data/sample"
expect 0 "$mispsift" fetch --quiet --out "$tmp/s" --feed feed

# Every report of the sample: what explain calls matched are scan's lines.
for settings in "" "--only-ids no" "--fold exact" "--as-misp" "--ioc-blacklist lantern-update.example"; do
  expect 3 "$mispsift" scan archive --quiet --snapshot "$tmp/s" --out "$tmp/r" $settings
  python3 - "$mispsift" "$tmp" $settings <<'PY'
import json, subprocess, sys
mispsift, tmp, *settings = sys.argv[1:]
read = lambda name: [json.loads(line) for line in open(f"{tmp}/r/{name}.jsonl")]
lines = {}
for c in read("correlations"):
    report = c.pop("report")
    lines.setdefault((report["source"], report["member"]), []).append(c)
explained = 0
for r in read("reports"):
    source, member = r["report"]["source"], r["report"]["member"]
    command = [mispsift, "explain", source, "--snapshot", tmp + "/s", "--json", *settings]
    done = subprocess.run(command + (["--member", member] if member else []), capture_output=True, text=True)
    if r["status"] == "rejected":
        assert done.returncode == 3 and r["reject"] in done.stderr and not done.stdout, (source, done)
        continue
    assert done.returncode == 0, (source, done.stderr)
    got = []
    for observable in map(json.loads, done.stdout.splitlines()):
        verdict = observable["verdict"]
        assert bool(observable["matches"]) == (verdict == "matched")
        assert bool(observable["suppressed"]) == bool(observable["suppressed_by"])
        assert verdict == "matched" or bool(observable["suppressed_by"]) == (verdict == "suppressed")
        assert observable["observable"].pop("key")
        got += [{"observable": observable["observable"], **match} for match in observable["matches"]]
    key = lambda c: (c["observable"]["kind"], c["observable"]["value"], c["attribute"]["uuid"])
    assert sorted(got, key=key) == sorted(lines.get((source, member), []), key=key), source
    explained += 1
assert explained == 14, explained
PY
done

# An analysis folder, a gzip, an archive with one report, one with several.
explain() { expect "$1" "$mispsift" explain --snapshot "$tmp/s" "${@:2}"; }
explain 0 archive/analyses/2
grep -q '^source    archive/analyses/2/reports/report.json$' "$tmp/out"
explain 0 archive/8.json.gz
explain 0 archive/export.zip
grep -q '^member    reports/report.json$' "$tmp/out"
explain 2 archive/bundle.tar.gz
says "bundle/12.json, bundle/13.json"
explain 0 archive/bundle.tar.gz --member bundle/13.json
explain 2 archive/bundle.tar.gz --member bundle/14.json
says "no report bundle/14.json"
explain 2 archive/cuckoo3/20240311-ABC123
says "pre.json, task_1/report.json"
explain 0 archive/cuckoo3/20240311-ABC123/ --member task_1/report.json
explain 2 archive
explain 0 archive --member lines.jsonl/2
grep -q '^task      16$' "$tmp/out"

# What is suppressed, as EXPECTED.md has it.
explain 0 archive/analyses/2 --json
cp "$tmp/out" "$tmp/explained.jsonl"
json "$tmp/explained.jsonl" 'sorted((e["observable"]["value"], e["suppressed_by"]) for e in d if e["verdict"] == "suppressed")' \
  '[("192.168.77.10", ["special_use"]), ("mirror.sample-tools.test", ["correlation_disabled"]), ("weather.common-cdn.example", ["not_ids"])]'

# Filters.
explain 0 archive/analyses/2 --json --kind ip,host --kind mutex --value EX
cp "$tmp/out" "$tmp/filtered.jsonl"
json "$tmp/filtered.jsonl" '{e["observable"]["kind"] for e in d}' '{"host"}'
json "$tmp/filtered.jsonl" 'all("ex" in e["observable"]["value"] for e in d) and len(d) > 2' True
explain 2 archive/analyses/2 --kind ip,no-kind
says "no such kind: no-kind"

# Bounds are those of scan.
explain 3 archive/analyses/2 --max-report-bytes 100
says "too_large"
explain 3 archive/analyses/2 --max-json-nesting 2
says "too_deep"

