#ifndef MISPSIFT_SRC_PIPELINE_REPORT_SCANNER_H_
#define MISPSIFT_SRC_PIPELINE_REPORT_SCANNER_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "mispsift/cuckoo/json_mend.h"
#include "mispsift/cuckoo/report_archive.h"
#include "mispsift/cuckoo/report_reader.h"
#include "mispsift/cuckoo/report_stream_reader.h"
#include "mispsift/match/candidate_scanner.h"
#include "mispsift/match/matcher.h"
#include "mispsift/model/match.h"
#include "src/pipeline/memory_budget.h"

namespace mispsift {

// What one candidate gave: a result for each report, in order, and how many
// documents were no reports and have no line.
struct ScannedCandidate {
  std::vector<ReportResult> results;
  uint64_t skipped = 0;
  // Reports that match although the sieve saw nothing in them: a bug.
  uint64_t overlooked = 0;
};

// One worker: candidate in, results out. Keeps its buffers from candidate to
// candidate.
//
// A document a line (JSON lines, as mongoexport writes them) is told by
// content: the first line is closed where it ends, and another follows. What is
// no JSON as it stands is mended where it can be (json_mend.h); that may turn
// out to be several documents.
//
// A file that is too large for `budget` is never in memory whole: it is read as
// a stream, every string of it.
//
// Threads: one scanner per thread; index and budget are shared.
class ReportScanner {
 public:
  static constexpr uint64_t kAllValues = ~uint64_t{0};

  // With `filter`, a report whose bytes hold nothing of it is not walked whole;
  // `verify_percent` of these are, to see whether they match. Without `budget`,
  // what `limits` allow is held. Of a report, `max_values` that match are told.
  ReportScanner(const Index* index, MatcherSettings settings, ScanDepth depth,
                const ArchiveLimits& limits,
                const CandidateFilter* filter = nullptr,
                uint32_t verify_percent = 0,
                size_t max_json_nesting = ReportReader::kUsualLevels,
                MemoryBudget* budget = nullptr,
                uint64_t max_values = kAllValues)
      : depth_(depth),
        verify_percent_(verify_percent),
        max_json_nesting_(max_json_nesting),
        stream_reader_(depth, max_json_nesting),
        filter_(filter),
        matcher_(index, settings),
        limits_(limits),
        budget_(budget),
        max_values_(max_values) {
    MakeReaders();
  }

  ScannedCandidate Scan(const ReportCandidate& candidate);

 private:
  // Of a file. False: it is too large to be held.
  bool ScanHeldFile(const ReportCandidate& candidate, ScannedCandidate* out);
  void ScanStream(const ReportCandidate& candidate, ScannedCandidate* out);
  void ScanLineStream(const ReportCandidate& candidate, ScannedCandidate* out);
  void ScanHeld(const PaddedBytes& document, const ReportCandidate& candidate,
                ScannedCandidate* out);
  void ScanDocument(const PaddedBytes& document, const ReportSource& source,
                    bool listed, ScannedCandidate* out);
  void ScanLines(std::string_view lines, const ReportCandidate& candidate,
                 ScannedCandidate* out);

  // What there is in place of `text`, which is no JSON.
  void ScanMended(std::string_view text, const ReportSource& source,
                  bool listed, ScannedCandidate* out);
  // Fills in what was read of `document`, or why it was not. Returns whether it
  // was overlooked.
  bool Read(const PaddedBytes& document, ReportResult* result);
  // `original`: the document as it stood there.
  void Keep(ReportResult result, std::string_view original, bool listed,
            ScannedCandidate* out);

  bool IsOverlooked(const PaddedBytes& document);
  // The matches of the report that was read last and says this of itself.
  ReportMatches TakeMatches(const ReportFacts& facts);

  void MakeReaders();
  // One huge report must not keep its memory for the rest of the run.
  void Shrink(size_t document_bytes);

  ScanDepth depth_;
  uint32_t verify_percent_;
  size_t max_json_nesting_;
  std::optional<ReportReader> reader_;
  std::optional<ReportReader> facts_reader_;
  ReportStreamReader stream_reader_;
  const CandidateFilter* filter_;
  std::optional<CandidateScanner> candidate_scanner_;
  Matcher matcher_;
  ArchiveLimits limits_;
  MemoryBudget* budget_;
  uint64_t max_values_;
  PaddedBytes packed_;
  PaddedBytes file_;
  PaddedBytes line_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_PIPELINE_REPORT_SCANNER_H_
