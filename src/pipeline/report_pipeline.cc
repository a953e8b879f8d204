#include "src/pipeline/report_pipeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>

#include "mispsift/base/status_macros.h"
#include "mispsift/sink/correlation_csv.h"
#include "mispsift/sink/correlation_ecs.h"
#include "mispsift/sink/report_lines.h"
#include "src/pipeline/candidate_queue.h"
#include "src/pipeline/memory_budget.h"
#include "src/pipeline/ordered_output.h"
#include "src/pipeline/report_key_file.h"
#include "src/pipeline/report_key_listener.h"
#include "src/pipeline/report_scanner.h"
#include "src/pipeline/warninglisted_values.h"

namespace mispsift {
namespace {

constexpr size_t kKeptBytes = size_t{64} << 20;
// Of the text of one candidate that is handed over at once.
constexpr uint64_t kPieceBytes = uint64_t{256} << 10;
// Candidates that may be done before the one whose turn it is: each of them
// costs some hundred bytes, wherever its text is.
constexpr uint64_t kMostAhead = 16 * CandidateQueue::kLookAhead;

// What all workers share.
struct SharedScan {
  const ScanOptions& options;
  const Index& index;
  const CandidateFilter* filter;
  const ScannerSettings& settings;
  const WarninglistedValues* lists;  // null: nobody to ask
  bool keeps_keys;
  MemoryBudget* budget;
  CandidateQueue* queue;
  OrderedOutput* output;
  ScanProgress* progress;

  // What sums up: the same in whatever order reports are added.
  Summary* summary;
  TriagePage* page;
  uint64_t overlooked = 0;
  std::mutex mutex;  // of these three
};

// One thread's part: takes candidates until there are no more.
class ScanWorker {
 public:
  explicit ScanWorker(SharedScan* shared)
      : shared_(*shared),
        listener_(&shared->index.public_suffixes()),
        scanner_(&shared->index, shared->settings, shared->filter,
                 shared->budget, shared->keeps_keys ? &listener_ : nullptr) {
    if (shared->lists != nullptr) {
      check_.reset(new WarninglistCheck(shared->lists->NewCheck()));
    }
  }
  ScanWorker(const ScanWorker&) = delete;
  ScanWorker& operator=(const ScanWorker&) = delete;

  void Run() {
    while (shared_.queue->Take(&job_)) ScanOne();
  }

 private:
  void ScanOne() {
    reports_ = 0;
    passed_bytes_ = 0;
    piece_ = {.file = job_.candidate.file};
    const ScannedCandidate scanned = scanner_.Scan(
        job_.candidate, [this](ReportResult result, uint64_t passed_bytes) {
          // By then it may have been stopped itself.
          if (shared_.progress->stop) return false;
          Take(&result);
          Pass(passed_bytes);
          return !shared_.progress->stop && !shared_.output->failed();
        });
    Pass(job_.input_bytes);
    {
      const std::lock_guard<std::mutex> lock(shared_.mutex);
      shared_.summary->skipped += scanned.skipped;
      shared_.overlooked += scanned.overlooked;
    }
    shared_.output->Add(job_.number, std::move(piece_), /*is_last=*/true);
    // One huge report must not keep its memory for the rest of the run.
    if (job_.candidate.bytes.capacity() > kKeptBytes) {
      job_.candidate.bytes = PaddedBytes();
    }
  }

  void Take(ReportResult* result) {
    if (check_ != nullptr) {
      result->warninglisted = shared_.lists->Find(result->facts, &*check_);
    }
    Render(*result);
    Count(*result);
    if (piece_.Bytes() < kPieceBytes) return;
    shared_.output->Add(job_.number,
                        std::exchange(piece_, {.file = job_.candidate.file}),
                        /*is_last=*/false);
  }

  void Render(const ReportResult& result) {
    const OutputFormats& formats = shared_.options.formats;
    const Index& index = shared_.index;
    ReportText* text = &piece_.text;
    AppendCorrelationLines(result, index, &text->correlations);
    AppendReportLine(result, index.snapshot(), &text->reports);
    if (shared_.options.collect_fields) {
      AppendFieldsLine(result, index.snapshot(), &text->fields);
    }
    if (formats.csv) {
      AppendCorrelationCsv(
          result, index,
          formats.csv_raw ? CsvGuard::kNone : CsvGuard::kFormulas, &text->csv);
    }
    if (formats.ecs) AppendCorrelationEcs(result, index, &text->ecs);
    if (!result.matches.matches.empty()) {
      text->enrichments.push_back(
          {result.id, EnrichmentJson(result, index.snapshot())});
    }
    if (shared_.keeps_keys && result.reject == Reject::kNone) {
      AppendReportKeys({result.source, result.id, listener_.Take()},
                       &piece_.keys);
    }
  }

  void Count(const ReportResult& result) {
    ScanProgress* progress = shared_.progress;
    ++progress->reports;
    progress->bytes += result.bytes;
    progress->matches += result.matches.matches.size();
    if (result.reject != Reject::kNone) ++progress->rejected;
    const std::lock_guard<std::mutex> lock(shared_.mutex);
    shared_.summary->Add(result, shared_.index.snapshot());
    shared_.page->Add({job_.number, reports_++}, result);
  }

  void Pass(uint64_t bytes) {
    bytes = std::min(bytes, job_.input_bytes);
    if (bytes <= passed_bytes_) return;
    shared_.progress->input_bytes += bytes - passed_bytes_;
    passed_bytes_ = bytes;
  }

  SharedScan& shared_;
  ReportKeyListener listener_;
  ReportScanner scanner_;
  std::unique_ptr<WarninglistCheck> check_;

  NumberedCandidate job_;
  // Of it:
  uint64_t reports_ = 0;
  uint64_t passed_bytes_ = 0;
  OutputPiece piece_;
};

}  // namespace

absl::Status ScanReports(const ScanOptions& options, const Index& index,
                         const CandidateFilter* filter,
                         ReportArchiveWalker* walker, ResultFolder* folder,
                         TriagePage* page, ShardLines* lines, AtomicFile* keys,
                         Summary* summary, ScanProgress* progress, RunTasks run,
                         RunTasks run_besides) {
  MemoryBudget budget(options.max_report_memory);
  const ValueList safelist(options.safelist);
  ArchiveLimits limits = options.limits;
  limits.stop = &progress->stop;
  const ScannerSettings settings = {
      .matcher = {.exact_only = options.exact_only,
                  .safelist = &safelist,
                  .misp_correlation_limit = options.misp_correlation_limit},
      .depth = options.depth,
      // No line of a report tells more of it than that, but for its fields.
      .unmatched_depth =
          options.collect_fields ? ScanDepth::kFacts : ScanDepth::kIdentity,
      .limits = limits,
      .max_json_nesting = options.max_json_nesting,
      .verify_percent = options.verify_percent,
      .max_values = options.max_values,
      .run = run_besides};
  // What is on a warninglist matters to who sends the fields.
  const std::unique_ptr<const WarninglistedValues> lists =
      options.collect_fields
          ? WarninglistedValues::Of(index.snapshot(), options.index)
          : nullptr;
  OrderedOutput output(folder->SpillPath(), options.max_waiting_bytes,
                       [&](OutputPiece* piece) {
                         if (lines != nullptr) {
                           lines->Add(piece->file, &piece->text);
                         }
                         absl::Status disk = folder->Append(piece->text);
                         if (disk.ok() && keys != nullptr) {
                           disk = keys->Append(piece->keys);
                         }
                         return disk;
                       });
  CandidateQueue queue(walker, [&](uint64_t walked) {
    if (progress->stop) return false;
    output.WaitUntilNear(walked, kMostAhead);
    return !progress->stop && !output.failed();
  });
  SharedScan shared = {
      .options = options,
      .index = index,
      .filter = filter,
      .settings = settings,
      .lists = lists.get(),
      .keeps_keys = keys != nullptr,
      .budget = &budget,
      .queue = &queue,
      .output = &output,
      .progress = progress,
      .summary = summary,
      .page = page,
  };
  run(static_cast<size_t>(options.threads),
      [&shared](size_t) { ScanWorker(&shared).Run(); });
  MISPSIFT_RETURN_IF_ERROR(output.status());
  if (shared.overlooked > 0) {
    return absl::InternalError(fmt::format(
        "{} reports match in which nothing was seen at first: a bug of "
        "mispsift's, and what this run has found is not complete",
        shared.overlooked));
  }
  return absl::OkStatus();
}

}  // namespace mispsift
