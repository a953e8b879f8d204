# A nightly job that is killed at any moment, again and again, leaves in the end
# what an undisturbed one leaves: the same results, byte for byte, and the same
# events in the feed.
#
#   backfill_kill_test.sh MISPSIFT DATA MAKE_CORPUS [KILLS]
#
# MISPSIFT_KILLS and MISPSIFT_KILL_SEED override the number and the seed.
source "$(dirname "$0")/expect.sh"
data=$2
kills=${MISPSIFT_KILLS:-${4:-15}}
python3 - "$mispsift" "$data" "$tmp" "$kills" "${MISPSIFT_KILL_SEED:-$RANDOM}" <<'PY'
import os, random, shutil, signal, subprocess, sys, time

mispsift, data, tmp, kills, seed = sys.argv[1:4] + [int(sys.argv[4]), int(sys.argv[5])]
print(f"seed {seed}", flush=True)
rng = random.Random(seed)
archive = tmp + "/archive"
report = open(data + "/sample/archive/analyses/1/reports/report.json").read()
stages = {}


def fail(text):
    sys.exit(f"FAIL: seed {seed}, kill {killed}, night {night}: {text}")


def config(state):
    open(f"{tmp}/{state}.toml", "w").write(f'''no_progress = true
[backfill]
paths = ["{archive}"]
state = "{tmp}/{state}"
max_snapshot_age = 1000
shard_bytes = 30000
[fetch]
feed = ["{data}/sample/feed"]
[scan]
threads = 1
[submit]
feed_out = "{tmp}/{state}.feed"
max_events = 100000
known = "submit"
''')


def start(state):
    return subprocess.Popen([mispsift, "backfill", "--config", f"{tmp}/{state}.toml"],
                            stdout=subprocess.DEVNULL, stderr=open(f"{tmp}/{state}.err", "w"))


# Runs it to its end; seconds.
def finish(state):
    begun = time.monotonic()
    code = start(state).wait()
    if code not in (0, 3):
        fail(f"exit {code}: {open(f'{tmp}/{state}.err').read()}")
    return time.monotonic() - begun


def more_reports(night):
    os.makedirs(f"{archive}/{night}")
    for i in range(rng.randrange(1, 25)):
        number = night * 1000 + i
        open(f"{archive}/{night}/{i}.json", "w").write(report.replace('"id": 1', f'"id": {number}').replace('"id":1', f'"id":{number}'))
    if rng.random() < 0.5:
        shutil.copytree(data + "/sample/archive", f"{archive}/{night}/sample")


# Where the job stood when it was killed.
def stage():
    state = tmp + "/killed"
    if not os.path.exists(state + "/state.sqlite"):
        return "before the first run"
    if not os.path.exists(state + "/run/manifest"):
        return "between runs"
    shards = [f for f in os.listdir(state + "/run") if f.startswith("shard-")]
    return "in a shard" if shards else "planned"


def same(a, b, what):
    for name in sorted(set(os.listdir(a)) | set(os.listdir(b))):
        if name in ("summary.json", "index.html"):
            continue
        left, right = os.path.join(a, name), os.path.join(b, name)
        if not os.path.exists(left) or not os.path.exists(right):
            fail(f"{what}: {name} is in one of them only")
        if os.path.isdir(left):
            same(left, right, what)
        elif open(left, "rb").read() != open(right, "rb").read():
            fail(f"{what}: {left} differs")


killed = night = 0
config("calm")
config("killed")
os.mkdir(archive)
while killed < kills:
    night += 1
    more_reports(night)
    seconds = finish("calm")
    while killed < kills:
        job = start("killed")
        try:
            job.wait(timeout=rng.random() * seconds * 1.2)
            break  # it was done before
        except subprocess.TimeoutExpired:
            job.send_signal(signal.SIGKILL)
            job.wait()
            killed += 1
            stages[stage()] = stages.get(stage(), 0) + 1
    finish("killed")
    same(tmp + "/calm/results", tmp + "/killed/results", "results")
    # An analysis that does not say when it began is dated by the scan.
    if sorted(os.listdir(tmp + "/calm.feed")) != sorted(os.listdir(tmp + "/killed.feed")):
        fail("the feeds hold other events")
    if os.path.exists(tmp + "/killed/run"):
        fail("the run is not cleared away")
print(f"{killed} kills in {night} nights: {stages}")
PY
