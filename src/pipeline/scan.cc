#include "mispsift/pipeline/scan.h"

#include <fmt/format.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "mispsift/base/file.h"
#include "mispsift/base/status_macros.h"
#include "mispsift/misp/snapshot_file.h"
#include "mispsift/pipeline/exit_code.h"
#include "mispsift/sink/report_lines.h"
#include "mispsift/sink/result_folder.h"
#include "mispsift/sink/triage_page.h"
#include "src/pipeline/confinement.h"
#include "src/pipeline/new_attributes.h"
#include "src/pipeline/report_pipeline.h"
#include "src/pipeline/shard_lines.h"
#include "src/pipeline/shard_scan.h"

namespace mispsift {
namespace {

void RunInParallel(size_t count, absl::FunctionRef<void(size_t)> task) {
  tbb::parallel_for(size_t{0}, count, task);
}

// Where threads are idle. Who waits for the others does nothing else of the run
// in the meantime, such as another report.
void RunBesides(size_t count, absl::FunctionRef<void(size_t)> task) {
  tbb::this_task_arena::isolate([&] { RunInParallel(count, task); });
}

// On threads that have ended when it returns.
void RunOnOwnThreads(int threads, size_t count,
                     absl::FunctionRef<void(size_t)> task) {
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t i = next++; i < count; i = next++) task(i);
  };
  std::vector<std::jthread> others;
  for (int i = 1; i < threads && others.size() + 1 < count; ++i) {
    others.emplace_back(work);
  }
  work();
}

absl::StatusOr<Snapshot> LoadPinnedSnapshot(const std::string& path,
                                            int threads) {
  absl::StatusOr<Snapshot> snapshot = misp::LoadSnapshot(
      path, [threads](size_t count, absl::FunctionRef<void(size_t)> task) {
        RunOnOwnThreads(threads, count, task);
      });
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

// A rule for each of very many paths would cost more than they do.
constexpr size_t kMostPathRules = 4096;

// Of each reason for a suppression so many attributes are listed.
constexpr size_t kMostSuppressed = 1'000;

// Lists what is not looked for, in suppressed.jsonl and in the page.
absl::Status ListSuppressed(const Index& index, ResultFolder* folder,
                            TriagePage* page) {
  std::string line;
  for (const SuppressedAttribute& suppressed : index.suppressed()) {
    const std::vector<std::string_view> lists =
        SuppressingWarninglists(suppressed, index);
    line.clear();
    AppendSuppressedLine(suppressed, lists, index.snapshot(), &line);
    MISPSIFT_RETURN_IF_ERROR(folder->AppendSuppressed(line));
    page->AddSuppressed(suppressed, lists);
  }
  return absl::OkStatus();
}

// Says how the process is confined from here on.
std::string ConfineScan(const ScanOptions& options) {
  if (!options.confine) return "not confined";
  // What is not there cannot be allowed. What is wrong with it is said by who
  // takes the folder.
  std::error_code ignored;
  std::filesystem::create_directories(options.out, ignored);
  Confinement allowed;
  allowed.read = options.paths;
  allowed.read_anything =
      options.shard.has_value() || options.paths.size() > kMostPathRules;
  allowed.write = {options.out};
  for (const std::string& file : options.written_later) {
    allowed.write.push_back(FolderWritten(file));
  }
  return ConfineTo(
      allowed, fmt::format("{}its results{}",
                           allowed.read_anything ? "" : "its inputs and ",
                           LandlockVersion() >= 4 ? ", without network" : ""));
}

}  // namespace

absl::StatusOr<Summary> Scan(const ScanOptions& options,
                             ScanProgress* progress) {
  const auto begin = std::chrono::steady_clock::now();
  std::optional<ShardScan> shard;
  if (options.shard.has_value()) {
    MISPSIFT_ASSIGN_OR_RETURN(shard, ShardScan::Begin(options));
  }
  MISPSIFT_ASSIGN_OR_RETURN(
      const Snapshot snapshot,
      LoadPinnedSnapshot(options.snapshot, options.threads));
  const std::string confined = ConfineScan(options);
  // No thread runs by then: all that follow are confined.

  // Most reports hold nothing of the index, and need not be walked to say so.
  // What MISP compares is not what the sieve knows to look for.
  const bool sifts =
      options.index.as_misp == AsMisp::kNo && options.keys_file.empty();
  tbb::global_control limit(tbb::global_control::max_allowed_parallelism,
                            static_cast<size_t>(options.threads));
  tbb::task_arena arena(options.threads);
  IndexSettings settings = options.index;
  settings.most_suppressed = kMostSuppressed;
  std::vector<bool> new_rows;
  if (!options.since_snapshot.empty()) {
    MISPSIFT_ASSIGN_OR_RETURN(
        const Snapshot before,
        LoadPinnedSnapshot(options.since_snapshot, options.threads));
    new_rows = NewAttributes(before, snapshot, settings);
    settings.only_rows = &new_rows;
  }
  CandidateFilter::Builder builder;
  const Index index = arena.execute([&] {
    return Index::Build(snapshot, settings, sifts ? &builder : nullptr,
                        RunInParallel);
  });
  MISPSIFT_RETURN_IF_ERROR(CheckNotEmpty(index, options.allow_empty_index));
  const CandidateFilter filter =
      arena.execute([&] { return std::move(builder).Build(RunInParallel); });
  // From here on snapshot and index never change; every worker reads them
  // without locks.

  MISPSIFT_ASSIGN_OR_RETURN(
      ResultFolder folder,
      ResultFolder::Create(options.out, {.fields = options.collect_fields,
                                         .shard = shard.has_value(),
                                         .formats = options.formats}));
  std::optional<AtomicFile> keys;
  if (!options.keys_file.empty()) {
    MISPSIFT_ASSIGN_OR_RETURN(AtomicFile file,
                              AtomicFile::Create(options.keys_file));
    keys.emplace(std::move(file));
  }
  // The folder is ours; now the reports are read, each once, and their lines
  // appended in input order.

  ReportArchiveWalker walker =
      shard.has_value()
          ? ReportArchiveWalker(shard->TakeFiles(), options.limits)
          : ReportArchiveWalker(options.paths, options.limits, options.out);
  const SnapshotRecords records(index);
  TriagePage page(&records);
  MISPSIFT_RETURN_IF_ERROR(ListSuppressed(index, &folder, &page));
  ShardLines lines;
  Summary summary;
  summary.snapshot_id = snapshot.manifest().id;
  summary.confined = confined;
  summary.snapshot_created = snapshot.manifest().created;
  summary.suppressed = index.counts().suppressed;
  summary.threads = options.threads;
  summary.as_misp = options.index.as_misp;
  summary.common_share_percent = options.common_share_percent;
  MISPSIFT_RETURN_IF_ERROR(arena.execute([&] {
    return ScanReports(options, index, sifts ? &filter : nullptr, &walker,
                       &folder, &page, shard.has_value() ? &lines : nullptr,
                       keys.has_value() ? &*keys : nullptr, &summary, progress,
                       RunInParallel, RunBesides);
  }));
  summary.skipped += walker.skipped();
  if (shard.has_value()) {
    summary.skipped += shard->skipped();
    summary.shard = shard->Record(snapshot);
    summary.shard->suppressed = index.suppressed().size();
    ReportText end;
    lines.End(&end.shard);
    MISPSIFT_RETURN_IF_ERROR(folder.Append(end));
  }
  if (progress->stop) return absl::CancelledError("stopped by a signal");
  if (keys.has_value()) {
    MISPSIFT_RETURN_IF_ERROR(std::move(*keys).Commit());
  }
  // Every input has its line. The summary makes the folder a finished result.

  summary.finished = absl::FormatTime("%Y-%m-%d%ET%H:%M:%SZ", absl::Now(),
                                      absl::UTCTimeZone());
  summary.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin)
          .count();
  summary.top_events = page.TopEvents(Summary::kTopEvents);
  MISPSIFT_RETURN_IF_ERROR(page.Write(
      summary,
      [&folder](std::string_view piece) { return folder.AppendPage(piece); }));
  MISPSIFT_RETURN_IF_ERROR(std::move(folder).Finish(summary.ToJson()));
  return summary;
}

}  // namespace mispsift
