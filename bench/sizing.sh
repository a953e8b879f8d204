#!/bin/bash
# What a night takes, for whoever has to size a machine: CPU and memory of a
# fetch, of loading, of scans with one and two threads, and of the nightly job
# without and with the keys that --rescan-changed asks.
#
#   bench/sizing.sh MISPSIFT MAKE_CORPUS [REPORTS [ATTRIBUTES...]]
#
# REPORTS (700) are generated beside 1,000,000 attributes, or as many as are
# said, one corpus after the other; of the first corpus the reports are scanned
# 15 times over as well, by hard links, to see what grows with their number. One
# report in a hundred matches; "busy" are reports of which 30 match and 40 nearly
# match. CPU is user and system of the whole process, peak its largest resident
# set, the pages of the mapped snapshot among it. ms is what a report costs of
# CPU, loading left out. 5,000,000 attributes take 5 GB in TMPDIR.
set -euo pipefail
mispsift=$1 make_corpus=$2 reports=${3:-700}
shift $(($# < 3 ? $# : 3))
[ $# -gt 0 ] || set -- 1000000
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 - "$mispsift" "$make_corpus" "$tmp" "$reports" "$@" <<'PY'
import glob, os, shutil, subprocess, sys, time

mispsift, make_corpus, tmp, reports = sys.argv[1:4] + [int(sys.argv[4])]


# Runs it; seconds, CPU seconds and peak in MB.
def measure(*command, codes=(0,)):
    begun = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=open(tmp + "/err", "w"))
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in codes:
        sys.exit(f"{command}: exit {process.returncode}: {open(tmp + '/err').read()}")
    return time.monotonic() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6


def row(name, measured, count=0, loading=0.0):
    each = f"{1e3 * (measured[1] - loading) / count:6.2f}" if count else ""
    print(f"{name:52} {measured[0]:8.2f} {measured[1]:8.2f} {measured[2]:8.0f} {each}", flush=True)


def scan(where, snapshot, threads):
    return measure(mispsift, "scan", where, "--snapshot", snapshot, "--out", tmp + "/results", "--threads", str(threads), "--quiet")


def size_of(where):
    return sum(os.path.getsize(os.path.join(d, f)) for d, _, files in os.walk(where) for f in files) / 1e6


print(f"{'':52} {'s':>8} {'CPU s':>8} {'peak MB':>8} {'ms':>6}")
for first, attributes in enumerate(sys.argv[5:]):
    corpus, snapshot, one = tmp + "/c", tmp + "/snapshot", tmp + "/one.json"
    subprocess.run([make_corpus, "--out", corpus, "--reports", str(reports), "--indicators", attributes, "--match-rate", "1",
                    "--near-miss-rate", "0"], check=True, stdout=subprocess.DEVNULL)
    fetched = measure(mispsift, "fetch", "--no-progress", "--out", snapshot, "--feed", corpus + "/feed")
    shutil.rmtree(corpus + "/feed")
    paths = glob.glob(corpus + "/reports/**/*.json", recursive=True)
    shutil.copy(min(paths, key=os.path.getsize), one)
    row(f"{attributes} attributes: fetch from a feed's folder", fetched)
    print(f"  a snapshot of {os.path.getsize(snapshot) / 1e6:.0f} MB; {reports} reports are {size_of(corpus + '/reports'):.0f} MB")
    loading = {}
    for threads in (1, 2):
        loading[threads] = scan(one, snapshot, threads)
        row(f"  loading, that is one small report, {threads} threads", loading[threads])
    for threads in (1, 2):
        row(f"  scan, {reports} reports, {threads} threads", scan(corpus + "/reports", snapshot, threads), reports, loading[threads][1])
    if first == 0:
        for copy in range(15):
            os.makedirs(f"{tmp}/many/{copy}")
            for path in paths:
                os.link(path, f"{tmp}/many/{copy}/{os.path.basename(path)}")
        for threads in (1, 2):
            row(f"  scan, {15 * reports} reports, {threads} threads", scan(tmp + "/many", snapshot, threads), 15 * reports, loading[threads][1])
        shutil.rmtree(tmp + "/many")
        night = ("backfill", corpus + "/reports", "--state", tmp + "/state", "--snapshot", snapshot, "--max-snapshot-age", "1000", "--quiet")
        row(f"  backfill --no-cache, {reports} reports", measure(mispsift, *night, "--no-cache"), reports, loading[2][1])
        shutil.rmtree(tmp + "/state")
        row(f"  backfill --rescan-changed, {reports} reports", measure(mispsift, *night, "--rescan-changed"), reports, loading[2][1])
        row("  the same with nothing new", measure(mispsift, *night, "--rescan-changed"))
        busy = tmp + "/busy"
        subprocess.run([make_corpus, "--out", busy, "--reports", str(reports), "--indicators", attributes], check=True, stdout=subprocess.DEVNULL)
        subprocess.run([mispsift, "fetch", "--quiet", "--out", busy + "/snapshot", "--feed", busy + "/feed"], check=True)
        for threads in (1, 2):
            row(f"  scan, {reports} busy reports, {threads} threads", scan(busy + "/reports", busy + "/snapshot", threads), reports,
                loading[threads][1])
        shutil.rmtree(busy)
    shutil.rmtree(corpus)
PY
