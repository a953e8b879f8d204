#ifndef MISPSIFT_SINK_SUMMARY_H_
#define MISPSIFT_SINK_SUMMARY_H_

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
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
//    "suppressed":{"<reason>":attributes,"sandbox":matches},
//    "over_correlating":[{"kind","value","reports"}],
//    "finished","seconds","threads"}
// and, under --as-misp, "as_misp":"default"|"advanced" before "finished".
struct Summary {
  std::string snapshot_id;
  std::string snapshot_created;  // ISO 8601, UTC; not in summary.json
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
  uint64_t own_traffic = 0;  // matches that were suppressed as "sandbox"
  // over_correlating: values that matched in more than so much of the reports
  // that were read, and in at least kMinCommon; those in most reports first.
  static constexpr uint64_t kMinCommon = 10;
  uint32_t common_share_percent = 10;
  absl::flat_hash_map<std::pair<IndicatorKind, std::string>, uint64_t>
      reports_by_value;  // of what matched
  std::string confined;  // how, for a person; not in summary.json
  std::string finished;  // ISO 8601, UTC
  double seconds = 0;
  int threads = 0;

  void Add(const ReportResult& result, const Snapshot& snapshot);
  // What over_correlating lists; views into reports_by_value.
  struct CommonValue {
    IndicatorKind kind;
    std::string_view value;
    uint64_t reports;
  };
  std::vector<CommonValue> CommonValues() const;
  std::string ToJson() const;
};

}  // namespace mispsift

#endif  // MISPSIFT_SINK_SUMMARY_H_
