#ifndef MISPSIFT_SINK_SUMMARY_H_
#define MISPSIFT_SINK_SUMMARY_H_

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "mispsift/base/reject.h"
#include "mispsift/match/index.h"
#include "mispsift/model/match.h"
#include "mispsift/model/snapshot.h"
#include "mispsift/sink/misp_records.h"
#include "mispsift/sink/result_folder.h"

namespace mispsift {

// Which part of which inputs a scan looked at, and what else must be the same
// of all parts for them to be merged:
//   "shard":{"index","count","by","manifest_id","inputs","changed","settings",
//     "fields","csv","csv_raw","ecs","common_share","suppressed",
//     "snapshot_created","sources":[[kind, location]]}
struct ShardRecord {
  uint32_t index = 0;
  uint32_t count = 0;
  std::string by;
  std::string manifest_id;
  uint64_t inputs = 0;   // of the manifest
  uint64_t changed = 0;  // of the shard's, those that have another size now
  std::string first_changed;  // path; not in the JSON
  std::string settings;       // digest of all that a result depends on
  bool fields = false;
  OutputFormats formats;
  uint32_t common_share_percent = 0;
  uint64_t suppressed = 0;  // lines of suppressed.jsonl
  std::string snapshot_created;
  std::vector<MispRecords::Source> sources;
};

// Of a result that was merged:
//   "merged":{"shards","by","manifest_id","changed"}
struct MergeRecord {
  uint32_t shards = 0;
  std::string by;
  std::string manifest_id;
  uint64_t changed = 0;
  // Which files there are; not in the JSON.
  bool fields = false;
  OutputFormats formats;
};

// The totals of one scan: summary.json. reports_seen is always
// reports_ok + rejects.Total().
//
//   {"schema":1,"version","snapshot_id",
//    "reports":{"seen","ok","rejected":{"<reason>":n}},"skipped","bytes",
//    "observables","matches","matches_by_kind":{"<kind>":n},"events_matched",
//    "suppressed":{"<reason>":attributes,"sandbox":matches},
//    "over_correlating":[{"kind","value","reports"}],
//    "finished","seconds","threads"}
// and, under --as-misp, "as_misp":"default"|"advanced" before "finished"; and
// behind "threads" what ShardRecord and MergeRecord say.
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
  // The events that most reports match; for a person, not in summary.json.
  static constexpr size_t kTopEvents = 5;
  struct TopEvent {
    std::string info;
    std::string date;
    std::string org;
    uint64_t reports = 0;
  };
  std::vector<TopEvent> top_events;
  std::string confined;  // how, for a person; not in summary.json
  std::string finished;  // ISO 8601, UTC
  double seconds = 0;
  int threads = 0;
  std::optional<ShardRecord> shard;
  std::optional<MergeRecord> merged;

  void Add(const ReportResult& result, const Snapshot& snapshot);
  // Of matches whose attributes, by row, are of these events.
  void Add(const ReportResult& result,
           absl::FunctionRef<uint32_t(uint32_t attribute)> event_of);
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
