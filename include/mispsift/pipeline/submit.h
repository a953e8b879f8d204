#ifndef MISPSIFT_PIPELINE_SUBMIT_H_
#define MISPSIFT_PIPELINE_SUBMIT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "mispsift/submit/event_drafts.h"

namespace mispsift {

enum class SubmitSelection { kAll, kMatched, kUnmatched };

struct SubmitOptions {
  std::string results;   // a scan's folder
  std::string feed_out;  // where the feed goes; empty for none
  std::string org = "mispsift";
  bool dry_run = false;  // hand every event's JSON to `print`
  SubmitSelection select = SubmitSelection::kAll;
  uint64_t max_events = 1000;
  DraftSettings draft;  // `scanned` is taken from the results
};

struct SubmitReport {
  uint64_t events = 0;
  uint64_t attributes = 0;
  uint64_t kept = 0;  // events that the feed had, and has as they were
  // Event uuids beyond max_events, in order: they stay planned.
  std::vector<std::string> planned;
  // "report id: type value: reason" of what MISP would not store.
  std::vector<std::string> refused;
};

// Drafts one event an analysis from a scan's results and writes them to a feed
// folder or, line by line, to `print`. An analysis that the results hold twice
// is one event; one whose event the feed has is neither drafted anew nor
// counted among max_events.
//
// Errors: kFailedPrecondition when the folder is no finished scan or has no
// fields.jsonl; kDataLoss when that is damaged; the disk's.
absl::StatusOr<SubmitReport> Submit(
    const SubmitOptions& options,
    absl::FunctionRef<absl::Status(std::string_view line)> print);

}  // namespace mispsift

#endif  // MISPSIFT_PIPELINE_SUBMIT_H_
