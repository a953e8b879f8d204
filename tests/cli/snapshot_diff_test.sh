# snapshot diff: what one snapshot has that another had not, as counts, as lines
# and for a person.
source "$(dirname "$0")/expect.sh"

list() { # list NAME VERSION ENTRIES
  mkdir -p "$tmp/lists/$1"
  printf '{"name":"%s","version":%s,"type":"string","description":"","list":%s,"matching_attributes":["domain"]}' "$1" "$2" "$3" >"$tmp/lists/$1/list.json"
}
known() { # known TYPE VALUE TO_IDS UUID EVENT TIMESTAMP
  printf '{"type":"%s","value":"%s","to_ids":%s,"uuid":"11111111-1111-4111-8111-%012d","timestamp":"%s","Event":{"uuid":"22222222-2222-4222-8222-%012d","id":"%d","info":"Event %d"}}\n' "$1" "$2" "$3" "$4" "$6" "$5" "$5" "$5"
}
{
  known domain kept.example true 1 1 1700000000
  known domain renamed.example true 2 1 1700000000
  known domain quiet.example false 3 1 1700000000
  known domain listed.example true 4 1 1700000000
  known ip-dst 198.51.100.1 true 5 2 1700000000
} >"$tmp/old.jsonl"
{
  known domain kept.example true 1 1 1700000000
  known domain anew.example true 2 1 1700000001
  known domain quiet.example true 3 1 1700000000
  known domain listed.example true 4 1 1700000000
  # \u001b turns colors on, were it not escaped.
  known url 'http://a.example/\u001b[31m' true 6 3 1700000000
  for i in $(seq 7 30); do known domain "n$i.example" false "$i" 3 1700000000; done
} >"$tmp/new.jsonl"
list Same 1 '["nothing.example"]'
list Grown 1 '["one.example","two.example"]'
list Gone 3 '["nowhere.example"]'
expect 0 "$mispsift" fetch --quiet --out "$tmp/old" --attributes "$tmp/old.jsonl" --warninglists "$tmp/lists"
rm -r "$tmp/lists/Gone"
list Grown 2 '["two.example","listed.example","three.example"]'
expect 0 "$mispsift" fetch --quiet --out "$tmp/new" --attributes "$tmp/new.jsonl" --warninglists "$tmp/lists"

expect 0 "$mispsift" snapshot diff "$tmp/old" "$tmp/new" --json
cp "$tmp/out" "$tmp/counts.json"
json "$tmp/counts.json" '[d["old"]["attributes"], d["new"]["attributes"], d["new"]["events"], d["old"]["warninglists"], d["new"]["warninglists"]]' '[5, 29, 2, 3, 2]'
json "$tmp/counts.json" '{k: v for k, v in d["attributes"].items() if k != "by_type"}' '{"added": 25, "removed": 1, "changed": 3, "unchanged": 1,
  "changed_fields": {"value": 1, "to_ids": 1, "timestamp": 1, "warninglists": 1}, "to_ids": {"added": 1, "removed": 1, "set": 1, "cleared": 0}}'
json "$tmp/counts.json" 'd["attributes"]["by_type"]' '{"domain": {"added": 24, "removed": 0, "changed": 3},
  "ip-dst": {"added": 0, "removed": 1, "changed": 0}, "url": {"added": 1, "removed": 0, "changed": 0}}'
json "$tmp/counts.json" 'd["events"]' '{"added": 1, "removed": 1, "changed": 0, "unchanged": 1, "changed_fields": {}}'
json "$tmp/counts.json" 'd["warninglists"]' '{"added": 0, "removed": 1, "changed": 1, "unchanged": 1, "changed_fields": {"version": 1, "entries": 1}}'
for side in old new; do
  expect 0 "$mispsift" snapshot info --json "$tmp/$side"
  for key in id created attributes events warninglists; do
    json "$tmp/counts.json" "d['$side']['$key']" "json.load(open('$tmp/out'))['$key']"
  done
done

expect 0 "$mispsift" snapshot diff "$tmp/old" "$tmp/new" --jsonl
cp "$tmp/out" "$tmp/lines.jsonl"
json "$tmp/lines.jsonl" '[(l["of"], l["change"]) for l in d[:4]]' '[("warninglist", "removed"), ("warninglist", "changed"), ("event", "removed"), ("event", "added")]'
json "$tmp/lines.jsonl" '[l["old"] and l["old"]["warninglist"]["version"] for l in d[:2]] + [d[0]["new"], d[1]["new"]["warninglist"]["version"], d[1]["new"]["warninglist"]["entries"], d[1]["entries_added"], d[1]["entries_removed"]]' '["3", "1", None, "2", 3, 2, 1]'
json "$tmp/lines.jsonl" '[(l["fields"], l["old"]["attribute"]["value"], l["new"]["attribute"]["value"], l["new"]["attribute"].get("warninglists")) for l in d if (l["of"], l["change"]) == ("attribute", "changed")]' '[
  (["value", "timestamp"], "renamed.example", "anew.example", None), (["to_ids"], "quiet.example", "quiet.example", None),
  (["warninglists"], "listed.example", "listed.example", ["Grown"])]'
json "$tmp/lines.jsonl" '[(l["old"]["attribute"]["value"], l["old"]["event"]["info"], l["fields"]) for l in d if (l["of"], l["change"]) == ("attribute", "removed")]' '[("198.51.100.1", "Event 2", [])]'
# The counts are those of the lines.
python3 - "$tmp" <<'PY'
import collections, json, sys
tmp = sys.argv[1]
lines = [json.loads(line) for line in open(f"{tmp}/lines.jsonl")]
counts = json.load(open(f"{tmp}/counts.json"))
found = collections.Counter((line["of"] + "s", line["change"]) for line in lines)
for of in ("attributes", "events", "warninglists"):
    for change in ("added", "removed", "changed"):
        assert found[of, change] == counts[of][change], (of, change)
    fields = collections.Counter(f for line in lines if line["of"] + "s" == of for f in line["fields"])
    assert fields == counts[of]["changed_fields"], of
assert len({line["new"]["attribute"]["uuid"] for line in lines if line["of"] == "attribute" and line["new"]}) == 28
PY

# For a person: the first 20 of each, nothing that steers a terminal.
expect 0 "$mispsift" snapshot diff "$tmp/old" "$tmp/new"
cp "$tmp/out" "$tmp/text"
! grep -q $'\x1b' "$tmp/text" || fail "a value steers the terminal"
for line in 'attributes' '  + 11111111-1111-4111-8111-000000000006 url: http://a.example/\x1b[31m' \
  '  - 11111111-1111-4111-8111-000000000005 ip-dst: 198.51.100.1' '  + and 5 more added' \
  '  ~ 11111111-1111-4111-8111-000000000002 domain: renamed.example -> anew.example  (value, timestamp)' \
  '  ~ Grown, version 1 -> 2, entries +2 -1  (version, entries)' '  - Gone, version 3' \
  '  + 22222222-2222-4222-8222-000000000003 Event 3, attributes +25' \
  '        25          1          3  attributes'; do
  grep -qxF -- "$line" "$tmp/text" || { cat "$tmp/text"; fail "does not say: $line"; }
done

# The same twice; of two that say the same, nothing; and the other way round.
expect 0 "$mispsift" snapshot diff "$tmp/old" "$tmp/new"
cmp "$tmp/out" "$tmp/text"
expect 0 "$mispsift" snapshot diff "$tmp/new" "$tmp/new" --jsonl
[ ! -s "$tmp/out" ] || fail "a snapshot differs from itself"
expect 0 "$mispsift" snapshot diff "$tmp/new" "$tmp/old" --json
json "$tmp/out" '[d["attributes"][k] for k in ("added", "removed", "changed")] + [d["attributes"]["to_ids"]["cleared"]]' '[1, 25, 3, 1]'

# Exit codes.
expect 2 "$mispsift" snapshot diff "$tmp/old"
expect 2 "$mispsift" snapshot diff "$tmp/old" "$tmp/new" "$tmp/new"
expect 2 "$mispsift" snapshot diff "$tmp/old" "$tmp/new" --json --jsonl
head -c 300 "$tmp/new" >"$tmp/short"
for pair in "old none" "none new" "old short" "short new"; do
  set -- $pair
  expect 5 "$mispsift" snapshot diff "$tmp/$1" "$tmp/$2"
  [ ! -s "$tmp/out" ] || fail "says something of half a pair"
done
sed 's/^\(MSIFTSNP\)./\1\x02/' "$tmp/new" >"$tmp/version2"
expect 5 "$mispsift" snapshot diff "$tmp/old" "$tmp/version2"
says version
