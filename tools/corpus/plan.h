#ifndef MISPSIFT_TOOLS_CORPUS_PLAN_H_
#define MISPSIFT_TOOLS_CORPUS_PLAN_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mispsift/model/indicator.h"
#include "mispsift/model/match.h"
#include "tools/corpus/indicators.h"
#include "tools/corpus/places.h"
#include "tools/corpus/random.h"
#include "tools/corpus/report_order.h"

namespace mispsift::corpus {

// One value that is to stand in one place of one report.
struct Planted {
  Place place = Place::kCall;
  Where where = Where::kBehavior;
  uint64_t index = 0;  // of the indicator
  IndicatorKind kind = IndicatorKind::kMd5;
  MatchRule rule = MatchRule::kExact;
  std::string text;   // what stands there
  std::string value;  // of the observable, or of the attribute not to match
  std::string uuid;
  bool to_ids = false;
  std::string_view near_miss;  // why it must not match; empty: it must
  bool shown = false;
  std::string path;  // of the value, once it is shown
};

// Decides what a report shows: indicators that it must match, then near
// misses, as many as ordered, or fewer where no place fits. Each indicator
// occurs once.
std::vector<Planted> PlanReport(const IndicatorSet& indicators,
                                const ReportOrder& order, Random* random);

}  // namespace mispsift::corpus

#endif  // MISPSIFT_TOOLS_CORPUS_PLAN_H_
