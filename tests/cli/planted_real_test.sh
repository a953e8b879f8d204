# Values taken from the real reports themselves, from fields and from API call
# arguments, are found in every report that holds them; their parts are not.
# What holds what is worked out here with Python's json, not with our code.
source "$(dirname "$0")/expect.sh"
real=$3

python3 - "$real/reports" "$tmp" <<'PY'
import glob, json, os, re, sys, uuid
folder, tmp = sys.argv[1:3]
HASH = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}
IPV4 = re.compile(r"^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.|$)){4}(?<!\.)$")
SPECIAL = re.compile(r"^(0\.|10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|22[4-9]\.|23\d\.|255\.255)")
HOST = re.compile(r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.[A-Za-z][A-Za-z0-9-]+$")

def strings(node, path=()):
    if isinstance(node, dict):
        for k, v in node.items():
            if k in ("misp", "virustotal", "pcap_sha256", "sorted_pcap_sha256", "dns_servers", "path"):
                continue
            yield from strings(v, path + (k,))
    elif isinstance(node, list):
        for v in node:
            yield from strings(v, path)
    elif isinstance(node, str):
        yield path, node

def planted_type(path, text):
    """The attribute type that a field or argument claims for its whole text."""
    key, sections = path[-1].lower(), [p.lower() for p in path]
    if "|" in text or "\n" in text or "\r" in text or "\0" in text or text != text.strip() or not text or len(text) > 500:
        return None
    if not text.isascii():
        return None
    if key in ("md5", "sha1", "sha256", "sha512") and len(text) in HASH and re.fullmatch("[0-9a-fA-F]+", text):
        if not any(s in ("signature", "digital_signers", "tls", "certificate") or "sign" in s for s in sections[1:]) and key == HASH[len(text)]:
            return HASH[len(text)]
    if sections[0] == "network" and key in ("hosts", "ip", "dst", "src") and IPV4.match(text) and not SPECIAL.match(text):
        return "ip-dst"
    if sections[0] == "network" and key in ("domain", "request", "hostname") and HOST.match(text):
        return "domain"
    if key in ("url", "uri") and re.match(r"^https?://[^\s/]+/", text) and "calls" not in sections:
        return "url"
    if key in ("user-agent", "user_agent", "useragent"):
        return "user-agent"
    if key in ("mutexes", "mutex", "mutant_name") and not text.startswith("(null"):
        return "mutex"
    if key in ("keys", "read_keys", "write_keys", "regkey", "regkey_opened", "regkey_read", "regkey_written") and text.upper().startswith("HK"):
        return "regkey"
    if key in ("files", "file_created", "file_opened", "file_read", "file_written", "filepath") and re.match(r"^[A-Za-z]:\\[^*?<>]+[^\\*?<>]$", text):
        return "filename"
    return None

reports = {}
for f in sorted(glob.glob(folder + "/*.json")):
    try:
        reports[os.path.basename(f)] = list(strings(json.load(open(f))))
    except ValueError:
        pass
planted = {}  # (type, value) -> reports in which such a field says so
for name, found in reports.items():
    for path, text in found:
        kind = planted_type(path, text) if path else None
        if kind:
            planted.setdefault((kind, text), set()).add(name)
# API call arguments of the list form say their name beside them.
def pairs(node):
    if isinstance(node, dict):
        if isinstance(node.get("name"), str) and isinstance(node.get("value"), str):
            yield node["name"], node["value"]
        for v in node.values():
            yield from pairs(v)
    elif isinstance(node, list):
        for v in node:
            yield from pairs(v)
calls = 0
for name in reports:
    for argument, text in pairs(json.load(open(folder + "/" + name)).get("behavior", {})):
        kind = {"MutexName": "mutex", "FileName": "filename", "SubKey": None, "Registry": None}.get(argument)
        if kind == "filename" and not re.match(r"^[A-Za-z]:\\[^*?<>]+[^\\*?<>]$", text):
            continue
        if kind and planted_type(("x", "mutex" if kind == "mutex" else "filepath"), text):
            planted.setdefault((kind, text), set()).add(name)
            calls += 1
# At most 400 of a type, spread evenly, and all that stand in several reports.
by_type = {}
for (kind, text), where in sorted(planted.items()):
    by_type.setdefault(kind, []).append(((kind, text), where))
chosen = {}
for kind, rows in by_type.items():
    for row in rows[:: max(1, len(rows) // 400)] + [r for r in rows if len(r[1]) > 1][:200]:
        chosen[row[0]] = row[1]
event = {"uuid": str(uuid.uuid4()), "id": "1", "info": "planted"}
def attribute(kind, text):
    return {"uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, kind + "|" + text)), "type": kind, "value": text, "to_ids": True, "Event": event}
with open(tmp + "/planted.jsonl", "w") as out:
    for kind, text in chosen:
        out.write(json.dumps(attribute(kind, text)) + "\n")

# Parts: what is left of a value when its last or first letter is cut off, and
# a hash cut down to a shorter hash's length. Kept only where such a part
# stands nowhere between other characters.
parts = set()
for kind, text in list(chosen):
    if kind in ("md5", "sha1", "sha256", "sha512"):
        if len(text) > 32:
            parts.add(("md5", text[:32]))
    elif kind == "domain":
        if text[0].isalnum() and text[1].isalnum():
            parts.add((kind, text[1:]))
    elif text[-1].isalnum() and text[-2].isalnum():
        parts.add((kind, text[:-1]))
everything = "\n".join(t for found in reports.values() for _, t in found).lower()
words = set(re.findall(r"[^\x00-\x20\"'`<>|(){}\[\],;=*?]+", everything))
lines = set(everything.split("\n"))
def stands(part):
    part = part.lower()
    return part in lines or part in words
parts = sorted(p for p in parts if not stands(p[1]))[:1500]
with open(tmp + "/parts.jsonl", "w") as out:
    for kind, text in parts:
        out.write(json.dumps(attribute(kind, text)) + "\n")
json.dump([[kind, text, sorted(where)] for (kind, text), where in chosen.items()], open(tmp + "/planted.json", "w"))
print({k: len(v) for k, v in by_type.items()}, len(chosen), "planted,", calls, "from call arguments,", len(parts), "parts")
assert len(chosen) > 1000 and len(parts) > 500 and calls > 10
PY

expect 0 "$mispsift" fetch --out "$tmp/s" --attributes "$tmp/planted.jsonl"
expect 3 "$mispsift" scan "$real/reports" --snapshot "$tmp/s" --out "$tmp/r" --verify 100
json "$tmp/r/summary.json" 'd["reports"]' '{"seen":37,"ok":36,"rejected":{"not_a_report":1}}'
expect 0 "$mispsift" fetch --out "$tmp/p" --attributes "$tmp/parts.jsonl"
expect 3 "$mispsift" scan "$real/reports" --snapshot "$tmp/p" --out "$tmp/rp" --fold exact --verify 100
python3 - "$tmp" <<'PY'
import json, os, sys
tmp = sys.argv[1]
found = {}
for line in open(tmp + "/r/correlations.jsonl"):
    c = json.loads(line)
    found.setdefault((c["attribute"]["type"], c["attribute"]["value"]), {})[os.path.basename(c["report"]["source"])] = c["confidence"]
rejected = {os.path.basename(r["report"]["source"]) for r in map(json.loads, open(tmp + "/r/reports.jsonl")) if r["status"] != "ok"}
# 20 is what is left of names that say nothing.
missed = [(kind, text, name) for kind, text, where in json.load(open(tmp + "/planted.json"))
          for name in where if name not in rejected
          and (sure := found.get((kind, text), {}).get(name, 0)) < 50 and sure != 20]
for m in missed[:20]:
    print("missed", m)
invented = [json.loads(l) for l in open(tmp + "/rp/correlations.jsonl")]
for c in invented[:20]:
    print("invented", c["attribute"]["type"], c["attribute"]["value"], c["observable"]["paths"][:2], c["report"]["source"])
print(len(missed), "missed,", len(invented), "invented")
sys.exit(1 if missed or invented else 0)
PY
