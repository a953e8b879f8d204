#include "mispsift/cuckoo/report_files.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "mispsift/base/file.h"
#include "src/cuckoo/analysis_folder.h"
#include "src/cuckoo/archive_names.h"
#include "src/cuckoo/archive_stream.h"

namespace mispsift {
namespace {

// What becomes of the files of a folder on the walk.
enum class Visit : uint8_t {
  kFlat,      // each is looked at
  kAnalysis,  // pre.json only; reports/ and task_<n>/ are visited for theirs
  kReport,    // the one that is the report
  kSkip,      // counted, with all that is below
};

struct Folder {
  std::string path;
  Visit visit = Visit::kFlat;
  std::vector<FolderEntry> entries;
  size_t next = 0;
  std::string report;  // name of the one file that is the report; or empty
};

// The first bytes of a file; none when it cannot be read.
std::string_view Peek(const std::string& path, char (&buffer)[kPeekBytes]) {
  const absl::StatusOr<FileDescriptor> file = OpenForReading(path);
  if (!file.ok()) return {};
  const absl::StatusOr<size_t> size =
      ReadFully(file->get(), buffer, kPeekBytes);
  return size.ok() ? std::string_view(buffer, *size) : std::string_view();
}

// Whatever it is called.
bool IsArchiveByContent(const std::string& path) {
  char buffer[kPeekBytes];
  const std::string_view head = Peek(path, buffer);
  if (IsContainer(head)) return true;
  if (!IsCompressed(head)) return false;
  ArchiveStream stream{ArchiveLimits()};
  ArchiveMember member;
  ArchiveError error = stream.OpenFile(path, ArchiveStream::Formats::kAny);
  return !error &&
         stream.NextMember(&member, &error) == ArchiveStream::Step::kMember &&
         !stream.is_raw();
}

}  // namespace

OnDisk LookOnDisk(const ReportFile& file) {
  struct stat status;
  if (stat(file.path.c_str(), &status) != 0) return {};
  OnDisk now;
  now.modified =
      status.st_mtim.tv_sec * int64_t{1'000'000'000} + status.st_mtim.tv_nsec;
  if (file.reject == Reject::kNone) {
    now.bytes = static_cast<uint64_t>(status.st_size);
  }
  return now;
}

struct ReportFileWalker::Impl {
  // Each is true when `*file` was filled in.
  bool VisitNamed(const std::string& path, ReportFile* file);
  bool VisitFolder(std::string path, Visit visit, ReportFile* file);
  bool VisitEntry(ReportFile* file);
  bool VisitSubfolder(const Folder& parent, const std::string& name,
                      ReportFile* file);
  bool VisitFile(const Folder& parent, const std::string& name,
                 ReportFile* file);

  bool Skip() {
    ++skipped;
    return false;
  }

  std::vector<std::string> paths;
  size_t next_path = 0;
  std::vector<Folder> folders;  // the way down to where the walk stands
  uint64_t found = 0;
  uint64_t skipped = 0;
  std::optional<std::pair<dev_t, ino_t>> leave_out;
};

namespace {

bool Document(std::string path, bool listed, ReportFile* file) {
  file->path = std::move(path);
  file->listed = listed;
  return true;
}

bool Archive(std::string path, bool named, ReportFile* file) {
  file->is_archive = true;
  return Document(std::move(path), named, file);
}

bool Unreadable(std::string path, std::string detail, ReportFile* file) {
  file->reject = Reject::kUnreadable;
  file->detail = std::move(detail);
  return Document(std::move(path), /*listed=*/true, file);
}

}  // namespace

bool ReportFileWalker::Impl::VisitNamed(const std::string& path,
                                        ReportFile* file) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0) {
    return Unreadable(
        path, fmt::format("cannot open: {}", std::strerror(errno)), file);
  }
  if (S_ISDIR(status.st_mode)) return VisitFolder(path, Visit::kFlat, file);
  if (!S_ISREG(status.st_mode)) {
    return Unreadable(path, "not a regular file", file);
  }
  switch (KindOfName(BaseName(path))) {
    case NameKind::kDocument:
      return Document(path, /*listed=*/true, file);
    case NameKind::kZippedDocument:
    case NameKind::kArchive:
      return Archive(path, /*named=*/true, file);
    case NameKind::kOther:
      break;
  }
  if (IsArchiveByContent(path)) return Archive(path, /*named=*/true, file);
  return Document(path, /*listed=*/true, file);
}

bool ReportFileWalker::Impl::VisitFolder(std::string path, Visit visit,
                                         ReportFile* file) {
  struct stat status;
  if (leave_out && stat(path.c_str(), &status) == 0 &&
      *leave_out == std::pair(status.st_dev, status.st_ino)) {
    return false;
  }
  Folder folder;
  const absl::Status listed = ListFolder(path, &folder.entries);
  if (!listed.ok()) {
    if (visit == Visit::kSkip) return false;
    return Unreadable(std::move(path), std::string(listed.message()), file);
  }
  if (visit == Visit::kFlat) {
    const FolderLayout layout = LayoutOf(path, folder.entries);
    if (layout == FolderLayout::kAnalysis) visit = Visit::kAnalysis;
    if (layout == FolderLayout::kTask) visit = Visit::kReport;
  }
  folder.report = ReportAmong(folder.entries);
  folder.path = std::move(path);
  folder.visit = visit;
  folders.push_back(std::move(folder));
  return false;
}

bool ReportFileWalker::Impl::VisitEntry(ReportFile* file) {
  Folder& folder = folders.back();
  if (folder.next == folder.entries.size()) {
    folders.pop_back();
    return false;
  }
  const FolderEntry& entry = folder.entries[folder.next++];
  switch (entry.type) {
    case EntryType::kFolder:
      return VisitSubfolder(folder, entry.name, file);
    case EntryType::kFile:
      return VisitFile(folder, entry.name, file);
    case EntryType::kOther:
      break;
  }
  return Skip();
}

bool ReportFileWalker::Impl::VisitSubfolder(const Folder& parent,
                                            const std::string& name,
                                            ReportFile* file) {
  Visit visit = Visit::kSkip;
  if (parent.visit == Visit::kFlat) {
    visit = Visit::kFlat;
  } else if (parent.visit == Visit::kAnalysis &&
             (name == "reports" || IsTaskFolder(name))) {
    visit = Visit::kReport;
  }
  return VisitFolder(JoinPath(parent.path, name), visit, file);
}

bool ReportFileWalker::Impl::VisitFile(const Folder& parent,
                                       const std::string& name,
                                       ReportFile* file) {
  switch (parent.visit) {
    case Visit::kSkip:
      return Skip();
    case Visit::kAnalysis:
      if (name != "pre.json") return Skip();
      break;
    case Visit::kReport:
      if (name != parent.report) return Skip();
      break;
    case Visit::kFlat:
      // A reports/ folder by itself, or formats fetched side by side.
      if (!parent.report.empty() && IsSandboxSibling(name)) return Skip();
      break;
  }
  std::string path = JoinPath(parent.path, name);
  switch (KindOfName(name)) {
    case NameKind::kDocument:
      return Document(std::move(path), /*listed=*/true, file);
    case NameKind::kZippedDocument:
    case NameKind::kArchive:
      return Archive(std::move(path), /*named=*/false, file);
    case NameKind::kOther:
      break;
  }
  char buffer[kPeekBytes];
  const std::string_view head = Peek(path, buffer);
  if (!LooksLikeJson(head) && !IsGzip(head)) return Skip();
  return Document(std::move(path), /*listed=*/false, file);
}

ReportFileWalker::ReportFileWalker(std::vector<std::string> paths,
                                   const std::string& leave_out)
    : impl_(std::make_unique<Impl>()) {
  impl_->paths = std::move(paths);
  struct stat status;
  if (!leave_out.empty() && stat(leave_out.c_str(), &status) == 0) {
    impl_->leave_out = {status.st_dev, status.st_ino};
  }
}
ReportFileWalker::~ReportFileWalker() = default;
ReportFileWalker::ReportFileWalker(ReportFileWalker&&) noexcept = default;
ReportFileWalker& ReportFileWalker::operator=(ReportFileWalker&&) noexcept =
    default;

uint64_t ReportFileWalker::skipped() const { return impl_->skipped; }

bool ReportFileWalker::Next(ReportFile* file) {
  *file = ReportFile();
  while (true) {
    bool found = false;
    if (!impl_->folders.empty()) {
      found = impl_->VisitEntry(file);
    } else if (impl_->next_path < impl_->paths.size()) {
      found = impl_->VisitNamed(impl_->paths[impl_->next_path++], file);
    } else {
      return false;
    }
    if (found) {
      file->number = impl_->found++;
      return true;
    }
  }
}

}  // namespace mispsift
