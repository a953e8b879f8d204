#ifndef MISPSIFT_SINK_TRIAGE_PAGE_H_
#define MISPSIFT_SINK_TRIAGE_PAGE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
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

// index.html: what a scan found, for a person. One file that asks for nothing
// else; page/ holds what it looks like, this is what it says.
//
// Counts are exact, whatever the scan's size. What is listed is bounded: of the
// matches those with the highest confidence, of equal ones those of the reports
// that came first; with them the reports, attributes and events that they name.
// The page says what it leaves out. Which reports would have matched what is
// suppressed nobody knows: it was not looked for.
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
    size_t days = 10'000;  // of the timeline; reports may claim any date
  };

  // What is equal or above is called high, medium; the rest is low.
  static constexpr uint8_t kHigh = 80;
  static constexpr uint8_t kMedium = 50;

  // `records` are what the matches of the reports refer to; they outlive the
  // page.
  explicit TriagePage(const MispRecords* records) : TriagePage(records, {}) {}
  TriagePage(const MispRecords* records, const Limits& limits)
      : records_(*records), limits_(limits) {}

  // The next report, in input order.
  void Add(const ReportResult& result) { Add(result, NoteTexts(result)); }
  void Add(const ReportResult& result, const std::vector<std::string>& notes);

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
  };
  struct EventCounts {
    uint64_t matches = 0;
    uint64_t high = 0;
    uint64_t reports = 0;
    uint64_t last_report = 0;  // number of the one counted last
    uint8_t best = 0;
  };
  struct KeptMatch {
    uint8_t confidence;
    IndicatorKind kind;
    uint32_t attribute;
    uint64_t report;  // number among all reports, from 1
    uint32_t order;   // within its report
    std::string json;
  };
  struct KeptReport {
    std::string json;
    uint32_t kept = 0;  // matches
  };

  // Whether `a` is listed rather than `b`; a total order.
  static bool Before(const KeptMatch& a, const KeptMatch& b);
  void Count(const ReportResult& result);
  void Keep(const ReportResult& result, const std::vector<std::string>& notes);
  void DropWorst();
  std::string ToJson(const Summary& summary) const;

  const MispRecords& records_;
  Limits limits_;
  uint64_t report_ = 0;

  std::array<std::array<uint64_t, 2>,
             static_cast<size_t>(IndicatorKind::kCount)>
      kinds_{};  // matches; those of high confidence
  std::array<uint64_t, 101> confidences_{};
  Bands bands_;
  uint64_t reports_high_ = 0;  // those with a match of high confidence
  std::map<std::string, Bands> days_;
  absl::flat_hash_map<uint32_t, EventCounts> events_;

  std::vector<KeptMatch> matches_;  // a heap, the worst in front
  absl::flat_hash_map<uint64_t, KeptReport> reports_;
  size_t bytes_ = 0;  // of the JSON in these two
  std::vector<std::string> reports_without_;
  std::vector<std::string> rejected_;
  std::vector<std::string> suppressed_;
  size_t suppressed_bytes_ = 0;
};

}  // namespace mispsift

#endif  // MISPSIFT_SINK_TRIAGE_PAGE_H_
