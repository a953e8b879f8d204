#include "src/cuckoo/analysis_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <initializer_list>
#include <memory>

#include "src/cuckoo/archive_names.h"

namespace mispsift {
namespace {

struct CloseFolder {
  void operator()(DIR* folder) const { closedir(folder); }
};

EntryType TypeOf(DIR* folder, const dirent& entry) {
  switch (entry.d_type) {
    case DT_REG:
      return EntryType::kFile;
    case DT_DIR:
      return EntryType::kFolder;
    case DT_UNKNOWN:
      break;  // the file system does not say
    default:
      return EntryType::kOther;
  }
  struct stat status;
  if (fstatat(dirfd(folder), entry.d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
    return EntryType::kOther;
  }
  if (S_ISREG(status.st_mode)) return EntryType::kFile;
  return S_ISDIR(status.st_mode) ? EntryType::kFolder : EntryType::kOther;
}

const FolderEntry* Find(const std::vector<FolderEntry>& entries,
                        std::string_view name) {
  const auto at =
      std::lower_bound(entries.begin(), entries.end(), name,
                       [](const FolderEntry& entry, std::string_view wanted) {
                         return std::string_view(entry.name) < wanted;
                       });
  return at != entries.end() && at->name == name ? &*at : nullptr;
}

bool HasAny(const std::vector<FolderEntry>& entries,
            std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
    return Find(entries, name) != nullptr;
  });
}

bool HasReport(const std::string& folder) {
  return std::any_of(kReportNames.begin(), kReportNames.end(),
                     [&folder](std::string_view name) {
                       struct stat status;
                       return lstat(JoinPath(folder, name).c_str(), &status) ==
                              0;
                     });
}

}  // namespace

std::string JoinPath(std::string_view folder, std::string_view name) {
  return fmt::format("{}{}{}", folder, folder.ends_with('/') ? "" : "/", name);
}

absl::Status ListFolder(const std::string& folder,
                        std::vector<FolderEntry>* entries) {
  entries->clear();
  const std::unique_ptr<DIR, CloseFolder> open(opendir(folder.c_str()));
  if (open == nullptr) {
    return absl::ErrnoToStatus(errno, fmt::format("cannot open {}", folder));
  }
  while (true) {
    errno = 0;
    const dirent* const entry = readdir(open.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    entries->push_back({std::string(name), TypeOf(open.get(), *entry)});
  }
  if (errno != 0) {
    entries->clear();
    return absl::ErrnoToStatus(errno, fmt::format("cannot read {}", folder));
  }
  std::sort(entries->begin(), entries->end(),
            [](const FolderEntry& a, const FolderEntry& b) {
              return a.name < b.name;
            });
  return absl::OkStatus();
}

FolderLayout LayoutOf(const std::string& folder,
                      const std::vector<FolderEntry>& entries) {
  const FolderEntry* const reports = Find(entries, "reports");
  if (reports != nullptr && reports->type == EntryType::kFolder &&
      HasReport(JoinPath(folder, "reports"))) {
    return FolderLayout::kAnalysis;
  }
  const bool has_task_folder =
      std::any_of(entries.begin(), entries.end(), [](const FolderEntry& entry) {
        return entry.type == EntryType::kFolder && IsTaskFolder(entry.name);
      });
  if (HasAny(entries, {"analysis.json"}) &&
      (has_task_folder || HasAny(entries, {"pre.json"}))) {
    return FolderLayout::kAnalysis;
  }
  if (HasAny(entries, {"task.json"}) &&
      HasAny(entries, {"reports", "binary", "files", "shots", "logs"})) {
    return FolderLayout::kTask;
  }
  return FolderLayout::kFlat;
}

std::string_view ReportAmong(const std::vector<FolderEntry>& entries) {
  for (const std::string_view name : kReportNames) {
    const FolderEntry* const entry = Find(entries, name);
    if (entry != nullptr && entry->type == EntryType::kFile) return name;
  }
  return {};
}

}  // namespace mispsift
