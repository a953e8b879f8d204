#!/usr/bin/env bash
# From a bare Debian 12 to a finished run: installs what is needed, builds the
# release, and runs fetch, scan and submit on the bundled sample. A second run
# rebuilds only what changed.
set -euo pipefail
cd "$(dirname "$0")/.."

out=build/quickstart
tools/install_packages.sh
echo "== Building the release"
cmake --preset release -DMISPSIFT_BENCH=OFF -DBUILD_TESTING=OFF >/dev/null
cmake --build --preset release --target mispsift -- --quiet
mispsift=build/release/mispsift
mkdir -p "$out"

# Exit code 3 means: done, and some inputs were rejected. The sample holds
# broken files on purpose.
run() {
  echo
  echo "\$ $*"
  local code=0
  "$@" || code=$?
  [ "$code" -eq 0 ] || [ "$code" -eq 3 ] || exit "$code"
}
run "$mispsift" fetch --out "$out/misp.snapshot" --feed data/sample/feed
run "$mispsift" scan data/sample/archive --snapshot "$out/misp.snapshot" --out "$out/results"
run "$mispsift" submit "$out/results" --feed-out "$out/feed" --tag sandbox

echo
echo "What was found, in a browser: $out/results/index.html"
echo "Correlations, one a line:  $out/results/correlations.jsonl"
echo "What became of each input: $out/results/reports.jsonl"
echo "Totals:                    $out/results/summary.json"
echo "A MISP feed of the results: $out/feed"
echo "Next, look a value up:"
echo "  $mispsift lookup --snapshot $out/misp.snapshot 203.0.113.77:4433"
