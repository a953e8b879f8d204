#!/usr/bin/env bash
# Installs what is needed, builds, and runs every test through ctest: nearly all
# of them with clang under AddressSanitizer and UndefinedBehaviorSanitizer, the
# fuzz targets for a few seconds each among them; what threads share under
# ThreadSanitizer; and with g++ the release, as a user runs it.
# MISPSIFT_TEST_STEPS: which of them (default: asan tsan release; dev: all of
# them with g++ and without sanitizers).
set -euo pipefail
cd "$(dirname "$0")/.."

tools/install_packages.sh
if [ -z "${MISPSIFT_REAL_DATA:-}" ] && [ -d ../shared/data/reports ]; then
  MISPSIFT_REAL_DATA=$(cd ../shared/data && pwd)
fi
export MISPSIFT_REAL_DATA=${MISPSIFT_REAL_DATA:-}
[ -n "$MISPSIFT_REAL_DATA" ] || echo "not registered: real (no MISPSIFT_REAL_DATA)"
{ command -v chromium && command -v chromedriver; } >/dev/null || echo "not registered: browser (no chromium, no chromium-driver)"
for daemon in sbatch slurmctld slurmd munged; do
  PATH=$PATH:/usr/sbin command -v $daemon >/dev/null && continue
  echo "not registered: slurm (no $daemon: install slurm-wlm slurmctld slurmd munge)"
  break
done
python3 -c 'import yaml' 2>/dev/null || echo "not registered: cli/kubernetes_test (no python3-yaml)"
if [ "$(id -u)" -ne 0 ] || [ -z "${MISPSIFT_DEB_BASE:-}${MISPSIFT_DEB_MIRROR:-}" ]; then
  echo "not registered: package (not root, or neither MISPSIFT_DEB_BASE nor MISPSIFT_DEB_MIRROR names a Debian)"
fi
for program in debootstrap dpkg-shlibdeps file scdoc systemd-nspawn; do
  command -v $program >/dev/null && continue
  echo "not registered: package (no $program: install debootstrap dpkg-dev file scdoc systemd-container)"
  break
done
command -v node >/dev/null && [ -d "${MISPSIFT_DUCKDB:-}" ] || echo "not registered: duckdb (no node, or MISPSIFT_DUCKDB names no folder with npm's @duckdb/node-api)"

tools/check_layers.sh
git ls-files '*.h' '*.cc' | xargs clang-format --dry-run -Werror

configure() {
  cmake --preset "$1" -DBUILD_TESTING=ON -DMISPSIFT_REAL_DATA="$MISPSIFT_REAL_DATA" "${@:2}" >/dev/null
}
for step in ${MISPSIFT_TEST_STEPS:-asan tsan release}; do
  echo "== $step"
  case $step in
    dev)
      configure dev
      cmake --build --preset dev -- --quiet
      ctest --preset dev -j "$(nproc)" --no-tests=error
      ;;
    release)
      # What a layer does by itself the sanitizers' step has seen: here is the
      # program as it is shipped, and what goes through all of it.
      configure release -DMISPSIFT_BENCH=OFF -DMISPSIFT_TEST_LAYERS=pipeline
      cmake --build --preset release -- --quiet
      ctest --preset release -j "$(nproc)" --no-tests=error
      ;;
    asan)
      # One build by clang for all tests and the fuzz targets. Four times as
      # slow: fewer random documents, and what is measured rather than read is
      # left to the release.
      configure fuzz
      cmake --build --preset fuzz -- --quiet
      MISPSIFT_TEST_DOCUMENTS=${MISPSIFT_TEST_DOCUMENTS:-200} ctest --preset fuzz -j "$(nproc)" \
        --no-tests=error -E 'CorrelationQuality|LookupPolicies|OfSsdeepValues'
      tools/fuzz.sh 5
      ;;
    tsan)
      configure tsan
      cmake --build --preset tsan --target match_test -- --quiet
      ctest --preset tsan --no-tests=error
      ;;
  esac
done
