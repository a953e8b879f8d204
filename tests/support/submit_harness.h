#ifndef MISPSIFT_TESTS_SUPPORT_SUBMIT_HARNESS_H_
#define MISPSIFT_TESTS_SUPPORT_SUBMIT_HARNESS_H_

#include <string>
#include <vector>

#include "mispsift/pipeline/submit.h"
#include "tests/support/fake_misp.h"

namespace mispsift {

// A match of an analysis, as correlations.jsonl has it.
struct ResultMatch {
  std::string attribute_uuid;
  std::string event_uuid;
  int confidence = 90;
};

// An analysis in a scan's results.
struct ResultAnalysis {
  std::string id;
  std::vector<std::string> hosts;     // ip-dst attributes
  std::vector<std::string> urls;      // url attributes
  std::string sha256;                 // of the target, which is "sample.exe"
  std::string score;                  // JSON; empty: null
  std::vector<std::string> known_in;  // uuids of events
  std::vector<ResultMatch> matches;
  std::string started = "2026-01-02T03:04:05";
};

// The result folder of a scan that found these, in this order. `finished` is
// when it ended.
void WriteResults(const std::string& folder,
                  const std::vector<ResultAnalysis>& analyses,
                  const std::string& finished = "2026-01-03T00:00:00Z");

// `count` analyses "r0", "r1" ... of `hosts` addresses each, no two the same.
std::vector<ResultAnalysis> ManyAnalyses(int count, int hosts);

// Options of a submission from `results` to `server` that does not wait long.
SubmitOptions SubmitTo(const FakeMisp& server, const std::string& results);

absl::StatusOr<SubmitReport> RunSubmit(const SubmitOptions& options);

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_SUBMIT_HARNESS_H_
