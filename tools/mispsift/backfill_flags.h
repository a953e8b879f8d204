#ifndef MISPSIFT_TOOLS_MISPSIFT_BACKFILL_FLAGS_H_
#define MISPSIFT_TOOLS_MISPSIFT_BACKFILL_FLAGS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "mispsift/pipeline/backfill.h"

namespace CLI {
class App;
}

namespace mispsift {

struct BackfillCommand {
  BackfillOptions options;
  std::string metrics;  // file for Prometheus; empty: none
  bool confine = true;  // see ConfineBackfill()
};

// What is typed for `mispsift backfill` itself. How it fetches, scans and
// submits is in the tables of these commands in --config FILE.
class BackfillFlags {
 public:
  // `backfill` keeps pointing to this object.
  void AddTo(CLI::App* backfill);

  // Completes `*options`, whose fetch, scan and submit are set.
  // Errors: kInvalidArgument with what is wrong.
  absl::Status Resolve(BackfillOptions* options) const;

  const std::vector<std::string>& paths() const { return typed_.paths; }

 private:
  BackfillOptions typed_;
  double max_age_hours_ = 20;
  bool no_cache_ = false;
};

}  // namespace mispsift

#endif  // MISPSIFT_TOOLS_MISPSIFT_BACKFILL_FLAGS_H_
