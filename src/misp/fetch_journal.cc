#include "mispsift/misp/fetch_journal.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/time/clock.h"
#include "mispsift/base/status_macros.h"
#include "mispsift/misp/snapshot_file.h"

namespace mispsift::misp {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPart = "part-";
constexpr std::string_view kFull = "full-";
constexpr std::string_view kSuffix = ".snapshot";
constexpr absl::Duration kFullIsFullFor = absl::Hours(24);

// Whether the folder at `path` is the one that is locked: the run that held it
// may have taken it away in between.
bool IsThere(const std::string& path, const FileDescriptor& lock) {
  struct stat named;
  struct stat held;
  return stat(path.c_str(), &named) == 0 && fstat(lock.get(), &held) == 0 &&
         named.st_ino == held.st_ino && named.st_dev == held.st_dev;
}

struct PartName {
  std::string path;
  uint64_t number = 0;
  bool full = false;
};

bool ParsePartName(const std::string& path, PartName* part) {
  const std::string name = fs::path(path).filename().string();
  if (name.size() <= kPart.size() + kSuffix.size() ||
      name.compare(name.size() - kSuffix.size(), kSuffix.size(), kSuffix) !=
          0) {
    return false;
  }
  const std::string prefix = name.substr(0, kPart.size());
  if (prefix != kPart && prefix != kFull) return false;
  part->path = path;
  part->full = prefix == kFull;
  return absl::SimpleAtoi(
      name.substr(kPart.size(), name.size() - kPart.size() - kSuffix.size()),
      &part->number);
}

bool IsOld(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) != 0 ||
         absl::FromTimeT(status.st_mtime) + kFullIsFullFor < absl::Now();
}

}  // namespace

absl::StatusOr<FetchJournal> FetchJournal::Open(
    const std::string& snapshot_path) {
  const std::string folder = snapshot_path + ".journal";
  while (true) {
    std::error_code error;
    fs::create_directory(folder, error);
    if (error) {
      return absl::ErrnoToStatus(error.value(),
                                 fmt::format("cannot create {}", folder));
    }
    absl::StatusOr<FileDescriptor> lock = LockFolder(folder);
    if (absl::IsAborted(lock.status())) {
      return absl::AbortedError(
          fmt::format("another fetch of {} is going on ({} is locked)",
                      snapshot_path, folder));
    }
    if (absl::IsNotFound(lock.status())) continue;
    if (!lock.ok()) return lock.status();
    if (!IsThere(folder, *lock)) continue;
    return FetchJournal(folder, *std::move(lock));
  }
}

FetchJournal::~FetchJournal() {
  if (lock_.ok()) rmdir(folder_.c_str());  // fails where a part is in it
}

absl::Status FetchJournal::TakeOver(bool full) {
  full_ = full;
  std::vector<PartName> parts;
  std::vector<std::string> useless;
  std::string foreign;
  MISPSIFT_RETURN_IF_ERROR(ForEachEntry(folder_, [&](const std::string& path) {
    const std::string name = fs::path(path).filename().string();
    PartName part;
    if (ParsePartName(path, &part)) {
      parts.push_back(std::move(part));
    } else if ((name.starts_with(kPart) || name.starts_with(kFull)) &&
               name.find(".snapshot.tmp-") != std::string::npos) {
      useless.push_back(path);
    } else {
      foreign = name;
    }
    return foreign.empty();
  }));
  if (!foreign.empty()) {
    return absl::InvalidArgumentError(fmt::format(
        "{} holds {}, which is not ours; not touching it", folder_, foreign));
  }
  std::sort(
      parts.begin(), parts.end(),
      [](const PartName& a, const PartName& b) { return a.number < b.number; });
  for (const PartName& part : parts) {
    next_ = std::max(next_, part.number + 1);
    absl::StatusOr<Snapshot> snapshot = absl::NotFoundError("");
    if (!full_ || (part.full && !IsOld(part.path))) {
      snapshot = LoadSnapshot(part.path);
    }
    if (snapshot.ok() && snapshot->manifest().sources.size() == 1) {
      left_.push_back(*std::move(snapshot));
    } else {
      useless.push_back(part.path);
    }
  }
  for (const std::string& path : useless) {
    std::error_code error;
    fs::remove(path, error);
    if (error) {
      return absl::ErrnoToStatus(error.value(),
                                 fmt::format("cannot remove {}", path));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Snapshot> FetchJournal::Keep(const Snapshot& sorted,
                                            const SnapshotSource& source,
                                            const AttributeFilter& filter) {
  SnapshotManifest manifest;
  manifest.filter = filter;
  manifest.sources = {source};
  const std::string path = fmt::format("{}/{}{:08}{}", folder_,
                                       full_ ? kFull : kPart, next_++, kSuffix);
  const EncodedWarninglists none;
  MISPSIFT_RETURN_IF_ERROR(WriteMerged({{sorted, {0}, nullptr}},
                                       {none.columns(), nullptr},
                                       std::move(manifest), path, true)
                               .status());
  return LoadSnapshot(path);
}

absl::Status FetchJournal::Remove() && {
  std::error_code error;
  fs::remove_all(folder_, error);
  if (error) {
    return absl::ErrnoToStatus(error.value(),
                               fmt::format("cannot remove {}", folder_));
  }
  // What stands at that path from now on is another run's.
  lock_ = FileDescriptor();
  return absl::OkStatus();
}

}  // namespace mispsift::misp
