#ifndef MISPSIFT_TOOLS_MISPSIFT_METRICS_H_
#define MISPSIFT_TOOLS_MISPSIFT_METRICS_H_

#include <string>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "mispsift/pipeline/backfill.h"
#include "mispsift/pipeline/exit_code.h"
#include "mispsift/pipeline/fetch.h"
#include "mispsift/pipeline/submit.h"
#include "mispsift/sink/summary.h"
#include "tools/mispsift/console.h"

namespace mispsift {

// What the last run that came to its end did, for Prometheus. A run that fails
// writes nothing: mispsift_last_success_timestamp_seconds gets old.

// Of any command.
struct FinishedRun {
  absl::Time at;
  absl::Duration took;
  ExitCode exit_code = ExitCode::kDone;
};

// Runs from when it is made.
class RunClock {
 public:
  FinishedRun Finish(ExitCode code) const;

 private:
  absl::Time begin_ = absl::Now();
};

std::string FetchMetrics(const FinishedRun& run, const FetchReport& report);
std::string ScanMetrics(const FinishedRun& run, const Summary& summary);
std::string SubmitMetrics(const FinishedRun& run, const SubmitReport& report);
// Of all that it did; the snapshot is as old as its file.
std::string BackfillMetrics(const FinishedRun& run, const std::string& snapshot,
                            const BackfillReport& report);

// Writes `metrics` to `path`, where there is one, and gives what the program
// ends with: the run's exit code, or that of a file that can't be written.
int EndRun(const FinishedRun& run, const std::string& path,
           const std::string& metrics, const Console& console);

}  // namespace mispsift

#endif  // MISPSIFT_TOOLS_MISPSIFT_METRICS_H_
