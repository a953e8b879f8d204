#include "mispsift/sink/correlation_csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "mispsift/base/utf8.h"
#include "mispsift/model/snapshot.h"

namespace mispsift {
namespace {

constexpr std::string_view kFormulaStarts[] = {
    "=", "+", "-", "@", "\t", "\n", "\r", std::string_view("\0", 1),
    // The same in full width.
    "\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0"};

bool StartsLikeFormula(std::string_view text) {
  return std::any_of(
      std::begin(kFormulaStarts), std::end(kFormulaStarts),
      [text](std::string_view start) { return text.starts_with(start); });
}

// One line, field by field.
class CsvLine {
 public:
  CsvLine(CsvGuard guard, std::string* out) : guard_(guard), out_(out) {}

  // What somebody else wrote.
  CsvLine& Text(std::string_view text) {
    Separate();
    const std::string_view valid = ReplaceInvalidUtf8(text, &scratch_);
    const bool quoted = valid.find_first_of("\",\r\n") != valid.npos;
    if (quoted) *out_ += '"';
    if (guard_ == CsvGuard::kFormulas && StartsLikeFormula(valid)) {
      *out_ += '\'';
    }
    for (const char c : valid) {
      switch (c) {
        case '"':
          *out_ += "\"\"";
          break;
        case '\0':
          *out_ += kReplacementCharacter;
          break;
        default:
          *out_ += c;
      }
    }
    if (quoted) *out_ += '"';
    return *this;
  }

  CsvLine& List(const std::vector<std::string_view>& texts) {
    return Text(fmt::format("{}", fmt::join(texts, ";")));
  }

  // Numbers and words of our own: no formula, whatever they begin with.
  template <typename T>
  CsvLine& Own(const T& value) {
    Separate();
    fmt::format_to(std::back_inserter(*out_), "{}", value);
    return *this;
  }

  CsvLine& Id(uint64_t id) { return id == 0 ? Text("") : Own(id); }

  void End() { *out_ += "\r\n"; }

 private:
  void Separate() {
    if (!first_) *out_ += ',';
    first_ = false;
  }

  const CsvGuard guard_;
  std::string* const out_;
  std::string scratch_;
  bool first_ = true;
};

std::vector<std::string_view> Places(const Observable& observable) {
  std::vector<std::string_view> places;
  for (int i = 0; i < static_cast<int>(Where::kCount); ++i) {
    if ((observable.where >> i & 1) != 0) {
      places.push_back(WhereName(static_cast<Where>(i)));
    }
  }
  return places;
}

}  // namespace

std::string_view CorrelationCsvHeader() {
  return "report_id,source,member,dialect,task_id,started,score,"
         "target_category,target_name,target_md5,target_sha1,target_sha256,"
         "target_url,observable_kind,observable_value,where,first_path,count,"
         "match,confidence,attribute_uuid,attribute_id,attribute_type,"
         "attribute_category,attribute_value,to_ids,attribute_comment,"
         "attribute_tags,event_uuid,event_id,event_info,event_date,"
         "threat_level_id,event_org,event_tags\r\n";
}

void AppendCorrelationCsv(const ReportResult& result, const Index& index,
                          CsvGuard guard, std::string* out) {
  const Snapshot& snapshot = index.snapshot();
  const ReportFacts& facts = result.facts;
  for (const Match& match : result.matches.matches) {
    const Observable& observable = result.matches.observables[match.observable];
    const AttributeView attribute = snapshot.attribute(match.attribute);
    const EventView event = snapshot.event_of(attribute);
    CsvLine line(guard, out);
    line.Text(result.id)
        .Text(result.source.source)
        .Text(result.source.member)
        .Own(DialectName(facts.dialect))
        .Text(facts.task_id)
        .Text(facts.started);
    facts.score.has_value() ? line.Own(*facts.score) : line.Text("");
    line.Text(facts.target.category)
        .Text(facts.target.name)
        .Text(facts.target.md5)
        .Text(facts.target.sha1)
        .Text(facts.target.sha256)
        .Text(facts.target.url)
        .Own(KindName(observable.kind))
        .Text(observable.value)
        .List(Places(observable))
        .Text(observable.paths.empty() ? "" : observable.paths.front())
        .Own(observable.count)
        .Own(MatchRuleName(match.rule))
        .Own(match.confidence)
        .Own(attribute.fields->uuid.ToString())
        .Id(attribute.fields->id)
        .Text(attribute.type)
        .Text(attribute.category)
        .Text(attribute.value)
        .Own(attribute.to_ids())
        .Text(attribute.comment)
        .List(snapshot.tags(attribute))
        .Own(event.fields->uuid.IsNil() ? "" : event.fields->uuid.ToString())
        .Id(event.fields->id)
        .Text(event.info)
        .Text(event.date);
    const int8_t threat_level = event.fields->threat_level_id;
    threat_level > 0 ? line.Own(threat_level) : line.Text("");
    line.Text(event.org).List(snapshot.tags(event)).End();
  }
}

}  // namespace mispsift
