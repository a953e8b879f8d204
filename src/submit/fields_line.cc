// Reads back what a scan wrote: lines of fields.jsonl (sink/report_lines.h has
// their grammar) and the time in summary.json.

#include "mispsift/submit/fields_line.h"

#include <rapidjson/document.h>

#include <string>

namespace mispsift {
namespace {

using rapidjson::Value;

// The member as text; empty when it is missing or null.
std::string Text(const Value& object, const char* key) {
  const auto member = object.FindMember(key);
  if (member == object.MemberEnd() || !member->value.IsString()) return {};
  return {member->value.GetString(), member->value.GetStringLength()};
}

std::vector<std::string> Texts(const Value& object, const char* key) {
  std::vector<std::string> texts;
  const auto member = object.FindMember(key);
  if (member == object.MemberEnd() || !member->value.IsArray()) return texts;
  for (const Value& value : member->value.GetArray()) {
    if (value.IsString()) {
      texts.emplace_back(value.GetString(), value.GetStringLength());
    }
  }
  return texts;
}

}  // namespace

absl::StatusOr<ReportFields> ParseFieldsLine(std::string_view line) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(line.data(), line.size());
  if (document.HasParseError() || !document.IsObject() ||
      !document.HasMember("report") || !document["report"].IsObject() ||
      !document.HasMember("domains") || !document["domains"].IsArray() ||
      !document.HasMember("configs") || !document["configs"].IsArray() ||
      !document.HasMember("matches") || !document["matches"].IsUint64()) {
    return absl::DataLossError("not a line of fields.jsonl");
  }
  ReportFields fields;
  const Value& report = document["report"];
  fields.report_id = Text(report, "id");
  fields.matches = document["matches"].GetUint64();
  fields.facts.task_id = Text(report, "task_id");
  fields.facts.started = Text(report, "started");
  if (report.HasMember("target") && report["target"].IsObject()) {
    const Value& target = report["target"];
    fields.facts.target = {Text(target, "category"), Text(target, "name"),
                           Text(target, "md5"),      Text(target, "sha1"),
                           Text(target, "sha256"),   Text(target, "url")};
  }
  fields.facts.urls = Texts(document, "urls");
  fields.facts.hosts = Texts(document, "hosts");
  for (const Value& domain : document["domains"].GetArray()) {
    if (!domain.IsObject()) continue;
    fields.facts.domains.push_back(
        {Text(domain, "domain"), Text(domain, "ip")});
  }
  for (const Value& config : document["configs"].GetArray()) {
    if (!config.IsObject()) continue;
    fields.facts.configs.push_back(
        {Text(config, "family"), Texts(config, "urls"),
         Texts(config, "mutexes"), Texts(config, "user_agents")});
  }
  if (fields.report_id.empty()) {
    return absl::DataLossError("a line of fields.jsonl without a report id");
  }
  return fields;
}

absl::StatusOr<std::string> ParseScanTime(std::string_view summary_json) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(summary_json.data(),
                                                 summary_json.size());
  std::string time;
  if (!document.HasParseError() && document.IsObject()) {
    time = Text(document, "finished");
  }
  if (time.empty()) return absl::DataLossError("not a summary.json of a scan");
  return time;
}

}  // namespace mispsift
