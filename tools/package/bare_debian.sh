# Sourced by try_deb.sh and try_unit.sh: a bare Debian 12 in $root, which goes when
# the script ends, with the bundled sample and the package in /srv. Needs root,
# debootstrap and a Debian mirror: MISPSIFT_DEB_MIRROR, by default Debian's own.
# MISPSIFT_DEB_BASE names such a Debian, made by `debootstrap --variant=minbase
# bookworm FOLDER`, to take a copy of.
set -euo pipefail
sample=$(realpath "$(dirname "$0")/../../data/sample")
fail() { echo "FAIL: $*" >&2; exit 1; }

root=$(mktemp -d)
trap 'rm -rf --one-file-system "$root"' EXIT

# inside COMMAND... : in there, with a /proc that goes with it.
inside() {
  unshare --mount --pid --fork --mount-proc="$root/proc" \
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C DEBIAN_FRONTEND=noninteractive chroot "$root" "$@"
}

# installs PACKAGE... : with all that it depends on, and nothing else.
installs() {
  inside apt-get install -y -qq --no-install-recommends "$@" >"$root/srv/apt.log" 2>&1 || { cat "$root/srv/apt.log"; fail "apt-get install $*"; }
}

# bare_debian PACKAGE.deb
bare_debian() {
  echo "== A bare Debian 12"
  if [ -n "${MISPSIFT_DEB_BASE:-}" ]; then
    cp -a "$MISPSIFT_DEB_BASE/." "$root"
  else
    debootstrap --variant=minbase bookworm "$root" "${MISPSIFT_DEB_MIRROR:-http://deb.debian.org/debian}" >/dev/null
  fi
  chmod 755 "$root"
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  cp -r "$sample" "$root/srv/sample"
  cp "$1" "$root/srv/mispsift.deb"
  inside apt-get update -qq
}
