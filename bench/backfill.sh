#!/bin/bash
# What the nightly job takes over an archive of REPORTS reports (default 10,000
# that make_corpus writes, 280 kB in the median): the first night, a night with
# nothing new, and a night that brings an indicator that stands in one of them,
# beside a scan of all of them for it.
#
#   bench/backfill.sh [REPORTS [MISPSIFT MAKE_CORPUS]]
#
# It proves its result first: the new indicator is found in that report, and a
# scan of everything finds no more of it.
set -euo pipefail
reports=${1:-10000}
build=$(dirname "$0")/../build/release
[ -x "$build/mispsift" ] && [ -x "$build/make_corpus" ] || build=$(dirname "$0")/../build/dev
mispsift=${2:-$build/mispsift} make_corpus=${3:-$build/make_corpus}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
"$make_corpus" --out "$tmp/corpus" --reports "$reports" >/dev/null
python3 - "$mispsift" "$(dirname "$0")/../data/sample" "$tmp" "$reports" <<'PY'
import glob, json, os, shutil, subprocess, sys, time, uuid

mispsift, sample, tmp, reports = sys.argv[1:4] + [int(sys.argv[4])]
paths = sorted(glob.glob(tmp + "/corpus/reports/**/*.json", recursive=True))
assert len(paths) == reports
os.rename(tmp + "/corpus/reports", tmp + "/archive")
shown = paths[reports // 2].replace("/corpus/reports/", "/archive/")
text = open(shown).read()
assert '"info"' in text
open(shown, "w").write(text.replace('"info"', '"note": "http://only-here.example/x", "info"', 1))
shutil.copytree(sample + "/feed", tmp + "/feed")
open(tmp + "/c.toml", "w").write(f'''quiet = true
[backfill]
paths = ["{tmp}/archive"]
state = "{tmp}/state"
rescan_changed = true
[fetch]
feed = ["{tmp}/feed"]
''')


def run(name, *command):
    begun = time.monotonic()
    code = subprocess.run([mispsift, *command]).returncode
    seconds = time.monotonic() - begun
    assert code == 0, (name, code)
    print(f"{name:44} {seconds:8.2f} s", flush=True)
    return seconds


def found(folder):
    lines = [json.loads(line) for line in open(folder + "/correlations.jsonl")]
    return [c["report"]["source"] for c in lines if c["attribute"]["value"] == "http://only-here.example/x"]


night = ("backfill", "--config", tmp + "/c.toml")
run(f"the first night, {reports} reports", *night)
keys = os.path.getsize(tmp + "/state/cache/000001.keys")
size = sum(os.path.getsize(os.path.join(d, f)) for d, _, files in os.walk(tmp + "/archive") for f in files)
idle = run("a night with nothing new", *night)
manifest = json.load(open(tmp + "/feed/manifest.json"))
event, attribute = (str(uuid.uuid5(uuid.NAMESPACE_DNS, name)) for name in ("event", "attribute"))
manifest[event] = dict(next(iter(manifest.values())), info="Tonight")
json.dump(manifest, open(tmp + "/feed/manifest.json", "w"))
json.dump({"Event": {"uuid": event, "info": "Tonight", "date": "2026-01-01", "timestamp": "1767225600", "published": True,
                     "threat_level_id": "2", "analysis": "2",
                     "Orgc": {"name": "Example", "uuid": "10000000-0000-4000-8000-000000000001"},
                     "Attribute": [{"uuid": attribute, "type": "url", "category": "Network activity", "to_ids": True,
                                    "value": "http://only-here.example/x", "timestamp": "1767225600", "comment": ""}]}},
          open(f"{tmp}/feed/{event}.json", "w"))
asked = run("a night that brings an indicator", *night, "--max-snapshot-age", "0")
scanned = run("a scan of all for it", "scan", tmp + "/archive", "--snapshot", tmp + "/state/misp.snapshot",
              "--out", tmp + "/all", "--collect", "matched", "--quiet")
assert len(found(tmp + "/state/results/000002-new")) == 1 and found(tmp + "/all") == found(tmp + "/state/results/000002-new")
print(f"{'that night, beside the scan':44} {scanned / asked:8.0f} times as fast")
print(f"{'asking alone: without the walk of an idle one':44} {scanned / (asked - idle):7.0f} times as fast")
print(f"{'keys':44} {100 * keys / size:8.1f} % of {size / 1e6:.0f} MB of reports")
PY
