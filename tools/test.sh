#!/usr/bin/env bash
# Installs what is needed, builds, and runs every test through ctest: the
# release, then everything again under AddressSanitizer and
# UndefinedBehaviorSanitizer, what threads share under ThreadSanitizer, and the
# fuzz corpora with clang.
# MISPSIFT_TEST_PRESETS: which of them (default: all).
set -euo pipefail
cd "$(dirname "$0")/.."

tools/install_packages.sh
if [ -z "${MISPSIFT_REAL_DATA:-}" ] && [ -d ../shared/data/reports ]; then
  MISPSIFT_REAL_DATA=$(cd ../shared/data && pwd)
fi
export MISPSIFT_REAL_DATA=${MISPSIFT_REAL_DATA:-}
[ -n "$MISPSIFT_REAL_DATA" ] || echo "not registered: real (no MISPSIFT_REAL_DATA)"
echo "not registered: slurm, browser (nothing of the kind to test yet)"

tools/check_layers.sh
for preset in ${MISPSIFT_TEST_PRESETS:-release asan tsan}; do
  echo "== $preset"
  cmake --preset "$preset" -DBUILD_TESTING=ON -DMISPSIFT_REAL_DATA="$MISPSIFT_REAL_DATA" >/dev/null
  cmake --build --preset "$preset" -- --quiet
  ctest --preset "$preset" -j "$(nproc)" --no-tests=error
done
