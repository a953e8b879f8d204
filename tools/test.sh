#!/usr/bin/env bash
# Installs what is needed, builds, and runs every test through ctest: the
# release, then nearly everything again under AddressSanitizer and
# UndefinedBehaviorSanitizer, what threads share under ThreadSanitizer; and,
# with clang, the fuzz targets for a few seconds each.
# MISPSIFT_TEST_STEPS: which of them (default: fuzz tsan asan release).
set -euo pipefail
cd "$(dirname "$0")/.."

tools/install_packages.sh
if [ -z "${MISPSIFT_REAL_DATA:-}" ] && [ -d ../shared/data/reports ]; then
  MISPSIFT_REAL_DATA=$(cd ../shared/data && pwd)
fi
export MISPSIFT_REAL_DATA=${MISPSIFT_REAL_DATA:-}
[ -n "$MISPSIFT_REAL_DATA" ] || echo "not registered: real (no MISPSIFT_REAL_DATA)"
{ command -v chromium && command -v chromedriver; } >/dev/null || echo "not registered: browser (no chromium, no chromium-driver)"
command -v node >/dev/null && [ -d "${MISPSIFT_DUCKDB:-}" ] || echo "not registered: duckdb (no node, or MISPSIFT_DUCKDB names no folder with npm's @duckdb/node-api)"
for daemon in sbatch slurmctld slurmd munged; do
  PATH=$PATH:/usr/sbin command -v $daemon >/dev/null && continue
  echo "not registered: slurm (no $daemon: install slurm-wlm slurmctld slurmd munge)"
  break
done
python3 -c 'import yaml' 2>/dev/null || echo "not registered: cli/kubernetes_test (no python3-yaml)"

tools/check_layers.sh
git ls-files '*.h' '*.cc' | xargs clang-format --dry-run -Werror

configure() {
  cmake --preset "$1" -DBUILD_TESTING=ON -DMISPSIFT_REAL_DATA="$MISPSIFT_REAL_DATA" "${@:2}" >/dev/null
}
for step in ${MISPSIFT_TEST_STEPS:-fuzz tsan asan release}; do
  echo "== $step"
  case $step in
    release | dev)
      configure "$step" -DMISPSIFT_BENCH=OFF
      cmake --build --preset "$step" -- --quiet
      ctest --preset "$step" -j "$(nproc)" --no-tests=error
      ;;
    asan)
      # Four times as slow: fewer random documents, and what is measured rather
      # than read is left to the release.
      configure asan
      cmake --build --preset asan -- --quiet
      MISPSIFT_TEST_DOCUMENTS=${MISPSIFT_TEST_DOCUMENTS:-200} ctest --preset asan -j "$(nproc)" \
        --no-tests=error -E 'CorrelationQuality|LookupPolicies|OfSsdeepValues'
      ;;
    tsan)
      configure tsan
      cmake --build --preset tsan --target match_test -- --quiet
      ctest --preset tsan --no-tests=error
      ;;
    fuzz) tools/fuzz.sh 5 ;;
  esac
done
