# Settings from a file: what is typed comes first, then the environment, then
# the file; what is wrong in it is said with line and column.
source "$(dirname "$0")/expect.sh"
source "$(dirname "$0")/fake_server.sh"
data=$2
start_server --events 3 --attributes 20
echo "$key" >"$tmp/key"
mkdir "$tmp/feed"
cp "$data/sample/feed/"* "$tmp/feed"

# refused TEXT LINE COLUMN WHAT : the file is refused at that place.
refused() {
  printf '%b' "$1" >"$tmp/bad.toml"
  expect 2 "$mispsift" fetch --config "$tmp/bad.toml" --out "$tmp/x" --feed "$tmp/feed"
  says "bad.toml: line $2, column $3"
  says "$4"
}
refused '[fetch]\nbatch_size = 3\n' 2 1 'no such setting: batch_size'
refused 'colour = true\n' 1 1 'no such setting: colour'
refused '[fetsch]\n' 1 2 'no such command: fetsch'
refused '[fetch]\nkey = "secret"\n' 2 1 'no such setting: key'
refused '[fetch]\nbatch_rows = 1979-05-27\n' 2 14 'no string, number'
refused '[scan]\nthreads = [[1]]\n' 2 12 'no string, number'
refused '[fetch\n' 1 7 'line 1'
printf '[fetch]\nbatch_rows = "many"\n' >"$tmp/bad.toml"
expect 2 "$mispsift" fetch --config "$tmp/bad.toml" --out "$tmp/x" --feed "$tmp/feed"
says "--batch-rows"
expect 2 "$mispsift" fetch --config "$tmp/none.toml" --out "$tmp/x" --feed "$tmp/feed"

# A required flag may come from the file; a typed one wins.
cat >"$tmp/c.toml" <<T
quiet = true
[fetch]
out = "$tmp/from_file"
misp = "$url"
key_file = "$tmp/key"
[scan]
snapshot = "$tmp/from_file"
threads = 1
only_ids = "no"
[lookup]
snapshot = "$tmp/from_file"
only_ids = "yes"
[submit]
tag = ["one", "two"]
distribution = 2
threat_level_id = 1
T
expect 0 "$mispsift" fetch --config "$tmp/c.toml"
[ ! -s "$tmp/err" ] || fail "quiet is not"
[ -s "$tmp/from_file" ] || fail "--out of the file"
expect 0 "$mispsift" fetch --config "$tmp/c.toml" --out "$tmp/typed"
[ -s "$tmp/typed" ] || fail "a typed --out"
# The environment comes before the file.
expect 4 env MISP_URL=http://127.0.0.1:1 "$mispsift" fetch --config "$tmp/c.toml" --retries 1
expect 4 env MISP_KEY=wrongKEYwrongKEYwrongKEYwrongKEYwrong001 "$mispsift" fetch --config "$tmp/c.toml" --retries 1
# A source that is typed switches off the one in the file.
control '{"op":"clear_requests"}'
expect 0 "$mispsift" fetch --config "$tmp/c.toml" --out "$tmp/fed" --feed "$tmp/feed"
[ -z "$(requests)" ] || fail "the server of the file is asked"

# Settings of one command are none of another's, though flags are shared.
mkdir "$tmp/reports"
small_report "$tmp/reports/1.json"
expect 0 "$mispsift" scan "$tmp/reports" --config "$tmp/c.toml" --snapshot "$tmp/fed" --out "$tmp/r"
expect 0 "$mispsift" submit "$tmp/r" --config "$tmp/c.toml" --dry-run --distribution 3
cp "$tmp/out" "$tmp/dry.jsonl"
json "$tmp/dry.jsonl" '[([t["name"] for t in e["Event"]["Tag"]], e["Event"]["distribution"], e["Event"]["threat_level_id"]) for e in d]' '[(["one", "two"], "3", "1")]'
expect 0 "$mispsift" submit "$tmp/r" --config "$tmp/c.toml" --dry-run --tag three
grep -q '"Tag":\[{"name":"three"}\]' "$tmp/out" || fail "a typed tag"

# config show: values, origins, and no key.
expect 0 env MISP_KEY=secretKEYsecretKEYsecretKEYsecretKEY0001 MISP_URL=https://env.example "$mispsift" config show --config "$tmp/c.toml"
grep -q '^misp = "https://env.example"  # MISP_URL$' "$tmp/out" || fail "the origin of misp"
grep -q '^distribution = 2  # line 15$' "$tmp/out" || fail "the origin of distribution"
grep -q '^# MISP_KEY is set$' "$tmp/out" || fail "that there is a key"
grep -q '^# batch_rows: ' "$tmp/out" || fail "what is not set"
if grep -q secretKEY "$tmp/out"; then fail "the key is shown"; fi
# What it shows can be read again.
cp "$tmp/out" "$tmp/shown.toml"
expect 0 "$mispsift" config show --config "$tmp/shown.toml"

# The example that comes with it is one.
expect 0 "$mispsift" config show --config "$data/mispsift.toml"
grep -q '^tag = \["sandbox", "tlp:green"\]' "$tmp/out" || fail "the example"
sed 's/^# \([a-z_]* = \)/\1/' "$data/mispsift.toml" >"$tmp/all.toml"
expect 0 "$mispsift" config show --config "$tmp/all.toml"
