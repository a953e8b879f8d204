#ifndef MISPSIFT_SINK_SUMMARY_H_
#define MISPSIFT_SINK_SUMMARY_H_

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "mispsift/base/reject.h"
#include "mispsift/match/index.h"
#include "mispsift/model/match.h"
#include "mispsift/model/snapshot.h"

namespace mispsift {

// The totals of one scan: summary.json. reports_seen is always
// reports_ok + rejects.Total().
//
//   {"schema":1,"version","snapshot_id",
//    "reports":{"seen","ok","rejected":{"<reason>":n}},"skipped","bytes",
//    "observables","matches","matches_by_kind":{"<kind>":n},"events_matched",
//    "suppressed":{"<reason>":attributes},"over_correlating":[],
//    "finished","seconds","threads"}
// and, under --as-misp, "as_misp":"default"|"advanced" before "finished".
struct Summary {
  std::string snapshot_id;
  uint64_t reports_seen = 0;
  uint64_t reports_ok = 0;
  RejectCounts rejects;
  uint64_t skipped = 0;
  uint64_t bytes = 0;  // of the reports read, uncompressed
  uint64_t observables = 0;
  uint64_t matches = 0;
  uint64_t reports_matched = 0;
  std::array<uint64_t, static_cast<size_t>(IndicatorKind::kCount)>
      matches_by_kind{};
  std::set<uint32_t> events_matched;  // rows
  std::array<uint64_t, static_cast<size_t>(Suppression::kCount)> suppressed{};
  AsMisp as_misp = AsMisp::kNo;
  std::string finished;  // ISO 8601, UTC
  double seconds = 0;
  int threads = 0;

  void Add(const ReportResult& result, const Snapshot& snapshot);
  std::string ToJson() const;
};

}  // namespace mispsift

#endif  // MISPSIFT_SINK_SUMMARY_H_
