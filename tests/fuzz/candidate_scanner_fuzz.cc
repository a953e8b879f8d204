// Any bytes as a report: what the reader observes in it, the scanner, asked for
// that and nothing else, must not overlook. In what is no report at all it must
// not crash.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

#include "mispsift/match/candidate_scanner.h"
#include "tests/support/matching_indicators.h"
#include "tests/support/observations.h"
#include "tests/support/ssdeep.h"

using mispsift::CandidateFilter;
using mispsift::CandidateScanner;
using mispsift::Indicator;

// What of it a mutator finds, is like it.
constexpr char kOtherSsdeep[] = "96:abcdefghijklmnop/rstuv+:ABCDEFGHIJKL/";

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // A report of thousands of values would take seconds.
  constexpr int kMostValues = 200;
  static mispsift::ReportReader reader(mispsift::ScanDepth::kFull);
  static const CandidateFilter* const others = [] {
    CandidateFilter::Builder builder;
    builder.Add({mispsift::IndicatorKind::kIp, mispsift::KeyForm::kNetwork,
                 "198.51.100.0/24"});
    builder.Add({mispsift::IndicatorKind::kX509Fingerprint,
                 mispsift::KeyForm::kValue, std::string(40, 'a')});
    builder.AddSimilarTo(mispsift::SsdeepTableOf({kOtherSsdeep}));
    return new CandidateFilter(std::move(builder).Build());
  }();
  const std::string json(reinterpret_cast<const char*>(data), size);
  mispsift::PaddedBytes bytes;
  bytes.Assign(json);
  CandidateScanner(others).MayMatch(bytes);

  const mispsift::ReadResult read =
      mispsift::ReadReport(json, mispsift::ScanDepth::kFull, &reader);
  if (read.outcome.reject != mispsift::Reject::kNone) return 0;
  std::mt19937_64 random(size);
  int values = 0;
  for (const mispsift::PlacedObservation& seen : read.all) {
    if (++values > kMostValues) break;
    for (const Indicator& indicator :
         mispsift::IndicatorsMatching(seen, &random)) {
      const CandidateFilter filter = mispsift::FilterOf(indicator);
      if (CandidateScanner(&filter).MayMatch(bytes)) continue;
      std::fprintf(stderr, "overlooked: %s '%s', seen as %s\n",
                   std::string(KindName(indicator.kind)).c_str(),
                   indicator.value.c_str(), ToText(seen).c_str());
      std::abort();
    }
  }
  return 0;
}
