#include "mispsift/pipeline/lookup.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "mispsift/base/json_writer.h"
#include "mispsift/match/misp_correlator.h"
#include "mispsift/normalize/misp_correlation.h"
#include "mispsift/normalize/normalize.h"
#include "mispsift/normalize/value_list.h"
#include "mispsift/sink/report_lines.h"

namespace mispsift {
namespace {

struct Verdict {
  MatchRule rule;
  uint8_t confidence;
  IndicatorKind kind;
};

std::vector<Indicator> ReadingsOf(std::string_view value) {
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
  return readings;
}

}  // namespace

std::string LookupLine(const Index& index, std::string_view value,
                       const MatcherSettings& settings) {
  std::map<uint32_t, Verdict> matches;  // by row, which is by uuid
  Index::SuppressionBits suppressed = 0;
  std::set<std::string_view> suppressing;  // warninglists
  const auto keep = [&](const std::vector<IndicatorMatch>& all, Reading reading,
                        std::string_view text) {
    for (const IndicatorMatch& found : all) {
      if (found.suppressed != 0) {
        suppressed |= found.suppressed;
        for (const std::string_view name : index.Warninglists(
                 index.snapshot().attribute(found.attribute),
                 found.indicator.kind, Index::OnLists::kSuppressing)) {
          suppressing.insert(name);
        }
        continue;
      }
      const Verdict verdict = {
          found.rule,
          std::min(Confidence(reading, found.rule, found.is_on_a_warninglist),
                   MostConfidence(found.indicator.kind, text, settings)),
          found.indicator.kind};
      const auto [entry, is_new] =
          matches.try_emplace(found.attribute, verdict);
      if (!is_new && verdict.confidence > entry->second.confidence) {
        entry->second = verdict;
      }
    }
  };
  const auto look_up = [&](IndicatorKind kind, KeyForm form, Reading reading,
                           std::string_view text) {
    const Observation observed = {kind, form, reading, Where::kTarget, text};
    keep(FindIndicators(index, observed, settings, true), reading, text);
  };
  const bool as_misp = index.as_misp() != AsMisp::kNo;
  if (as_misp) {
    for (const MispValues& asked : MispValuesAsked(value)) {
      keep(FindMispCorrelations(index, asked, settings, true), Reading::kField,
           value);
    }
  }
  for (const Indicator& read :
       as_misp ? std::vector<Indicator>() : ReadingsOf(value)) {
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
    const AttributeView attribute = snapshot.attribute(row);
    WriteAttribute(
        snapshot, row,
        index.Warninglists(attribute, verdict.kind, Index::OnLists::kInforming),
        &json);
    json.Key("event");
    WriteEvent(snapshot, snapshot.event_of(attribute), &json);
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
  if (!suppressing.empty()) {
    json.Key("warninglists").StartArray();
    for (const std::string_view name : suppressing) json.String(name);
    json.EndArray();
  }
  json.EndObject();
  return line;
}

}  // namespace mispsift
