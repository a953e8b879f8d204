# scan --format: correlations.csv and correlations.ecs.ndjson, read by strict
# readers, say what correlations.jsonl says, whatever a report or MISP puts in.
source "$(dirname "$0")/expect.sh"

# The bundled sample: one thread and several write the same bytes.
cd "$data/sample"
expect 0 "$mispsift" fetch --quiet --out "$tmp/s" --feed feed
for threads in 1 4; do
  expect 3 "$mispsift" scan archive --snapshot "$tmp/s" --out "$tmp/r$threads" --threads $threads --format csv,ecs
done
for file in correlations.csv correlations.ecs.ndjson; do
  cmp "$tmp/r1/$file" "$tmp/r4/$file"
done

# A hostile report and a hostile MISP.
cat >"$tmp/attributes.jsonl" <<'J'
{"type":"filename","value":"=cmd|' /C calc'!A0.exe","to_ids":true,"comment":"+1,\"2\"\n@SUM(A1)","uuid":"11111111-1111-4111-8111-111111111111","timestamp":"1700000000","Event":{"uuid":"22222222-2222-4222-8222-222222222222","id":"5","info":"\t=1\u202e\u0000;","Orgc":{"name":"-1"}}}
J
printf '{"info":{"id":7,"started":1700000000},"target":{"category":"@\xff\\u0000\\r\\nx\\"y","file":{"name":"=cmd|%s /C calc%s!A0.exe"}},"network":{},"behavior":{"summary":{}}}' "'" "'" >"$tmp/@report.json"
expect 0 "$mispsift" fetch --quiet --out "$tmp/h" --attributes "$tmp/attributes.jsonl"
cd "$tmp"
expect 0 "$mispsift" scan @report.json --snapshot "$tmp/h" --out "$tmp/hostile" --format ecs --format csv
expect 0 "$mispsift" scan @report.json --snapshot "$tmp/h" --out "$tmp/raw" --format csv --csv-raw

python3 - "$tmp" <<'PY'
import csv, json, os, sys
tmp = sys.argv[1]

def read(folder):
    lines = [json.loads(l) for l in open(f"{tmp}/{folder}/correlations.jsonl", encoding="utf-8")]
    with open(f"{tmp}/{folder}/correlations.csv", newline="", encoding="utf-8") as f:
        rows = list(csv.DictReader(f, strict=True))
    assert len(rows) == len(lines) > 0, folder
    return lines, rows

def same(folder, guard):
    for line, row in zip(*read(folder)):
        report, target = line["report"], line["report"]["target"]
        observable, attribute, event = line["observable"], line["attribute"], line["event"]
        expected = {
            "report_id": report["id"], "source": report["source"], "member": report["member"],
            "dialect": report["dialect"], "task_id": report["task_id"], "started": report["started"],
            **{f"target_{key}": target[key] for key in target},
            "observable_kind": observable["kind"], "observable_value": observable["value"],
            "where": ";".join(observable["where"]), "first_path": observable["paths"][0],
            "count": observable["count"], "match": line["match"], "confidence": line["confidence"],
            **{f"attribute_{key}": attribute[key] for key in ("uuid", "id", "type", "category", "value", "comment")},
            "to_ids": "true" if attribute["to_ids"] else "false",
            "attribute_tags": ";".join(attribute["tags"]),
            **{f"event_{key}": event[key] for key in ("uuid", "id", "info", "date", "org")},
            "threat_level_id": event["threat_level_id"], "event_tags": ";".join(event["tags"])}
        assert (report["score"] is None) == (row["score"] == ""), row
        if row.pop("score"):
            pass
        assert row.keys() == expected.keys(), row.keys() ^ expected.keys()
        for key, value in expected.items():
            value = "" if value is None else str(value).replace("\0", "\ufffd")
            if guard and value[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") and value:
                value = "'" + value
            assert row[key] == value, (folder, key, row[key], value)

same("r1", True)
same("hostile", True)
same("raw", False)
row = read("hostile")[1][0]
assert row["source"] == "'@report.json" and row["target_category"] == "'@\ufffd\ufffd\r\nx\"y", row

for folder in ("r1", "hostile"):
    lines, _ = read(folder)
    documents = [json.loads(l) for l in open(f"{tmp}/{folder}/correlations.ecs.ndjson", encoding="utf-8")]
    assert len(documents) == len(lines)
    for line, document in zip(lines, documents):
        matched = document["threat"]["enrichments"][0]["matched"]
        assert matched["atomic"] == line["observable"]["value"]
        assert matched["id"] == line["attribute"]["uuid"]
        assert document["labels"]["report_id"] == line["report"]["id"]
        if line["report"]["started"]:
            assert document["@timestamp"][:19] == line["report"]["started"][:19]
PY

# Without the flag there are no such files, and none of an earlier scan's stay.
expect 0 "$mispsift" scan @report.json --snapshot "$tmp/h" --out "$tmp/hostile"
[ ! -e "$tmp/hostile/correlations.csv" ] && [ ! -e "$tmp/hostile/correlations.ecs.ndjson" ] || fail "stayed"

expect 2 "$mispsift" scan @report.json --snapshot "$tmp/h" --out "$tmp/x" --format csv,xml
says "no such format: xml; there are csv ecs"
expect 2 "$mispsift" scan @report.json --snapshot "$tmp/h" --out "$tmp/x" --csv-raw
[ ! -e "$tmp/x" ] || fail "a mistake left a folder"
