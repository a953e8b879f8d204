# Every bound of a scan, by default or set low: what is over it is refused under
# its name, the rest of the archive is scanned, and the exit code says so.
source "$(dirname "$0")/expect.sh"
small_snapshot
small_report "$tmp/report.json"

# The archives: each has a whole report as its first and as its last member.
python3 - "$tmp" <<'PY'
import gzip, io, sys, tarfile, warnings, zipfile
tmp = sys.argv[1]
report = open(tmp + "/report.json", "rb").read()
warnings.simplefilter("ignore")

def zip_of(*members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return bytearray(out.getvalue())

def tar_of(*members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue()

def write(name, content):
    open(f"{tmp}/{name}", "wb").write(content)

first, last = ("1.json", report), ("3.json", report)
blanks = report + b" " * 100_000
write("large.zip", zip_of(first, ("2.json", blanks), last))
write("many.tar", tar_of(first, last, *[(f"{i}.bin", b"") for i in range(9)]))
write("nested.tar", tar_of(first, ("2.zip", zip_of(("in.json.gz", gzip.compress(report)), ("in.json", report))), last))
deep = report.replace(b'"behavior":{', b'"behavior":{"x":' + b"[" * 600 + b"]" * 600 + b",")
write("deep.zip", zip_of(first, ("2.json", deep), last))
write("whole.zip", zip_of(*[(f"{i}.json", report + b" " * 20_000) for i in range(9)]))

locked = zip_of(first, ("2.json", report), last)
header, record = locked.index(b"PK\3\4", 4), locked.index(b"PK\1\2", locked.index(b"PK\1\2") + 1)
locked[header + 6] |= 1  # the flag alone: nobody has the password
locked[record + 8] |= 1
write("locked.zip", locked)
damaged = zip_of(first, ("2.json", report + b" "), last)
damaged[damaged.index(b"PK\3\4", 4) + 40] ^= 0xff
write("damaged.zip", damaged)
write("cut.tar", tar_of(first, ("2.json", blanks))[:5000])
write("empty.zip", zip_of())
PY

# refuses NAME MEMBER REASON OPTIONS... : exactly MEMBER (null: the archive as
# a whole) is refused; the archive's other reports are read and match.
refuses() {
  local archive=$1 member=$2 reason=$3
  shift 3
  expect 3 "$mispsift" scan "$tmp/$archive" --snapshot "$tmp/s" --out "$tmp/o" "$@"
  json "$tmp/o/reports.jsonl" '[(r["report"]["member"], r["reject"]) for r in d if r["status"] == "rejected"]' "[($member, '$reason')]"
  json "$tmp/o/reports.jsonl" 'all(r["detail"] for r in d if r["reject"])' True
  json "$tmp/o/reports.jsonl" '[r["report"]["member"] for r in d if r["status"] == "ok" and r["matches"] == 1]' "$others"
  json "$tmp/o/summary.json" 'd["reports"]["rejected"]' "{'$reason': 1}"
}
# reads NAME OPTIONS... : nothing is refused.
reads() {
  local archive=$1
  shift
  expect 0 "$mispsift" scan "$tmp/$archive" --snapshot "$tmp/s" --out "$tmp/o" "$@"
}

others='["1.json", "3.json"]'
refuses large.zip '"2.json"' too_large --max-report-bytes 100000
refuses large.zip '"2.json"' ratio_limit --max-ratio 20 --ratio-floor-bytes 50000
reads large.zip --max-ratio 20 --ratio-floor-bytes 500000
reads large.zip --max-ratio 2000 --ratio-floor-bytes 50000
refuses locked.zip '"2.json"' encrypted
refuses damaged.zip '"2.json"' bad_archive
refuses deep.zip '"2.json"' too_deep
reads deep.zip --max-json-nesting 700
refuses many.tar None too_many_members --max-members 5
reads many.tar --max-members 11
refuses nested.tar '"2.zip"' nested_too_deep --max-nesting 0
others='["1.json"]'
refuses cut.tar '"2.json"' bad_archive
others='["1.json", "2.zip/in.json", "3.json"]'
refuses nested.tar '"2.zip/in.json.gz"' nested_too_deep
reads nested.tar --max-nesting 2
others='["0.json", "1.json", "2.json", "3.json", "4.json"]'
refuses whole.zip None ratio_limit --max-ratio 20 --archive-floor-bytes 100000
reads whole.zip --max-ratio 20
others='[]'
refuses empty.zip None bad_archive

# What a bound is by default is in the help; what it cannot be is a mistake.
expect 0 "$mispsift" scan --help
tr -s ' \n' ' ' <"$tmp/out" >"$tmp/help"
for bound in "--max-report-bytes .*1 GiB.*too_large" "--max-ratio .*1000.*ratio_limit" \
  "--ratio-floor-bytes .*64 MiB" "--archive-floor-bytes .*1 GiB" "--max-members .*1000000.*too_many_members" \
  "--max-nesting .*default 1.*nested_too_deep" "--max-json-nesting .*512.*too_deep"; do
  grep -q -e "$bound" "$tmp/help" || fail "--help does not say: $bound"
done
for mistake in "--max-report-bytes 0" "--max-ratio 0" "--max-ratio -1" "--ratio-floor-bytes x" "--archive-floor-bytes -1" \
  "--max-members 0" "--max-nesting 9" "--max-nesting -1" "--max-json-nesting 0" "--max-json-nesting 1001"; do
  expect 2 "$mispsift" scan "$tmp/report.json" --snapshot "$tmp/s" --out "$tmp/o" $mistake
done
