#include "src/pipeline/shard_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "mispsift/base/bytes.h"
#include "mispsift/base/json_line.h"
#include "mispsift/base/status_macros.h"
#include "mispsift/base/version.h"
#include "mispsift/match/report_limits.h"
#include "mispsift/pipeline/shards.h"
#include "mispsift/sink/correlation_csv.h"

namespace mispsift {
namespace {

constexpr uint64_t kMostSummaryBytes = uint64_t{1} << 30;
constexpr uint64_t kMostEnrichmentBytes = uint64_t{1} << 30;
constexpr size_t kNamedShards = 20;

absl::Status Refused(const std::string& what) {
  return absl::InvalidArgumentError(what);
}

void ReadSources(const rapidjson::Value& shard, JsonLineReader* members,
                 std::vector<MispRecords::Source>* sources) {
  const rapidjson::Value* list = JsonLineReader::Member(shard, "sources");
  if (list == nullptr || !list->IsArray()) return members->Refuse("sources");
  for (const rapidjson::Value& source : list->GetArray()) {
    if (!source.IsArray() || source.Size() != 2 || !source[0].IsString() ||
        !source[1].IsString()) {
      return members->Refuse("sources");
    }
    sources->push_back({source[0].GetString(), source[1].GetString()});
  }
}

ShardRecord ReadRecord(const rapidjson::Value& shard, JsonLineReader* members) {
  ShardRecord record;
  const uint64_t index = members->Count(shard, "index");
  const uint64_t count = members->Count(shard, "count");
  if (count > kMostShards || index >= count) members->Refuse("count");
  record.index = static_cast<uint32_t>(index);
  record.count = static_cast<uint32_t>(count);
  record.by = members->Text(shard, "by");
  record.manifest_id = members->Text(shard, "manifest_id");
  record.inputs = members->Count(shard, "inputs");
  record.changed = members->Count(shard, "changed");
  record.settings = members->Text(shard, "settings");
  record.fields = members->Flag(shard, "fields");
  record.formats.csv = members->Flag(shard, "csv");
  record.formats.csv_raw = members->Flag(shard, "csv_raw");
  record.formats.ecs = members->Flag(shard, "ecs");
  record.common_share_percent =
      static_cast<uint32_t>(members->Count(shard, "common_share"));
  record.suppressed = members->Count(shard, "suppressed");
  record.snapshot_created = members->Text(shard, "snapshot_created");
  ReadSources(shard, members, &record.sources);
  if (record.manifest_id.empty() || record.settings.empty()) {
    members->Refuse("shard");
  }
  return record;
}

AsMisp ReadAsMisp(const std::string& name, JsonLineReader* members) {
  for (const AsMisp as_misp : {AsMisp::kNo, AsMisp::kDefault, AsMisp::kAdvanced,
                               AsMisp::kAdvancedSsdeep}) {
    if (name == AsMispName(as_misp)) return as_misp;
  }
  members->Refuse("as_misp");
  return AsMisp::kNo;
}

Summary ReadSummary(const rapidjson::Document& document,
                    JsonLineReader* members) {
  Summary summary;
  summary.snapshot_id = members->Text(document, "snapshot_id");
  if (const auto* reports = members->Object(document, "reports")) {
    summary.reports_seen = members->Count(*reports, "seen");
  }
  summary.skipped = members->Count(document, "skipped");
  summary.matches = members->Count(document, "matches");
  if (const auto* suppressed = members->Object(document, "suppressed")) {
    for (size_t i = 0; i < summary.suppressed.size(); ++i) {
      const std::string name(SuppressionName(static_cast<Suppression>(i)));
      summary.suppressed[i] = members->Count(*suppressed, name.c_str());
    }
    summary.own_traffic =
        members->Count(*suppressed, std::string(kOwnTrafficName).c_str());
  }
  summary.as_misp = ReadAsMisp(members->Text(document, "as_misp"), members);
  summary.seconds = members->Number(document, "seconds").value_or(0);
  summary.threads = static_cast<int>(members->Count(document, "threads"));
  if (const auto* shard = members->Object(document, "shard")) {
    summary.shard = ReadRecord(*shard, members);
  }
  return summary;
}

// Numbers, but not all of very many.
std::string Named(const std::vector<uint32_t>& shards) {
  std::string text;
  for (size_t i = 0; i < shards.size() && i < kNamedShards; ++i) {
    text += fmt::format("{}{}", i == 0 ? "" : ", ", shards[i]);
  }
  if (shards.size() > kNamedShards) {
    text += fmt::format(" and {} more", shards.size() - kNamedShards);
  }
  return text;
}

absl::Status CheckAlike(const ShardFolder& a, const ShardFolder& b) {
  const auto differ = [&](std::string_view in) {
    return Refused(fmt::format("{} and {} are of {}", a.path(), b.path(), in));
  };
  if (a.record().manifest_id != b.record().manifest_id) {
    return differ("different manifests");
  }
  if (a.record().count != b.record().count || a.record().by != b.record().by) {
    return differ(fmt::format(
        "a manifest that was parted differently: in {} by {}, and in {} by {}",
        a.record().count, a.record().by, b.record().count, b.record().by));
  }
  if (a.summary().snapshot_id != b.summary().snapshot_id) {
    return differ("different snapshots");
  }
  if (a.record().settings != b.record().settings) {
    return differ("scans with different settings");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ShardFolder> ShardFolder::Open(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) {
    return Refused(fmt::format("{} is no folder", path));
  }
  ShardFolder folder;
  folder.path_ = path;
  MISPSIFT_ASSIGN_OR_RETURN(folder.lock_, LockFolder(path));
  PaddedBytes text;
  if (!ReadFile(path + "/summary.json", kMostSummaryBytes, &text).ok()) {
    return Refused(
        fmt::format("{} is not the folder of a finished scan", path));
  }
  rapidjson::Document document;
  JsonLineReader members;
  if (!ParseJsonLine(text.view(), &document) ||
      JsonLineReader::Member(document, "snapshot_id") == nullptr) {
    return Refused(fmt::format("{}: summary.json is no scan's", path));
  }
  const std::string version = members.Text(document, "version");
  if (version != Version() || members.Count(document, "schema") != 1) {
    return Refused(fmt::format("{} was written by mispsift {}; this is {}",
                               path, version, std::string(Version())));
  }
  folder.summary_ = ReadSummary(document, &members);
  if (!folder.summary_.shard.has_value()) {
    return Refused(fmt::format("{} is no shard of a manifest", path));
  }
  if (!members.wrong().empty()) {
    return Refused(
        fmt::format("{}: in summary.json \"{}\" is not as it should "
                    "be",
                    path, members.wrong()));
  }
  MISPSIFT_ASSIGN_OR_RETURN(folder.inputs_,
                            LineFile::Open(path + "/shard.jsonl", ""));
  MISPSIFT_ASSIGN_OR_RETURN(folder.reports_,
                            LineFile::Open(path + "/reports.jsonl", ""));
  MISPSIFT_ASSIGN_OR_RETURN(folder.correlations_,
                            LineFile::Open(path + "/correlations.jsonl", ""));
  MISPSIFT_ASSIGN_OR_RETURN(folder.suppressed_,
                            LineFile::Open(path + "/suppressed.jsonl", ""));
  if (folder.record().fields) {
    MISPSIFT_ASSIGN_OR_RETURN(folder.fields_,
                              LineFile::Open(path + "/fields.jsonl", ""));
  }
  if (folder.record().formats.csv) {
    MISPSIFT_ASSIGN_OR_RETURN(folder.csv_,
                              LineFile::Open(path + "/correlations.csv", ""));
    MISPSIFT_ASSIGN_OR_RETURN(const std::string header, folder.CsvLine());
    if (header != CorrelationCsvHeader()) {
      return folder.csv_->Damaged(absl::DataLossError("not the header"));
    }
  }
  if (folder.record().formats.ecs) {
    MISPSIFT_ASSIGN_OR_RETURN(
        folder.ecs_, LineFile::Open(path + "/correlations.ecs.ndjson", ""));
  }
  return folder;
}

absl::Status ShardFolder::NextInput() {
  const std::optional<std::string_view> line = inputs_->Next();
  if (!line.has_value()) {
    input_.reset();
    return absl::OkStatus();
  }
  const absl::StatusOr<InputLines> lines = ParseInputLines(*line);
  if (!lines.ok()) return inputs_->Damaged(lines.status());
  if ((input_.has_value() && lines->input <= input_->input) ||
      lines->input >= record().inputs || lines->reports == 0) {
    return inputs_->Damaged(absl::DataLossError("not the next input"));
  }
  input_ = *lines;
  return absl::OkStatus();
}

absl::StatusOr<std::string_view> ShardFolder::Next(LineFile* file) {
  const std::optional<std::string_view> line = file->Next();
  if (!line.has_value()) {
    return file->Damaged(absl::DataLossError("the file ends too early"));
  }
  return *line;
}

absl::StatusOr<std::string> ShardFolder::CsvLine() {
  std::string line;
  do {
    MISPSIFT_ASSIGN_OR_RETURN(const std::string_view part, Next(&*csv_));
    line += part;
    line += '\n';
  } while (std::count(line.begin(), line.end(), '"') % 2 != 0);
  return line;
}

absl::StatusOr<std::string> ShardFolder::Enrichment(
    const std::string& report_id) const {
  const std::string path =
      fmt::format("{}/enrichment/{}.json", path_, report_id);
  PaddedBytes text;
  const absl::Status read = ReadFile(path, kMostEnrichmentBytes, &text);
  if (!read.ok()) return absl::DataLossError(read.message());
  return std::string(text.view());
}

absl::Status ShardFolder::CheckEnd() {
  for (std::optional<LineFile>* file : {&inputs_, &reports_, &correlations_,
                                        &fields_, &csv_, &ecs_, &suppressed_}) {
    if (!file->has_value()) continue;
    if ((*file)->Next().has_value()) {
      return (*file)->Damaged(
          absl::DataLossError("a line that is not accounted for"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckTogether(const std::vector<ShardFolder>& shards) {
  for (const ShardFolder& shard : shards) {
    MISPSIFT_RETURN_IF_ERROR(CheckAlike(shards.front(), shard));
  }
  std::vector<const ShardFolder*> by_index(shards.front().record().count);
  for (const ShardFolder& shard : shards) {
    const ShardFolder*& place = by_index[shard.record().index];
    if (place != nullptr) {
      return Refused(fmt::format("{} and {} are both shard {}", place->path(),
                                 shard.path(), shard.record().index));
    }
    place = &shard;
  }
  std::vector<uint32_t> missing;
  for (uint32_t i = 0; i < by_index.size(); ++i) {
    if (by_index[i] == nullptr) missing.push_back(i);
  }
  if (missing.empty()) return absl::OkStatus();
  return Refused(fmt::format("of {} shards {} {} missing", by_index.size(),
                             Named(missing),
                             missing.size() == 1 ? "is" : "are"));
}

}  // namespace mispsift
