#include "src/pipeline/backfill_state.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "mispsift/base/digest.h"
#include "mispsift/base/file.h"
#include "mispsift/base/sqlite.h"
#include "mispsift/base/status_macros.h"

namespace mispsift {
namespace {

constexpr int32_t kApplicationId = 0x6d737062;  // "mspb"
constexpr int32_t kVersion = 1;
constexpr char kSchema[] = R"sql(
CREATE TABLE inputs(
  path TEXT PRIMARY KEY, bytes INTEGER NOT NULL, modified INTEGER NOT NULL,
  content TEXT, snapshot TEXT NOT NULL, run INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX inputs_by_bytes ON inputs(bytes);
CREATE TABLE runs(
  number INTEGER PRIMARY KEY, snapshot TEXT NOT NULL, shards INTEGER NOT NULL,
  stage INTEGER NOT NULL);
CREATE TABLE planned(
  path TEXT PRIMARY KEY, bytes INTEGER NOT NULL, modified INTEGER NOT NULL)
  WITHOUT ROWID;
)sql";

// Of a file; empty where it cannot be read.
std::string ContentOf(const std::string& path) {
  const absl::StatusOr<FileDescriptor> file = OpenForReading(path);
  if (!file.ok()) return {};
  Digester digester;
  std::vector<char> buffer(size_t{1} << 20);
  while (true) {
    const absl::StatusOr<size_t> count =
        ReadFully(file->get(), buffer.data(), buffer.size());
    if (!count.ok()) return {};
    digester.Add({buffer.data(), *count});
    if (*count < buffer.size()) return ToHex(digester.Finish());
  }
}

}  // namespace

struct BackfillState::Impl {
  Impl(FileDescriptor folder_lock, Database opened, SqlStatement find,
       SqlStatement same_size, SqlStatement note, SqlStatement add)
      : lock(std::move(folder_lock)),
        database(std::move(opened)),
        find_path(std::move(find)),
        find_size(std::move(same_size)),
        note_content(std::move(note)),
        add_input(std::move(add)) {}

  FileDescriptor lock;
  Database database;
  SqlStatement find_path;
  SqlStatement find_size;
  SqlStatement note_content;
  SqlStatement add_input;

  absl::StatusOr<bool> IsScanned(const SeenFile& file);
  absl::Status Plan(const std::vector<SeenFile>& files, BackfillRun* run);
};

BackfillState::BackfillState(std::unique_ptr<Impl> impl)
    : impl_(std::move(impl)) {}
BackfillState::~BackfillState() = default;
BackfillState::BackfillState(BackfillState&&) noexcept = default;
BackfillState& BackfillState::operator=(BackfillState&&) noexcept = default;

absl::StatusOr<BackfillState> BackfillState::Open(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    return absl::InvalidArgumentError(
        fmt::format("cannot make the folder {}: {}", folder, error.message()));
  }
  MISPSIFT_ASSIGN_OR_RETURN(FileDescriptor lock, LockFolder(folder));
  MISPSIFT_ASSIGN_OR_RETURN(
      Database database,
      Database::Open(folder + "/state.sqlite", Database::Access::kReadWrite,
                     kApplicationId, kVersion, kSchema));
  MISPSIFT_ASSIGN_OR_RETURN(
      SqlStatement find,
      database.Prepare("SELECT bytes, modified FROM inputs WHERE path=?"));
  MISPSIFT_ASSIGN_OR_RETURN(
      SqlStatement same_size,
      database.Prepare("SELECT path, content, snapshot, run FROM inputs WHERE "
                       "bytes=? ORDER BY path"));
  MISPSIFT_ASSIGN_OR_RETURN(
      SqlStatement note,
      database.Prepare("UPDATE inputs SET content=? WHERE path=?"));
  MISPSIFT_ASSIGN_OR_RETURN(
      SqlStatement add,
      database.Prepare("INSERT OR REPLACE INTO inputs(path, bytes, modified, "
                       "content, snapshot, run) VALUES(?,?,?,?,?,?)"));
  return BackfillState(std::make_unique<Impl>(
      std::move(lock), std::move(database), std::move(find),
      std::move(same_size), std::move(note), std::move(add)));
}

absl::StatusOr<std::vector<bool>> BackfillState::AreScanned(
    const std::vector<SeenFile>& files) {
  std::vector<bool> are_scanned;
  are_scanned.reserve(files.size());
  // At once: SQLite would lock its file, and sync what is noted, for each.
  MISPSIFT_RETURN_IF_ERROR(impl_->database.InTransaction([&]() -> absl::Status {
    for (const SeenFile& file : files) {
      MISPSIFT_ASSIGN_OR_RETURN(const bool is_scanned, impl_->IsScanned(file));
      are_scanned.push_back(is_scanned);
    }
    return absl::OkStatus();
  }));
  return are_scanned;
}

absl::StatusOr<bool> BackfillState::Impl::IsScanned(const SeenFile& file) {
  const int64_t bytes = static_cast<int64_t>(file.bytes);
  find_path.Start(file.path);
  MISPSIFT_ASSIGN_OR_RETURN(const bool is_known, find_path.Next());
  if (is_known && find_path.Int(0) == bytes &&
      find_path.Int(1) == file.modified) {
    return true;
  }
  if (bytes == 0) return false;

  struct Other {
    std::string path;
    std::string content;
    std::string snapshot;
    int64_t run;
  };
  std::vector<Other> others;
  find_size.Start(bytes);
  while (true) {
    MISPSIFT_ASSIGN_OR_RETURN(const bool is_row, find_size.Next());
    if (!is_row) break;
    others.push_back({std::string(find_size.Text(0)),
                      std::string(find_size.Text(1)),
                      std::string(find_size.Text(2)), find_size.Int(3)});
  }
  if (others.empty()) return false;
  const std::string content = ContentOf(file.path);
  if (content.empty()) return false;
  for (Other& other : others) {
    if (other.content.empty() && other.path != file.path) {
      other.content = ContentOf(other.path);
      MISPSIFT_RETURN_IF_ERROR(note_content.Run(other.content, other.path));
    }
    if (other.content != content) continue;
    MISPSIFT_RETURN_IF_ERROR(add_input.Run(file.path, bytes, file.modified,
                                           content, other.snapshot, other.run));
    return true;
  }
  return false;
}

absl::StatusOr<BackfillRun> BackfillState::BeginRun(
    const std::string& snapshot_id, uint32_t shards,
    const std::vector<SeenFile>& files) {
  BackfillRun run{0, snapshot_id, shards, BackfillStage::kPlanned};
  MISPSIFT_RETURN_IF_ERROR(
      impl_->database.InTransaction([&] { return impl_->Plan(files, &run); }));
  return run;
}

absl::Status BackfillState::Impl::Plan(const std::vector<SeenFile>& files,
                                       BackfillRun* run) {
  MISPSIFT_RETURN_IF_ERROR(database.Run("DELETE FROM planned"));
  MISPSIFT_ASSIGN_OR_RETURN(
      SqlStatement plan,
      database.Prepare("INSERT OR REPLACE INTO planned(path, bytes, "
                       "modified) VALUES(?,?,?)"));
  for (const SeenFile& file : files) {
    MISPSIFT_RETURN_IF_ERROR(
        plan.Run(file.path, static_cast<int64_t>(file.bytes), file.modified));
  }
  MISPSIFT_ASSIGN_OR_RETURN(
      SqlStatement insert,
      database.Prepare(
          "INSERT INTO runs(number, snapshot, shards, stage) VALUES((SELECT "
          "ifnull(max(number), 0) + 1 FROM runs),?,?,0) RETURNING number"));
  insert.Start(run->snapshot_id, int64_t{run->shards});
  MISPSIFT_RETURN_IF_ERROR(insert.Next().status());
  run->number = static_cast<uint64_t>(insert.Int(0));
  return insert.Next().status();  // lets go of it
}

absl::Status BackfillState::SetStage(uint64_t run, BackfillStage stage) {
  MISPSIFT_ASSIGN_OR_RETURN(
      SqlStatement update,
      impl_->database.Prepare("UPDATE runs SET stage=? WHERE number=?"));
  return update.Run(static_cast<int64_t>(stage), static_cast<int64_t>(run));
}

absl::Status BackfillState::Record(const BackfillRun& run) {
  return impl_->database.InTransaction([&]() -> absl::Status {
    MISPSIFT_ASSIGN_OR_RETURN(
        SqlStatement record,
        impl_->database.Prepare(
            "INSERT OR REPLACE INTO inputs(path, bytes, modified, snapshot, "
            "run) SELECT path, bytes, modified, ?, ? FROM planned"));
    MISPSIFT_RETURN_IF_ERROR(
        record.Run(run.snapshot_id, static_cast<int64_t>(run.number)));
    MISPSIFT_RETURN_IF_ERROR(impl_->database.Run("DELETE FROM planned"));
    return SetStage(run.number, BackfillStage::kRecorded);
  });
}

absl::StatusOr<std::vector<BackfillRun>> BackfillState::OpenRuns() {
  MISPSIFT_ASSIGN_OR_RETURN(
      SqlStatement select,
      impl_->database.Prepare("SELECT number, snapshot, shards, stage FROM "
                              "runs WHERE stage < ? ORDER BY number"));
  select.Start(static_cast<int64_t>(BackfillStage::kSubmitted));
  std::vector<BackfillRun> runs;
  while (true) {
    MISPSIFT_ASSIGN_OR_RETURN(const bool is_row, select.Next());
    if (!is_row) return runs;
    runs.push_back({static_cast<uint64_t>(select.Int(0)),
                    std::string(select.Text(1)),
                    static_cast<uint32_t>(select.Int(2)),
                    static_cast<BackfillStage>(select.Int(3))});
  }
}

}  // namespace mispsift
