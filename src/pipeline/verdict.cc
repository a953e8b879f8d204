#include "src/pipeline/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "mispsift/base/printable.h"
#include "mispsift/base/utf8.h"
#include "mispsift/match/report_limits.h"
#include "mispsift/normalize/normalize.h"
#include "mispsift/sink/report_lines.h"

namespace mispsift {
namespace {

// What the confidence begins with.
std::string_view ReadingWords(Reading reading) {
  switch (reading) {
    case Reading::kField:
      return "the field names the kind";
    case Reading::kAssembled:
      return "assembled from several fields";
    case Reading::kToken:
      return "cut out of free text";
    case Reading::kBasename:
      return "the last component of a path";
    case Reading::kWholeString:
      return "a whole string that merely equals it";
  }
  return "";
}

std::string SuppressionWords(Suppression reason) {
  switch (reason) {
    case Suppression::kBlacklist:
      return "blacklist (it is in --ioc-blacklist)";
    case Suppression::kNotIds:
      return "not_ids (its to_ids is off, and --only-ids is yes)";
    case Suppression::kSpecialUse:
      return "special_use (a private, loopback or similar address)";
    case Suppression::kCorrelationDisabled:
      return "correlation_disabled (for the attribute or its event, in MISP)";
    default:
      return std::string(SuppressionName(reason));
  }
}

void WriteReasons(SuppressionBits bits, bool is_own_traffic, JsonWriter* json) {
  json->StartArray();
  ForEachReason(bits, [json](Suppression reason) {
    json->String(SuppressionName(reason));
  });
  if (is_own_traffic) json->String(kOwnTrafficName);
  json->EndArray();
}

void WriteFound(const Index& index, uint32_t row, const Verdict::Found& found,
                JsonWriter* json) {
  json->StartObject();
  json->Key("match").String(MatchRuleName(found.rule));
  json->Key("confidence").Uint(found.confidence);
  if (found.suppressed != 0 || found.is_own_traffic) {
    json->Key("by");
    WriteReasons(found.suppressed, found.is_own_traffic, json);
  }
  const Snapshot& snapshot = index.snapshot();
  const AttributeView attribute = snapshot.attribute(row);
  json->Key("attribute");
  WriteAttribute(
      snapshot, row,
      index.Warninglists(attribute, found.kind, Index::OnLists::kInforming),
      json);
  json->Key("event");
  WriteEvent(snapshot, snapshot.event_of(attribute), json);
  json->EndObject();
}

std::string IdText(uint64_t id) {
  return id == 0 ? std::string() : fmt::format(" (id {})", id);
}

void AppendTags(const std::vector<std::string_view>& tags, std::string* out) {
  if (tags.empty()) return;
  *out += "    tags:";
  for (const std::string_view tag : tags) *out += ' ' + Shown(tag);
  *out += '\n';
}

void AppendWarninglists(const Index& index, uint32_t row,
                        const Verdict::Found& found, Index::OnLists which,
                        std::string* out) {
  for (const std::string_view name :
       index.Warninglists(index.snapshot().attribute(row), found.kind, which)) {
    *out += fmt::format("    on the warninglist: {}\n", Shown(name));
  }
}

void AppendRecord(const Index& index, uint32_t row, const Verdict::Found& found,
                  std::string* out) {
  const Snapshot& snapshot = index.snapshot();
  const AttributeView attribute = snapshot.attribute(row);
  *out += fmt::format(
      "    {}: {}\n    attribute {}{}\n    {}, {}\n", Shown(attribute.type),
      Shown(attribute.value), attribute.fields->uuid.ToString(),
      IdText(attribute.fields->id),
      attribute.category.empty() ? "no category" : Shown(attribute.category),
      attribute.to_ids() ? "to_ids" : "no to_ids");
  if (!attribute.comment.empty()) {
    *out += fmt::format("    comment: {}\n", Shown(attribute.comment));
  }
  AppendTags(snapshot.tags(attribute), out);
  AppendWarninglists(index, row, found, Index::OnLists::kInforming, out);
  const EventView event = snapshot.event_of(attribute);
  const bool has_uuid = !event.fields->uuid.IsNil();
  if (!has_uuid && event.fields->id == 0 && event.info.empty()) {
    *out += "    of no event\n";
    return;
  }
  *out +=
      fmt::format("    event {}{}\n",
                  has_uuid ? event.fields->uuid.ToString() : "without a uuid",
                  IdText(event.fields->id));
  std::string about = Shown(event.date);
  if (!event.org.empty()) {
    about += (about.empty() ? "" : ", ") + Shown(event.org);
  }
  if (!about.empty()) *out += fmt::format("    {}\n", about);
  *out += fmt::format("    {}\n", Shown(event.info));
  AppendTags(snapshot.tags(event), out);
}

}  // namespace

void Verdict::Add(const Index& index, const IndicatorMatch& match,
                  Reading reading, uint8_t most) {
  const Found found = {match.rule,
                       std::min(Confidence(reading, match.rule, match.score,
                                           match.is_on_a_warninglist),
                                most),
                       reading, match.suppressed, match.indicator.kind};
  if (match.suppressed != 0) {
    for (const std::string_view name :
         index.Warninglists(index.snapshot().attribute(match.attribute),
                            found.kind, Index::OnLists::kSuppressing)) {
      warninglists_.insert(name);
    }
  }
  ByAttribute& attributes = match.suppressed == 0 ? matches_ : suppressed_;
  const auto [entry, is_new] = attributes.try_emplace(match.attribute, found);
  if (is_new) return;
  const SuppressionBits all = entry->second.suppressed | found.suppressed;
  if (found.confidence > entry->second.confidence) entry->second = found;
  entry->second.suppressed = all;
}

void Verdict::SuppressAsOwnTraffic() {
  suppressed_.merge(matches_);
  matches_.clear();
  for (auto& [row, found] : suppressed_) found.is_own_traffic = true;
}

std::string_view Verdict::Name() const {
  if (!matches_.empty()) return "matched";
  return suppressed_.empty() ? "unknown" : "suppressed";
}

void WriteVerdict(const Index& index, const Verdict& verdict,
                  JsonWriter* json) {
  json->Key("verdict").String(verdict.Name());
  json->Key("matches").StartArray();
  for (const auto& [row, found] : verdict.matches()) {
    WriteFound(index, row, found, json);
  }
  json->EndArray();
  SuppressionBits reasons = 0;
  bool is_own_traffic = false;
  for (const auto& [row, found] : verdict.suppressed()) {
    reasons |= found.suppressed;
    is_own_traffic |= found.is_own_traffic;
  }
  json->Key("suppressed_by");
  WriteReasons(reasons, is_own_traffic, json);
  if (!verdict.warninglists().empty()) {
    json->Key("warninglists").StartArray();
    for (const std::string_view name : verdict.warninglists()) {
      json->String(name);
    }
    json->EndArray();
  }
  json->Key("suppressed").StartArray();
  for (const auto& [row, found] : verdict.suppressed()) {
    WriteFound(index, row, found, json);
  }
  json->EndArray();
}

void AppendVerdictText(const Index& index, const Verdict& verdict,
                       bool with_reading, std::string* out) {
  for (const auto& [row, found] : verdict.matches()) {
    *out += fmt::format("  {}, confidence {}", MatchRuleName(found.rule),
                        found.confidence);
    if (with_reading) *out += fmt::format(": {}", ReadingWords(found.reading));
    *out += '\n';
    AppendRecord(index, row, found, out);
  }
  for (const auto& [row, found] : verdict.suppressed()) {
    *out += "  suppressed by\n";
    ForEachReason(found.suppressed, [out](Suppression reason) {
      *out += fmt::format("    {}\n", SuppressionWords(reason));
    });
    if (found.is_own_traffic) {
      *out += fmt::format(
          "    {} (an address that the report says is its sandbox's, in "
          "network "
          "traffic alone)\n",
          kOwnTrafficName);
    }
    AppendWarninglists(index, row, found, Index::OnLists::kSuppressing, out);
    *out += fmt::format("  would be {}, confidence {}\n",
                        MatchRuleName(found.rule), found.confidence);
    AppendRecord(index, row, found, out);
  }
}

std::string ComparedKey(const Index& index, IndicatorKind kind, KeyForm form,
                        std::string_view canonical) {
  if (index.as_misp() != AsMisp::kNo) form = KeyForm::kMispValue;
  std::string key;
  ComparedForm(kind, form, canonical, &key);
  return key;
}

std::string Shown(std::string_view text) {
  if (text.size() <= kMostShownBytes) return Printable(text);
  return fmt::format("{}... ({} bytes)",
                     Printable(Utf8Head(text, kMostShownBytes)), text.size());
}

}  // namespace mispsift
