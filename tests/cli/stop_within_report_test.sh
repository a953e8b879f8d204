# A signal stops a scan within one huge report, however it is read: no more than
# a few windows of it are read behind the signal, and it has no line.
source "$(dirname "$0")/expect.sh"

small_snapshot
# The scan is held still once it stands in the midst of the file, and told to
# stop there; so nothing depends on how fast it is. If it was too fast to be
# caught, the file is made twice as large.
python3 - "$mispsift" "$tmp" <<'PY'
import gzip, os, signal, subprocess, sys, time
mispsift, tmp = sys.argv[1:]
MiB = 1024 * 1024
SEEN = b'"x":"evil.example",'  # is not left to the windows
HEAD = b'{"info":{"id":7},"target":{"category":"url","url":"http://start.example/"},%b"behavior":{"processes":[{"calls":[\n'
CALLS = b'{"api":"NtClose","status":1,"return_value":"0x0","arguments":[{"name":"Handle","value":"0x00000000"}]},\n' * 10000

def write(path, opener, seen, size):
    with opener(path, "wb") as out:
        out.write(HEAD % (SEEN if seen else b""))
        for _ in range(size // len(CALLS)):
            out.write(CALLS)
        out.write(b"{}]}]}}\n")

# Where the process stands in the file; 0: not yet in it.
def position(pid, path):
    try:
        for fd in os.listdir(f"/proc/{pid}/fd"):
            if os.readlink(f"/proc/{pid}/fd/{fd}") == path:
                return int(open(f"/proc/{pid}/fdinfo/{fd}").readline().split()[1])
    except OSError:  # closed meanwhile
        pass
    return 0

def bytes_read(pid):
    return int(open(f"/proc/{pid}/io").readline().split()[1])

def fast_gzip(path, mode):
    return gzip.open(path, mode, compresslevel=0)

def stopped_within(path, arguments):
    out = tmp + "/results"
    size = os.path.getsize(path)
    scan = subprocess.Popen([mispsift, "scan", path, "--snapshot", tmp + "/s", "--out", out, "--threads", "2", *arguments],
                            stderr=subprocess.PIPE, text=True)
    while scan.poll() is None and position(scan.pid, path) < 8 * MiB:
        time.sleep(0.001)
    if scan.poll() is not None:
        said = scan.communicate()[1]
        assert scan.returncode == 0, said
        return False
    scan.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, scan.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
    if not 8 * MiB <= position(scan.pid, path) <= size - 16 * MiB:
        scan.kill()
        scan.communicate()
        return False
    before = bytes_read(scan.pid)
    scan.send_signal(signal.SIGTERM)
    scan.send_signal(signal.SIGCONT)
    os.waitid(os.P_PID, scan.pid, os.WEXITED | os.WNOWAIT)
    behind = bytes_read(scan.pid) - before
    said = scan.communicate()[1]
    assert scan.returncode == 128 + signal.SIGTERM, (scan.returncode, said)
    assert "stopped by signal 15" in said, said
    assert behind < 4 * MiB, f"{behind} bytes were read behind the signal"
    for name in ["reports.jsonl", "correlations.jsonl", "fields.jsonl"]:
        assert os.path.getsize(f"{out}/{name}") == 0, name
    assert not os.path.exists(out + "/summary.json")
    return True

for what, seen, opener in [("windows", False, open), ("a stream", True, open), ("windows of a gzip", False, fast_gzip)]:
    path, size = tmp + "/large.json", 64 * MiB
    while True:
        write(path, opener, seen, size)
        if stopped_within(path, ["--max-report-memory", "16777216"] if seen else []):
            break
        size *= 2
        assert size <= 4096 * MiB, f"{what}: the scan cannot be caught"
    print(f"stopped within {what}, of {size // MiB} MiB")
PY
