# Sourced behind expect.sh by tests of submit.

# results FOLDER ANALYSIS... : the result folder of a scan that found these. An
# ANALYSIS is a Python dict of what differs from one that tells something for
# every mode, under the keys of fields.jsonl and of its "report"; "matches" is
# a list of (attribute uuid, event uuid, confidence), "known" one of uuids.
results() {
  python3 - "$@" <<'PY'
import json, os, sys
folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
fields = open(folder + "/fields.jsonl", "w")
correlations = open(folder + "/correlations.jsonl", "w")
for i, text in enumerate(sys.argv[2:]):
    analysis = {
        "id": f"{i:032x}", "source": "/a.json", "member": None,
        "dialect": "cuckoo2", "task_id": str(i),
        "started": "2024-01-02T03:04:05Z", "score": 5.0,
        "target": {"category": "file", "name": "a.exe", "md5": "a" * 32,
                   "sha1": "a" * 40, "sha256": "a" * 64, "url": None},
        "target_file": {"sha512": "a" * 128, "ssdeep": "3:abc:def", "size": 9},
        "urls": [f"http://{i}.evil.example/a"],
        "domains": [{"domain": f"{i}.domain.example", "ip": "192.0.2.7"}],
        "hosts": ["192.0.2.7", "198.51.100.1"],
        "configs": [{"family": "Family", "urls": ["http://c2.example/"],
                     "mutexes": ["config mutex"], "user_agents": ["Agent/1"]}],
        "document_urls": ["http://lure.example/"],
        "dropped": [{"name": "drop.dll", "md5": "b" * 32}],
        "ids_files": [{"md5": "c" * 32}],
        "dns_answers": [{"domain": "", "ip": "198.51.100.3"}],
        "user_agents": ["Mozilla/4.0"], "mutexes": ["mutex"],
        "regkeys": ["HKEY_CURRENT_USER\\Software\\Evil"],
        "read_regkeys": ["HKEY_CURRENT_USER\\Software\\Read"],
        "signatures": [{"name": "sig", "description": "Does it"}],
        "warninglisted": [], "matches": [], "known": []}
    analysis.update(eval(text))
    report = {key: analysis.pop(key) for key in
              ("id", "source", "member", "dialect", "task_id", "started",
               "score", "target")}
    matches = analysis.pop("matches")
    analysis["known_events"] = [{"uuid": u, "id": "1"} for u in analysis.pop("known")]
    line = {"report": report, "matches": len(matches), **analysis}
    fields.write(json.dumps(line) + "\n")
    for attribute, event, confidence in matches:
        correlations.write(json.dumps(
            {"report": report, "confidence": confidence,
             "attribute": {"uuid": attribute}, "event": {"uuid": event}}) + "\n")
json.dump({"finished": "2026-01-02T00:00:00Z"}, open(folder + "/summary.json", "w"))
PY
}

# What is in the drafts that were printed last: titles, "type value" of each
# attribute, and sightings.
dry_values() {
  cp "$tmp/out" "$tmp/dry.jsonl"
  python3 - "$tmp/dry.jsonl" "$1" "$2" <<'PY'
import json, sys
lines = [json.loads(l) for l in open(sys.argv[1])]
events = [l["Event"] for l in lines if "Sighting" not in l]
sightings = [s for l in lines for s in l.get("Sighting", [])]
titles = [e["info"] for e in events]
attributes = [a for e in events for a in e["Attribute"]]
objects = [o for e in events for o in e["Object"]]
values = [a["type"] + " " + a["value"] for a in attributes]
got, wanted = eval(sys.argv[2]), eval(sys.argv[3])
if got != wanted:
    sys.exit(f"FAIL: {sys.argv[2]} is {got!r}, not {wanted!r}")
PY
}
