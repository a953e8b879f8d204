# The Indexed Job: its YAML is one, says the number of shards alike everywhere,
# and what its containers run, with the variables that Kubernetes sets, gives
# what one scan gives.
source "$(dirname "$0")/expect.sh"
yaml=$(cd "$(dirname "$0")/../../tools/cluster/kubernetes" && pwd)/indexed-job.yaml

mkdir "$tmp/data" "$tmp/bin"
ln -s "$(realpath "$mispsift")" "$tmp/bin/mispsift"
cp -r "$data/sample/archive" "$tmp/data/archive"
expect 0 "$mispsift" fetch --out "$tmp/data/misp.snapshot" --feed "$data/sample/feed"
expect 3 "$mispsift" scan "$tmp/data/archive" --snapshot "$tmp/data/misp.snapshot" --out "$tmp/single"
expect 0 "$mispsift" manifest "$tmp/data/archive" --out "$tmp/data/manifest.jsonl"
python3 - "$yaml" "$tmp" <<'PY'
import os, subprocess, sys, yaml
path, tmp = sys.argv[1:]
scan, merge = yaml.safe_load_all(open(path))
for job in scan, merge:
    assert (job["apiVersion"], job["kind"]) == ("batch/v1", "Job")
assert scan["spec"]["completionMode"] == "Indexed"

def run(job, **more):
    pod = job["spec"]["template"]["spec"]
    assert pod["restartPolicy"] == "Never"
    (container,) = pod["containers"]
    assert [v["name"] for v in pod["volumes"]] == [m["name"] for m in container["volumeMounts"]]
    (mount,) = container["volumeMounts"]
    variables = {v["name"]: v["value"] for v in container["env"]}
    assert variables == {"MISPSIFT_SHARDS": str(scan["spec"]["completions"])}
    command = container["command"] + [a.replace(mount["mountPath"] + "/", tmp + "/data/") for a in container["args"]]
    environment = {"PATH": tmp + "/bin:" + os.environ["PATH"], **variables, **more}
    subprocess.run(command, env=environment, check=True, stderr=subprocess.DEVNULL)

for index in range(scan["spec"]["completions"]):
    run(scan, JOB_COMPLETION_INDEX=str(index))
run(merge)
PY
for file in correlations.jsonl reports.jsonl fields.jsonl enrichment; do
  diff -r "$tmp/single/$file" "$tmp/data/merged/$file"
done
