#include "mispsift/normalize/value_list.h"

#include <algorithm>
#include <utility>

#include "mispsift/normalize/normalize.h"

namespace mispsift {

std::vector<Indicator> ReadAsEveryKind(std::string_view text) {
  std::vector<Indicator> readings;
  const auto add = [&readings](Indicator reading) {
    if (std::find(readings.begin(), readings.end(), reading) ==
        readings.end()) {
      readings.push_back(std::move(reading));
    }
  };
  std::string canonical;
  for (int k = 0; k < static_cast<int>(IndicatorKind::kCount); ++k) {
    IndicatorKind kind = static_cast<IndicatorKind>(k);
    if (Canonicalize(text, &kind, &canonical)) {
      add({kind, KeyForm::kValue, canonical});
    }
  }
  // What an attribute may hold and a report does not show.
  std::vector<Indicator> indicators;
  for (const char* type : {"ip-dst", "url"}) {
    IndicatorsOf(type, text, &indicators);
    for (Indicator& indicator : indicators) add(std::move(indicator));
  }
  return readings;
}

ValueList::ValueList(const std::vector<std::string>& entries) {
  std::string scratch;
  for (const std::string& entry : entries) {
    for (const Indicator& reading : ReadAsEveryKind(entry)) {
      keys_.insert(
          KeyDigest(reading.kind, reading.form, reading.value, &scratch));
    }
  }
}

bool ValueList::Holds(IndicatorKind kind, KeyForm form,
                      std::string_view canonical) const {
  if (keys_.empty()) return false;
  std::string scratch;
  return keys_.contains(KeyDigest(kind, form, canonical, &scratch));
}

bool ValueList::HoldsAnyOf(std::string_view type,
                           std::string_view value) const {
  if (keys_.empty()) return false;
  std::vector<Indicator> indicators;
  IndicatorsOf(type, value, &indicators);
  return std::any_of(
      indicators.begin(), indicators.end(), [this](const Indicator& indicator) {
        return indicator.form != KeyForm::kWholeString &&
               Holds(indicator.kind, indicator.form, indicator.value);
      });
}

}  // namespace mispsift
