# A submit that is killed at any moment, from a server that fails in between,
# leaves a ledger from which the next one goes on: in the end the server holds
# everything that was to be sent, once, and the ledger says so.
#
#   submit_kill_test.sh MISPSIFT DATA FAKE_MISP [KILLS]
#
# MISPSIFT_KILLS and MISPSIFT_KILL_SEED override the number and the seed.
source "$(dirname "$0")/expect.sh"
source "$(dirname "$0")/fake_server.sh"
kills=${MISPSIFT_KILLS:-${4:-15}}

start_server
echo "$key" >"$tmp/key"
python3 - "$mispsift" "$url" "$tmp" "$kills" "${MISPSIFT_KILL_SEED:-$RANDOM}" <<'PY'
import collections, hashlib, json, os, random, shutil, subprocess, sys, time, urllib.request, uuid

mispsift, url, tmp, kills, seed = sys.argv[1:3] + [sys.argv[3]] + [int(sys.argv[4]), int(sys.argv[5])]
print(f"seed {seed}", flush=True)
rng = random.Random(seed)
STAGES = ["any moment", "while it plans", "as a request comes in"]
WRITES = ["/events/add", "/events/edit", "/attributes/add", "/sightings/bulkSaveSightings"]
# {path} stands for one that stores.
FAULTS = {
    "stored, then cut": "path={path},kind=stored-then-cut,times=2",
    "stored partly, the rest later": "path=/events/add,kind=stored-partly,rows={rows},delay_ms=20,times=2",
    "stored partly, the rest never": "path=/events/add,kind=stored-partly,rows={rows},times=2",
    "504, though stored": "path={path},kind=status,status=504,stored=1,times=2",
    "503": "path={path},kind=status,status=503",
    "slow": "path={path},kind=slow,delay_ms=30,times=3",
    "half an answer": "path={path},kind=truncate,bytes=20",
    "a search is cut": "path=/events/restSearch,kind=cut,bytes=10",
    # Then everyone waits for a second.
    "429": 'path={path},kind=status,status=429,body={{"name":"Rate limit exceeded."}}',
}


def fail(text):
    sys.exit(f"FAIL: seed {seed}, round {rounds}, kill {total}: {text}")


def control(op, **call):
    answer = json.load(urllib.request.urlopen(url + "/_control", json.dumps({"op": op, **call}).encode()))
    if not answer["ok"]:
        fail(f"{op} {call}: {answer['problem']}")
    return answer


def requests():
    return [json.loads(line) for line in urllib.request.urlopen(url + "/_requests").read().splitlines()]


def writes():
    return [request for request in requests() if any(path in request["path"] for path in WRITES)]


# Notes what was asked since the last call.
def count_requests():
    for request in requests():
        asked["/".join(request["path"].split("/")[:3])] += 1
        if request["path"].startswith("/events/add") and request["status"] == 404:
            asked["events that were there when they were added"] += 1
    control("clear_requests")


def host(number):
    return f"60.{number >> 16}.{number >> 8 & 255}.{number & 255}"


# The results of a scan that nobody has sent yet; some of its samples, and
# attributes of theirs, are in events of the server.
def write_results(folder):
    global next_number
    os.makedirs(folder)
    known = []
    for _ in range(rng.randrange(3, 40)):
        attributes = [{"uuid": str(uuid.UUID(int=rng.getrandbits(128), version=4)), "type": "domain",
                       "value": f"known{rng.getrandbits(60):x}.example"} for _ in range(rng.randrange(1, 8))]
        event = str(uuid.UUID(int=rng.getrandbits(128), version=4))
        control("add_event", event={"uuid": event, "info": f"known {event}", "attributes": attributes})
        known.append((event, [attribute["uuid"] for attribute in attributes]))
    with open(folder + "/fields.jsonl", "w") as fields, open(folder + "/correlations.jsonl", "w") as correlations:
        for _ in range(rng.randrange(40, 151)):
            next_number += 1
            name = f"{rounds}-{next_number}"
            report = {"id": name, "source": name, "member": None, "dialect": "cuckoo2", "task_id": name,
                      "started": f"2026-01-{rng.randrange(1, 4):02}T03:04:05", "score": None,
                      "target": {"category": "file", "name": f"{name}.exe", "url": None,
                                 **{kind: hashlib.new(kind, name.encode()).hexdigest() for kind in ("md5", "sha1", "sha256")}}}
            matches = []
            known_in = []
            if rng.randrange(4) == 0:
                event, attributes = rng.choice(known)
                matches = [(event, attribute) for attribute in rng.sample(attributes, rng.randrange(1, len(attributes) + 1))]
                if rng.randrange(2) == 0:
                    known_in = [{"uuid": event, "id": None}]
            numbers = range(next_number * 8, next_number * 8 + rng.randrange(1, 8))
            fields.write(json.dumps({
                "report": report, "urls": [f"http://u{n}.example/a" for n in numbers[:2]],
                "domains": [{"domain": f"d{n}.example", "ip": None} for n in numbers[:3]],
                "hosts": [host(n) for n in numbers], "configs": [],
                "matches": len(matches), "known_events": known_in, "warninglisted": []}) + "\n")
            for event, attribute in matches:
                correlations.write(json.dumps({"report": report, "confidence": 90, "attribute": {"uuid": attribute},
                                               "event": {"uuid": event}}) + "\n")
    with open(folder + "/summary.json", "w") as summary:
        json.dump({"finished": "2026-01-03T00:00:00Z"}, summary)


def command(results, flags):
    return [mispsift, "submit", results, "--misp", url, "--title", "Analysis {task_id}", "--sighting-source",
            f"round {rounds}", *flags]


def start(results, flags):
    return subprocess.Popen(
        [*command(results, flags), "--no-progress", "--key-file", tmp + "/key", "--retry-delay", "0.05"],
        stdout=subprocess.DEVNULL, stderr=open(tmp + "/err", "w"))


def finish(results, flags):
    code = start(results, flags).wait()
    if code != 0:
        fail(f"a submit to the end: exit {code}: {open(tmp + '/err').read()}")


# Uuids of what a submit would send: attributes with their event and object.
def wanted_of(results, flags):
    done = subprocess.run([*command(results, flags), "--dry-run", "--quiet"], capture_output=True, text=True)
    if done.returncode != 0:
        fail(f"--dry-run: exit {done.returncode}: {done.stderr}")
    wanted = collections.defaultdict(list)
    for line in map(json.loads, done.stdout.splitlines()):
        event = line["Event"]
        wanted["sightings"] += [(one["uuid"], one["attribute_uuid"]) for one in line.get("Sighting", [])]
        if "info" not in event:
            continue
        wanted["events"].append(event["uuid"])
        wanted["attributes"] += [(one["uuid"], event["uuid"], None) for one in event["Attribute"]]
        for held in event.get("Object", []):
            wanted["objects"].append((held["uuid"], event["uuid"]))
            wanted["attributes"] += [(one["uuid"], event["uuid"], held["uuid"]) for one in held["Attribute"]]
    return wanted


# The same of what the server holds, `known` events and earlier rounds apart.
def held_by_server():
    contents = control("contents")["contents"]
    if contents["duplicates"]:
        fail(f"there twice: {contents['duplicates'][:5]}")
    held = collections.defaultdict(list)
    for event in contents["events"]:
        if event["info"].startswith("known ") or event["uuid"] in earlier:
            continue
        held["events"].append(event["uuid"])
        objects = {one["id"]: one["uuid"] for one in event["objects"]}
        held["attributes"] += [(one["uuid"], event["uuid"], objects.get(one["object_id"])) for one in event["attributes"]]
        held["objects"] += [(one["uuid"], event["uuid"]) for one in event["objects"]]
    held["sightings"] = [(one["uuid"], one["attribute_uuid"]) for one in contents["sightings"]
                         if one["source"] == f"round {rounds}"]
    return held


def check(results, flags, wanted):
    held = held_by_server()
    for what in ("events", "objects", "attributes", "sightings"):
        if collections.Counter(held[what]) != collections.Counter(wanted[what]):
            missing, more = set(wanted[what]) - set(held[what]), set(held[what]) - set(wanted[what])
            fail(f"{what}: {len(held[what])} there, {len(wanted[what])} wanted; missing {list(missing)[:3]}, too many {list(more)[:3]}")
    done = subprocess.run([mispsift, "submit", results, "--status", "--json"], capture_output=True, check=True)
    [ledger] = json.loads(done.stdout)["destinations"]
    for what in ("events", "objects", "attributes", "sightings"):
        there = ledger[what]["stored"] + ledger[what]["exists"]
        if there != len(wanted[what]) or there != sum(ledger[what].values()):
            fail(f"the ledger says of {len(wanted[what])} {what}: {ledger[what]}")
    if ledger["problems"]:
        fail(f"the ledger names {ledger['problems'][:3]}")
    count_requests()
    control("clear_faults")
    finish(results, flags)
    if writes():
        fail(f"sent once more: {writes()[0]['path']}")
    control("clear_requests")
    for what in wanted:
        sent[what] += len(wanted[what])


def spoil():
    control("clear_faults")
    for _ in range(rng.choice([0, 1, 1, 2])):
        name = rng.choices(list(FAULTS), [8] * (len(FAULTS) - 1) + [1])[0]
        control("fault", spec=f"skip={rng.randrange(12)}," + FAULTS[name].format(
            path=rng.choice(["/events/add", "/events/add", "/sightings/bulk"]), rows=rng.randrange(6)))
        faults[name] += 1


# Whether the process still ran when the moment came.
def wait_for(process, stage, duration):
    if stage == 2:
        count = rng.choice([1, rng.randrange(1, 8), rng.randrange(1, 60)])
        while process.poll() is None and len(writes()) < count:
            time.sleep(0.0005)
        time.sleep(rng.choice([0, rng.random() * 0.01]))
    else:
        end = time.monotonic() + rng.random() * (duration if stage == 0 else 0.1)
        while process.poll() is None and time.monotonic() < end:
            time.sleep(min(0.005, max(0, end - time.monotonic())))
    return process.poll() is None


total = rounds = missed = next_number = ledgers_lost = 0
earlier = set()
sent = collections.Counter()
asked = collections.Counter()
faults = collections.Counter()
at_stage = collections.Counter()
kinds = collections.Counter()
duration = 1.0
while total < kills:
    rounds += 1
    # The first rounds are one of each kind.
    kind = rounds % 4
    loses_ledger = kind == 3 or kind == 0 and rng.randrange(4) == 0
    flags = ["--connections", str(rng.choice([1, 2, 2, 4]))]
    if kind == 1 or rng.randrange(3) == 0:
        flags += ["--objects"]
    if kind == 2 or rng.randrange(4) == 0:
        flags += ["--group-by", "batch", "--batch-attributes", str(rng.choice([30, 100]))]
    kinds["objects" if "--objects" in flags else "plain attributes"] += 1
    kinds["batches" if "batch" in flags else "an event a report"] += 1
    kinds["ledger lost" if loses_ledger else "ledger kept"] += 1
    results = f"{tmp}/results{rounds}"
    write_results(results)
    wanted = wanted_of(results, flags)
    if not all(wanted[what] for what in ("events", "attributes", "sightings")):
        fail(f"nothing to send: {wanted}")
    control("write_latency", request_us=rng.choice([1000, 4000, 10000]), attribute_us=rng.choice([100, 500, 1500]))
    # Few kills, and yet rounds of every kind.
    series_kills = rng.randrange(3, max(4, min(12, kills // 4)))
    while True:
        spoil()
        stage = rng.choices([0, 1, 2], [5, 2, 5])[0]
        process = start(results, flags)
        running = wait_for(process, stage, duration)
        process.kill()
        code = process.wait()
        count_requests()
        if running and code == -9:
            total += 1
            at_stage[STAGES[stage]] += 1
            series_kills -= 1
        else:
            missed += 1
            if code != 0:
                fail(f"exit {code} before any kill: {open(tmp + '/err').read()}")
        if code == 0 or total == kills or series_kills == 0:
            break
        if loses_ledger and rng.randrange(2) == 0:
            ledgers_lost += 1
            for name in os.listdir(tmp):
                if name.startswith(f"results{rounds}.outbox"):
                    os.remove(f"{tmp}/{name}")
    spoil()
    begun = time.monotonic()
    finish(results, flags)
    # Of a whole run, more or less.
    duration = max(0.3, min(2.0, time.monotonic() - begun))
    check(results, flags, wanted)
    earlier.update(wanted["events"])
    shutil.rmtree(results)

print(f"{total} kills hit a running submit, in {rounds} rounds; {missed} came after its end")
print("when: " + ", ".join(f"{name} {at_stage[name]}" for name in STAGES))
print("rounds: " + ", ".join(f"{name} {count}" for name, count in sorted(kinds.items())) + f"; ledgers lost {ledgers_lost}")
print("faults: " + ", ".join(f"{name} {count}" for name, count in sorted(faults.items())))
print("there once, and noted so: " + ", ".join(f"{count} {what}" for what, count in sent.items()))
print("asked: " + ", ".join(f"{name} {count}" for name, count in sorted(asked.items())))
PY
