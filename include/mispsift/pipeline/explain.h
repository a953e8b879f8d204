#ifndef MISPSIFT_PIPELINE_EXPLAIN_H_
#define MISPSIFT_PIPELINE_EXPLAIN_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "mispsift/cuckoo/report_archive.h"
#include "mispsift/cuckoo/report_reader.h"
#include "mispsift/match/index.h"
#include "mispsift/match/matcher.h"
#include "mispsift/model/indicator.h"

namespace mispsift {

struct ExplainOptions {
  std::string report;  // a file, an archive, or an analysis folder
  // Which report, where there are several: the member of an archive, the line
  // or number of the document, the path below a folder.
  std::string member;
  std::string snapshot;
  IndexSettings index;
  MatcherSettings matcher;
  std::vector<std::string> safelist;  // as in ScanOptions
  ArchiveLimits limits;
  size_t max_json_nesting = ReportReader::kUsualLevels;
  uint64_t max_report_memory = uint64_t{4} << 30;  // over it: streamed

  // What is shown.
  bool json = false;
  bool list_unknown = false;         // in the text; JSON has them anyway
  std::vector<IndicatorKind> kinds;  // none: all
  std::string value;  // a part of the value, in any case; empty: any
};

// Every observable of one report, in the order of its first place: where it
// stands, and why it matched, did not, or was suppressed. What it says of a
// match is what scan writes of it. Strings that are of no kind by themselves
// count only where they equal an indicator; as_misp, only what MISP would
// correlate counts.
//
// As text: the report, then what matched, what was suppressed, and how many
// observables of each kind MISP does not know. Safe for a terminal; long values
// are cut. As JSON: a line for each observable,
//   {"observable":{"kind","value","key","where":[],"paths":[],"count"},
//    "verdict":"matched|suppressed|unknown",
//    "matches":[{"match","confidence","attribute","event"}],
//    "suppressed_by":[], "warninglists":[] where these are among them,
//    "suppressed":[{"match","confidence","by":[],"attribute","event"}]}
// with the objects of correlations.jsonl; "key" is what is compared.
//
// Memory: what is shown, besides the report.
// Errors: ExitCode::kBadSnapshot; ExitCode::kIncomplete for a report that is
//         rejected, with the reason; kInvalidArgument where there is no report,
//         or there are several and none or no such one is named.
absl::StatusOr<std::string> Explain(const ExplainOptions& options);

}  // namespace mispsift

#endif  // MISPSIFT_PIPELINE_EXPLAIN_H_
