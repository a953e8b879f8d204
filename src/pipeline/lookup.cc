#include "mispsift/pipeline/lookup.h"

#include <map>
#include <utility>
#include <vector>

#include "mispsift/base/json_writer.h"
#include "mispsift/normalize/normalize.h"
#include "mispsift/sink/report_lines.h"

namespace mispsift {
namespace {

struct Verdict {
  MatchRule rule;
  uint8_t confidence;
};

// The value as each kind that it can be, and the bare name of a path.
std::vector<std::pair<Observation, std::string>> ReadAsEveryKind(
    std::string_view value) {
  std::vector<std::pair<Observation, std::string>> readings;
  const auto add = [&readings](IndicatorKind kind, KeyForm form,
                               Reading reading, std::string_view text) {
    for (const auto& [known, known_text] : readings) {
      if (known.kind == kind && known.form == form && known_text == text) {
        return;
      }
    }
    readings.push_back(
        {{kind, form, reading, Where::kTarget, {}}, std::string(text)});
  };
  std::string canonical;
  for (int k = 0; k < static_cast<int>(IndicatorKind::kCount); ++k) {
    IndicatorKind kind = static_cast<IndicatorKind>(k);
    if (!Canonicalize(value, &kind, &canonical)) continue;
    add(kind, KeyForm::kValue, Reading::kField, canonical);
    if (kind == IndicatorKind::kFilepath) {
      add(IndicatorKind::kFilename, KeyForm::kValue, Reading::kBasename,
          Basename(canonical));
    }
  }
  // What an attribute may hold and a report does not show: a network, a url
  // without its scheme.
  std::vector<Indicator> indicators;
  for (const char* type : {"ip-dst", "url"}) {
    IndicatorsOf(type, value, &indicators);
    for (const Indicator& indicator : indicators) {
      add(indicator.kind, indicator.form, Reading::kField, indicator.value);
    }
  }
  return readings;
}

}  // namespace

std::string LookupLine(const Index& index, std::string_view value,
                       const MatcherSettings& settings) {
  std::map<uint32_t, Verdict> matches;  // by row, which is by uuid
  Index::SuppressionBits suppressed = 0;
  for (auto& [observation, text] : ReadAsEveryKind(value)) {
    Observation observed = observation;
    observed.value = text;
    for (const IndicatorMatch& found :
         FindIndicators(index, observed, settings, true)) {
      if (found.suppressed != 0) {
        suppressed |= found.suppressed;
        continue;
      }
      const Verdict verdict = {found.rule,
                               Confidence(observed.reading, found.rule)};
      const auto [entry, is_new] =
          matches.try_emplace(found.attribute, verdict);
      if (!is_new && verdict.confidence > entry->second.confidence) {
        entry->second = verdict;
      }
    }
  }

  const Snapshot& snapshot = index.snapshot();
  std::string line;
  JsonWriter json(&line);
  json.StartObject();
  json.Key("value").String(value);
  json.Key("matches").StartArray();
  for (const auto& [row, verdict] : matches) {
    json.StartObject();
    json.Key("match").String(MatchRuleName(verdict.rule));
    json.Key("confidence").Uint(verdict.confidence);
    json.Key("attribute");
    WriteAttribute(snapshot, row, &json);
    json.Key("event");
    WriteEvent(snapshot, snapshot.event_of(snapshot.attribute(row)), &json);
    json.EndObject();
  }
  json.EndArray();
  json.Key("suppressed_by").StartArray();
  for (int i = 0; i < static_cast<int>(Suppression::kCount); ++i) {
    if ((suppressed >> i & 1) != 0) {
      json.String(SuppressionName(static_cast<Suppression>(i)));
    }
  }
  json.EndArray();
  json.EndObject();
  return line;
}

}  // namespace mispsift
