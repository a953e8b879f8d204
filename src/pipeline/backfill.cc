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
#include "src/pipeline/confinement.h"
#include "src/pipeline/new_attributes.h"
#include "src/pipeline/older_reports.h"

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

absl::Status AppendFile(const std::string& path, AtomicFile* out) {
  MISPSIFT_ASSIGN_OR_RETURN(const FileDescriptor file, OpenForReading(path));
  std::vector<char> buffer(size_t{1} << 20);
  while (true) {
    MISPSIFT_ASSIGN_OR_RETURN(
        const size_t count,
        ReadFully(file.get(), buffer.data(), buffer.size()));
    MISPSIFT_RETURN_IF_ERROR(out->Append({buffer.data(), count}));
    if (count < buffer.size()) return absl::OkStatus();
  }
}

// The ledger in which SubmitResults() writes down what it sends.
std::string LedgerOf(const BackfillOptions& options) {
  return options.submit->ledger.empty() ? options.state + "/outbox"
                                        : options.submit->ledger;
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
    if (files.empty() && !HasNewIndicators()) return absl::OkStatus();
    MISPSIFT_ASSIGN_OR_RETURN(const BackfillRun run, Begin(&manifest, files));
    return CarryOut(run);
  }

  absl::Status SubmitResults() {
    if (!options_.submit.has_value()) return absl::OkStatus();
    MISPSIFT_ASSIGN_OR_RETURN(const std::vector<BackfillRun> runs,
                              state_->OpenRuns());
    for (const BackfillRun& run : runs) {
      bool is_all = true;
      for (const std::string& results : {ResultsOf(run), NewOf(run)}) {
        if (!IsFinished(results)) continue;  // there was nothing to scan
        MISPSIFT_ASSIGN_OR_RETURN(const bool none_is_left, SubmitOne(results));
        is_all = is_all && none_is_left;
      }
      // What stays planned goes the next night.
      if (is_all) {
        MISPSIFT_RETURN_IF_ERROR(
            state_->SetStage(run.number, BackfillStage::kSubmitted));
      }
    }
    return absl::OkStatus();
  }

  BackfillReport& report() { return report_; }

 private:
  std::string ResultsOf(const BackfillRun& run) const {
    return fmt::format("{}/{:06}", options_.results, run.number);
  }
  std::string NewOf(const BackfillRun& run) const {
    return ResultsOf(run) + "-new";
  }
  // The summary is written last.
  static bool IsFinished(const std::string& results) {
    return fs::exists(results + "/summary.json");
  }

  // Whether nothing of it stays planned.
  absl::StatusOr<bool> SubmitOne(const std::string& results) {
    SubmitOptions submit = *options_.submit;
    submit.results = results;
    submit.ledger = LedgerOf(options_);
    MISPSIFT_ASSIGN_OR_RETURN(
        SubmitReport submitted,
        Submit(submit, &progress_.submit,
               [](std::string_view) { return absl::OkStatus(); }));
    const bool none_is_left = submitted.planned.empty();
    report_.submitted.emplace_back(results, std::move(submitted));
    return none_is_left;
  }

  std::string ManifestFile() const { return run_folder_ + "/manifest"; }
  std::string RunSnapshot() const { return run_folder_ + "/snapshot"; }
  std::string ShardFolder(uint32_t shard) const {
    return fmt::format("{}/shard-{:04}", run_folder_, shard);
  }

  std::string KeysOfShard(uint32_t shard) const {
    return ShardFolder(shard) + ".keys";
  }
  std::string KeysOfRun(uint64_t run) const {
    return fmt::format("{}/{:06}.keys", options_.cache, run);
  }
  // The snapshot that all older reports were asked about.
  std::string AskedSnapshot() const {
    return options_.state + "/scanned.snapshot";
  }

  bool AsksOlder() const {
    return options_.rescan_changed && !options_.cache.empty() &&
           fs::exists(AskedSnapshot());
  }

  // By their files alone: what a new snapshot holds is looked at when it is
  // asked about.
  bool HasNewIndicators() const {
    std::error_code error;
    return AsksOlder() &&
           !fs::equivalent(AskedSnapshot(), options_.snapshot, error);
  }

  // Leaves in the manifest what was not scanned as it stands.
  absl::StatusOr<std::vector<SeenFile>> KeepNew(Manifest* manifest) {
    std::vector<SeenFile> seen;
    seen.reserve(manifest->inputs.size());
    for (const Manifest::Input& input : manifest->inputs) {
      seen.push_back({input.file.path, input.bytes, input.modified});
    }
    MISPSIFT_ASSIGN_OR_RETURN(const std::vector<bool> are_scanned,
                              state_->AreScanned(seen));
    std::vector<SeenFile> files;
    std::vector<Manifest::Input> inputs;
    for (size_t i = 0; i < seen.size(); ++i) {
      if (are_scanned[i]) continue;
      files.push_back(std::move(seen[i]));
      Manifest::Input& input = manifest->inputs[i];
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
      MISPSIFT_RETURN_IF_ERROR(KeepKeys(run));
      run.stage = BackfillStage::kScanned;
      MISPSIFT_RETURN_IF_ERROR(state_->SetStage(run.number, run.stage));
    }
    // The results are whole, and durable.
    if (run.stage < BackfillStage::kAsked) {
      MISPSIFT_RETURN_IF_ERROR(AskOlder(run));
      run.stage = BackfillStage::kAsked;
      MISPSIFT_RETURN_IF_ERROR(state_->SetStage(run.number, run.stage));
    }
    // Every report knows the snapshot of this run.
    MISPSIFT_RETURN_IF_ERROR(KeepSnapshot());
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
      if (IsFinished(ShardFolder(i))) continue;
      ScanOptions scan = options_.scan;
      scan.paths.clear();
      scan.snapshot = RunSnapshot();
      scan.out = ShardFolder(i);
      if (!options_.cache.empty()) scan.keys_file = KeysOfShard(i);
      scan.shard = ScanShard{ManifestFile(), {i, run.shards}, ShardBy::kSize};
      MISPSIFT_RETURN_IF_ERROR(Scan(scan, &progress_.scan).status());
    }
    return absl::OkStatus();
  }

  absl::Status MergeShards(const BackfillRun& run) {
    if (run.shards == 0) return absl::OkStatus();
    MergeOptions merge;
    for (uint32_t i = 0; i < run.shards; ++i) {
      merge.shards.push_back(ShardFolder(i));
    }
    merge.out = ResultsOf(run);
    MISPSIFT_ASSIGN_OR_RETURN(Summary summary, Merge(merge, &progress_.scan));
    report_.results.emplace_back(merge.out, std::move(summary));
    return absl::OkStatus();
  }

  absl::Status KeepKeys(const BackfillRun& run) {
    if (options_.cache.empty() || run.shards == 0) return absl::OkStatus();
    std::error_code error;
    fs::create_directories(options_.cache, error);
    MISPSIFT_RETURN_IF_ERROR(OfDisk("make the folder", options_.cache, error));
    MISPSIFT_ASSIGN_OR_RETURN(AtomicFile file,
                              AtomicFile::Create(KeysOfRun(run.number)));
    for (uint32_t i = 0; i < run.shards; ++i) {
      // A shard that was scanned without a cache has none.
      if (!fs::exists(KeysOfShard(i))) continue;
      MISPSIFT_RETURN_IF_ERROR(AppendFile(KeysOfShard(i), &file));
    }
    return std::move(file).Commit();
  }

  // Those of earlier runs, about what is in the run's snapshot since.
  absl::Status AskOlder(const BackfillRun& run) {
    if (!AsksOlder()) return absl::OkStatus();
    MISPSIFT_ASSIGN_OR_RETURN(const OlderReports older, FindOlder(run));
    report_.asked += older.asked;
    report_.may_match += older.may_match;
    if (!older.unconfirmed.empty()) {
      MISPSIFT_RETURN_IF_ERROR(WriteFileAtomically(
          ResultsOf(run) + "-unconfirmed.jsonl", older.unconfirmed));
    }
    if (older.sources.empty()) return absl::OkStatus();
    ScanOptions scan = options_.scan;
    scan.paths = older.sources;
    scan.snapshot = RunSnapshot();
    scan.since_snapshot = AskedSnapshot();
    scan.out = NewOf(run);
    MISPSIFT_ASSIGN_OR_RETURN(Summary summary, Scan(scan, &progress_.scan));
    report_.results.emplace_back(scan.out, std::move(summary));
    return absl::OkStatus();
  }

  absl::StatusOr<OlderReports> FindOlder(const BackfillRun& run) const {
    MISPSIFT_ASSIGN_OR_RETURN(const Snapshot before,
                              misp::LoadSnapshot(AskedSnapshot()));
    MISPSIFT_ASSIGN_OR_RETURN(const Snapshot current,
                              misp::LoadSnapshot(RunSnapshot()));
    if (before.manifest().id == current.manifest().id) return OlderReports();
    const std::vector<bool> is_new =
        NewAttributes(before, current, options_.scan.index);
    if (std::find(is_new.begin(), is_new.end(), true) == is_new.end()) {
      return OlderReports();
    }
    IndexSettings settings = options_.scan.index;
    settings.only_rows = &is_new;
    const Index index = Index::Build(current, settings);
    std::vector<std::string> files;
    for (uint64_t number = 1; number < run.number; ++number) {
      if (fs::exists(KeysOfRun(number))) files.push_back(KeysOfRun(number));
    }
    return AskOlderReports(files, index);
  }

  // Kept from the first run on; later only when all were asked.
  absl::Status KeepSnapshot() {
    if (options_.cache.empty() ||
        (!options_.rescan_changed && fs::exists(AskedSnapshot()))) {
      return absl::OkStatus();
    }
    const std::string fresh = run_folder_ + "/asked";
    std::error_code error;
    fs::remove(fresh, error);
    fs::create_hard_link(RunSnapshot(), fresh, error);
    if (error) fs::copy_file(RunSnapshot(), fresh, error);
    if (!error) fs::rename(fresh, AskedSnapshot(), error);
    MISPSIFT_RETURN_IF_ERROR(OfDisk("keep", AskedSnapshot(), error));
    return SyncFolder(options_.state);
  }

  const BackfillOptions& options_;
  BackfillProgress& progress_;
  const std::string run_folder_;
  std::optional<BackfillState> state_;
  BackfillReport report_;
};

}  // namespace

std::string ConfineBackfill(const BackfillOptions& options,
                            const std::vector<std::string>& written_later) {
  Confinement allowed;
  allowed.read_anything = true;
  allowed.connect_anywhere = true;
  std::vector<std::string> files = written_later;
  files.push_back(options.snapshot);
  allowed.write = {options.state, options.results};
  if (!options.cache.empty()) allowed.write.push_back(options.cache);
  if (options.submit.has_value()) {
    files.push_back(LedgerOf(options));
    if (!options.submit->feed_out.empty()) {
      allowed.write.push_back(options.submit->feed_out);
    }
  }
  // What is not there cannot be allowed. What is wrong with it is said by who
  // needs it.
  std::error_code ignored;
  for (const std::string& folder : allowed.write) {
    fs::create_directories(folder, ignored);
  }
  for (const std::string& file : files) {
    allowed.write.push_back(FolderWritten(file));
  }
  // The journal of the fetch stands beside the snapshot's name, be it a link.
  allowed.write.push_back(
      fs::absolute(options.snapshot, ignored).parent_path().string());
  return ConfineTo(allowed, "what it writes");
}

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
