#ifndef MISPSIFT_SINK_TRIAGE_PAGE_H_
#define MISPSIFT_SINK_TRIAGE_PAGE_H_

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "mispsift/model/indicator.h"
#include "mispsift/model/match.h"
#include "mispsift/sink/misp_records.h"
#include "mispsift/sink/report_lines.h"
#include "mispsift/sink/summary.h"

namespace mispsift {

// Where a report stands among all reports of a scan: its input, and in that.
struct ReportOrder {
  uint64_t input = 0;
  uint64_t report = 0;

  friend auto operator<=>(const ReportOrder&, const ReportOrder&) = default;
};

// index.html: what a scan found, for a person. One file that asks for nothing
// else; page/ holds what it looks like, this is what it says.
//
// Counts are exact, whatever the scan's size. What is listed is bounded: of the
// matches those with the highest confidence, of equal ones those of the reports
// that came first; with them the reports, attributes and events that they name.
// The page says what it leaves out; which reports would have matched what is
// suppressed nobody knows: it was not looked for. It is the same in whatever
// order the reports are added: each says where it stands.
//
// Memory: Limits::bytes of text, about 100 bytes for each match, and a counter
// for each event and day; while it is written, the page twice, with what MISP
// says of the attributes and events in it. Threads: one.
class TriagePage {
 public:
  struct Limits {
    size_t matches = 100'000;
    size_t matches_of_a_report = 1'000;  // or one report would fill the page
    size_t bytes = size_t{64} << 20;     // of matches and their reports
    size_t reports_without = 20'000;     // those in which nothing matched
    size_t rejected = 10'000;
    size_t suppressed_bytes = size_t{8} << 20;  // of suppressed attributes
    // Of the timeline, the latest ones; reports may claim any date.
    size_t days = 10'000;
  };

  // What is equal or above is called high, medium; the rest is low.
  static constexpr uint8_t kHigh = 80;
  static constexpr uint8_t kMedium = 50;

  // `records` are what the matches of the reports refer to; they outlive the
  // page.
  explicit TriagePage(const MispRecords* records) : TriagePage(records, {}) {}
  TriagePage(const MispRecords* records, const Limits& limits)
      : records_(*records), limits_(limits) {}

  // Each report once; no two stand in the same place.
  void Add(const ReportOrder& at, const ReportResult& result) {
    Add(at, result, NoteTexts(result));
  }
  void Add(const ReportOrder& at, const ReportResult& result,
           const std::vector<std::string>& notes);

  // The next suppressed attribute, which the records know, in the order of
  // Index::suppressed(), and the warninglists that suppress it.
  void AddSuppressed(const SuppressedAttribute& suppressed,
                     const std::vector<std::string_view>& warninglists);

  // The `most` events that most reports match, those with more matches first
  // where that is equal.
  std::vector<Summary::TopEvent> TopEvents(size_t most) const;

  // The page, piece by piece. Errors: those of `append`.
  absl::Status Write(
      const Summary& summary,
      absl::FunctionRef<absl::Status(std::string_view)> append) const;

 private:
  struct Bands {
    uint64_t high = 0;
    uint64_t medium = 0;
    uint64_t low = 0;
    void Add(uint8_t confidence);
    void Add(const Bands& more);
  };
  struct EventCounts {
    uint64_t matches = 0;
    uint64_t high = 0;
    uint64_t reports = 0;
    uint64_t last_report = 0;  // which one was counted last
    uint8_t best = 0;
  };
  // How matches are ranked: a total order.
  struct Rank {
    uint8_t confidence;
    ReportOrder report;
    uint32_t order;  // within its report
  };
  struct KeptMatch {
    Rank rank;
    IndicatorKind kind;
    uint32_t attribute;
    std::string json;
  };
  struct KeptReport {
    std::string json;
    uint32_t kept = 0;  // matches
  };

  // The rows of the reports that stand first.
  using FirstRows = std::map<ReportOrder, std::string>;

  // Whether `a` is listed rather than `b`.
  static bool Before(const Rank& a, const Rank& b);
  static bool KeptBefore(const KeptMatch& a, const KeptMatch& b) {
    return Before(a.rank, b.rank);
  }
  static void KeepFirst(const ReportOrder& at, size_t most,
                        absl::FunctionRef<std::string()> row, FirstRows* rows);
  void Count(const ReportResult& result);
  void CountDay(std::string day, const Bands& bands);
  void Keep(const ReportOrder& at, const ReportResult& result,
            const std::vector<std::string>& notes);
  void DropWorst();
  std::string ToJson(const Summary& summary) const;

  const MispRecords& records_;
  Limits limits_;
  uint64_t added_ = 0;  // reports

  std::array<std::array<uint64_t, 2>,
             static_cast<size_t>(IndicatorKind::kCount)>
      kinds_{};  // matches; those of high confidence
  std::array<uint64_t, 101> confidences_{};
  Bands bands_;
  uint64_t reports_high_ = 0;  // those with a match of high confidence
  std::map<std::string, Bands> days_;
  std::string left_out_day_;  // the latest one that is counted under ""
  absl::flat_hash_map<uint32_t, EventCounts> events_;

  std::vector<KeptMatch> matches_;  // a heap, the worst in front
  std::map<ReportOrder, KeptReport> reports_;
  size_t bytes_ = 0;  // of the JSON in these two
  // The best match that had no room: none behind it has any, or what is listed
  // would depend on which came first.
  std::optional<Rank> left_out_;
  FirstRows reports_without_;
  FirstRows rejected_;
  std::vector<std::string> suppressed_;
  size_t suppressed_bytes_ = 0;
};

}  // namespace mispsift

#endif  // MISPSIFT_SINK_TRIAGE_PAGE_H_
