#!/bin/bash
# What a fetch from a MISP server costs the client, beside what the same pages
# cost curl on the same machine in the same minute.
#
#   bench/fetch.sh MISPSIFT FAKE_MISP [ATTRIBUTES]
#
# CPU is user and system of the client alone, peak its largest resident set,
# the pages of mapped snapshots among it; both as the kernel counts them. A peak
# is never under the 20 MiB of the Python that starts the client.
set -euo pipefail
mispsift=$1 fake_misp=$2 attributes=${3:-1000000}
tmp=$(mktemp -d)
trap '[ -z "${server:-}" ] || kill "$server" 2>/dev/null || true; rm -rf "$tmp"' EXIT
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
key=exampleKEYexampleKEYexampleKEYexample001
echo "$key" >"$tmp/key"
"$fake_misp" --key "$key" --events $((attributes / 500 + 1)) --attributes "$attributes" --port-file "$tmp/port" >"$tmp/url" &
server=$!
for _ in $(seq 600); do [ -s "$tmp/port" ] && break; sleep 0.1; done
python3 - "$mispsift" "$(cat "$tmp/url")" "$tmp" "$attributes" <<'PY'
import json, os, random, re, subprocess, sys, time, urllib.request

mispsift, url, tmp, attributes = sys.argv[1:4] + [int(sys.argv[4])]


def control(op, **call):
    answer = json.load(urllib.request.urlopen(url + "/_control", json.dumps({"op": op, **call}).encode()))
    assert answer["ok"], answer
    return answer


# Runs it; seconds, CPU seconds and peak in MiB.
def measure(command):
    begun = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=open(tmp + "/err", "w"))
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[0]}: exit {process.returncode}: {open(tmp + '/err').read()}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def row(name, rows, measured, snapshot):
    seconds, cpu, peak = measured
    mib = os.path.getsize(snapshot) / 2**20 if snapshot else 0
    held = f"{mib:10.1f} {peak - mib:10.1f}" if snapshot else f"{'':10} {'':10}"
    print(f"{name:34} {rows:9} {seconds:8.2f} {rows / seconds:10.0f} {cpu:7.2f} {cpu * 1e6 / attributes:8.2f} {peak:8.1f} {held}", flush=True)


def fetch(out, connections, *more):
    return measure([mispsift, "fetch", "--no-progress", "--out", out, "--misp", url, "--key-file", tmp + "/key",
                    "--connections", str(connections), *more])


def read_rows():
    return int(re.search(r"\(read (\d+)", open(tmp + "/err").read())[1])


# Every search of the last fetch again, by one curl.
def curl(connections):
    lines = urllib.request.urlopen(url + "/_requests").read().splitlines()
    asked = [r for r in map(json.loads, lines) if r["path"] == "/attributes/restSearch"]
    with open(tmp + "/curl.conf", "w") as config:
        for number, request in enumerate(asked):
            with open(f"{tmp}/body{number}", "w") as body:
                body.write(request["body"])
            if number > 0:
                config.write("next\n")
            config.write("silent\nfail\n" + f'url = "{url}/attributes/restSearch"\noutput = "/dev/null"\n'
                         f'header = "@{tmp}/headers"\ndata = "@{tmp}/body{number}"\n')
    with open(tmp + "/headers", "w") as headers:
        headers.write(f"Authorization: {open(tmp + '/key').read().strip()}\nAccept: application/json\n"
                      f"Content-Type: application/json\nUser-Agent: {asked[0]['headers']['user-agent']}\n")
    parallel = ["--parallel", "--parallel-max", str(connections)] if connections > 1 else []
    return measure(["curl", *parallel, "--config", tmp + "/curl.conf"])


# Proved before it is timed.
fetch(tmp + "/proof", 2)
done = subprocess.run([mispsift, "snapshot", "info", "--json", tmp + "/proof"], capture_output=True, check=True)
held = json.loads(done.stdout)
stats = control("stats")
if not held["attributes"] == stats["attributes"] == attributes:
    sys.exit(f"{held['attributes']} attributes in the snapshot, {stats['attributes']} on the server")
subprocess.run([mispsift, "snapshot", "verify", tmp + "/proof"], check=True, stdout=subprocess.DEVNULL)
print(f"{held['attributes']} attributes of {held['events']} events are all in the snapshot, id {held['id']}")
cpus = len(os.sched_getaffinity(0))
print(f"{cpus} CPUs for client and server, load {os.getloadavg()[0]:.1f}\n")

print(f"{'':34} {'rows':>9} {'s':>8} {'rows/s':>10} {'CPU s':>7} {'us/row':>8} {'peak MiB':>8} {'file MiB':>10} {'peak-file':>10}")
rng = random.Random(1)
for connections in (1, 2):
    out = f"{tmp}/s{connections}"
    control("clear_requests")
    measured = fetch(out, connections)
    row(f"whole, {connections} connection(s)", read_rows(), measured, out)
    row(f"curl of the same pages, {connections}", attributes, curl(connections), None)
    row(f"nothing changed, {connections}", 0, fetch(out, connections), out)
    events = range(1, stats["events"] + 1)
    for event in rng.sample(events, max(1, stats["events"] // 100)):
        uuids = control("attributes", event_id=event)["uuids"]
        if uuids:
            control("edit_attribute", uuid=uuids[0], attribute={"comment": f"edited {connections}"})
        else:
            control("touch_event", id=event)
    control("set_now", now=control("stats")["now"] + 3600)
    measured = fetch(out, connections)
    row(f"1 % of the events changed, {connections}", read_rows(), measured, out)
    os.remove(out)
print(f"\nus/row: CPU of the client over the {attributes} attributes that the snapshot holds")
PY
