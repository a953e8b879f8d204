# The units are ones that systemd takes as they are, and shut the job in.
source "$(dirname "$0")/expect.sh"

units=$data/../tools/systemd
command -v systemd-analyze >/dev/null || { echo "not checked: systemd-analyze is not installed"; exit 0; }
# The program need not be where a package puts it.
mkdir "$tmp/units"
cp "$units"/mispsift-backfill.timer "$tmp/units"
sed "s|^ExecStart=mispsift |ExecStart=$(realpath "$mispsift") |" "$units/mispsift-backfill.service" >"$tmp/units/mispsift-backfill.service"
expect 0 systemd-analyze verify --man=no --recursive-errors=no "$tmp/units/mispsift-backfill.service" "$tmp/units/mispsift-backfill.timer"
if grep -F mispsift "$tmp/err"; then fail "systemd warns"; fi

# 0 is shut in, 10 is not at all.
expect 0 systemd-analyze security --offline=true --no-pager --threshold=20 "$tmp/units/mispsift-backfill.service"
tail -1 "$tmp/out"
expect 0 systemd-analyze calendar "$(sed -n 's/^OnCalendar=//p' "$units/mispsift-backfill.timer")"
