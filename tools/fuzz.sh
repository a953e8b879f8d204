#!/usr/bin/env bash
# Builds the libFuzzer targets with clang and runs each for SECONDS (default
# 10), from its corpus in data/fuzz and the bundled sample. New inputs stay in
# build/fuzz/corpus; a finding ends the run and names its file.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-10}
cmake --preset fuzz -DBUILD_TESTING=ON >/dev/null
targets=(attribute_reader page_reader warninglist snapshot_file json_mend cuckoo_conf submission report_reader report_archive candidate_scanner)
cmake --build --preset fuzz --target "${targets[@]/%/_fuzz}" -- --quiet
for target in "${targets[@]}"; do
  seeds=()
  case $target in
    attribute_reader) seeds=(data/sample/feed) ;;
    report_reader | candidate_scanner) seeds=(data/sample/archive/analyses/1/reports data/sample/archive/cuckoo3) ;;
    report_archive) seeds=(data/sample/archive) ;;
  esac
  [ -d "data/fuzz/$target" ] && seeds+=("data/fuzz/$target")
  mkdir -p "build/fuzz/corpus/$target"
  echo "== fuzz/$target, $seconds s"
  "build/fuzz/tests/${target}_fuzz" -max_total_time="$seconds" -max_len=200000 \
    -artifact_prefix="build/fuzz/$target-" -print_final_stats=1 \
    "build/fuzz/corpus/$target" "${seeds[@]}" 2>&1 |
    tee "build/fuzz/$target.log" | grep -E 'stat::number_of_executed_units|ERROR|SUMMARY' || true
  grep -q 'stat::number_of_executed_units' "build/fuzz/$target.log" && ! grep -qE '^==[0-9]+==ERROR|SUMMARY' "build/fuzz/$target.log" || {
    cat "build/fuzz/$target.log" >&2
    exit 1
  }
done
