# scan, lookup and explain keep to what is typed, backfill writes to its own
# folders, and they do what they ever did; who holds a key leaves no core dump.
source "$(dirname "$0")/expect.sh"
unset MISP_KEY

small_snapshot
mkdir "$tmp/reports" "$tmp/results" "$tmp/prom"
small_report "$tmp/reports/1.json"
ln -s reports "$tmp/link_in"
ln -s results "$tmp/link_out"
ln -s s "$tmp/link_s"
touch "$tmp/prom/real.prom"
ln -s prom/real.prom "$tmp/link.prom"

# The same results, whatever is a link, and from a folder that has to be made.
expect 0 "$mispsift" scan "$tmp/link_in" --snapshot "$tmp/link_s" --out "$tmp/link_out" --metrics "$tmp/link.prom"
says confined
[ -s "$tmp/prom/real.prom" ] || fail "no metrics"
cd "$tmp"
expect 0 "$mispsift" scan link_in --no-confine --snapshot s --out free
says "not confined"
expect 0 "$mispsift" scan link_in --snapshot s --out made/by/the/scan --metrics m.prom
for file in reports.jsonl correlations.jsonl fields.jsonl; do
  cmp free/$file made/by/the/scan/$file
  diff <(sed "s|$tmp/||g" results/$file) free/$file || fail "$file through links"
done
expect 0 "$mispsift" explain "$tmp/link_in/1.json" --snapshot "$tmp/link_s"
grep -q '1 matched' "$tmp/out"
expect 0 "$mispsift" lookup --snapshot "$tmp/link_s" evil.example
json "$tmp/out" 'd["verdict"]' '"matched"'

# More paths than there are rules for.
for i in $(seq 5000); do echo "$tmp/reports/1.json"; done >"$tmp/list"
expect 0 "$mispsift" scan - --snapshot "$tmp/s" --out "$tmp/r" <"$tmp/list"
json "$tmp/r/summary.json" 'd["reports"]["ok"]' 5000
! grep -qF 'its inputs' "$tmp/err" || fail "5000 rules"

# threads_are WANTED FLAGS... : of each thread of a long scan, whether it is shut in
# (1) or not (0).
threads_are() {
  local pid got
  for i in $(seq 200); do cat "$tmp/list"; done |
    "$mispsift" scan - --quiet --threads 2 --snapshot "$tmp/s" --out "$tmp/long" "${@:2}" 2>/dev/null &
  pid=$!
  for i in $(seq 600); do [ -s "$tmp/long/reports.jsonl" ] && break; sleep 0.05; done
  got=$(sed -n 's/^NoNewPrivs:\t//p' /proc/$pid/task/*/status | sort | uniq | paste -sd' ')
  kill $pid
  wait $pid || true
  rm -r "$tmp/long"
  [ "$got" = "$1" ] || fail "threads shut in: '$got', not '$1'"
}
threads_are 0 --no-confine
expect 0 "$mispsift" scan "$tmp/reports" --snapshot "$tmp/s" --out "$tmp/r"
if grep -qF '(Landlock ' "$tmp/err"; then
  says "confined to its inputs and its results"
  threads_are 1
else
  echo "not checked: the kernel has no Landlock"
fi

# backfill: whatever is a link; but a link in its folders that leads out of them
# is not followed.
mkdir disk feed
ln -s disk link_results
ln -s feed link_feed
mkdir snapshots links
cp s snapshots/real
before=$(stat -c %i snapshots/real)
ln -s ../snapshots/real links/snap
cat >b.toml <<'T'
[backfill]
paths = ["reports"]
results = "link_results"
snapshot = "links/snap"
metrics = "link.prom"
max_snapshot_age = 0
[fetch]
attributes = ["attributes.jsonl"]
[submit]
feed_out = "link_feed"
T
: >prom/real.prom
expect 0 "$mispsift" backfill --config b.toml --state state/is/made --cache cache/is/made
[ "$(stat -c %i snapshots/real)" != "$before" ] || fail "backfill fetched nothing"
for file in disk/000001/summary.json feed/manifest.json state/is/made/state.sqlite cache/is/made/000001.keys prom/real.prom; do
  [ -s $file ] || fail "backfill wrote no $file"
done
shut_in=$(grep -c 'confined to what it writes (Landlock ' "$tmp/err" || true)
rm -r disk/000001
mkdir elsewhere
ln -s ../elsewhere disk/000001
if [ "$shut_in" -eq 1 ]; then
  expect 1 "$mispsift" backfill --config b.toml --state again
  says "000001"
  [ -z "$(ls elsewhere)" ] || fail "backfill writes elsewhere"
fi
expect 0 "$mispsift" backfill --config b.toml --state again --no-confine
says "not confined"
[ -s elsewhere/summary.json ] || fail "backfill does not write elsewhere"

# dumps COMMAND... : whether it leaves a core dump when it is aborted; it is
# waiting for its standard input by then.
dumps() {
  python3 - "$@" <<'PY'
import os, resource, signal, subprocess, sys, time
def most():
    limit = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (limit, limit))
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, preexec_fn=most)
def waits():
    state = open(f"/proc/{child.pid}/stat").read().rsplit(")", 1)[1].split()[0]
    name = os.path.basename(os.readlink(f"/proc/{child.pid}/exe"))
    return state == "S" and name == os.path.basename(sys.argv[1])
calm = 0
while calm < 20:
    time.sleep(0.02)
    calm = calm + 1 if waits() else 0
child.send_signal(signal.SIGABRT)
status = os.waitpid(child.pid, 0)[1]
sys.exit(0 if os.WCOREDUMP(status) else 1)
PY
}
mkdir "$tmp/cores" "$tmp/conf"
printf '[misp]\nurl = https://misp.example\napikey = secret\n' >"$tmp/conf/processing.conf"
cd "$tmp/cores"
if dumps "$mispsift" fetch --out "$tmp/s2" --attributes - --no-progress; then fail "fetch leaves a core dump"; fi
if if MISP_KEY=secret dumps "$mispsift" lookup --snapshot "$tmp/s" --no-confine; then fail "a key from the environment"; fi
dumps "$mispsift" lookup --snapshot "$tmp/s" --cuckoo-conf "$tmp/conf" --no-confine; then fail "a key from Cuckoo's files"; fi
dumps "$mispsift" lookup --snapshot "$tmp/s" --no-confine || echo "not checked: nobody leaves a core dump here"
