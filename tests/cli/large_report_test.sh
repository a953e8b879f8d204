# A report that is too large for memory is read as a stream: it costs no more
# than a small one, and what is found in it is what is found in one that is held.
# One in which there is nothing is not held at all.
#
#   MISPSIFT_LARGE_REPORT_BYTES=5000000000 bash large_report_test.sh MISPSIFT DATA
#
# is the same with a report of any size, and prints what it took.
source "$(dirname "$0")/expect.sh"
bytes=${MISPSIFT_LARGE_REPORT_BYTES:-200000000}
# AddressSanitizer keeps 256 MiB of what was freed, which is not what is measured.
export ASAN_OPTIONS=${ASAN_OPTIONS:-}:quarantine_size_mb=1:thread_local_quarantine_size_kb=64

small_snapshot
small_report "$tmp/small.json"
# Calls whose every value is another one; a planted host in the first of them
# whose text stands across the border of a window of 256 KiB, and one near the
# end.
python3 - "$tmp/large.json" "$bytes" <<'PY'
import sys
path, size = sys.argv[1], int(sys.argv[2])
WINDOW, HOST = 256 * 1024, b"evil.example"
call = (b'{"category":"file","api":"NtCreateFile","status":1,"return_value":"0x0","arguments":[{"name":"FileName","value":'
        b'"C:\\\\Users\\\\eve\\\\@-%d.dat"},{"name":"Buffer","value":"\\u00e9 GET http://@-%d.example/\\r\\n"}]},\n')
block = b"".join(call % (i, i) for i in range(4000))
def planted(padding):
    return b'{"api":"connect","arguments":[{"name":"text","value":"' + b" " * padding + HOST + b' "}]},\n'
with open(path, "wb") as out:
    out.write(b'{"info":{"id":7,"started":1700000000},"target":{"category":"url","url":"http://start.example/"},\n'
              b'"behavior":{"processes":[{"calls":[\n')
    number = 0
    while out.tell() < size:
        out.write(block.replace(b"@", b"%d" % number))
        number += 1
        if number == 20:
            begin = out.tell() + planted(0).index(HOST) + len(HOST) // 2
            out.write(planted(-begin % WINDOW))
    out.write(planted(0))
    out.write(b'{}]}]}}\n')
PY

# run OUT ARGUMENTS... : scans, and prints the peak in KiB and the seconds.
run() {
  python3 - "$mispsift" scan --quiet --snapshot "$tmp/s" --threads 2 --out "$@" <<'PY'
import resource, subprocess, sys, time
begun = time.monotonic()
code = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, round(time.monotonic() - begun, 1))
sys.exit(code)
PY
}

# under_budget KIND "PEAK SECONDS" [MIB] : within 64 MiB, or so many, of what the
# scan of a small report takes.
under_budget() {
  local peak seconds
  read -r peak seconds <<<"$2"
  echo "$1: $seconds s, peak $((peak / 1024)) MiB, $(((peak - small) / 1024)) MiB over a small report's"
  [ $((peak - small)) -le $((${3:-64} * 1024)) ] || fail "$1: a peak of $peak KiB, of a small report $small KiB"
}

read -r small _ <<<"$(run "$tmp/r0" "$tmp/small.json")"
under_budget plain "$(run "$tmp/r1" "$tmp/large.json" --max-report-memory 16777216)"
json "$tmp/r1/reports.jsonl" '[(r["status"], r["checked"], r["matches"], r["bytes"]) for r in d]' \
  "[('ok', 'syntax', 1, $(stat -c %s "$tmp/large.json"))]"
json "$tmp/r1/correlations.jsonl" '[(c["observable"]["value"], c["observable"]["count"]) for c in d]' "[('evil.example', 2)]"

# Nor is what must be mended held, which is two reports here.
python3 - "$tmp/large.json" "$tmp/odd.json" <<'PY'
import sys
with open(sys.argv[1], "rb") as large, open(sys.argv[2], "wb") as odd:
    for line in large:
        odd.write(line.replace(b"NtCreateFile", b"Nt\x01\xe9File").replace(b"{}]}]}}", b'{"calls":]}]}]}}'))
    odd.write(b'\xef\xbb\xbf {"info":{},"target":{}} garbage')
PY
under_budget odd "$(run "$tmp/r9" "$tmp/odd.json" --max-report-memory 16777216)"
json "$tmp/r9/reports.jsonl" '[(r["status"], r["report"]["member"], r["matches"], [n.split(":")[0] for n in r["notes"]]) for r in d]' \
  "[('ok', '1', 1, ['control_bytes', 'invalid_utf8', 'unopened_list']), ('ok', '2', 0, ['byte_order_mark', 'trailing_garbage'])]"
json "$tmp/r9/reports.jsonl" 'sum(r["bytes"] for r in d)' "$(stat -c %s "$tmp/odd.json")"
rm "$tmp/odd.json"

# Nothing in it is known without any of it being held, whatever the budget.
grep -v evil.example "$tmp/large.json" >"$tmp/nothing.json"
gzip -1 <"$tmp/nothing.json" >"$tmp/nothing.json.gz"
under_budget "nothing in it" "$(run "$tmp/r7" "$tmp/nothing.json")"
under_budget "nothing in its gzip" "$(run "$tmp/r8" "$tmp/nothing.json.gz")"
for run in r7 r8; do
  json "$tmp/$run/reports.jsonl" '[(r["status"], r["checked"], r["matches"], r["bytes"]) for r in d]' \
    "[('ok', 'structure', 0, $(stat -c %s "$tmp/nothing.json"))]"
done

# A limit that is given is one.
expect 3 "$mispsift" scan "$tmp/large.json" --snapshot "$tmp/s" --out "$tmp/r2" --max-report-memory 16777216 --max-report-bytes 100000000
json "$tmp/r2/reports.jsonl" 'd[0]["reject"]' "'too_large'"
expect 2 "$mispsift" scan "$tmp/large.json" --snapshot "$tmp/s" --out "$tmp/r2" --max-report-memory 1000

# Held in memory, and packed, it gives the same lines.
if [ "$bytes" -le 1000000000 ]; then
  run "$tmp/r3" "$tmp/large.json" --max-report-memory 8000000000 >"$tmp/held"
  read -r held _ <"$tmp/held"
  [ $((held - small)) -gt $((bytes / 1024)) ] || fail "it was not held, so that nothing is compared"
  gzip -1 <"$tmp/large.json" >"$tmp/large.json.gz"
  under_budget gzip "$(run "$tmp/r4" "$tmp/large.json.gz" --max-report-memory 16777216)"
  sed -i 's/large\.json\.gz/large.json/' "$tmp"/r4/*.jsonl
  for other in r3 r4; do
    for file in correlations.jsonl reports.jsonl fields.jsonl; do
      cmp "$tmp/r1/$file" "$tmp/$other/$file"
    done
  done

  # When its sum turns out to be wrong, all of a gzip was read.
  python3 - "$tmp/large.json.gz" <<'PY'
import os, sys
with open(sys.argv[1], "r+b") as file:
    file.seek(-8, os.SEEK_END)
    byte = file.read(1)[0]
    file.seek(-8, os.SEEK_END)
    file.write(bytes([byte ^ 1]))
PY
  for memory in 16777216 8000000000; do
    expect 3 "$mispsift" scan "$tmp/large.json.gz" --snapshot "$tmp/s" --out "$tmp/r7" --quiet --max-report-memory "$memory"
    json "$tmp/r7/reports.jsonl" '[(r["status"], r["reject"]) for r in d]' "[('rejected', 'bad_archive')]"
    [ ! -s "$tmp/r7/correlations.jsonl" ] || fail "matches in a gzip with a wrong sum"
  done
fi

# A file of very many small reports costs no more than one of them either: what
# is written of a line is not kept until the last one. Most lines match nothing;
# what the triage page lists is bounded apart.
lines=$((bytes < 1000000000 ? 200000 : bytes / 5000))
python3 - "$tmp/many.jsonl" "$lines" <<'PY'
import sys
with open(sys.argv[1], "w") as out:
    for i in range(int(sys.argv[2])):
        host = "evil.example" if i % 1000 == 7 else f"h{i}.example"
        out.write('{"info":{"id":%d,"started":1700000000},"target":{"category":"url","url":"http://start.example/%d"},'
                  '"network":{"domains":[{"domain":"%s","ip":"203.0.113.%d"}]}}\n' % (i, i, host, i % 250))
PY
# The same in a place where it has to wait for the one before it: 16 MiB of what
# waits are in memory, and another thread is at work, which takes as much.
for order in "many.jsonl" "large.json many.jsonl"; do
  under_budget "$order" "$(cd "$tmp" && run "$tmp/r6" $order --max-report-memory 16777216)" \
    $((64 + 32 * ($(wc -w <<<"$order") - 1)))
  json "$tmp/r6/summary.json" 'd["reports"]["seen"]' "$((lines + $(wc -w <<<"$order") - 1))"
  grep -v '"large.json"' "$tmp/r6/reports.jsonl" | python3 -c '
import json, sys
for number, line in enumerate(sys.stdin, 1):
    assert json.loads(line)["report"]["member"] == str(number), line
'
done

# One that is a report a line is told by its first lines.
{ for i in 1 2 3; do tr -d '\n' <"$tmp/small.json"; echo; done; } >"$tmp/lines"
python3 - "$tmp" <<'PY'
import sys
tmp = sys.argv[1]
with open(tmp + "/lines.json", "wb") as out:
    for i in range(60):
        out.write(open(tmp + "/lines", "rb").read())
        out.write(b'{"info":{},"target":{},"x":"' + b"x" * 100_000 + b'"}\n')
    out.write(b'{"info":{},"target":{},"x":"' + b"x" * 4_000_000 + b'"}\n{"cut":\n')
PY
expect 3 "$mispsift" scan "$tmp/lines.json" --snapshot "$tmp/s" --out "$tmp/r5" --max-report-memory 16777216
json "$tmp/r5/reports.jsonl" '(len(d), [r["report"]["member"] for r in d if r["reject"]], [r["reject"] for r in d if r["reject"]])' \
  "(242, ['241', '242'], ['too_large', 'truncated'])"
json "$tmp/r5/summary.json" '(d["reports"]["ok"], d["matches"])' '(240, 180)'
