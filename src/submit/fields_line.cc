// Reads back what a scan wrote: lines of fields.jsonl (sink/report_lines.h has
// their grammar) and the time in summary.json.

#include "mispsift/submit/fields_line.h"

#include <fmt/format.h>
#include <rapidjson/document.h>

#include <string>
#include <utility>

#include "mispsift/base/json_line.h"
#include "src/submit/analysis_time.h"

namespace mispsift {
namespace {

using rapidjson::Value;

Dialect ReadDialect(const Value& report, JsonLineReader* line) {
  const std::string name = line->Text(report, "dialect");
  for (int i = 0; i <= static_cast<int>(Dialect::kOther); ++i) {
    if (name == DialectName(static_cast<Dialect>(i))) {
      return static_cast<Dialect>(i);
    }
  }
  if (!name.empty()) line->Refuse("dialect");
  return Dialect::kOther;
}

ReportTarget ReadTarget(const Value& target, JsonLineReader* line) {
  return {line->Text(target, "category"), line->Text(target, "name"),
          line->Text(target, "md5"),      line->Text(target, "sha1"),
          line->Text(target, "sha256"),   line->Text(target, "url")};
}

FileFacts ReadFile(const Value& file, JsonLineReader* line) {
  return {line->Text(file, "name"),   line->Text(file, "md5"),
          line->Text(file, "sha1"),   line->Text(file, "sha256"),
          line->Text(file, "sha512"), line->Text(file, "ssdeep"),
          line->Text(file, "type"),   line->Count(file, "size")};
}

SignatureFacts ReadSignature(const Value& signature, JsonLineReader* line) {
  return {line->Text(signature, "name"), line->Text(signature, "description"),
          line->Number(signature, "severity"),
          line->Texts(signature, "attack_ids"),
          line->Texts(signature, "marks")};
}

WarninglistedValue ReadWarninglisted(const Value& value, JsonLineReader* line) {
  const Value* blocks = JsonLineReader::Member(value, "blocks");
  // Whether it may be sent depends on this.
  if (blocks == nullptr || !blocks->IsBool()) line->Refuse("blocks");
  return {line->Text(value, "value"), line->Texts(value, "lists"),
          blocks != nullptr && blocks->IsTrue()};
}

KnownEvent ReadKnownEvent(const Value& event, JsonLineReader* line) {
  KnownEvent known;
  if (!ParseUuid(line->Text(event, "uuid"), &known.uuid)) line->Refuse("uuid");
  known.id = line->Text(event, "id");
  return known;
}

void ReadReport(const Value& report, JsonLineReader* line,
                ReportFields* fields) {
  fields->report_id = line->Text(report, "id");
  if (fields->report_id.empty()) line->Refuse("id");
  fields->source = {line->Text(report, "source"), line->Text(report, "member")};
  ReportFacts& facts = fields->facts;
  facts.dialect = ReadDialect(report, line);
  facts.task_id = line->Text(report, "task_id");
  facts.started = line->Text(report, "started");
  facts.score = line->Number(report, "score");
  if (const Value* target = line->Object(report, "target")) {
    facts.target = ReadTarget(*target, line);
  }
}

void ReadFacts(const Value& document, JsonLineReader* line,
               ReportFacts* facts) {
  const auto domain = [line](const Value& value) {
    return ContactedDomain{line->Text(value, "domain"),
                           line->Text(value, "ip")};
  };
  const auto file = [line](const Value& value) {
    return ReadFile(value, line);
  };
  facts->urls = line->Texts(document, "urls");
  facts->domains = line->List(document, "domains", domain);
  facts->hosts = line->Texts(document, "hosts");
  facts->configs = line->List(document, "configs", [line](const Value& config) {
    return MalwareConfig{
        line->Text(config, "family"), line->Texts(config, "urls"),
        line->Texts(config, "mutexes"), line->Texts(config, "user_agents")};
  });
  if (const Value* target = line->Object(document, "target_file")) {
    facts->target_file = file(*target);
  }
  facts->dropped = line->List(document, "dropped", file);
  facts->ids_files = line->List(document, "ids_files", file);
  facts->dns_answers = line->List(document, "dns_answers", domain);
  facts->user_agents = line->Texts(document, "user_agents");
  facts->mutexes = line->Texts(document, "mutexes");
  facts->regkeys = line->Texts(document, "regkeys");
  facts->read_regkeys = line->Texts(document, "read_regkeys");
  facts->document_urls = line->Texts(document, "document_urls");
  facts->signatures =
      line->List(document, "signatures", [line](const Value& signature) {
        return ReadSignature(signature, line);
      });
  facts->own_addresses = line->Texts(document, "own_addresses");
  facts->left_out = line->Count(document, "left_out");
}

}  // namespace

absl::StatusOr<ReportFields> ParseFieldsLine(std::string_view text) {
  rapidjson::Document document;
  if (!ParseJsonLine(text, &document)) {
    return absl::DataLossError("not a line of fields.jsonl");
  }
  JsonLineReader line;
  ReportFields fields;
  // What every scan has written; the rest came later.
  for (const char* key : {"report", "domains", "configs", "matches"}) {
    if (JsonLineReader::Member(document, key) == nullptr) line.Refuse(key);
  }
  if (const Value* report = line.Object(document, "report")) {
    ReadReport(*report, &line, &fields);
  }
  ReadFacts(document, &line, &fields.facts);
  fields.matches = line.Count(document, "matches");
  fields.known_events = line.List(
      document, "known_events",
      [&line](const Value& event) { return ReadKnownEvent(event, &line); });
  if (JsonLineReader::Member(document, "warninglisted") != nullptr) {
    fields.warninglisted =
        line.List(document, "warninglisted", [&line](const Value& value) {
          return ReadWarninglisted(value, &line);
        });
  }
  if (!line.wrong().empty()) {
    return absl::DataLossError(
        fmt::format("not a line of fields.jsonl: \"{}\" is not as it should be",
                    line.wrong()));
  }
  return fields;
}

absl::StatusOr<ScanSummary> ParseScanSummary(std::string_view json) {
  const absl::Status none = absl::DataLossError("not a summary.json of a scan");
  rapidjson::Document document;
  if (!ParseJsonLine(json, &document)) return none;
  JsonLineReader line;
  ScanSummary summary;
  summary.finished = line.Text(document, "finished");
  const Value* reports = line.Object(document, "reports");
  if (reports != nullptr && JsonLineReader::Member(*reports, "ok") != nullptr) {
    summary.reports = line.Count(*reports, "ok");
  }
  const bool is_time = AnalysisTimeOf(summary.finished, "").seconds != 0;
  if (!line.wrong().empty() || !is_time) return none;
  return summary;
}

}  // namespace mispsift
