# A fetch that is killed at any moment leaves the snapshot as it was or as it
# was to become, and the next one goes on from what there is: what comes of it
# in the end is what an undisturbed fetch gives.
#
#   fetch_kill_test.sh MISPSIFT DATA FAKE_MISP [KILLS]
#
# MISPSIFT_KILLS and MISPSIFT_KILL_SEED override the number and the seed.
source "$(dirname "$0")/expect.sh"
source "$(dirname "$0")/fake_server.sh"
kills=${MISPSIFT_KILLS:-${4:-15}}

start_server --events 60 --attributes 4000
control '{"op":"add_warninglist","name":"Known hosts","type":"hostname","values":["benign.example"]}'
echo "$key" >"$tmp/key"
python3 - "$mispsift" "$url" "$tmp" "$kills" "${MISPSIFT_KILL_SEED:-$RANDOM}" <<'PY'
import collections, json, os, random, re, shutil, subprocess, sys, time, urllib.request

mispsift, url, tmp, kills, seed = sys.argv[1:3] + [sys.argv[3]] + [int(sys.argv[4]), int(sys.argv[5])]
print(f"seed {seed}", flush=True)
rng = random.Random(seed)
out = tmp + "/s"
journal = out + ".journal"
PAGE_MS = 60
STAGES = ["any moment", "a part is written", "the snapshot is written"]


def fail(text):
    sys.exit(f"FAIL: seed {seed}, kill {total}: {text}")


def control(op, **call):
    answer = json.load(urllib.request.urlopen(url + "/_control", json.dumps({"op": op, **call}).encode()))
    if not answer["ok"]:
        fail(f"{op} {call}: {answer['problem']}")
    return answer


def searches():
    lines = urllib.request.urlopen(url + "/_requests").read().splitlines()
    return sum(json.loads(line)["path"] == "/attributes/restSearch" for line in lines)


def slow_down():
    control("fault", spec=f"path=/attributes/restSearch,kind=slow,times=0,delay_ms={PAGE_MS}")


def start(path, *more):
    return subprocess.Popen(
        [mispsift, "fetch", "--no-progress", "--out", path, "--misp", url, "--key-file", tmp + "/key",
         "--batch-rows", "250", "--retries", "1", *more],
        stdout=subprocess.DEVNULL, stderr=open(tmp + "/err", "w"))


# How many searches it took to the end.
def undisturbed(path, *more):
    control("clear_faults")
    control("clear_requests")
    if start(path, *more).wait() != 0:
        fail(f"an undisturbed fetch fails: {open(tmp + '/err').read()}")
    slow_down()
    return searches()


# The id of a snapshot that is whole; None where there is none.
def verify(path):
    global verified_attributes
    if not os.path.exists(path):
        return None
    done = subprocess.run([mispsift, "snapshot", "verify", path], capture_output=True, text=True)
    if done.returncode != 0:
        fail(f"snapshot verify: {done.returncode} {done.stderr}")
    found = re.search(r"ok, ([0-9]+) attributes, id ([0-9a-f]+)", done.stdout)
    verified_attributes = int(found[1])
    return found[2]


# What an undisturbed full fetch gives now; the server asked once a state.
def wanted_id():
    global known_id
    if known_id is None:
        undisturbed(tmp + "/full", "--full")
        known_id = verify(tmp + "/full")
        there = control("stats")["attributes"]
        if verified_attributes != there:
            fail(f"a full fetch gets {verified_attributes} attributes of {there}")
    return known_id


def change_server(events):
    global known_id, event_ids, now
    known_id = None
    for event in rng.sample(event_ids, min(events, len(event_ids))):
        uuids = control("attributes", event_id=event)["uuids"]
        live = [uuid for uuid in uuids if uuid not in deleted]
        op = rng.randrange(6)
        # The short index leaves out an event without attributes: that one
        # moves while it has none is seen with the next other change only.
        if op == 0 or not live:
            control("add_attribute", event_id=event, attribute={"type": "domain", "value": f"new{rng.randrange(10**9)}.example"})
        elif op == 1:
            control("edit_attribute", uuid=rng.choice(uuids), attribute={"comment": f"edited {rng.randrange(10**9)}"})
        elif op == 2:
            gone = rng.choice(live)
            deleted.add(gone)
            control("soft_delete_attribute", uuid=gone)
        elif op == 3:
            control("hard_delete_attribute", uuid=rng.choice(uuids))
        elif op == 4 and events < 4 and len(event_ids) > 40:
            control("hard_delete_event", id=event)
            event_ids.remove(event)
            event_ids.append(control("add_event", event={"info": "A new one", "attributes": [
                {"type": "domain", "value": f"made{rng.randrange(10**9)}.example"} for _ in range(rng.randrange(1, 40))]})["id"])
        else:
            control("touch_event", id=event)
    # What changed within the tick is unsettled, and asked for each time again.
    if events > 3 or rng.randrange(4) > 0:
        now += rng.choice([60, 3600])
    control("set_now", now=now)


def parts():
    try:
        return sorted(os.listdir(journal))
    except FileNotFoundError:  # not there yet, or just removed by a fetch
        return []


# What a bad disk or another program does to what a killed fetch left.
def damage_part():
    left = [name for name in parts() if name.endswith(".snapshot")]
    if not left:
        return False
    path = f"{journal}/{rng.choice(left)}"
    size = os.path.getsize(path)
    how = rng.randrange(4)
    if how == 0:
        os.truncate(path, rng.randrange(size))
    elif how == 1:
        with open(path, "r+b") as part:
            for _ in range(20):
                part.seek(rng.randrange(size))
                part.write(bytes([rng.randrange(256)]))
    elif how == 2:  # fine but for the checksum
        whole = open(path, "rb").read()
        with open(path, "wb") as part:
            part.write(whole.replace(b".example", b".exbmple"))
    else:
        shutil.copy(path, f"{journal}/part-{rng.randrange(10**8):08}.snapshot.tmp-{rng.randrange(10**5)}")
    return True


# Whether the process still ran when the moment came.
def wait_for(process, stage, duration):
    end = time.monotonic() + (rng.random() * duration if stage == 0 else duration * 2)
    parts_first = rng.randrange(12) if stage == 1 else 0
    while process.poll() is None and time.monotonic() < end:
        if stage == 0:
            time.sleep(min(0.005, max(0, end - time.monotonic())))
            continue
        names = parts() if stage == 1 else os.listdir(tmp)
        if len(names) >= parts_first and any(".tmp-" in name for name in names):
            time.sleep(rng.random() * (0.003 if stage == 1 else 0.02))
            break
        time.sleep(0.0003)
    return process.poll() is None


total = 0
deleted = set()
event_ids = list(range(1, control("stats")["events"] + 1))
now = control("stats")["now"]
known_id = None
slow_down()
begun = time.monotonic()
if start(tmp + "/first").wait() != 0:
    fail(open(tmp + "/err").read())
duration = time.monotonic() - begun
print(f"undisturbed, a fetch takes {duration:.2f} s", flush=True)

missed = damaged = changes = series = saved = would = halves = 0
at_stage = collections.Counter()
became = collections.Counter()
while total < kills:
    # From nothing, in full, or from what there was with most of it changed.
    series += 1
    kind = rng.choice(["nothing", "full", "changed", "changed"])
    full = ["--full"] if kind == "full" and os.path.exists(out) else []
    if kind == "nothing" and os.path.exists(out):
        os.remove(out)
    if kind == "changed":
        change_server(40)
    held = verify(out)
    series_kills = rng.randrange(1, 7)
    while True:
        stage = rng.choices([0, 1, 2], [6, 2, 2])[0]
        process = start(out, *full)
        running = wait_for(process, stage, duration)
        process.kill()
        code = process.wait()
        if running and code == -9:
            total += 1
            at_stage[STAGES[stage]] += 1
        else:
            missed += 1
            if code != 0:
                fail(f"exit {code} before any kill: {open(tmp + '/err').read()}")
        now_held = verify(out)
        if now_held != held:
            if now_held != wanted_id():
                fail(f"the snapshot is {now_held}, neither {held} nor {wanted_id()}")
            became["new" if code == -9 else "new at its end"] += 1
            held = now_held
        elif code == 0 and held != wanted_id():
            fail(f"a finished fetch left {held}, not {wanted_id()}")
        else:
            became["as it was"] += 1
        if code == 0 or total == kills or series_kills == 1:
            break
        series_kills -= 1
        if rng.randrange(4) == 0:
            changes += 1
            change_server(rng.randrange(1, 4))
        if rng.randrange(3) == 0:
            damaged += damage_part()

    # What the journal saves: the same fetch from the same snapshot without it.
    for path in (tmp + "/alone", tmp + "/full"):
        if os.path.exists(path):
            os.remove(path)
    if os.path.exists(out):
        shutil.copy(out, tmp + "/alone")
    alone = undisturbed(tmp + "/alone", *full)
    took = undisturbed(out, *full)
    would += alone
    saved += alone - took
    if verify(out) != wanted_id():
        fail(f"after its kills a {kind} series ends with {verify(out)}, an undisturbed fetch with {wanted_id()}")
    if verify(tmp + "/alone") != wanted_id():
        fail("a refresh without a journal gives something else")
    if os.path.exists(journal):
        fail(f"left behind: {parts()}")
    for name in os.listdir(tmp):
        if ".tmp-" in name:
            halves += 1
            os.remove(f"{tmp}/{name}")

print(f"{total} kills hit a running fetch, in {series} series; {missed} came after its end")
print("when: " + ", ".join(f"{name} {at_stage[name]}" for name in STAGES))
print("the snapshot then: " + ", ".join(f"{name} {count}" for name, count in sorted(became.items())))
print(f"{changes} changes of the server between kills, {damaged} parts damaged, {halves} half snapshots beside it")
print(f"the last fetch of each series: {would - saved} searches, {would} without the journal: {saved} saved")
if saved <= 0:
    fail("what killed fetches left saves nothing")
PY
