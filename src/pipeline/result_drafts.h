#ifndef MISPSIFT_SRC_PIPELINE_RESULT_DRAFTS_H_
#define MISPSIFT_SRC_PIPELINE_RESULT_DRAFTS_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mispsift/pipeline/submit.h"

namespace mispsift {

// Takes what is drafted, in the order of the results.
class DraftSink {
 public:
  virtual ~DraftSink() = default;

  // The event that an analysis is in already, from an earlier run: it gets no
  // other.
  virtual absl::StatusOr<std::optional<Uuid>> EventOfReport(
      std::string_view report_id) = 0;
  // That an analysis is to have none: one that an earlier run has planned with
  // other settings is not sent.
  virtual absl::Status NoEvent(std::string_view report_id) = 0;
  // Has at least one attribute.
  virtual absl::Status Event(const DraftedEvent& drafted) = 0;
  virtual absl::Status Sighting(const SightingDraft& sighting) = 0;
};

// Reads the results of a scan and drafts the events and sightings that the
// options ask for. Counts what it sees in `*report`.
//
// Errors: those of Submit() that are about results; those of the sink.
absl::Status DraftResults(const SubmitOptions& options,
                          SubmitProgress* progress, SubmitReport* report,
                          DraftSink* sink);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_PIPELINE_RESULT_DRAFTS_H_
