#include "src/pipeline/older_reports.h"

#include <filesystem>
#include <map>
#include <set>

#include "mispsift/base/json_writer.h"
#include "mispsift/base/status_macros.h"
#include "mispsift/match/report_keys.h"
#include "mispsift/sink/report_lines.h"
#include "src/pipeline/report_key_file.h"

namespace mispsift {
namespace {

void WriteUnconfirmed(const ReportKeyRecord& report, uint32_t row,
                      const Snapshot& snapshot, std::string* out) {
  JsonWriter json(out);
  json.StartObject();
  json.Key("report").StartObject();
  json.Key("id").String(report.report_id);
  json.Key("source").String(report.source.source);
  json.Key("member").StringOrNull(report.source.member);
  json.EndObject();
  json.Key("match").String("unconfirmed");
  json.Key("attribute");
  WriteAttribute(snapshot, row, {}, &json);
  json.Key("event");
  WriteEvent(snapshot, snapshot.event_of(snapshot.attribute(row)), &json);
  json.EndObject();
  out->push_back('\n');
}

}  // namespace

absl::StatusOr<OlderReports> AskOlderReports(
    const std::vector<std::string>& key_files, const Index& index) {
  OlderReports older;
  std::set<std::string> sources;
  std::map<std::string, bool> is_there;  // by source that may match
  ReportKeyQuery query(&index);
  std::vector<uint32_t> rows;
  for (const std::string& path : key_files) {
    MISPSIFT_ASSIGN_OR_RETURN(ReportKeyFile file, ReportKeyFile::Open(path));
    ReportKeyRecord report;
    while (true) {
      MISPSIFT_ASSIGN_OR_RETURN(const bool is_record, file.Next(&report));
      if (!is_record) break;
      const absl::Status asked = query.Find(report.keys, &rows);
      if (!asked.ok()) return file.Damaged(std::string(asked.message()));
      ++older.asked;
      if (rows.empty()) continue;
      ++older.may_match;
      const std::string& source = report.source.source;
      const auto [known, is_new] = is_there.try_emplace(source, false);
      if (is_new) known->second = std::filesystem::exists(source);
      if (known->second) {
        sources.insert(source);
        continue;
      }
      for (const uint32_t row : rows) {
        WriteUnconfirmed(report, row, index.snapshot(), &older.unconfirmed);
      }
    }
  }
  older.sources.assign(sources.begin(), sources.end());
  return older;
}

}  // namespace mispsift
