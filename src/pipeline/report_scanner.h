#ifndef MISPSIFT_SRC_PIPELINE_REPORT_SCANNER_H_
#define MISPSIFT_SRC_PIPELINE_REPORT_SCANNER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/functional/function_ref.h"
#include "mispsift/base/run_tasks.h"
#include "mispsift/cuckoo/json_mend.h"
#include "mispsift/cuckoo/report_archive.h"
#include "mispsift/cuckoo/report_reader.h"
#include "mispsift/cuckoo/report_stream_reader.h"
#include "mispsift/cuckoo/report_window_reader.h"
#include "mispsift/match/candidate_scanner.h"
#include "mispsift/match/matcher.h"
#include "mispsift/model/match.h"
#include "src/pipeline/memory_budget.h"

namespace mispsift {

// Takes what one report of a candidate gave; a candidate may hold very many,
// so that only what is kept of a result is in memory. `passed_bytes` of its
// file, on disk, have been read by then. False: the rest of the candidate is
// not wanted.
using TakeResult =
    absl::FunctionRef<bool(ReportResult result, uint64_t passed_bytes)>;

// What else one candidate gave.
struct ScannedCandidate {
  uint64_t skipped = 0;  // documents that are no reports and have no line
  // Reports that match although the sieve saw nothing in them: a bug.
  uint64_t overlooked = 0;
};

// Is shown all that the reports of a candidate show, each observation as the
// matcher is, which keeps only what matches.
class ReportListener : public ObservationSink {
 public:
  // False: the document is left out, and has no result. Of the first of several
  // in a file that is streamed and mended, this is still the file.
  virtual bool StartReport(const ReportSource& source) = 0;
  // After each document that was read. What one that is rejected has shown
  // means nothing; it may be started again, mended.
  virtual void EndReport(const ReportSource& source, Reject reject) = 0;
};

struct ScannerSettings {
  MatcherSettings matcher;
  ScanDepth depth = ScanDepth::kFull;
  // Of reports in which the sieve saw nothing.
  ScanDepth unmatched_depth = ScanDepth::kFacts;
  ArchiveLimits limits;
  size_t max_json_nesting = ReportReader::kUsualLevels;
  // So many of the reports in which the sieve saw nothing are walked whole all
  // the same, to see whether they match.
  uint32_t verify_percent = 0;
  uint64_t max_values = ~uint64_t{0};  // that match, of one report
  // May have what is done with one large report done on several threads.
  RunTasks run = RunOneByOne;
};

// One worker: candidate in, results out. Keeps its buffers from candidate to
// candidate.
//
// A document a line (JSON lines, as mongoexport writes them) is told by
// content: the first line is closed where it ends, and another follows. What is
// no JSON as it stands is mended where it can be (json_mend.h); that may turn
// out to be several documents.
//
// A large file is sifted a window at a time. One that holds something and is
// too large for `budget` is never in memory whole: it is read as a stream,
// every string of it.
//
// Threads: one scanner per thread; index and budget are shared.
class ReportScanner {
 public:
  // With `filter`, a report whose bytes hold nothing of it is not walked whole.
  // Without `budget`, what the limits allow is held. `listener` is for reports
  // that are walked whole, so it comes without `filter`.
  ReportScanner(const Index* index, const ScannerSettings& settings,
                const CandidateFilter* filter = nullptr,
                MemoryBudget* budget = nullptr,
                ReportListener* listener = nullptr)
      : settings_(settings),
        window_reader_(settings.unmatched_depth, settings.max_json_nesting),
        stream_reader_(settings.depth, settings.max_json_nesting),
        filter_(filter),
        as_misp_(index->as_misp() != AsMisp::kNo),
        matcher_(index, settings.matcher),
        budget_(budget),
        listener_(listener) {
    MakeReaders();
  }

  // Gives `take` a result for each report, in order, as soon as it is there.
  ScannedCandidate Scan(const ReportCandidate& candidate, TakeResult take);

 private:
  // On the way to who takes the results.
  struct Taken : ScannedCandidate {
    explicit Taken(TakeResult to) : take(to) {}
    void Take(ReportResult result) {
      is_enough = !take(std::move(result), passed_bytes);
    }

    TakeResult take;
    uint64_t passed_bytes = 0;
    bool is_enough = false;
  };

  // A document, or a file, of which nothing could be had.
  static void TakeFailed(const ReportSource& source, bool listed, Reject reject,
                         const std::string& detail, Taken* out);
  void ScanFile(const ReportCandidate& candidate, Taken* out);
  // Of a file, a window at a time, where nothing of the filter is in it. False:
  // nothing was taken, and it is to be read in another way.
  bool SiftWindows(const ReportCandidate& candidate, Taken* out);
  // Of a file with `expected` bytes, ExpectedBytes(). False: it is too large to
  // be held.
  bool ScanHeldFile(const ReportCandidate& candidate, uint64_t expected,
                    Taken* out);
  void ScanStream(const ReportCandidate& candidate, Taken* out);
  // Of one that is no JSON.
  void ScanMendedStream(const ReportCandidate& candidate, Taken* out);
  void ScanLineStream(const ReportCandidate& candidate, Taken* out);
  void ScanHeld(const PaddedBytes& document, const ReportCandidate& candidate,
                Taken* out);
  void ScanDocument(const PaddedBytes& document, const ReportSource& source,
                    bool listed, Taken* out);
  void ScanLines(std::string_view lines, const ReportCandidate& candidate,
                 Taken* out);

  // What there is in place of `text`, which is no JSON.
  void ScanMended(std::string_view text, const ReportSource& source,
                  bool listed, Taken* out);
  bool Starts(const ReportSource& source) {
    return listener_ == nullptr || listener_->StartReport(source);
  }
  // What the matcher has of a report that was read, or rejected, is taken or
  // dropped.
  void End(ReportResult* result);
  // Fills in what was read of `document`, or why it was not. Returns whether it
  // was overlooked.
  bool Read(const PaddedBytes& document, ReportResult* result);
  // `original`: the document as it stood there.
  void Keep(ReportResult result, std::string_view original, bool listed,
            Taken* out);
  void KeepStreamed(StreamOutcome outcome, ReportResult result, bool listed,
                    Taken* out);

  // Whether such a report is read all the same, if nothing is seen in it.
  bool IsVerified(std::string_view document) const;
  bool IsOverlooked(const PaddedBytes& document);
  // The matches of the report that was read last and says this of itself.
  ReportMatches TakeMatches(const ReportFacts& facts);

  void MakeReaders();
  // One huge report must not keep its memory for the rest of the run.
  void Shrink(size_t document_bytes);

  const ScannerSettings settings_;
  std::optional<ReportReader> reader_;
  std::optional<ReportReader> unmatched_reader_;
  ReportWindowReader window_reader_;
  ReportStreamReader stream_reader_;
  const CandidateFilter* filter_;
  std::optional<CandidateScanner> candidate_scanner_;
  bool as_misp_;
  Matcher matcher_;
  MemoryBudget* budget_;
  ReportListener* listener_;
  PaddedBytes packed_;
  PaddedBytes file_;
  PaddedBytes line_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_PIPELINE_REPORT_SCANNER_H_
