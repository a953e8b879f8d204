# Reports as careless writers leave them: each is read to its end, its match is
# found, and its line says what is odd. What could have meant several things is
# rejected, with the byte in the file.
source "$(dirname "$0")/expect.sh"

small_snapshot
python3 - "$tmp/odd" <<'PY'
import os, sys
folder = sys.argv[1]
os.mkdir(folder)

def write(name, content):
    open(f"{folder}/{name}.json", "wb").write(content)

head = b'{"info":{"id":7},"target":{},'
hosts = b'"network":{"domains":[{"domain":"evil.example"}]}'
write("a_clean", head + hosts + b"}")
write("byte_order_mark", b"\xef\xbb\xbf" + head + hosts + b"}")
write("control_bytes", head + b'"x":"a\nb\x01",' + hosts + b"}")
write("duplicate_keys", head + b'"network":{"domains":[]},' + hosts + b"}")
write("invalid_utf8", head + b'"x":"caf\xe9 \xff\xfe",' + hosts + b"}")
write("lone_surrogates", head + b'"x":"\\udc00",' + hosts + b"}")
write("long_integer", head + b'"x":123456789012345678901234567890,' + hosts + b"}")
write("not_a_number", head + b'"x":[NaN,Infinity],' + hosts + b"}")
write("trailing_garbage", head + hosts + b'}\n"}]')
write("unopened_list", head + b'"behavior":{"processes":[{"calls": \n  ]}]},' + hosts + b"}")
# The odd string is the one that matches.
write("within", head + b'"strings":["\xff\x01 http://evil.example/\n"]}')
# In one file, without a line each.
write("z_two", head + hosts + b"}" + head + b'\n"x":"\x02",' + hosts + b"}\n")
# Nothing of these can be told.
write("zz_escape", head + b'"x":"\xff\\q",' + hosts + b"}")
write("zz_quote", head + b'"x":"a"b"","y":1,' + hosts + b"}")
write("zz_short", head + b'"x":"\xff')
write("zz_utf16", (head + hosts + b"}").decode().encode("utf-16"))
PY
expect 3 "$mispsift" scan "$tmp/odd" --snapshot "$tmp/s" --out "$tmp/r"
python3 - "$tmp/r" <<'PY'
import json, sys
read = lambda name: [json.loads(line) for line in open(f"{sys.argv[1]}/{name}.jsonl")]
name = lambda r: r["report"]["source"].rsplit("/", 1)[1][:-5] + (":" + r["report"]["member"] if r["report"]["member"] else "")
expected = {
    "a_clean": [],
    "byte_order_mark": ["byte_order_mark: 1, first at byte 0"],
    "control_bytes": ["control_bytes: 2, first at byte 35"],
    "duplicate_keys": [],
    "invalid_utf8": ["invalid_utf8: 3, first at byte 37"],
    "lone_surrogates": ["lone_surrogates: 1, first at byte 34"],
    "long_integer": [],
    "not_a_number": ["not_a_number: 2, first at byte 34"],
    "trailing_garbage": ["trailing_garbage: 3, first at byte 80"],
    "unopened_list": ["unopened_list: 1, first at byte 67"],
    "within": ["control_bytes: 2, first at byte 42", "invalid_utf8: 1, first at byte 41"],
    "z_two:1": [],
    "z_two:2": ["control_bytes: 1, first at byte 114"],
}
rejected = {
    "zz_escape": ("not_json", "an escape that JSON does not know, at byte 35"),
    "zz_quote": ("not_json", "neither a comma nor the object's end, at byte 36"),
    "zz_short": ("truncated", None),
    "zz_utf16": ("not_utf8", "UTF-16, not UTF-8, at byte 0"),
}
reports = {name(r): r for r in read("reports")}
assert list(reports) == sorted([*expected, *rejected]), list(reports)
for report, notes in expected.items():
    line = reports[report]
    assert line["status"] == "ok" and line["checked"] == "syntax", line
    assert line["notes"] == notes, (report, line["notes"])
    assert line["matches"] == 1, line
for report, (reject, detail) in rejected.items():
    line = reports[report]
    assert (line["status"], line["reject"]) == ("rejected", reject), line
    assert detail in (None, line["detail"]), line
    assert line["notes"] == [] and line["matches"] is None, line
assert sorted(map(name, read("correlations"))) == sorted(expected)
summary = json.load(open(f"{sys.argv[1]}/summary.json"))
assert summary["bytes"] == sum(r["bytes"] for r in reports.values())
PY
# What is too large for memory is read as a stream, and told of alike: all of
# them as they would be with more blanks, but for one that is not mended, whose
# detail has the words of another parser.
python3 - "$tmp/odd" "$tmp/large" <<'PY'
import os, sys
odd, large = sys.argv[1:]
os.mkdir(large)
for name in os.listdir(odd):
    if name not in ("zz_short.json", "zz_utf16.json"):
        text = open(f"{odd}/{name}", "rb").read()
        open(f"{large}/{name}", "wb").write(text.replace(b"{", b"{" + b" " * 4_000_000, 1))
PY
expect 3 "$mispsift" scan "$tmp/large" --snapshot "$tmp/s" --out "$tmp/held" --max-report-memory 8000000000
expect 3 "$mispsift" scan "$tmp/large" --snapshot "$tmp/s" --out "$tmp/streamed" --max-report-memory 16777216
json "$tmp/streamed/reports.jsonl" '[r["status"] for r in d]' '["ok"] * 13 + ["rejected"] * 2'
for file in reports.jsonl correlations.jsonl fields.jsonl; do
  cmp "$tmp/held/$file" "$tmp/streamed/$file"
done
# What is sifted, what is walked and what is looked at by fields agree.
expect 3 "$mispsift" scan "$tmp/odd" --snapshot "$tmp/s" --out "$tmp/verified" --verify 100 --threads 1
cmp "$tmp/r/reports.jsonl" "$tmp/verified/reports.jsonl"
expect 3 "$mispsift" scan "$tmp/odd" --snapshot "$tmp/s" --out "$tmp/fields" --depth fields
json "$tmp/fields/reports.jsonl" '[r["status"] for r in d]' '["ok"] * 13 + ["rejected"] * 4'
