#ifndef MISPSIFT_TESTS_SUPPORT_OBSERVATIONS_H_
#define MISPSIFT_TESTS_SUPPORT_OBSERVATIONS_H_

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "mispsift/base/bytes.h"
#include "mispsift/cuckoo/report_reader.h"
#include "mispsift/model/report.h"
#include "tests/support/slow_matcher.h"

namespace mispsift {

// Keeps all that a reader observes.
class KeepingSink : public ObservationSink {
 public:
  bool Observe(const Observation& seen, const JsonPath& path) override {
    all.push_back({seen.kind, seen.form, seen.reading, seen.where,
                   std::string(seen.value), path.ToString()});
    return true;
  }
  std::vector<PlacedObservation> all;
};

struct ReadResult {
  ReadOutcome outcome;
  ReportFacts facts;
  std::vector<PlacedObservation> all;
};

inline ReadResult ReadReport(std::string_view json, ScanDepth depth,
                             ReportReader* reader = nullptr) {
  ReportReader own(depth);
  PaddedBytes bytes;
  bytes.Assign(json);
  KeepingSink sink;
  ReadResult result;
  result.outcome =
      (reader == nullptr ? &own : reader)->Read(bytes, &sink, &result.facts);
  result.all = std::move(sink.all);
  return result;
}

// "host value field evil.example network $.network.domains[0].domain": what a
// failing test prints and what tests look for.
inline std::string ToText(const PlacedObservation& seen) {
  constexpr std::string_view kForms[] = {"value", "network", "whole"};
  constexpr std::string_view kReadings[] = {"field", "assembled", "token",
                                            "basename", "whole"};
  const std::string_view kind =
      seen.form == KeyForm::kWholeString ? "any" : KindName(seen.kind);
  return fmt::format("{} {} {} {} {} {}", kind,
                     kForms[static_cast<int>(seen.form)],
                     kReadings[static_cast<int>(seen.reading)],
                     WhereName(seen.where), seen.path, seen.value);
}

inline std::vector<std::string> ToText(
    const std::vector<PlacedObservation>& all) {
  std::vector<std::string> lines;
  for (const PlacedObservation& seen : all) lines.push_back(ToText(seen));
  return lines;
}

// The first line in which two readers differ; empty when they agree.
inline std::string FirstDifference(
    const std::vector<PlacedObservation>& ours,
    const std::vector<PlacedObservation>& other) {
  for (size_t i = 0; i < std::max(ours.size(), other.size()); ++i) {
    const std::string a = i < ours.size() ? ToText(ours[i]) : "(end)";
    const std::string b = i < other.size() ? ToText(other[i]) : "(end)";
    if (a != b) return fmt::format("number {}: {}\nother: {}", i, a, b);
  }
  return "";
}

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_OBSERVATIONS_H_
