#!/usr/bin/env bash
# try_deb.sh PACKAGE.deb: installs the package, with what it depends on, in a bare
# Debian 12 of its own, runs the bundled sample there as nobody, removes it, and
# fails when anything of it does not work or stays. For what it needs see
# bare_debian.sh.
source "$(dirname "$0")/bare_debian.sh"
bare_debian "$1"
mkdir "$root/srv/out"
chown 65534:65534 "$root/srv/out"

# as_nobody CODE COMMAND... : must end with it.
as_nobody() {
  local wanted=$1 code=0
  shift
  inside setpriv --reuid=65534 --regid=65534 --clear-groups sh -c 'cd /srv/sample && exec "$@"' _ "$@" || code=$?
  [ "$code" -eq "$wanted" ] || fail "exit $code, not $wanted: $*"
}
# Whatever has the package's name, but for what a package manager keeps of its own.
files() {
  find "$root" -xdev \( -path "$root/proc" -o -path "$root/srv" -o -path "$root/var/cache" -o -path "$root/var/log" \
    -o -path "$root/var/lib/apt" -o -path "$root/var/lib/dpkg" \) -prune -o -name '*mispsift*' -print
}

echo "== Installing"
installs /srv/mispsift.deb
inside dpkg --verify mispsift
inside dpkg -L mispsift | sed 's/^/  /'
for file in bin/mispsift share/man/man1/mispsift.1.gz share/bash-completion/completions/mispsift \
  share/zsh/vendor-completions/_mispsift share/fish/vendor_completions.d/mispsift.fish \
  lib/systemd/system/mispsift-backfill.service lib/systemd/system/mispsift-backfill.timer \
  share/doc/mispsift/README.md share/doc/mispsift/changelog.gz share/doc/mispsift/copyright share/doc/mispsift/examples/mispsift.toml; do
  [ -s "$root/usr/$file" ] || fail "no /usr/$file"
done
version=$(inside dpkg-query -W -f '${Version}' mispsift)
zcat "$root/usr/share/doc/mispsift/changelog.gz" | grep -qF "mispsift ($version)" || fail "the changelog does not tell of $version"
for name in Apache libfuzzy rapidjson-dev libcli11-dev libtomlplusplus-dev libabsl-dev libfmt-dev libhwy-dev libsimdjson-dev libtbb-dev \
  libjs-jquery libjs-jquery-datatables libjs-chart.js; do
  grep -q "$name" "$root/usr/share/doc/mispsift/copyright" || fail "the copyright does not tell of $name"
done

echo "== The sample"
as_nobody 0 mispsift --version
as_nobody 0 mispsift fetch --out /srv/out/misp.snapshot --feed feed
as_nobody 3 mispsift scan archive --snapshot /srv/out/misp.snapshot --out /srv/out/results
as_nobody 0 mispsift submit /srv/out/results --feed-out /srv/out/feed --tag sandbox
cmp "$sample/../golden/correlations.jsonl" "$root/srv/out/results/correlations.jsonl"
as_nobody 0 mispsift config show --config /usr/share/doc/mispsift/examples/mispsift.toml >/dev/null
inside bash -c 'source /usr/share/bash-completion/completions/mispsift && complete -p mispsift'

echo "== Removing"
inside apt-get remove -y -qq mispsift >"$root/srv/apt.log" 2>&1 || { cat "$root/srv/apt.log"; fail "apt-get remove"; }
[ -z "$(files)" ] || fail "this stays: $(files)"
# It has no conffile: nothing is left to be purged.
if inside dpkg-query -W mispsift 2>/dev/null; then fail "dpkg still knows it"; fi
echo "== Nothing stays"
