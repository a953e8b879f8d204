#ifndef MISPSIFT_SRC_PIPELINE_OLDER_REPORTS_H_
#define MISPSIFT_SRC_PIPELINE_OLDER_REPORTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "mispsift/match/index.h"

namespace mispsift {

// What the keys of reports that were scanned long ago say to new indicators.
struct OlderReports {
  uint64_t asked = 0;  // reports
  uint64_t may_match = 0;
  // Files and archives of those that may match, in byte order: to be read
  // again, since keys are no proof.
  std::vector<std::string> sources;
  // Where that is not possible since the file is gone, a line for each pair:
  //   {"report":{"id","source","member"},"match":"unconfirmed",
  //    "attribute":{...},"event":{...}}
  // with attribute and event as in correlations.jsonl.
  std::string unconfirmed;
};

// Asks the reports in these files (report_key_file.h) about the indicators of
// `index`.
// Errors: the disk's; kDataLoss, which names the file, for what is no such
// file.
absl::StatusOr<OlderReports> AskOlderReports(
    const std::vector<std::string>& key_files, const Index& index);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_PIPELINE_OLDER_REPORTS_H_
