# The same attributes in every form, from a file and from standard input, give
# the same snapshot.
source "$(dirname "$0")/expect.sh"

python3 - "$tmp" <<'PY'
import json, sys, os, random
tmp = sys.argv[1]
random.seed(1)
event = {"uuid": "22222222-2222-4222-8222-222222222222", "id": "5", "info": "An event"}
rows = []
for i in range(200):
    rows.append({"uuid": "11111111-1111-4111-8111-%012d" % i, "id": str(i + 1), "type": "domain",
                 "category": "Network activity", "value": "host%d.example" % i, "to_ids": i % 3 != 0,
                 "timestamp": str(1700000000 + i), "comment": "c", "deleted": False,
                 "disable_correlation": False, "Event": event})
def shuffled(row):
    keys = list(row)
    random.shuffle(keys)
    return {k: row[k] for k in keys}
def numbers(row):
    return dict(row, id=int(row["id"]), timestamp=int(row["timestamp"]), to_ids="1" if row["to_ids"] else 0,
                deleted="0", Event=dict(event, id=5))
def write(name, text):
    open(os.path.join(tmp, name), "w").write(text)
write("envelope.json", json.dumps({"response": {"Attribute": rows}}))
write("pretty.json", json.dumps({"response": {"Attribute": [shuffled(r) for r in rows]}}, indent=4))
write("list.json", json.dumps([numbers(r) for r in rows]))
write("lines.jsonl", "".join(json.dumps(shuffled(r)) + "\n" for r in reversed(rows)))
older = dict(rows[0], value="old.example", timestamp="1600000000")
gone = dict(rows[0], uuid="33333333-3333-4333-8333-333333333333", deleted=True)
write("doubled.jsonl", "".join(json.dumps(r) + "\n" for r in rows + [older, gone]))
PY
ids=()
for form in envelope.json pretty.json list.json lines.jsonl doubled.jsonl; do
  expect 0 "$mispsift" fetch --out "$tmp/s" --attributes "$tmp/$form"
  expect 0 "$mispsift" snapshot info --json "$tmp/s"
  cp "$tmp/out" "$tmp/info.json"
  json "$tmp/info.json" 'd["attributes"], d["events"], d["indicators"]' '200, 1, {"host": 200}'
  ids+=("$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["id"])' "$tmp/info.json")")
done
cat "$tmp/envelope.json" >"$tmp/piped"
expect 0 bash -c '"$1" fetch --out "$2/s" --attributes - <"$2/piped"' _ "$mispsift" "$tmp"
expect 0 "$mispsift" snapshot info --json "$tmp/s"
cp "$tmp/out" "$tmp/info.json"
json "$tmp/info.json" 'd["source"]' '"attributes:-"'
ids+=("$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["id"])' "$tmp/info.json")")
[ "$(printf '%s\n' "${ids[@]}" | sort -u | wc -l)" -eq 1 ] || fail "ids differ: ${ids[*]}"
expect 0 "$mispsift" snapshot verify "$tmp/s"
grep -q ': ok, 200 attributes' "$tmp/out"
expect 0 "$mispsift" snapshot info "$tmp/s"
grep -q '^attributes  200' "$tmp/out"

# One bad line costs one line, and is named.
sed -i '7s/.$//' "$tmp/lines.jsonl"
expect 3 "$mispsift" fetch --out "$tmp/s" --attributes "$tmp/lines.jsonl"
says "lines.jsonl:7"
expect 0 "$mispsift" snapshot info --json "$tmp/s"
cp "$tmp/out" "$tmp/info.json"
json "$tmp/info.json" 'd["attributes"]' 199

# Several sources in one snapshot; a feed with one broken event.
cp -r "$data/sample/feed" "$tmp/feed"
expect 0 "$mispsift" fetch --out "$tmp/s" --feed "$tmp/feed" --attributes "$tmp/envelope.json"
broken=$(ls "$tmp/feed" | grep -E '^[0-9a-f-]{36}\.json$' | head -1)
echo '{"Event":' >"$tmp/feed/$broken"
expect 3 "$mispsift" fetch --out "$tmp/s" --feed "$tmp/feed" --events "$data/sample/feed"
says "$broken"
