#include "src/pipeline/shard_scan.h"

#include <sys/stat.h>

#include <utility>

#include "mispsift/base/digest.h"
#include "mispsift/base/json_writer.h"
#include "mispsift/base/status_macros.h"

namespace mispsift {
namespace {

void WriteTexts(const std::vector<std::string>& texts, JsonWriter* json) {
  json->StartArray();
  for (const std::string& text : texts) json->String(text);
  json->EndArray();
}

// An input that is gone is no such: the scan lists it as unreadable.
bool HasOtherSize(const Manifest::Input& input) {
  struct stat status;
  return input.file.reject == Reject::kNone &&
         stat(input.file.path.c_str(), &status) == 0 &&
         static_cast<uint64_t>(status.st_size) != input.bytes;
}

}  // namespace

absl::StatusOr<ShardScan> ShardScan::Begin(const ScanOptions& options) {
  const auto& [path, choice, by] = *options.shard;
  MISPSIFT_ASSIGN_OR_RETURN(Manifest manifest, ReadManifest(path));
  const std::vector<uint32_t> shards = DealOut(manifest, choice.count, by);
  ShardScan scan;
  scan.skipped_ = choice.index == 0 ? manifest.skipped : 0;
  ShardRecord& record = scan.record_;
  record.index = choice.index;
  record.count = choice.count;
  record.by = ShardByName(by);
  record.manifest_id = manifest.id;
  record.inputs = manifest.inputs.size();
  record.settings = SettingsDigest(options);
  record.fields = options.collect_fields;
  record.formats = options.formats;
  record.common_share_percent = options.common_share_percent;
  for (size_t i = 0; i < manifest.inputs.size(); ++i) {
    if (shards[i] != choice.index) continue;
    Manifest::Input& input = manifest.inputs[i];
    if (HasOtherSize(input) && record.changed++ == 0) {
      record.first_changed = input.file.path;
    }
    scan.files_.push_back(std::move(input.file));
  }
  return scan;
}

ShardRecord ShardScan::Record(const Snapshot& snapshot) const {
  ShardRecord record = record_;
  record.snapshot_created = snapshot.manifest().created;
  for (const SnapshotSource& source : snapshot.manifest().sources) {
    record.sources.push_back({source.kind, source.location});
  }
  return record;
}

std::string SettingsDigest(const ScanOptions& options) {
  std::string text;
  JsonWriter json(&text);
  json.StartArray();
  json.Int(static_cast<int>(options.depth));
  json.Bool(options.collect_fields).Bool(options.exact_only);
  json.Uint(options.misp_correlation_limit);
  const OutputFormats& formats = options.formats;
  json.Bool(formats.csv).Bool(formats.csv_raw).Bool(formats.ecs);
  const IndexSettings& index = options.index;
  json.Bool(index.only_ids).Bool(index.keep_suppressed);
  WriteTexts(index.ioc_blacklist, &json);
  json.String(index.public_suffixes == nullptr ? ""
                                               : index.public_suffixes->id());
  json.Int(static_cast<int>(index.warninglist_way));
  WriteTexts(index.warninglist_inform, &json);
  WriteTexts(index.warninglist_block, &json);
  json.Int(static_cast<int>(index.as_misp));
  WriteTexts(options.safelist, &json);
  json.Uint(options.max_values).Uint(options.common_share_percent);
  const ArchiveLimits& limits = options.limits;
  json.Uint(limits.max_report_bytes).Uint(limits.max_held_bytes);
  json.Uint(limits.max_members).Uint(limits.max_ratio);
  json.Uint(limits.ratio_floor_bytes).Uint(limits.archive_floor_bytes);
  json.Uint(limits.max_nesting).Uint(options.max_json_nesting);
  json.String(options.since_snapshot);
  json.EndArray();
  return ToHex(DigestOf(0, text));
}

}  // namespace mispsift
