#!/usr/bin/env bash
# try_unit.sh PACKAGE.deb FAKE_MISP: boots a bare Debian 12 of its own under
# systemd-nspawn, with the package in it, and runs the nightly job there as the
# README says, on the bundled sample, with the tests' server (which listens on this
# machine, whose network it shares). Fails when the unit does not work, does not
# shut the job in, or leaves things elsewhere than the README says. Needs
# systemd-container besides what bare_debian.sh does.
source "$(dirname "$0")/bare_debian.sh"
fake_misp=$(realpath "$2")
key=exampleKEYexampleKEYexampleKEYexample001

bare_debian "$1"
echo "== Installing"
installs systemd /srv/mispsift.deb
archive=$root/home/cuckoo/.cuckoo/storage/analyses
inside groupadd cuckoo
mkdir -p "$archive"
cp -r "$sample/archive/." "$archive"
echo secret >"$root/home/cuckoo/other"
inside chgrp -R cuckoo /home/cuckoo/.cuckoo
chmod -R o= "$root/home/cuckoo/.cuckoo"

# It ends for want of a snapshot, and has said by then how it is confined.
{ inside mispsift backfill /srv/sample --state /srv/state 2>&1 || true; } | grep confined >"$root/srv/confined"
cat "$root/srv/confined"

"$fake_misp" --key "$key" --port-file "$root/srv/port" >"$root/srv/server.log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true; rm -rf --one-file-system "$root"' EXIT
for _ in $(seq 600); do [ -s "$root/srv/port" ] && break; sleep 0.05; done
url=http://127.0.0.1:$(cat "$root/srv/port")

echo "$key" >"$root/srv/key"
cat >"$root/srv/mispsift.toml" <<T
no_progress = true
[backfill]
paths = ["/home/cuckoo/.cuckoo/storage/analyses"]
metrics = "mispsift.prom"
max_snapshot_age = 0
[fetch]
misp = "$url"
feed = ["/srv/sample/feed"]
[submit]
misp = "$url"
known = "submit"
sightings = "none"
T
cat >"$root/srv/override.conf" <<'U'
[Service]
SupplementaryGroups=cuckoo
BindReadOnlyPaths=/home/cuckoo/.cuckoo/storage/analyses
MemoryMax=8G
ExecStartPost=+/bin/sh -c 'cd /var/lib/prometheus/node-exporter && install -m 644 %S/mispsift/mispsift.prom .mispsift && mv .mispsift mispsift.prom'
ExecStartPre=/bin/sh /srv/shut_in.sh
U

# What the job can and cannot, as said from within.
cat >"$root/srv/shut_in.sh" <<'S'
set -e
never() { if "$@"; then echo "it can: $*"; exit 1; fi; }
test "$(id -u)" -ne 0
grep -q "^exampleKEY" "$MISP_KEY_FILE"
touch file
never chmod u+s file
rm file
never cat /etc/mispsift/key
never ls /home/cuckoo/other
never touch /etc/x
never touch /srv/x
never touch /home/cuckoo/.cuckoo/storage/analyses/x
never kill -0 1
never unshare --user true
grep -q "^Seccomp:.2$" /proc/self/status
grep -q "^CapBnd:.0*$" /proc/self/status
grep -q "^NoNewPrivs:.1$" /proc/self/status
test "$(ulimit -c)" = 0
S

# What follows runs in there, once it has booted; its exit code is that of the boot.
cat >"$root/srv/check.sh" <<'C'
set -euxo pipefail
job=mispsift-backfill
trap 'journalctl -o cat -u $job >/srv/journal' EXIT
value() { systemctl show --value -p "$1" "$job.service"; }
holds() { [ -s "$1" ] || { echo "no $1" >&2; exit 1; }; }

# Where systemd runs, and not switched on.
dpkg -i /srv/mispsift.deb
if systemctl is-enabled -q $job.timer; then exit 1; fi
# Without settings it does nothing.
systemctl start $job.service
[ "$(value ConditionResult)" = no ]
[ ! -e /var/lib/mispsift ]

install -D -m 644 /srv/mispsift.toml /etc/mispsift/mispsift.toml
install -m 600 /srv/key /etc/mispsift/key
install -D -m 644 /srv/override.conf /etc/systemd/system/$job.service.d/override.conf
mkdir -p /var/lib/prometheus/node-exporter
systemctl daemon-reload
systemctl enable --now $job.timer
systemctl is-active -q $job.timer
systemctl list-timers --no-pager $job.timer | grep -F $job.service

# The sample has reports that are rejected: exit 3, no failure of the unit.
systemctl start $job.service
[ "$(value Result)" = success ]
[ "$(value ExecMainStatus)" = 3 ]
journalctl -o cat -u $job >/srv/journal
# As without the unit.
grep -xF "$(cat /srv/confined)" /srv/journal
grep -E '[1-9][0-9]* events and [0-9]+ sightings submitted' /srv/journal
for file in mispsift.prom misp.snapshot state.sqlite outbox results/000001/summary.json; do
  holds /var/lib/mispsift/$file
done
[ "$(stat -c %a /var/lib/mispsift/)" = 750 ]
[ "$(stat -c %u /var/lib/mispsift/outbox)" -ge 61184 ]
grep -F 'mispsift_last_exit_code{command="backfill"} 3' /var/lib/prometheus/node-exporter/mispsift.prom

# Again: all that it remembers is there, though its user is another one.
systemctl start $job.service
[ "$(value ExecMainStatus)" = 0 ]
[ ! -e /var/lib/mispsift/results/000002 ]
grep -F 'mispsift_backfill_new_inputs 0' /var/lib/mispsift/mispsift.prom

# What was switched on goes with the package; what the job made stays.
dpkg -r mispsift
if systemctl is-active -q $job.timer; then exit 1; fi
[ ! -e /etc/systemd/system/timers.target.wants/$job.timer ]
systemctl daemon-reload
holds /var/lib/mispsift/outbox
[ -z "$(systemctl list-units --failed --plain --no-legend --no-pager)" ]
C
cat >"$root/etc/systemd/system/check.service" <<'U'
[Unit]
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'code=0; timeout 300 bash /srv/check.sh >/srv/check.log 2>&1 || code=1; echo $code >/srv/code; systemctl exit $code'
U
mkdir -p "$root/etc/systemd/system/default.target.wants"
ln -s /etc/systemd/system/check.service "$root/etc/systemd/system/default.target.wants"
# Debian's own jobs are not wanted; ours is started by hand.
ln -sf /dev/null "$root/etc/systemd/system/timers.target"

echo "== Booting"
# Of itself it lets nobody shut himself in.
boot=(systemd-nspawn --system-call-filter="landlock_create_ruleset landlock_add_rule landlock_restrict_self" --quiet --boot --directory="$root" --console=pipe --resolv-conf=off --timezone=off)
if [ -d /run/systemd/system ]; then
  "${boot[@]}" </dev/null >"$root/srv/boot.log" 2>&1 || true
else
  # Nobody here gives it a cgroup.
  groups=$(findmnt -n -o TARGET -t cgroup2; findmnt -n -o TARGET -t cgroup -O name=systemd || true)
  for group in $groups; do mkdir "$group/mispsift-$$"; done
  (
    for group in $groups; do echo $BASHPID >"$group/mispsift-$$/cgroup.procs"; done
    exec "${boot[@]}" --register=no --keep-unit </dev/null >"$root/srv/boot.log" 2>&1
  ) || true
  for group in $groups; do find "$group/mispsift-$$" -depth -type d -exec rmdir {} +; done
fi
if [ "$(cat "$root/srv/code" 2>/dev/null)" != 0 ]; then
  cat "$root/srv/boot.log" "$root/srv/check.log" "$root/srv/journal" >&2 || true
  fail "the unit"
fi
cat "$root/srv/journal"
echo "== The unit works"
