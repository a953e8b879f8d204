#include "src/pipeline/result_lines.h"

#include <fmt/format.h>

#include <utility>

#include "mispsift/base/json_line.h"

namespace mispsift {
namespace {

using rapidjson::Value;

// The one of an enum's values that has this name.
template <typename Enum, typename NameOf>
Enum FindName(const std::string& name, const char* key, int values,
              const NameOf& name_of, JsonLineReader* line) {
  for (int i = 0; i < values; ++i) {
    const Enum value = static_cast<Enum>(i);
    if (name_of(value) == name) return value;
  }
  line->Refuse(key);
  return static_cast<Enum>(0);
}

template <typename Enum, typename NameOf>
Enum ReadName(const Value& object, const char* key, int values,
              const NameOf& name_of, JsonLineReader* line) {
  return FindName<Enum>(line->Text(object, key), key, values, name_of, line);
}

void ReadReport(const Value& report, JsonLineReader* line,
                ReportResult* result) {
  result->id = line->Text(report, "id");
  result->source = {line->Text(report, "source"), line->Text(report, "member")};
  ReportFacts& facts = result->facts;
  if (result->reject == Reject::kNone) {
    facts.dialect = ReadName<Dialect>(report, "dialect",
                                      static_cast<int>(Dialect::kOther) + 1,
                                      DialectName, line);
  }
  facts.task_id = line->Text(report, "task_id");
  facts.started = line->Text(report, "started");
  facts.score = line->Number(report, "score");
  if (const Value* target = line->Object(report, "target")) {
    facts.target = {
        line->Text(*target, "category"), line->Text(*target, "name"),
        line->Text(*target, "md5"),      line->Text(*target, "sha1"),
        line->Text(*target, "sha256"),   line->Text(*target, "url")};
  }
}

Observable ReadObservable(const Value& object, JsonLineReader* line) {
  Observable observable;
  if (!ParseKind(line->Text(object, "kind"), &observable.kind)) {
    line->Refuse("kind");
  }
  observable.value = line->Text(object, "value");
  for (const std::string& where : line->Texts(object, "where")) {
    for (int i = 0; i < static_cast<int>(Where::kCount); ++i) {
      if (where == WhereName(static_cast<Where>(i))) {
        observable.where |= uint32_t{1} << i;
      }
    }
  }
  observable.paths = line->Texts(object, "paths");
  observable.count = line->Count(object, "count");
  return observable;
}

bool IsSame(const Observable& a, const Observable& b) {
  return a.kind == b.kind && a.value == b.value && a.where == b.where &&
         a.paths == b.paths && a.count == b.count;
}

uint32_t ReadEvent(const Value& object, JsonLineReader* line,
                   LineRecords* records) {
  LineRecords::StoredEvent event;
  const std::string uuid = line->Text(object, "uuid");
  if (!uuid.empty() && !ParseUuid(uuid, &event.uuid)) line->Refuse("uuid");
  if (const uint32_t* row = records->FindEvent(event.uuid)) return *row;
  event.info = line->Text(object, "info");
  event.date = line->Text(object, "date");
  event.threat_level_id =
      static_cast<int>(line->Count(object, "threat_level_id"));
  event.published = line->Flag(object, "published");
  event.org = line->Text(object, "org");
  event.tags = line->Texts(object, "tags");
  return records->AddEvent(std::move(event));
}

// Of an attribute that is not known, with its event.
uint32_t ReadAttribute(const Value& document, const Value& object,
                       const Uuid& uuid, JsonLineReader* line,
                       LineRecords* records) {
  LineRecords::StoredAttribute attribute;
  attribute.uuid = uuid;
  attribute.type = line->Text(object, "type");
  attribute.category = line->Text(object, "category");
  attribute.value = line->Text(object, "value");
  attribute.comment = line->Text(object, "comment");
  attribute.tags = line->Texts(object, "tags");
  const Value* timestamp = JsonLineReader::Member(object, "timestamp");
  if (timestamp == nullptr || !timestamp->IsInt64()) {
    line->Refuse("timestamp");
  } else {
    attribute.timestamp = timestamp->GetInt64();
  }
  attribute.over_correlating =
      JsonLineReader::Member(object, "over_correlating") != nullptr;
  const Value* event = line->Object(document, "event");
  if (event == nullptr) {
    line->Refuse("event");
    return 0;
  }
  attribute.event = ReadEvent(*event, line, records);
  return records->AddAttribute(std::move(attribute));
}

// The row of an attribute, which may not have been known.
uint32_t RowOf(const Value& document, const Value& object, JsonLineReader* line,
               LineRecords* records) {
  Uuid uuid;
  if (!ParseUuid(line->Text(object, "uuid"), &uuid)) line->Refuse("uuid");
  const uint32_t* known = records->FindAttribute(uuid);
  return known != nullptr
             ? *known
             : ReadAttribute(document, object, uuid, line, records);
}

// A file is named after it.
bool IsReportId(std::string_view id) {
  return id.size() == 32 &&
         id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

absl::Status Checked(const JsonLineReader& line) {
  if (line.wrong().empty()) return absl::OkStatus();
  return absl::DataLossError(
      fmt::format("\"{}\" is not as it should be", line.wrong()));
}

}  // namespace

absl::StatusOr<ReportFromLines> ParseReportLine(std::string_view text) {
  rapidjson::Document document;
  if (!ParseJsonLine(text, &document)) {
    return absl::DataLossError("not a line of reports.jsonl");
  }
  JsonLineReader line;
  ReportFromLines report;
  ReportResult& result = report.result;
  if (line.Text(document, "status") != "ok") {
    result.reject =
        ReadName<Reject>(document, "reject", static_cast<int>(Reject::kCount),
                         RejectName, &line);
    if (result.reject == Reject::kNone) line.Refuse("reject");
  }
  result.detail = line.Text(document, "detail");
  report.notes = line.Texts(document, "notes");
  result.bytes = line.Count(document, "bytes");
  result.observed = JsonLineReader::Member(document, "observables") != nullptr;
  result.matches.observable_count = line.Count(document, "observables");
  report.matches = line.Count(document, "matches");
  const Value* object = line.Object(document, "report");
  if (object == nullptr) return absl::DataLossError("there is no \"report\"");
  ReadReport(*object, &line, &result);
  if (result.reject == Reject::kNone && !IsReportId(result.id)) {
    line.Refuse("id");
  }
  const absl::Status checked = Checked(line);
  if (!checked.ok()) return checked;
  return report;
}

absl::Status AddCorrelationLine(std::string_view text, LineRecords* records,
                                ReportResult* result) {
  rapidjson::Document document;
  JsonLineReader line;
  if (!ParseJsonLine(text, &document)) {
    return absl::DataLossError("not a line of correlations.jsonl");
  }
  const Value* report = line.Object(document, "report");
  const Value* object = line.Object(document, "observable");
  const Value* attribute = line.Object(document, "attribute");
  if (report == nullptr || object == nullptr || attribute == nullptr) {
    return absl::DataLossError("not a line of correlations.jsonl");
  }
  if (line.Text(*report, "id") != result->id) {
    return absl::DataLossError("a correlation of another report");
  }
  std::vector<Observable>& observables = result->matches.observables;
  Observable observable = ReadObservable(*object, &line);
  if (observables.empty() || !IsSame(observables.back(), observable)) {
    observables.push_back(std::move(observable));
  }
  const uint32_t row = RowOf(document, *attribute, &line, records);
  std::vector<std::string> lists = line.Texts(*attribute, "warninglists");
  if (!lists.empty()) {
    records->SetWarninglists(row, observables.back().kind, std::move(lists));
  }
  Match match;
  match.observable = static_cast<uint32_t>(observables.size() - 1);
  match.attribute = row;
  match.rule = ReadName<MatchRule>(document, "match",
                                   static_cast<int>(MatchRule::kCount),
                                   MatchRuleName, &line);
  match.confidence = static_cast<uint8_t>(line.Count(document, "confidence"));
  result->matches.matches.push_back(match);
  return Checked(line);
}

absl::StatusOr<SuppressedFromLine> ParseSuppressedLine(std::string_view text,
                                                       LineRecords* records) {
  rapidjson::Document document;
  JsonLineReader line;
  const Value* object = nullptr;
  if (ParseJsonLine(text, &document)) {
    object = line.Object(document, "attribute");
  }
  if (object == nullptr) {
    return absl::DataLossError("not a line of suppressed.jsonl");
  }
  SuppressedFromLine suppressed;
  SuppressedAttribute& attribute = suppressed.attribute;
  for (const std::string& name : line.Texts(document, "reasons")) {
    attribute.reasons |= static_cast<SuppressionBits>(
        1u << static_cast<int>(FindName<Suppression>(
            name, "reasons", static_cast<int>(Suppression::kCount),
            SuppressionName, &line)));
  }
  for (const std::string& name : line.Texts(document, "kinds")) {
    attribute.kinds |=
        uint64_t{1} << static_cast<int>(FindName<IndicatorKind>(
            name, "kinds", static_cast<int>(IndicatorKind::kCount), KindName,
            &line));
  }
  attribute.whole = line.Flag(document, "whole");
  suppressed.warninglists = line.Texts(document, "warninglists");
  attribute.row = RowOf(document, *object, &line, records);
  const absl::Status checked = Checked(line);
  if (!checked.ok()) return checked;
  return suppressed;
}

}  // namespace mispsift
