#include "src/pipeline/report_pipeline.h"

#include <fmt/format.h>
#include <oneapi/tbb/concurrent_queue.h>
#include <oneapi/tbb/enumerable_thread_specific.h>
#include <oneapi/tbb/parallel_pipeline.h>

#include <atomic>
#include <memory>
#include <utility>
#include <vector>

#include "mispsift/base/check.h"
#include "mispsift/sink/correlation_csv.h"
#include "mispsift/sink/correlation_ecs.h"
#include "mispsift/sink/report_lines.h"
#include "src/pipeline/memory_budget.h"
#include "src/pipeline/report_key_file.h"
#include "src/pipeline/report_key_listener.h"
#include "src/pipeline/report_scanner.h"
#include "src/pipeline/warninglisted_values.h"

namespace mispsift {
namespace {

constexpr size_t kKeptBytes = size_t{64} << 20;

// A candidate on its way through the pipeline, and what came of it.
struct Job {
  ReportCandidate candidate;
  ScannedCandidate scanned;
  ReportText text;
  std::string keys;
  uint64_t input_bytes = 0;  // that the walk had passed with it
};

// Those of the reports that were read, in their order.
std::string RenderKeys(const std::vector<ReportResult>& results,
                       std::vector<std::string> keys) {
  std::string records;
  auto next = keys.begin();
  for (const ReportResult& result : results) {
    if (result.reject != Reject::kNone) continue;
    MISPSIFT_CHECK(next != keys.end());
    AppendReportKeys({result.source, result.id, std::move(*next++)}, &records);
  }
  return records;
}

ReportText Render(const std::vector<ReportResult>& results, const Index& index,
                  const ScanOptions& options) {
  const OutputFormats& formats = options.formats;
  const Snapshot& snapshot = index.snapshot();
  ReportText text;
  for (const ReportResult& result : results) {
    AppendCorrelationLines(result, index, &text.correlations);
    AppendReportLine(result, snapshot, &text.reports);
    if (options.collect_fields) {
      AppendFieldsLine(result, snapshot, &text.fields);
    }
    if (formats.csv) {
      AppendCorrelationCsv(
          result, index,
          formats.csv_raw ? CsvGuard::kNone : CsvGuard::kFormulas, &text.csv);
    }
    if (formats.ecs) AppendCorrelationEcs(result, index, &text.ecs);
    if (!result.matches.matches.empty()) {
      text.enrichments.push_back({result.id, EnrichmentJson(result, snapshot)});
    }
  }
  return text;
}

}  // namespace

absl::Status ScanReports(const ScanOptions& options, const Index& index,
                         const CandidateFilter* filter,
                         ReportArchiveWalker* walker, ResultFolder* folder,
                         TriagePage* page, ShardLines* lines, AtomicFile* keys,
                         Summary* summary, ScanProgress* progress) {
  const Snapshot& snapshot = index.snapshot();
  MemoryBudget budget(options.max_report_memory);
  const ValueList safelist(options.safelist);
  const MatcherSettings settings = {
      .exact_only = options.exact_only,
      .safelist = &safelist,
      .misp_correlation_limit = options.misp_correlation_limit};
  tbb::enumerable_thread_specific<ReportKeyListener> listeners(
      &index.public_suffixes());
  tbb::enumerable_thread_specific<ReportScanner> scanners([&] {
    return ReportScanner(&index, settings, options.depth, options.limits,
                         filter, options.verify_percent,
                         options.max_json_nesting, &budget, options.max_values,
                         keys == nullptr ? nullptr : &listeners.local());
  });
  // What is on a warninglist matters to who sends the fields.
  const std::unique_ptr<const WarninglistedValues> lists =
      options.collect_fields ? WarninglistedValues::Of(snapshot, options.index)
                             : nullptr;
  tbb::enumerable_thread_specific<WarninglistCheck> checks(
      [&lists] { return lists->NewCheck(); });
  tbb::concurrent_queue<std::unique_ptr<Job>> idle;
  absl::Status disk = absl::OkStatus();
  uint64_t overlooked = 0;
  std::atomic<bool> disk_failed{false};

  const auto next = [&](tbb::flow_control& flow) -> Job* {
    std::unique_ptr<Job> job;
    if (!idle.try_pop(job)) job = std::make_unique<Job>();
    if (progress->stop || disk_failed || !walker->Next(&job->candidate)) {
      flow.stop();
      return nullptr;
    }
    job->input_bytes = walker->passed_bytes();
    return job.release();
  };
  const auto scan = [&](Job* job) {
    job->scanned = scanners.local().Scan(job->candidate);
    if (lists != nullptr) {
      for (ReportResult& result : job->scanned.results) {
        result.warninglisted = lists->Find(result.facts, &checks.local());
      }
    }
    job->text = Render(job->scanned.results, index, options);
    if (keys != nullptr) {
      job->keys = RenderKeys(job->scanned.results, listeners.local().Take());
    }
    return job;
  };
  const auto write = [&](Job* raw) {
    std::unique_ptr<Job> job(raw);
    summary->skipped += job->scanned.skipped;
    overlooked += job->scanned.overlooked;
    for (const ReportResult& result : job->scanned.results) {
      summary->Add(result, snapshot);
      page->Add({summary->reports_seen, 0}, result);
    }
    progress->reports = summary->reports_seen;
    progress->bytes = summary->bytes;
    progress->matches = summary->matches;
    progress->rejected = summary->rejects.Total();
    progress->input_bytes = job->input_bytes;
    if (lines != nullptr) lines->Add(job->candidate.file, &job->text);
    if (disk.ok()) disk = folder->Append(job->text);
    if (disk.ok() && keys != nullptr) disk = keys->Append(job->keys);
    if (!disk.ok()) disk_failed = true;
    // One huge report must not keep its memory for the rest of the run.
    if (job->candidate.bytes.capacity() > kKeptBytes) {
      job->candidate.bytes = PaddedBytes();
    }
    idle.push(std::move(job));
  };

  tbb::parallel_pipeline(
      2 * static_cast<size_t>(options.threads),
      tbb::make_filter<void, Job*>(tbb::filter_mode::serial_in_order, next) &
          tbb::make_filter<Job*, Job*>(tbb::filter_mode::parallel, scan) &
          tbb::make_filter<Job*, void>(tbb::filter_mode::serial_in_order,
                                       write));
  if (disk.ok() && overlooked > 0) {
    return absl::InternalError(fmt::format(
        "{} reports match in which nothing was seen at first: a bug of "
        "mispsift's, and what this run has found is not complete",
        overlooked));
  }
  return disk;
}

}  // namespace mispsift
