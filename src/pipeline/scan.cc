#include "mispsift/pipeline/scan.h"

#include <fmt/format.h>
#include <oneapi/tbb/concurrent_queue.h>
#include <oneapi/tbb/enumerable_thread_specific.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/parallel_pipeline.h>
#include <oneapi/tbb/task_arena.h>

#include <chrono>
#include <memory>
#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "mispsift/base/status_macros.h"
#include "mispsift/misp/snapshot_file.h"
#include "mispsift/pipeline/exit_code.h"
#include "mispsift/sink/report_lines.h"
#include "mispsift/sink/result_folder.h"
#include "src/pipeline/report_scanner.h"

namespace mispsift {
namespace {

constexpr size_t kKeptBytes = size_t{64} << 20;

// A candidate on its way through the pipeline, and what came of it.
struct Job {
  ReportCandidate candidate;
  ScannedCandidate scanned;
  ReportText text;
};

ReportText Render(const std::vector<ReportResult>& results,
                  const Snapshot& snapshot, bool with_fields) {
  ReportText text;
  for (const ReportResult& result : results) {
    AppendCorrelationLines(result, snapshot, &text.correlations);
    AppendReportLine(result, snapshot, &text.reports);
    if (with_fields) AppendFieldsLine(result, snapshot, &text.fields);
    if (!result.matches.matches.empty()) {
      text.enrichments.push_back({result.id, EnrichmentJson(result, snapshot)});
    }
  }
  return text;
}

// Input in order, reports in parallel, output in order: a report's lines
// depend on the report and the index alone, so any number of threads gives the
// same bytes. At most two jobs a thread are under way; each holds one report.
absl::Status RunPipeline(const ScanOptions& options, const Index& index,
                         const CandidateFilter* filter,
                         ReportArchiveWalker* walker, ResultFolder* folder,
                         Summary* summary, ScanProgress* progress) {
  const Snapshot& snapshot = index.snapshot();
  tbb::enumerable_thread_specific<ReportScanner> scanners(
      &index, MatcherSettings{options.exact_only}, options.depth,
      options.limits, filter, options.verify_percent);
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
    return job.release();
  };
  const auto scan = [&](Job* job) {
    job->scanned = scanners.local().Scan(job->candidate);
    job->text = Render(job->scanned.results, snapshot, options.collect_fields);
    return job;
  };
  const auto write = [&](Job* raw) {
    std::unique_ptr<Job> job(raw);
    summary->skipped += job->scanned.skipped;
    overlooked += job->scanned.overlooked;
    for (const ReportResult& result : job->scanned.results) {
      summary->Add(result, snapshot);
    }
    progress->reports = summary->reports_seen;
    progress->bytes = summary->bytes;
    progress->matches = summary->matches;
    progress->rejected = summary->rejects.Total();
    if (disk.ok()) disk = folder->Append(job->text);
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

void RunInParallel(size_t count, absl::FunctionRef<void(size_t)> task) {
  tbb::parallel_for(size_t{0}, count, task);
}

absl::StatusOr<Snapshot> LoadPinnedSnapshot(const std::string& path) {
  absl::StatusOr<Snapshot> snapshot = misp::LoadSnapshot(path);
  if (!snapshot.ok()) {
    return WithExitCode(snapshot.status(), ExitCode::kBadSnapshot);
  }
  return snapshot;
}

// An index without entries finds nothing in anything, which must not pass for
// "no matches".
absl::Status CheckNotEmpty(const Index& index, bool allow_empty) {
  if (index.size() > 0 || allow_empty) return absl::OkStatus();
  std::string reasons;
  for (size_t i = 0; i < index.counts().suppressed.size(); ++i) {
    if (index.counts().suppressed[i] == 0) continue;
    reasons += fmt::format(", {} {}", index.counts().suppressed[i],
                           SuppressionName(static_cast<Suppression>(i)));
  }
  return absl::FailedPreconditionError(
      fmt::format("the snapshot's {} attributes leave nothing to look for{}; "
                  "--allow-empty-index scans all the same",
                  index.snapshot().attribute_count(), reasons));
}

}  // namespace

absl::StatusOr<Summary> Scan(const ScanOptions& options,
                             ScanProgress* progress) {
  const auto begin = std::chrono::steady_clock::now();
  MISPSIFT_ASSIGN_OR_RETURN(const Snapshot snapshot,
                            LoadPinnedSnapshot(options.snapshot));
  // Most reports hold nothing of the index, and need not be walked to say so.
  // To read the fields alone takes no longer than to sift.
  const bool sifts = options.depth == ScanDepth::kFull;
  tbb::global_control limit(tbb::global_control::max_allowed_parallelism,
                            static_cast<size_t>(options.threads));
  tbb::task_arena arena(options.threads);
  CandidateFilter::Builder builder;
  const Index index = arena.execute([&] {
    return Index::Build(snapshot, options.index, sifts ? &builder : nullptr,
                        RunInParallel);
  });
  MISPSIFT_RETURN_IF_ERROR(CheckNotEmpty(index, options.allow_empty_index));
  const CandidateFilter filter = std::move(builder).Build();
  // From here on snapshot and index never change; every worker reads them
  // without locks.

  MISPSIFT_ASSIGN_OR_RETURN(
      ResultFolder folder,
      ResultFolder::Create(options.out, options.collect_fields));
  // The folder is ours; now the reports are read, each once, and their lines
  // appended in input order.

  ReportArchiveWalker walker(options.paths, options.limits, options.out);
  Summary summary;
  summary.snapshot_id = snapshot.manifest().id;
  summary.suppressed = index.counts().suppressed;
  summary.threads = options.threads;
  MISPSIFT_RETURN_IF_ERROR(arena.execute([&] {
    return RunPipeline(options, index, sifts ? &filter : nullptr, &walker,
                       &folder, &summary, progress);
  }));
  summary.skipped += walker.skipped();
  if (progress->stop) return absl::CancelledError("stopped by a signal");
  // Every input has its line. The summary makes the folder a finished result.

  summary.finished = absl::FormatTime("%Y-%m-%d%ET%H:%M:%SZ", absl::Now(),
                                      absl::UTCTimeZone());
  summary.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin)
          .count();
  MISPSIFT_RETURN_IF_ERROR(std::move(folder).Finish(summary.ToJson()));
  return summary;
}

}  // namespace mispsift
