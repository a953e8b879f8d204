#!/usr/bin/env bash
# make_corpus <binary>: the same seed gives the same bytes, another seed others;
# all of it is valid JSON; what truth.jsonl and nearmiss.jsonl say stands in the
# reports does stand there, and no string of a report equals an indicator that
# they do not name.
set -euo pipefail
binary=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

options=(--reports 120 --indicators 3000 --match-rate 60 --size-median 60000
         --max-size 400000)
"$binary" --out "$dir/a" --seed 11 "${options[@]}" >"$dir/out.txt"
"$binary" --out "$dir/b" --seed 11 "${options[@]}" >/dev/null
"$binary" --out "$dir/c" --seed 12 "${options[@]}" >/dev/null
grep -q 'seed 11: 120 reports' "$dir/out.txt"
diff -r "$dir/a" "$dir/b"
for file in attributes.json $(cd "$dir/a" && ls reports/*); do
  if cmp -s "$dir/a/$file" "$dir/c/$file"; then
    echo "another seed gave the same $file" >&2
    exit 1
  fi
done

# A folder that holds something is left alone.
status=0
"$binary" --out "$dir/a" --seed 11 2>"$dir/err.txt" || status=$?
[[ $status == 2 ]] && grep -q 'not an empty folder' "$dir/err.txt"
status=0
"$binary" --no-such-flag >/dev/null 2>&1 || status=$?
[[ $status == 2 ]]
# No report matches at a rate of 0, nearly all do at 100.
"$binary" --out "$dir/none" --reports 20 --match-rate 0 --size-median 1 \
  --indicators 100 >/dev/null
[[ ! -s $dir/none/truth.jsonl && -s $dir/none/nearmiss.jsonl ]]

python3 - "$dir/a" <<'EOF'
import collections, hashlib, json, os, re, sys

root = sys.argv[1]
def load(path):
    with open(os.path.join(root, path), encoding="utf-8") as f:
        return json.load(f)
def lines(path):
    with open(os.path.join(root, path), encoding="utf-8") as f:
        return [json.loads(line) for line in f]

# The feed: every event named, every attribute the same in attributes.json.
manifest = load("feed/manifest.json")
listed = {name[:-5] for name in os.listdir(os.path.join(root, "feed"))
          if name.endswith(".json")} - {"manifest"}
assert listed == set(manifest), listed ^ set(manifest)
attributes, objects, hashes = {}, 0, set()
for uuid in manifest:
    event = load(f"feed/{uuid}.json")["Event"]
    assert event["uuid"] == uuid and event["info"] == manifest[uuid]["info"]
    in_objects = [a for o in event["Object"] for a in o["Attribute"]]
    objects += len(in_objects)
    for attribute in event["Attribute"] + in_objects:
        attributes[attribute["uuid"]] = attribute
        parts = (attribute["value"].split("|") if "|" in attribute["type"]
                 else [attribute["value"]])
        if not attribute["deleted"]:
            hashes |= {(hashlib.md5(p.encode()).hexdigest(), uuid)
                       for p in parts}
assert len(attributes) == 3000 and objects > 100
assert {a["type"] for a in attributes.values()} >= {
    "md5", "sha256", "filename|sha256", "ip-dst", "ip-dst|port", "domain",
    "domain|ip", "url", "mutex", "regkey|value", "named pipe", "ssdeep"}
assert any(a["deleted"] for a in attributes.values())
assert any(not a["to_ids"] for a in attributes.values())
rest = load("attributes.json")["response"]["Attribute"]
assert len(rest) == 3000
for attribute in rest:
    for key in ("type", "value", "to_ids", "deleted"):
        assert attribute[key] == attributes[attribute["uuid"]][key]
with open(os.path.join(root, "feed/hashes.csv")) as f:
    assert {tuple(line.strip().split(",")) for line in f} == hashes

# Reserved names and addresses only.
for attribute in attributes.values():
    if attribute["type"] in ("domain", "hostname"):
        assert re.search(r"\.(example|test|invalid)$", attribute["value"])
    if attribute["type"] in ("ip-dst", "ip-src"):
        assert re.match(r"(192\.0\.2|198\.51\.100|203\.0\.113)\.|2001:db8:",
                        attribute["value"])

def at(node, path):
    for key, index in re.findall(r'\.([A-Za-z_][\w-]*)|\[(\d+)\]', path):
        node = node[key] if key else node[int(index)]
    return node
def strings(node, path="$"):
    stack = [node]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)
        elif isinstance(node, str):
            yield node

truth, near = lines("truth.jsonl"), lines("nearmiss.jsonl")
assert len(truth) > 150 and len(near) > 30, (len(truth), len(near))
by_report = collections.defaultdict(list)
for line in truth:
    by_report[line["report"]].append((line, False))
for line in near:
    by_report[line["report"]].append((line, True))

names = sorted(os.listdir(os.path.join(root, "reports")))
assert names == [f"r{i:06}.json" for i in range(1, 121)]
# Values that stand nowhere by chance: an index of what must not be found in a
# report whose truth does not name it.
whole = {}
for attribute in attributes.values():
    for part in attribute["value"].split("|"):
        if len(part) > 8:
            whole.setdefault(part, attribute["uuid"])
kinds, wheres = collections.Counter(), collections.Counter()
for name in names:
    path = os.path.join(root, "reports", name)
    assert os.path.getsize(path) < 430000, (name, os.path.getsize(path))
    report = load(f"reports/{name}")
    named = {line["attribute_uuid"] for line, _ in by_report[name]}
    for line, is_near in by_report[name]:
        attribute = attributes[line["attribute_uuid"]]
        node = at(report, line["path_hint"])
        kinds[line["kind"]] += 1
        wheres[line["where"]] += 1
        if is_near:
            assert line["value"] == attribute["value"]
            if line["reason"] == "the attribute is deleted":
                assert attribute["deleted"]
                continue
            shown = (f'{node["protocol"]}://{node["host"]}{node["uri"]}'
                     if line["assembled"] else node)
            assert line["text"] in shown, (line, node)
            assert line["text"] != line["value"]
            if "|" not in line["value"]:
                assert line["value"].split("://")[-1] in line["text"]
            continue
        assert not attribute["deleted"] and attribute["to_ids"] == line["to_ids"]
        value = line["value"]
        if not line["assembled"]:
            flat = node.replace(":", "") if "fingerprint" in line["path_hint"] \
                else node
            assert value in flat, (line, node)
            if line["match"] == "basename":
                assert node.endswith("\\" + value), (line, node)
        elif line["kind"] == "ip-port":
            port = node.get("dport", node.get("dstport"))
            ip = node.get("dst", node.get("dstip"))
            assert value == (f"[{ip}]:{port}" if ":" in ip else f"{ip}:{port}")
        elif line["kind"] == "url":
            assert value == f'{node["protocol"]}://{node["host"]}{node["uri"]}'
        else:
            assert value == f'{node["regkey"]}|{node["value"]}'
        if line["match"] in ("exact", "url") and line["kind"] != "ip-port":
            assert value.split("://")[-1] in attribute["value"] or \
                value == attribute["value"]
    # A string that is an attribute's value belongs to one that is named.
    for text in strings(report):
        owner = whole.get(text)
        assert owner is None or owner in named, (name, text)
assert len(kinds) >= 15, kinds
assert set(wheres) >= {"target", "dropped", "network", "behavior", "strings",
                       "signature"}, wheres
raw = b"".join(open(os.path.join(root, "reports", n), "rb").read()
               for n in names)
for escape in (b"\\u0000", b"\\u00e", b"\\/", b", \n"):
    assert escape in raw, escape
EOF
echo "make_corpus: ok"
