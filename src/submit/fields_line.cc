// Reads back what a scan wrote: lines of fields.jsonl (sink/report_lines.h has
// their grammar) and the time in summary.json.

#include "mispsift/submit/fields_line.h"

#include <fmt/format.h>
#include <rapidjson/document.h>

#include <string>
#include <utility>

#include "src/submit/analysis_time.h"

namespace mispsift {
namespace {

using rapidjson::Value;

constexpr auto kFlags =
    rapidjson::kParseIterativeFlag | rapidjson::kParseFullPrecisionFlag;

// Takes members out of a line. What is missing or null is empty; the first that
// is of another type than its own is remembered, and the line is no good.
class LineReader {
 public:
  // Empty: all that was asked for was as it should be.
  const std::string& wrong() const { return wrong_; }
  void Refuse(std::string_view key) {
    if (wrong_.empty()) wrong_ = key;
  }

  std::string Text(const Value& object, const char* key) {
    const Value* member = Member(object, key);
    if (member == nullptr) return {};
    if (!member->IsString()) {
      Refuse(key);
      return {};
    }
    return {member->GetString(), member->GetStringLength()};
  }

  std::optional<double> Number(const Value& object, const char* key) {
    const Value* member = Member(object, key);
    if (member == nullptr) return std::nullopt;
    if (!member->IsNumber()) {
      Refuse(key);
      return std::nullopt;
    }
    return member->GetDouble();
  }

  uint64_t Count(const Value& object, const char* key) {
    const Value* member = Member(object, key);
    if (member == nullptr) return 0;
    if (!member->IsUint64()) {
      Refuse(key);
      return 0;
    }
    return member->GetUint64();
  }

  std::vector<std::string> Texts(const Value& object, const char* key) {
    std::vector<std::string> texts;
    ForEach(object, key, [&](const Value& value) {
      if (!value.IsString()) return Refuse(key);
      texts.emplace_back(value.GetString(), value.GetStringLength());
    });
    return texts;
  }

  // Of a list of objects what `read` makes of each.
  template <typename Read>
  auto List(const Value& object, const char* key, const Read& read) {
    std::vector<decltype(read(object))> list;
    ForEach(object, key, [&](const Value& value) {
      if (!value.IsObject()) return Refuse(key);
      list.push_back(read(value));
    });
    return list;
  }

  // An object; null when there is none.
  const Value* Object(const Value& object, const char* key) {
    const Value* member = Member(object, key);
    if (member == nullptr || member->IsObject()) return member;
    Refuse(key);
    return nullptr;
  }

  static const Value* Member(const Value& object, const char* key) {
    const auto member = object.FindMember(key);
    if (member == object.MemberEnd() || member->value.IsNull()) return nullptr;
    return &member->value;
  }

 private:
  template <typename Take>
  void ForEach(const Value& object, const char* key, const Take& take) {
    const Value* member = Member(object, key);
    if (member == nullptr) return;
    if (!member->IsArray()) return Refuse(key);
    for (const Value& value : member->GetArray()) take(value);
  }

  std::string wrong_;
};

Dialect ReadDialect(const Value& report, LineReader* line) {
  const std::string name = line->Text(report, "dialect");
  for (int i = 0; i <= static_cast<int>(Dialect::kOther); ++i) {
    if (name == DialectName(static_cast<Dialect>(i))) {
      return static_cast<Dialect>(i);
    }
  }
  if (!name.empty()) line->Refuse("dialect");
  return Dialect::kOther;
}

ReportTarget ReadTarget(const Value& target, LineReader* line) {
  return {line->Text(target, "category"), line->Text(target, "name"),
          line->Text(target, "md5"),      line->Text(target, "sha1"),
          line->Text(target, "sha256"),   line->Text(target, "url")};
}

FileFacts ReadFile(const Value& file, LineReader* line) {
  return {line->Text(file, "name"),   line->Text(file, "md5"),
          line->Text(file, "sha1"),   line->Text(file, "sha256"),
          line->Text(file, "sha512"), line->Text(file, "ssdeep"),
          line->Text(file, "type"),   line->Count(file, "size")};
}

SignatureFacts ReadSignature(const Value& signature, LineReader* line) {
  return {line->Text(signature, "name"), line->Text(signature, "description"),
          line->Number(signature, "severity"),
          line->Texts(signature, "attack_ids"),
          line->Texts(signature, "marks")};
}

WarninglistedValue ReadWarninglisted(const Value& value, LineReader* line) {
  const Value* blocks = LineReader::Member(value, "blocks");
  // Whether it may be sent depends on this.
  if (blocks == nullptr || !blocks->IsBool()) line->Refuse("blocks");
  return {line->Text(value, "value"), line->Texts(value, "lists"),
          blocks != nullptr && blocks->IsTrue()};
}

KnownEvent ReadKnownEvent(const Value& event, LineReader* line) {
  KnownEvent known;
  if (!ParseUuid(line->Text(event, "uuid"), &known.uuid)) line->Refuse("uuid");
  known.id = line->Text(event, "id");
  return known;
}

void ReadReport(const Value& report, LineReader* line, ReportFields* fields) {
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

void ReadFacts(const Value& document, LineReader* line, ReportFacts* facts) {
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
  document.Parse<kFlags>(text.data(), text.size());
  if (document.HasParseError() || !document.IsObject()) {
    return absl::DataLossError("not a line of fields.jsonl");
  }
  LineReader line;
  ReportFields fields;
  // What every scan has written; the rest came later.
  for (const char* key : {"report", "domains", "configs", "matches"}) {
    if (LineReader::Member(document, key) == nullptr) line.Refuse(key);
  }
  if (const Value* report = line.Object(document, "report")) {
    ReadReport(*report, &line, &fields);
  }
  ReadFacts(document, &line, &fields.facts);
  fields.matches = line.Count(document, "matches");
  fields.known_events = line.List(
      document, "known_events",
      [&line](const Value& event) { return ReadKnownEvent(event, &line); });
  if (LineReader::Member(document, "warninglisted") != nullptr) {
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
  document.Parse<kFlags>(json.data(), json.size());
  if (document.HasParseError() || !document.IsObject()) return none;
  LineReader line;
  ScanSummary summary;
  summary.finished = line.Text(document, "finished");
  const Value* reports = line.Object(document, "reports");
  if (reports != nullptr && LineReader::Member(*reports, "ok") != nullptr) {
    summary.reports = line.Count(*reports, "ok");
  }
  const bool is_time = AnalysisTimeOf(summary.finished, "").seconds != 0;
  if (!line.wrong().empty() || !is_time) return none;
  return summary;
}

}  // namespace mispsift
