#include "mispsift/pipeline/backfill.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/time/clock.h"
#include "mispsift/base/file.h"
#include "mispsift/base/status_macros.h"
#include "mispsift/misp/snapshot_file.h"
#include "mispsift/pipeline/exit_code.h"
#include "mispsift/pipeline/manifest.h"
#include "mispsift/pipeline/merge.h"
#include "src/pipeline/backfill_state.h"

namespace mispsift {
namespace {

namespace fs = std::filesystem;

// When a file was changed; nothing where there is none.
std::optional<absl::Time> ChangedAt(const std::string& path) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return std::nullopt;
  return absl::TimeFromTimespec(info.st_mtim);
}

absl::Status OfDisk(std::string_view what, const std::string& path,
                    const std::error_code& error) {
  if (!error) return absl::OkStatus();
  return absl::InternalError(
      fmt::format("cannot {} {}: {}", what, path, error.message()));
}

class Backfilling {
 public:
  Backfilling(const BackfillOptions& options, BackfillProgress* progress)
      : options_(options),
        progress_(*progress),
        run_folder_(options.state + "/run") {}

  absl::Status Open() {
    MISPSIFT_ASSIGN_OR_RETURN(BackfillState state,
                              BackfillState::Open(options_.state));
    state_.emplace(std::move(state));
    std::error_code error;
    fs::create_directories(options_.results, error);
    return OfDisk("make the folder", options_.results, error);
  }

  // What an earlier run had begun.
  absl::Status FinishOldRun() {
    MISPSIFT_ASSIGN_OR_RETURN(const std::vector<BackfillRun> runs,
                              state_->OpenRuns());
    for (const BackfillRun& run : runs) {
      if (run.stage < BackfillStage::kRecorded) {
        MISPSIFT_RETURN_IF_ERROR(CarryOut(run));
      }
    }
    // That of a run that was recorded and killed then.
    return ClearRunFolder();
  }

  absl::Status RefreshSnapshot() {
    if (!options_.fetch.has_value()) return absl::OkStatus();
    const std::optional<absl::Time> changed = ChangedAt(options_.snapshot);
    if (changed.has_value() &&
        absl::Now() - *changed < options_.max_snapshot_age) {
      return absl::OkStatus();
    }
    FetchOptions fetch = *options_.fetch;
    fetch.out = options_.snapshot;
    MISPSIFT_ASSIGN_OR_RETURN(report_.fetched, Fetch(fetch, &progress_.fetch));
    return absl::OkStatus();
  }

  absl::Status ScanWhatIsNew() {
    Manifest manifest = WalkManifest(options_.paths);
    report_.inputs = manifest.inputs.size();
    MISPSIFT_ASSIGN_OR_RETURN(const std::vector<SeenFile> files,
                              KeepNew(&manifest));
    report_.new_inputs = files.size();
    if (files.empty()) return absl::OkStatus();
    MISPSIFT_ASSIGN_OR_RETURN(const BackfillRun run, Begin(&manifest, files));
    return CarryOut(run);
  }

  absl::Status SubmitResults() {
    if (!options_.submit.has_value()) return absl::OkStatus();
    MISPSIFT_ASSIGN_OR_RETURN(const std::vector<BackfillRun> runs,
                              state_->OpenRuns());
    for (const BackfillRun& run : runs) {
      SubmitOptions submit = *options_.submit;
      submit.results = ResultsOf(run);
      if (submit.ledger.empty()) submit.ledger = options_.state + "/outbox";
      MISPSIFT_ASSIGN_OR_RETURN(
          SubmitReport submitted,
          Submit(submit, &progress_.submit,
                 [](std::string_view) { return absl::OkStatus(); }));
      // What stays planned goes the next night.
      if (submitted.planned.empty()) {
        MISPSIFT_RETURN_IF_ERROR(
            state_->SetStage(run.number, BackfillStage::kSubmitted));
      }
      report_.submitted.emplace_back(submit.results, std::move(submitted));
    }
    return absl::OkStatus();
  }

  BackfillReport& report() { return report_; }

 private:
  std::string ResultsOf(const BackfillRun& run) const {
    return fmt::format("{}/{:06}", options_.results, run.number);
  }
  std::string ManifestFile() const { return run_folder_ + "/manifest"; }
  std::string RunSnapshot() const { return run_folder_ + "/snapshot"; }
  std::string ShardFolder(uint32_t shard) const {
    return fmt::format("{}/shard-{:04}", run_folder_, shard);
  }

  // Leaves in the manifest what was not scanned as it stands.
  absl::StatusOr<std::vector<SeenFile>> KeepNew(Manifest* manifest) {
    std::vector<SeenFile> files;
    std::vector<Manifest::Input> inputs;
    for (Manifest::Input& input : manifest->inputs) {
      SeenFile file{input.file.path, input.bytes, 0};
      if (const std::optional<absl::Time> changed = ChangedAt(file.path)) {
        file.modified = absl::ToUnixNanos(*changed);
      }
      MISPSIFT_ASSIGN_OR_RETURN(const bool is_scanned, state_->IsScanned(file));
      if (is_scanned) continue;
      files.push_back(std::move(file));
      input.file.number = inputs.size();
      inputs.push_back(std::move(input));
    }
    manifest->inputs = std::move(inputs);
    manifest->bytes = 0;
    for (const Manifest::Input& input : manifest->inputs) {
      manifest->bytes += input.bytes;
    }
    return files;
  }

  absl::StatusOr<BackfillRun> Begin(Manifest* manifest,
                                    const std::vector<SeenFile>& files) {
    std::error_code error;
    fs::create_directories(run_folder_, error);
    MISPSIFT_RETURN_IF_ERROR(OfDisk("make the folder", run_folder_, error));
    MISPSIFT_RETURN_IF_ERROR(
        WriteFileAtomically(ManifestFile(), ManifestText(manifest)));
    MISPSIFT_ASSIGN_OR_RETURN(const std::string id, PinSnapshot());
    MISPSIFT_RETURN_IF_ERROR(SyncFolder(run_folder_));
    const uint64_t shards =
        std::min<uint64_t>({manifest->bytes / options_.shard_bytes + 1,
                            manifest->inputs.size(), kMostShards});
    // From here on a run that is killed goes on with these.
    return state_->BeginRun(id, static_cast<uint32_t>(shards), files);
  }

  // The run's own name for the snapshot, which the next fetch replaces.
  absl::StatusOr<std::string> PinSnapshot() {
    std::error_code error;
    fs::create_hard_link(options_.snapshot, RunSnapshot(), error);
    if (error) fs::copy_file(options_.snapshot, RunSnapshot(), error);
    if (error) {
      return WithExitCode(OfDisk("read", options_.snapshot, error),
                          ExitCode::kBadSnapshot);
    }
    const absl::StatusOr<Snapshot> snapshot = misp::LoadSnapshot(RunSnapshot());
    if (!snapshot.ok()) {
      return WithExitCode(snapshot.status(), ExitCode::kBadSnapshot);
    }
    return snapshot->manifest().id;
  }

  absl::Status CarryOut(BackfillRun run) {
    if (run.stage < BackfillStage::kScanned) {
      MISPSIFT_RETURN_IF_ERROR(ScanShards(run));
      absl::Status merged = MergeShards(run);
      if (absl::IsInvalidArgument(merged)) {
        // Settings have changed since some of them were scanned.
        for (uint32_t i = 0; i < run.shards; ++i) {
          std::error_code error;
          fs::remove_all(ShardFolder(i), error);
        }
        MISPSIFT_RETURN_IF_ERROR(ScanShards(run));
        merged = MergeShards(run);
      }
      MISPSIFT_RETURN_IF_ERROR(merged);
      run.stage = BackfillStage::kScanned;
      MISPSIFT_RETURN_IF_ERROR(state_->SetStage(run.number, run.stage));
    }
    // The results are whole, and durable.
    MISPSIFT_RETURN_IF_ERROR(state_->Record(run));
    return ClearRunFolder();
  }

  absl::Status ClearRunFolder() {
    std::error_code error;
    fs::remove_all(run_folder_, error);
    return OfDisk("remove", run_folder_, error);
  }

  absl::Status ScanShards(const BackfillRun& run) {
    for (uint32_t i = 0; i < run.shards; ++i) {
      // It is written last.
      if (fs::exists(ShardFolder(i) + "/summary.json")) continue;
      ScanOptions scan = options_.scan;
      scan.paths.clear();
      scan.snapshot = RunSnapshot();
      scan.out = ShardFolder(i);
      scan.shard = ScanShard{ManifestFile(), {i, run.shards}, ShardBy::kSize};
      MISPSIFT_RETURN_IF_ERROR(Scan(scan, &progress_.scan).status());
    }
    return absl::OkStatus();
  }

  absl::Status MergeShards(const BackfillRun& run) {
    MergeOptions merge;
    for (uint32_t i = 0; i < run.shards; ++i) {
      merge.shards.push_back(ShardFolder(i));
    }
    merge.out = ResultsOf(run);
    MISPSIFT_ASSIGN_OR_RETURN(Summary summary, Merge(merge, &progress_.scan));
    report_.results.emplace_back(merge.out, std::move(summary));
    return absl::OkStatus();
  }

  const BackfillOptions& options_;
  BackfillProgress& progress_;
  const std::string run_folder_;
  std::optional<BackfillState> state_;
  BackfillReport report_;
};

}  // namespace

absl::StatusOr<BackfillReport> Backfill(const BackfillOptions& options,
                                        BackfillProgress* progress) {
  Backfilling job(options, progress);
  MISPSIFT_RETURN_IF_ERROR(job.Open());
  // The state is ours.
  MISPSIFT_RETURN_IF_ERROR(job.FinishOldRun());
  // Nothing is half done.
  MISPSIFT_RETURN_IF_ERROR(job.RefreshSnapshot());
  MISPSIFT_RETURN_IF_ERROR(job.ScanWhatIsNew());
  // Every input of the archive was scanned as it stands.
  MISPSIFT_RETURN_IF_ERROR(job.SubmitResults());
  return std::move(job.report());
}

}  // namespace mispsift
