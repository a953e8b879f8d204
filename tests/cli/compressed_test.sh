# Compressed reports against the tools that write them: what the tool gives back
# whole is read, whatever it is made of, and what the tool refuses is refused,
# cut short at every byte as well.
source "$(dirname "$0")/expect.sh"
small_snapshot
small_report "$tmp/report.json"
mkdir "$tmp/in"

python3 - "$tmp" <<'PY'
import struct, subprocess, sys
tmp = sys.argv[1]
report = open(tmp + "/report.json", "rb").read()
half, rest = report[:99], report[99:]
large = report.replace(b'"behavior":{', b'"behavior":{"x":"' + b"text " * 700_000 + b'",')

def run(*command):
    return lambda content=b"", *more: subprocess.run([*command, *more], input=content, stdout=subprocess.PIPE, check=True).stdout

zstd, xz = run("zstd", "-q", "-c"), run("xz", "-c")  # sizes unknown: from a pipe
skipped = struct.pack("<II", 0x184D2A53, 5) + b"hello"
sized = run("zstd", "-q", "-c", tmp + "/report.json")()

def flip(content, from_end):
    at = len(content) - from_end
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1:]

files = {
    "plain.zst": zstd(report), "sized.zst": sized, "large.zst": zstd(large), "best.zst": zstd(large, "-19"),
    "frames.zst": zstd(half) + zstd(rest), "large_frames.zst": zstd(large) + zstd(b" " * 3_000_000),
    "sized_frames.zst": sized + zstd(b" " * 500_000), "nothing_first.zst": zstd(b"") + sized + zstd(b""),
    "skipped_first.zst": skipped + sized, "skipped_between.zst": zstd(half) + skipped + zstd(rest), "skipped_last.zst": sized + skipped,
    "sum.zst": flip(zstd(report, "--check"), 1), "garbage.zst": sized + b"garbage", "zeros.zst": sized + bytes(9),
    "window.zst": zstd(report, "--ultra", "--long=31"), "only_skipped.zst": skipped, "skipped_cut.zst": sized + skipped[:-1],
    "plain.xz": xz(report), "large.xz": xz(large), "streams.xz": xz(half) + xz(rest), "padded.xz": xz(half) + bytes(8) + xz(rest) + bytes(4),
    "padded_badly.xz": xz(report) + bytes(3), "no_sum.xz": xz(report, "-C", "none"), "sha256.xz": xz(report, "-C", "sha256"),
    "garbage.xz": xz(report) + b"garbage", "index.xz": flip(xz(report), 30), "nothing_first.xz": xz(b"") + xz(report),
}
for ending, whole in (("zst", zstd(half, "--check") + skipped + zstd(rest, "--check")), ("xz", xz(half) + xz(rest))):
    for size in range(1, len(whole)):
        files[f"cut{size:04}.{ending}"] = whole[:size]
for name, content in files.items():
    open(f"{tmp}/in/{name.replace('.', '.json.')}", "wb").write(content)
PY

expect 3 "$mispsift" scan "$tmp/in" --snapshot "$tmp/s" --out "$tmp/o"
python3 - "$tmp" <<'PY'
import json, os, subprocess, sys
tmp = sys.argv[1]
ours = {}
for line in open(tmp + "/o/reports.jsonl"):
    found = json.loads(line)
    ours[os.path.basename(found["report"]["source"])] = found
read = damaged = 0
for name in sorted(os.listdir(tmp + "/in")):
    path = f"{tmp}/in/{name}"
    tool = subprocess.run((["zstd", "-q"] if name.endswith(".zst") else ["xz"]) + ["-dc", path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    found = ours[name]
    if tool.returncode != 0:
        damaged += 1
        # What is too short to be told is no compressed file but one that is no JSON.
        size = os.path.getsize(path)
        told = size >= (4 if name.endswith(".zst") else 6)
        wanted = ("rejected", "bad_archive", 0) if told else ("rejected", "not_json", size)
    else:
        read += 1
        try:
            json.loads(tool.stdout)
            wanted = ("ok", None, len(tool.stdout))
        except ValueError:
            wanted = ("rejected", "truncated" if tool.stdout else "empty", len(tool.stdout))
    got = (found["status"], found["reject"], found["bytes"])
    assert got == wanted, f"{name}: {got}, not {wanted}: {found['detail']}"
    assert found["status"] == "rejected" or found["matches"] == 1, name
assert read > 20 and damaged > 200, (read, damaged)
PY
