#include "src/sink/page_rows.h"

#include <algorithm>

#include "mispsift/base/reject.h"
#include "mispsift/model/report.h"
#include "mispsift/sink/report_lines.h"
#include "src/sink/page_text.h"

namespace mispsift {
namespace {

constexpr size_t kShownPaths = 4;
constexpr size_t kShownTags = 20;

uint8_t BestConfidence(const ReportMatches& matches) {
  uint8_t best = 0;
  for (const Match& match : matches.matches) {
    best = std::max(best, match.confidence);
  }
  return best;
}

}  // namespace

void WriteClipped(std::string_view text, size_t max_bytes, JsonWriter* json) {
  json->StringOrNull(ClipText(text, max_bytes));
}

void WriteTags(const std::vector<std::string_view>& tags, JsonWriter* json) {
  json->StartArray();
  for (size_t i = 0; i < tags.size() && i < kShownTags; ++i) {
    json->String(ClipText(tags[i], kShortText));
  }
  json->EndArray();
}

std::string ReportRow(const ReportResult& result,
                      const std::vector<std::string>& notes) {
  const ReportFacts& facts = result.facts;
  std::string out;
  JsonWriter json(&out);
  json.StartArray();
  json.String(result.id);
  WriteClipped(result.source.source, kLongText, &json);
  WriteClipped(result.source.member, kLongText, &json);
  json.String(DialectName(facts.dialect));
  WriteClipped(facts.task_id, kShortText, &json);
  WriteClipped(facts.started, kShortText, &json);
  facts.score.has_value() ? json.Double(*facts.score) : json.Null();
  WriteClipped(facts.target.category, kShortText, &json);
  WriteClipped(facts.target.name, kLongText, &json);
  WriteClipped(facts.target.md5, kShortText, &json);
  WriteClipped(facts.target.sha1, kShortText, &json);
  WriteClipped(facts.target.sha256, kShortText, &json);
  WriteClipped(facts.target.url, kLongText, &json);
  result.observed ? json.Uint(result.matches.observable_count) : json.Null();
  json.Uint(result.matches.matches.size());
  json.Uint(BestConfidence(result.matches));
  json.StartArray();
  for (const std::string& note : notes) json.String(note);
  json.EndArray();
  json.EndArray();
  return out;
}

std::string RejectedRow(const ReportResult& result) {
  std::string out;
  JsonWriter json(&out);
  json.StartArray();
  WriteClipped(result.source.source, kLongText, &json);
  WriteClipped(result.source.member, kLongText, &json);
  json.String(RejectName(result.reject));
  WriteClipped(result.detail, kLongText, &json);
  json.Uint(result.bytes);
  json.EndArray();
  return out;
}

std::string MatchCells(const Match& match, const Observable& observable) {
  std::string out;
  JsonWriter json(&out);
  json.StartArray();
  json.String(KindName(observable.kind));
  json.String(ClipText(observable.value, kLongText));
  json.StartArray();
  for (int i = 0; i < static_cast<int>(Where::kCount); ++i) {
    if ((observable.where >> i & 1) != 0) {
      json.String(WhereName(static_cast<Where>(i)));
    }
  }
  json.EndArray();
  json.StartArray();
  for (size_t i = 0; i < observable.paths.size() && i < kShownPaths; ++i) {
    json.String(ClipText(observable.paths[i], kShortText));
  }
  json.EndArray();
  json.Uint(observable.count);
  json.String(MatchRuleName(match.rule));
  json.Uint(match.confidence);
  json.EndArray();
  return out.substr(1);
}

std::string SuppressedRow(const SuppressedAttribute& suppressed,
                          const std::vector<std::string_view>& warninglists,
                          const MispRecords& records) {
  const MispRecords::Attribute attribute = records.AttributeAt(suppressed.row);
  const MispRecords::Event event =
      records.EventAt(records.EventOf(suppressed.row));
  std::string out;
  JsonWriter json(&out);
  json.StartArray();
  json.String(ClipText(attribute.value, kLongText));
  json.String(ClipText(attribute.type, kShortText));
  json.String(ClipText(attribute.category, kShortText));
  WriteTags(ReasonNames(suppressed), &json);
  WriteTags(KindNames(suppressed), &json);
  json.Bool(suppressed.whole);
  WriteTags(warninglists, &json);
  json.String(attribute.uuid.ToString());
  json.Int(attribute.timestamp);
  WriteClipped(event.info, kShortText, &json);
  WriteClipped(event.date, kShortText, &json);
  WriteClipped(event.org, kShortText, &json);
  json.StringOrNull(EventUrl(attribute.server,
                             event.uuid.IsNil() ? "" : event.uuid.ToString()));
  json.EndArray();
  return out;
}

}  // namespace mispsift
