#!/bin/bash
# What a user has today against mispsift, in turn over the same reports on the
# same machine: how long, how much memory, and how much of what is planted is
# found at all.
#
#   bench/compare.sh MISPSIFT MAKE_CORPUS [REPORTS] [INDICATORS] [FOLDER]
#
# FOLDER, of reports whose content nobody planted anything in, is scanned as
# well, from its copies up to about the size of the generated corpus. What is
# not there (rg; bench/hyperscan_scan beside MISPSIFT, built with libhyperscan-dev)
# is left out, and said so. ratio: how many times the CPU of
# mispsift with one thread. The whole process counts, indicators loaded
# included; a peak is never under the 20 MB of the Python that starts the tool.
# Tools that a million indicators would take minutes and 15 GB get 100,000, all
# that are planted among them. Hyperscan gets all of them as well where 6 GB of
# memory are free, and prints the rate of its scan alone.
set -euo pipefail
mispsift=$1 make_corpus=$2 reports=${3:-700} indicators=${4:-1000000} folder=${5:-}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
"$make_corpus" --out "$tmp/c" --reports "$reports" --indicators "$indicators" --match-rate 1 --near-miss-rate 0 >"$tmp/made"
"$mispsift" fetch --no-progress --out "$tmp/snapshot" --feed "$tmp/c/feed" 2>"$tmp/fetched"
# What is looked for, and what must be found. A process of its own: the memory
# of whoever starts a tool is counted as the tool's.
python3 - "$tmp" <<'PY'
import json, re, sys

tmp = sys.argv[1]
SMALL = 100_000
truth = [json.loads(line) for line in open(tmp + "/c/truth.jsonl")]
truth = sorted({(t["report"], t["value"].lower(), t["attribute_uuid"]) for t in truth if t["to_ids"]})
json.dump(truth, open(tmp + "/truth.json", "w"))
planted = {value for _, value, _ in truth}
values, spelled = set(), {}
for line in open(tmp + "/c/attributes.json"):
    found = re.search(r'"value":"((?:[^"\\]|\\.)*)"', line)
    if found and '"to_ids":true' in line:
        value = json.loads('"' + found[1] + '"')
        for part in [value] + value.split("|"):
            values.add(part.lower())
            spelled[part.lower()] = part
values.discard("")
few = sorted(values - planted)[: SMALL - len(planted)] + sorted(planted)
open(tmp + "/values", "w").write("\n".join(sorted(values)) + "\n")
# JSON spells a backslash twice.
for name, some in (("few", few), ("all", sorted(values | planted))):
    open(f"{tmp}/{name}", "w").write("\n".join(spelled.get(v, v).replace("\\", "\\\\") for v in some) + "\n")
print(f"{len(values)} values, {len(few)} for the tools that get few")
PY
python3 - "$mispsift" "$tmp" "$folder" <<'PY'
import json, os, shutil, subprocess, sys, time

mispsift, tmp, folder = sys.argv[1:4]
# Values that say themselves what they are; the rest is not in free text.
TOKEN = r'[A-Fa-f0-9]{32,128}|https?://[^"\\ ]+|([A-Za-z0-9_-]+\.)+[A-Za-z0-9-]{2,}'
FIELDS = """
import json, os, sys
values = set(open(sys.argv[1]).read().split("\\n"))
def strings(node):
    if isinstance(node, dict):
        for v in node.values(): yield from strings(v)
    elif isinstance(node, list):
        for v in node: yield from strings(v)
    elif isinstance(node, str):
        yield node
for name in sorted(os.listdir(sys.argv[2])):
    try: report = json.load(open(os.path.join(sys.argv[2], name)))
    except ValueError: continue
    for text in strings(report):
        if text.lower() in values: print(name + ":" + text)
"""
AWK = 'NR==FNR{known[$0];next}{at=index($0,":");value=tolower(substr($0,at+1));if(value in known)print substr($0,1,at)value}'

truth = json.load(open(tmp + "/truth.json"))
open(tmp + "/fields.py", "w").write(FIELDS)


def run(command, out):
    begun = time.monotonic()
    process = subprocess.Popen(command, shell=isinstance(command, str), stdout=open(out, "w"), stderr=open(tmp + "/err", "w"),
                               env={**os.environ, "LC_ALL": "C"})
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1, 3):
        sys.exit(f"{command}: {process.returncode}: {open(tmp + '/err').read()[-500:]}")
    return time.monotonic() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def ours(where, threads):
    return [mispsift, "scan", where, "--snapshot", tmp + "/snapshot", "--out", tmp + "/result", "--threads", str(threads),
            "--collect", "matched", "--verify", "0"]


def found_by_us(_):
    found = set()
    for line in open(tmp + "/result/correlations.jsonl"):
        c = json.loads(line)
        found.add((os.path.basename(c["report"]["source"]), c["attribute"]["uuid"]))
    return sum((report, uuid) in found for report, _, uuid in truth)


def found_in_lines(out):
    found = set()
    for line in open(out, errors="replace"):
        report, _, value = line.rstrip("\n").partition(":")
        found.add((os.path.basename(report), value.lower().replace("\\\\", "\\")))
    return sum((report, value) in found for report, value, _ in truth)


def compare(title, where, size, count):
    print(f"\n{title}: {len(os.listdir(where))} files, {size / 1e6:.0f} MB")
    print(f"{'':34} {'s':>8} {'CPU s':>8} {'MB/s':>8} {'ratio':>7} {'peak MB':>8}" + (f" {'found of ' + str(len(truth)):>14}" if count else ""))
    tools = [("mispsift, 1 thread", ours(where, 1), found_by_us), ("mispsift, 2 threads", ours(where, 2), found_by_us)]
    if shutil.which("rg"):
        tools += [("rg -o regex | awk join", f"rg -j2 -o --no-line-number --no-heading --no-ignore '{TOKEN}' {where} | awk '{AWK}' {tmp}/values -", found_in_lines),
                  ("rg -F -f, 100k", ["rg", "-j2", "-o", "-F", "-f", tmp + "/few", "--no-line-number", "--no-heading", "--no-ignore", where], found_in_lines)]
    else:
        print("rg is not installed")
    hyperscan = os.path.dirname(mispsift) + "/bench/hyperscan_scan"
    if os.access(hyperscan, os.X_OK):
        tools.append(("Hyperscan, 100k", [hyperscan, tmp + "/few", where], found_in_lines))
        free = int(next(line for line in open("/proc/meminfo") if line.startswith("MemAvailable")).split()[1])
        if free > 6_000_000:
            tools.append(("Hyperscan, all", [hyperscan, tmp + "/all", where], found_in_lines))
    else:
        print("Hyperscan is not built in")
    tools += [("grep -F -f, 100k", ["grep", "-r", "-o", "-F", "-f", tmp + "/few", where], found_in_lines),
              ("Python, json and a set", ["python3", tmp + "/fields.py", tmp + "/values", where], found_in_lines)]
    base = None
    for name, command, found in tools:
        seconds, cpu, peak = run(command, tmp + "/out")
        base = base or cpu
        row = f"{name:34} {seconds:8.2f} {cpu:8.2f} {size / seconds / 1e6:8.0f} {cpu / base:7.1f} {peak:8.0f}"
        print(row + (f" {found(tmp + '/out'):14}" if count else ""), flush=True)
        if name.startswith("Hyperscan"):
            print("  " + open(tmp + "/err").read().strip(), flush=True)


def size_of(where):
    return sum(os.path.getsize(f"{where}/{name}") for name in os.listdir(where))


corpus = tmp + "/c/reports"
compare("generated", corpus, size_of(corpus), True)
if folder:
    os.mkdir(tmp + "/real")
    copies = 0
    while copies == 0 or size_of(tmp + "/real") < size_of(corpus):
        for name in sorted(os.listdir(folder)):
            if name.endswith(".json"):
                shutil.copy(f"{folder}/{name}", f"{tmp}/real/{copies}-{name}")
        copies += 1
    compare(f"{folder}, {copies} times", tmp + "/real", size_of(tmp + "/real"), False)
PY
