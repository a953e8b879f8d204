#!/usr/bin/env bash
# Fails when a file includes a layer that its own does not link, all of which
# stand to its left:
#   base > model > normalize > {net, cuckoo, match} > misp > {sink, submit}
#        > pipeline > tools
# or when a third-party library leaves its quarantine (DESIGN: each in few,
# named files).
set -euo pipefail
cd "$(dirname "$0")/.."

declare -A may=(
  [base]="base"
  [model]="base model"
  [normalize]="base model normalize"
  [net]="base net"
  [cuckoo]="base model normalize cuckoo"
  [match]="base model normalize match"
  [misp]="base model normalize net misp"
  [sink]="base model normalize match sink"
  [submit]="base model normalize net misp submit"
  [pipeline]="base model normalize net match cuckoo misp sink submit pipeline"
)
failed=0
for layer in "${!may[@]}"; do
  while IFS=: read -r file line text; do
    included=$(sed -E 's|.*"(mispsift\|src)/([a-z]+)/.*|\2|' <<<"$text")
    if ! grep -qw "$included" <<<"${may[$layer]}"; then
      echo "$file:$line: $layer may not include $included" >&2
      failed=1
    fi
  done < <(grep -nHE '#include "(mispsift|src)/' -r "include/mispsift/$layer" "src/$layer" 2>/dev/null || true)
done

# library header pattern | files that may include it
quarantine() {
  local pattern=$1 allowed=$2
  while IFS=: read -r file line _; do
    if ! grep -qE "^($allowed)$" <<<"$file"; then
      echo "$file:$line: <$pattern> is quarantined to $allowed" >&2
      failed=1
    fi
  done < <(grep -nHE "#include <($pattern)" -r include src tools 2>/dev/null || true)
}
quarantine 'simdjson' 'src/base/utf8\.cc|src/cuckoo/report_reader\.cc|src/misp/(page_reader|event_index)\.cc'
quarantine 'curl' 'src/net/curl_[a-z_]*\.cc'
quarantine 'archive' 'src/cuckoo/[a-z_]*archive[a-z_]*\.cc|src/submit/sample_zip\.cc'
quarantine 'tbb/|oneapi/' 'src/pipeline/[a-z_]*\.cc'
quarantine 'rapidjson/' 'include/mispsift/base/json_(line|stream)\.h|src/base/json_writer\.cc|src/cuckoo/report_stream_reader\.cc|src/misp/[a-z_]*\.(h|cc)|src/submit/[a-z_]*\.cc'
quarantine 'openssl/|xxhash' 'src/base/(digest|uuid)\.cc'
quarantine 'sqlite3' 'src/base/sqlite\.cc'
quarantine 'libdeflate' 'src/(base/gzip|cuckoo/decompress)\.cc'
quarantine 'isa-l/' 'src/cuckoo/(gzip_stream|decompress)\.cc'
quarantine 'hwy/' 'src/base/(byte_blocks|json_bits)-inl\.h|src/base/(json_unescape|utf8_leads)\.cc|src/normalize/api_buffer\.cc|src/match/block_sieve\.cc|src/match/(word_ends|block_marks)-inl\.h|src/cuckoo/bracket_marks\.cc'
quarantine 'libpsl' 'src/normalize/public_suffixes\.cc'
quarantine 'fuzzy' 'src/match/ssdeep_table\.cc'
quarantine 'idn2' 'src/normalize/[a-z_]*\.cc'
quarantine 'utf8proc' 'src/normalize/[a-z_]*\.cc|tools/terminal/display_width\.cc'
quarantine 're2/' 'src/normalize/(value_list|php_regex)\.cc'
quarantine 'toml' 'tools/mispsift/config_file\.cc'
quarantine 'CLI/' 'tools/(mispsift/((backfill|bounds|fetch|match|server|shard|snapshot|submit)_)?flags|mispsift/(config_(file|show)|command_line)|make_corpus)\.cc|tools/mispsift/config_file\.h'
exit $failed
