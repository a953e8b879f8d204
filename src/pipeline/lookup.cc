#include "mispsift/pipeline/lookup.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "mispsift/base/json_writer.h"
#include "mispsift/match/misp_correlator.h"
#include "mispsift/normalize/misp_correlation.h"
#include "mispsift/normalize/normalize.h"
#include "mispsift/normalize/value_list.h"
#include "src/pipeline/verdict.h"

namespace mispsift {
namespace {

// `value` as all that it can be; a composite by its halves as well.
std::vector<Indicator> ReadingsOf(const Index& index, std::string_view value) {
  if (index.as_misp() != AsMisp::kNo) return {};
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

Verdict VerdictOf(const Index& index, std::string_view value,
                  const std::vector<Indicator>& readings,
                  const MatcherSettings& settings) {
  Verdict verdict;
  const auto keep = [&](const std::vector<IndicatorMatch>& all, Reading reading,
                        std::string_view text) {
    for (const IndicatorMatch& found : all) {
      verdict.Add(index, found, reading,
                  MostConfidence(found.indicator.kind, text, settings));
    }
  };
  const auto look_up = [&](IndicatorKind kind, KeyForm form, Reading reading,
                           std::string_view text) {
    const Observation observed = {kind, form, reading, Where::kTarget, text};
    keep(FindIndicators(index, observed, settings, true), reading, text);
  };
  if (index.as_misp() != AsMisp::kNo) {
    for (const MispValues& asked : MispValuesAsked(value)) {
      keep(FindMispCorrelations(index, asked, settings, true), Reading::kField,
           value);
    }
    return verdict;
  }
  for (const Indicator& read : readings) {
    look_up(read.kind, read.form, Reading::kField, read.value);
    if (read.kind == IndicatorKind::kFilepath) {
      look_up(IndicatorKind::kFilename, KeyForm::kValue, Reading::kBasename,
              Basename(read.value));
    }
  }
  return verdict;
}

}  // namespace

std::string LookupLine(const Index& index, std::string_view value,
                       const MatcherSettings& settings) {
  const std::vector<Indicator> readings = ReadingsOf(index, value);
  std::string line;
  JsonWriter json(&line);
  json.StartObject();
  json.Key("value").String(value);
  json.Key("readings").StartArray();
  std::set<std::pair<IndicatorKind, std::string>> told;
  for (const Indicator& read : readings) {
    std::string key = ComparedKey(index, read.kind, read.form, read.value);
    const auto [reading, is_new] = told.emplace(read.kind, std::move(key));
    if (!is_new) continue;
    json.StartObject();
    json.Key("kind").String(KindName(read.kind));
    json.Key("key").String(reading->second);
    json.EndObject();
  }
  json.EndArray();
  WriteVerdict(index, VerdictOf(index, value, readings, settings), &json);
  json.EndObject();
  line += '\n';
  return line;
}

std::string LookupText(const Index& index, std::string_view value,
                       const MatcherSettings& settings) {
  const Verdict verdict =
      VerdictOf(index, value, ReadingsOf(index, value), settings);
  std::string text = fmt::format("{}: {}\n", Shown(value), verdict.Name());
  AppendVerdictText(index, verdict, /*with_reading=*/false, &text);
  return text;
}

}  // namespace mispsift
