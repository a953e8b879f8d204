#include "src/pipeline/report_key_file.h"

#include "absl/strings/escaping.h"
#include "mispsift/base/json_line.h"
#include "mispsift/base/json_writer.h"

namespace mispsift {
namespace {

std::string Escaped(const std::string& bytes) {
  return absl::Base64Escape(bytes);
}

}  // namespace

void AppendReportKeyLine(const ReportKeyLine& line, std::string* out) {
  JsonWriter json(out);
  json.StartObject();
  json.Key("source").String(Escaped(line.source.source));
  json.Key("member").String(line.source.member);
  json.Key("id").String(line.report_id);
  json.Key("keys").String(Escaped(line.keys));
  json.EndObject();
  out->push_back('\n');
}

absl::StatusOr<ReportKeyLine> ParseReportKeyLine(std::string_view line) {
  const absl::Status none = absl::DataLossError("not the keys of a report");
  rapidjson::Document document;
  if (!ParseJsonLine(line, &document)) return none;
  JsonLineReader reader;
  ReportKeyLine parsed;
  parsed.source.member = reader.Text(document, "member");
  parsed.report_id = reader.Text(document, "id");
  if (!absl::Base64Unescape(reader.Text(document, "source"),
                            &parsed.source.source) ||
      !absl::Base64Unescape(reader.Text(document, "keys"), &parsed.keys) ||
      !reader.wrong().empty() || parsed.source.source.empty() ||
      parsed.keys.empty()) {
    return none;
  }
  return parsed;
}

}  // namespace mispsift
