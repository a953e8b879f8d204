#include "mispsift/pipeline/lookup.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "mispsift/base/json_writer.h"
#include "mispsift/normalize/normalize.h"
#include "mispsift/normalize/value_list.h"
#include "mispsift/sink/report_lines.h"

namespace mispsift {
namespace {

struct Verdict {
  MatchRule rule;
  uint8_t confidence;
};

}  // namespace

std::string LookupLine(const Index& index, std::string_view value,
                       const MatcherSettings& settings) {
  std::map<uint32_t, Verdict> matches;  // by row, which is by uuid
  Index::SuppressionBits suppressed = 0;
  const auto look_up = [&](IndicatorKind kind, KeyForm form, Reading reading,
                           std::string_view text) {
    const Observation observed = {kind, form, reading, Where::kTarget, text};
    for (const IndicatorMatch& found :
         FindIndicators(index, observed, settings, true)) {
      if (found.suppressed != 0) {
        suppressed |= found.suppressed;
        continue;
      }
      const Verdict verdict = {
          found.rule, Confidence(observed.reading, found.rule, found.score)};
      const auto [entry, is_new] =
          matches.try_emplace(found.attribute, verdict);
      if (!is_new && verdict.confidence > entry->second.confidence) {
        entry->second = verdict;
      }
    }
  };
  std::vector<Indicator> readings = ReadAsEveryKind(value);
  // What MISP shows of a composite attribute is asked for by its halves too; an
  // ip-port is one value.
  const bool is_ip_port =
      std::any_of(readings.begin(), readings.end(), [](const Indicator& read) {
        return read.kind == IndicatorKind::kIpPort;
      });
  if (const size_t bar = value.find('|');
      bar != std::string_view::npos && !is_ip_port) {
    for (const std::string_view half :
         {value.substr(0, bar), value.substr(bar + 1)}) {
      for (Indicator& read : ReadAsEveryKind(half)) {
        readings.push_back(std::move(read));
      }
    }
  }
  for (const Indicator& read : readings) {
    look_up(read.kind, read.form, Reading::kField, read.value);
    if (read.kind == IndicatorKind::kFilepath) {
      look_up(IndicatorKind::kFilename, KeyForm::kValue, Reading::kBasename,
              Basename(read.value));
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
