# A feed that submit writes is whole when fetch reads it again, objects and
# files included, and its hashes are those that MISP looks values up by.
source "$(dirname "$0")/expect.sh"
source "$(dirname "$0")/results.sh"

mkdir -p "$tmp/1/reports"
echo a sample >"$tmp/1/binary"
hash=$(sha256sum <"$tmp/1/binary" | cut -d' ' -f1)
all=(--mode 'maldoc ipaddr hashes url config dropped registry registry_read mutexes network signatures ids_files' --upload-sample)
analysis="{'source': '$tmp/1/reports/report.json', 'target': {'name': 'ä \$.exe', 'sha256': '$hash'},
  'mutexes': ['a|b', 'ä'], 'ids_files': [{'md5': 'c' * 32, 'sha1': 'c' * 40, 'sha256': 'c' * 64, 'ssdeep': '3:abc:def'}],
  'dropped': [{'name': 'drop.dll', 'md5': 'b' * 32, 'sha1': 'b' * 40, 'sha256': 'b' * 64, 'sha512': 'b' * 128, 'ssdeep': '3:ghi:jkl', 'type': 'PE32', 'size': 7}],
  'domains': [{'domain': 'pair.example', 'ip': '2001:db8::1'}, {'domain': 'alone.example', 'ip': ''}]}"
results "$tmp/r" "$analysis" '{}'

# feed FOLDER TYPES : its hashes, and all of it in a snapshot.
feed() {
  python3 - "$1" "$2" >"$tmp/values" <<'PY'
import glob, hashlib, json, sys
folder, wanted = sys.argv[1], set(sys.argv[2].split())
hashes, types = [], set()
for file in glob.glob(folder + "/*-*.json"):
    event = json.load(open(file))["Event"]
    for a in event["Attribute"] + [a for o in event["Object"] for a in o["Attribute"]]:
        types.add(a["type"])
        parts = a["value"].split("|") if "|" in a["type"] or a["type"] == "malware-sample" else [a["value"]]
        hashes += [f"{hashlib.md5(p.encode()).hexdigest()},{event['uuid']}" for p in parts]
        print(a["uuid"], "-" if a["disable_correlation"] else a["type"], json.dumps(a["value"]))
if types != wanted:
    sys.exit(f"FAIL: types {types ^ wanted} too many or too few")
if sorted(hashes) != sorted(open(folder + "/hashes.csv").read().splitlines()):
    sys.exit("FAIL: hashes.csv is not of the values")
PY
  expect 0 "$mispsift" fetch --quiet --out "$tmp/s" --feed "$1"
  expect 0 "$mispsift" snapshot info --json "$tmp/s"
  cp "$tmp/out" "$tmp/info.json"
  json "$tmp/info.json" 'd["attributes"]' "$(cut -d' ' -f1 "$tmp/values" | sort -u | wc -l)"
  # Each value that may match is found, by the attribute that was drafted.
  python3 - "$mispsift" "$tmp/s" "$tmp/values" <<'PY'
import json, subprocess, sys
rows = [l.split(" ", 2) for l in open(sys.argv[3])]
silent = {"text", "comment", "-"}
rows = [(u, t, json.loads(v)) for u, t, v in rows if t not in silent]
for uuid, kind, value in rows:
    found = set()
    for part in value.split("|") if "|" in kind or kind == "malware-sample" else [value]:
        answer = subprocess.run([sys.argv[1], "lookup", "--snapshot", sys.argv[2], "--only-ids", "no", "--", part],
                                check=True, capture_output=True, text=True).stdout
        found |= {m["attribute"]["uuid"] for m in json.loads(answer)["matches"]}
    if uuid not in found:
        sys.exit(f"FAIL: {kind} {value} ({uuid}) is not found again")
PY
}

expect 0 "$mispsift" submit "$tmp/r" --feed-out "$tmp/plain" --quiet "${all[@]}"
feed "$tmp/plain" 'filename|md5 filename|sha1 filename|sha256 malware-sample url domain|ip domain ip-dst text mutex user-agent md5 sha1 sha256 ssdeep regkey comment'
expect 0 "$mispsift" submit "$tmp/r" --feed-out "$tmp/objects" --objects --quiet "${all[@]}"
feed "$tmp/objects" 'md5 sha1 sha256 sha512 ssdeep filename malware-sample size-in-bytes url hostname domain ip-dst text mutex user-agent regkey'
