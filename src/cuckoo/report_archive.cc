#include "mispsift/cuckoo/report_archive.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <deque>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "mispsift/base/check.h"
#include "mispsift/base/file.h"
#include "src/cuckoo/analysis_folder.h"
#include "src/cuckoo/archive_names.h"
#include "src/cuckoo/archive_stream.h"
#include "src/cuckoo/decompress.h"

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

// An archive on the way down to the member that is looked at.
struct OpenArchive {
  explicit OpenArchive(const ArchiveLimits& limits) : stream(limits) {}

  ArchiveStream stream;
  MemberRules rules;
  std::string label;  // among the members of the file; empty: it is the file
  PaddedBytes bytes;  // holds it unless it is the file
};

std::string ErrnoText(std::string_view what, int error) {
  return fmt::format("{}: {}", what, std::strerror(error));
}

// The first bytes of a file; none when it cannot be read.
std::string_view Peek(const std::string& path, char (&buffer)[kPeekBytes]) {
  const absl::StatusOr<FileDescriptor> file = OpenForReading(path);
  if (!file.ok()) return {};
  const absl::StatusOr<size_t> size =
      ReadFully(file->get(), buffer, kPeekBytes);
  return size.ok() ? std::string_view(buffer, *size) : std::string_view();
}

void Clear(ReportCandidate* candidate) {
  candidate->source.source.clear();
  candidate->source.member.clear();
  candidate->listed = false;
  candidate->on_disk = false;
  candidate->bytes.SetSize(0);
  candidate->reject = Reject::kNone;
  candidate->detail.clear();
}

}  // namespace

struct ReportArchiveWalker::Impl {
  Impl(std::vector<std::string> named, const ArchiveLimits& given)
      : paths(std::move(named)), limits(given) {}

  // Each is true when `*candidate` was filled in.
  bool VisitNamed(const std::string& path, ReportCandidate* candidate);
  bool VisitFolder(std::string path, Visit visit, ReportCandidate* candidate);
  bool VisitEntry(ReportCandidate* candidate);
  bool VisitSubfolder(const Folder& parent, const std::string& name,
                      ReportCandidate* candidate);
  bool VisitFile(const Folder& parent, const std::string& name,
                 ReportCandidate* candidate);
  bool OpenFile(const std::string& path, ReportCandidate* candidate);
  bool OpenNested(const std::string& label, ReportCandidate* candidate);
  bool NextMember(ReportCandidate* candidate);
  bool TakeMember(ReportCandidate* candidate);
  ArchiveError Unpack(PaddedBytes* bytes);

  // Counts the bytes of a file, and returns them.
  uint64_t Pass(const std::string& path) {
    struct stat status;
    if (stat(path.c_str(), &status) != 0) return 0;
    file_bytes += static_cast<uint64_t>(status.st_size);
    return static_cast<uint64_t>(status.st_size);
  }
  bool Skip() {
    ++skipped;
    return false;
  }
  bool OnDisk(std::string path, bool listed, ReportCandidate* candidate);
  bool RejectPath(std::string path, Reject reject, std::string detail,
                  ReportCandidate* candidate);
  // A member, or the archive as a whole when `label` is empty.
  bool RejectMember(std::string_view label, ArchiveError error,
                    ReportCandidate* candidate);
  bool IsArchiveByContent(const std::string& path);

  OpenArchive& Push(std::string label);
  void Pop();
  OpenArchive& innermost() { return archives[open_archives - 1]; }
  bool NestsTooDeep() const { return open_archives > limits.max_nesting; }
  ArchiveError TooDeep() const {
    return {Reject::kNestedTooDeep,
            fmt::format("an archive in {} others; --max-nesting is {}",
                        open_archives, limits.max_nesting)};
  }

  // One step of the walk; false at its end. `*found`: `*candidate` was filled
  // in.
  bool Step(ReportCandidate* candidate, bool* found);

  const std::vector<std::string> paths;
  const ArchiveLimits limits;
  bool measuring = false;      // files are counted and not handed out
  uint64_t file_bytes = 0;     // of those that were, or were opened
  uint64_t archive_bytes = 0;  // of these, of the archive that is open
  size_t next_path = 0;
  std::vector<Folder> folders;  // the way down to where the walk stands
  uint64_t skipped = 0;
  std::optional<std::pair<dev_t, ino_t>> leave_out;

  std::string archive_path;
  bool archive_is_named = false;
  bool archive_gave_one = false;  // a candidate
  // The outermost first; what is behind those that are open keeps its memory.
  std::deque<OpenArchive> archives;
  size_t open_archives = 0;
  PaddedBytes packed;
  ArchiveMember member;
};

bool ReportArchiveWalker::Impl::OnDisk(std::string path, bool listed,
                                       ReportCandidate* candidate) {
  Pass(path);
  if (measuring) return false;
  candidate->source.source = std::move(path);
  candidate->listed = listed;
  candidate->on_disk = true;
  return true;
}

bool ReportArchiveWalker::Impl::RejectPath(std::string path, Reject reject,
                                           std::string detail,
                                           ReportCandidate* candidate) {
  candidate->source.source = std::move(path);
  candidate->listed = true;
  candidate->reject = reject;
  candidate->detail = std::move(detail);
  return true;
}

bool ReportArchiveWalker::Impl::RejectMember(std::string_view label,
                                             ArchiveError error,
                                             ReportCandidate* candidate) {
  candidate->source.member = label;
  candidate->bytes.SetSize(0);
  return RejectPath(archive_path, error.reject, std::move(error.detail),
                    candidate);
}

bool ReportArchiveWalker::Impl::VisitNamed(const std::string& path,
                                           ReportCandidate* candidate) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0) {
    return RejectPath(path, Reject::kUnreadable,
                      ErrnoText("cannot open", errno), candidate);
  }
  if (S_ISDIR(status.st_mode))
    return VisitFolder(path, Visit::kFlat, candidate);
  if (!S_ISREG(status.st_mode)) {
    return RejectPath(path, Reject::kUnreadable, "not a regular file",
                      candidate);
  }
  switch (KindOfName(BaseName(path))) {
    case NameKind::kDocument:
      return OnDisk(path, /*listed=*/true, candidate);
    case NameKind::kZippedDocument:
    case NameKind::kArchive:
      return OpenFile(path, candidate);
    case NameKind::kOther:
      break;
  }
  if (IsArchiveByContent(path)) return OpenFile(path, candidate);
  return OnDisk(path, /*listed=*/true, candidate);
}

bool ReportArchiveWalker::Impl::IsArchiveByContent(const std::string& path) {
  char buffer[kPeekBytes];
  const std::string_view head = Peek(path, buffer);
  if (IsContainer(head)) return true;
  if (!IsCompressed(head)) return false;
  ArchiveStream stream(limits);
  ArchiveError error = stream.OpenFile(path, ArchiveStream::Formats::kAny);
  return !error &&
         stream.NextMember(&member, &error) == ArchiveStream::Step::kMember &&
         !stream.is_raw();
}

bool ReportArchiveWalker::Impl::VisitFolder(std::string path, Visit visit,
                                            ReportCandidate* candidate) {
  struct stat status;
  if (leave_out && stat(path.c_str(), &status) == 0 &&
      *leave_out == std::pair(status.st_dev, status.st_ino)) {
    return false;
  }
  Folder folder;
  const absl::Status listed = ListFolder(path, &folder.entries);
  if (!listed.ok()) {
    if (visit == Visit::kSkip) return false;
    return RejectPath(std::move(path), Reject::kUnreadable,
                      std::string(listed.message()), candidate);
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

bool ReportArchiveWalker::Impl::VisitEntry(ReportCandidate* candidate) {
  Folder& folder = folders.back();
  if (folder.next == folder.entries.size()) {
    folders.pop_back();
    return false;
  }
  const FolderEntry& entry = folder.entries[folder.next++];
  switch (entry.type) {
    case EntryType::kFolder:
      return VisitSubfolder(folder, entry.name, candidate);
    case EntryType::kFile:
      return VisitFile(folder, entry.name, candidate);
    case EntryType::kOther:
      break;
  }
  return Skip();
}

bool ReportArchiveWalker::Impl::VisitSubfolder(const Folder& parent,
                                               const std::string& name,
                                               ReportCandidate* candidate) {
  Visit visit = Visit::kSkip;
  if (parent.visit == Visit::kFlat) {
    visit = Visit::kFlat;
  } else if (parent.visit == Visit::kAnalysis &&
             (name == "reports" || IsTaskFolder(name))) {
    visit = Visit::kReport;
  }
  return VisitFolder(JoinPath(parent.path, name), visit, candidate);
}

bool ReportArchiveWalker::Impl::VisitFile(const Folder& parent,
                                          const std::string& name,
                                          ReportCandidate* candidate) {
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
      return OnDisk(std::move(path), /*listed=*/true, candidate);
    case NameKind::kZippedDocument:
    case NameKind::kArchive:
      return OpenFile(path, candidate);
    case NameKind::kOther:
      break;
  }
  char buffer[kPeekBytes];
  const std::string_view head = Peek(path, buffer);
  if (!LooksLikeJson(head) && !IsGzip(head)) return Skip();
  return OnDisk(std::move(path), /*listed=*/false, candidate);
}

OpenArchive& ReportArchiveWalker::Impl::Push(std::string label) {
  if (open_archives == archives.size()) archives.emplace_back(limits);
  OpenArchive& archive = archives[open_archives++];
  archive.rules.Reset();
  archive.label = std::move(label);
  return archive;
}

void ReportArchiveWalker::Impl::Pop() {
  ArchiveStream& closed = innermost().stream;
  closed.Close();
  --open_archives;
  if (open_archives == 0) return;
  innermost().stream.AddNested(closed.bytes_out(), closed.members());
}

bool ReportArchiveWalker::Impl::OpenFile(const std::string& path,
                                         ReportCandidate* candidate) {
  archive_path = path;
  archive_is_named = folders.empty();
  archive_gave_one = false;
  archive_bytes = Pass(path);
  if (measuring) return false;
  ArchiveError error =
      Push("").stream.OpenFile(path, ArchiveStream::Formats::kContainers);
  if (!error) return false;
  Pop();
  return RejectMember("", std::move(error), candidate);
}

// What was read last, an archive itself.
bool ReportArchiveWalker::Impl::OpenNested(const std::string& label,
                                           ReportCandidate* candidate) {
  OpenArchive& nested = Push(label);
  std::swap(nested.bytes, candidate->bytes);
  ArchiveError error = nested.stream.OpenMemory(
      nested.bytes.view(), ArchiveStream::Formats::kContainers);
  if (!error) return false;
  Pop();
  return RejectMember(label, std::move(error), candidate);
}

bool ReportArchiveWalker::Impl::NextMember(ReportCandidate* candidate) {
  ArchiveError error;
  switch (innermost().stream.NextMember(&member, &error)) {
    case ArchiveStream::Step::kMember:
      return TakeMember(candidate);
    case ArchiveStream::Step::kEnd:
      Pop();
      if (open_archives > 0 || !archive_is_named || archive_gave_one) {
        return false;
      }
      return RejectMember(
          "", {Reject::kNotAReport, "an archive without a report in it"},
          candidate);
    case ArchiveStream::Step::kFailed:
      break;
  }
  const std::string label = innermost().label;
  Pop();
  return RejectMember(label, std::move(error), candidate);
}

bool ReportArchiveWalker::Impl::TakeMember(ReportCandidate* candidate) {
  OpenArchive& archive = innermost();
  const bool excluded = archive.rules.Excludes(member.path);
  if (member.type == ArchiveMember::Type::kFolder) return false;
  if (excluded || member.type != ArchiveMember::Type::kFile) return Skip();

  const std::string label = archive.label.empty()
                                ? member.path
                                : JoinPath(archive.label, member.path);
  const std::string_view name = BaseName(member.path);
  const NameKind kind = KindOfName(name);
  const bool is_archive =
      kind == NameKind::kArchive || kind == NameKind::kZippedDocument;
  if (is_archive && IsSandboxArchive(name)) return Skip();
  ArchiveError error;
  if (is_archive && NestsTooDeep()) {
    error = TooDeep();
  } else if (member.encrypted) {
    if (kind == NameKind::kOther) return Skip();
    error = {Reject::kEncrypted, "needs a password"};
  }

  candidate->bytes.SetSize(0);
  if (!error && kind == NameKind::kOther) {
    error = archive.stream.ReadUpTo(kPeekBytes, &candidate->bytes);
    if (!error && !LooksLikeJson(candidate->bytes.view())) return Skip();
  }
  if (!error) error = archive.stream.ReadAll(&candidate->bytes);
  if (!error && is_archive) return OpenNested(label, candidate);
  if (!error && kind == NameKind::kDocument) error = Unpack(&candidate->bytes);
  if (error) return RejectMember(label, std::move(error), candidate);
  candidate->source.source = archive_path;
  candidate->source.member = label;
  candidate->listed = kind == NameKind::kDocument;
  return true;
}

// A document in the innermost archive, if it is compressed.
ArchiveError ReportArchiveWalker::Impl::Unpack(PaddedBytes* bytes) {
  if (!IsCompressed(bytes->view())) return {};
  if (NestsTooDeep()) return TooDeep();
  std::swap(packed, *bytes);
  uint64_t bytes_out = 0;
  ArchiveError error = Decompress(packed.view(), limits, bytes, &bytes_out);
  innermost().stream.AddNested(bytes_out, 0);
  return error;
}

ReportArchiveWalker::ReportArchiveWalker(std::vector<std::string> paths,
                                         const ArchiveLimits& limits,
                                         const std::string& leave_out)
    : impl_(std::make_unique<Impl>(std::move(paths), limits)) {
  struct stat status;
  if (!leave_out.empty() && stat(leave_out.c_str(), &status) == 0) {
    impl_->leave_out = {status.st_dev, status.st_ino};
  }
}
ReportArchiveWalker::~ReportArchiveWalker() = default;
ReportArchiveWalker::ReportArchiveWalker(ReportArchiveWalker&&) noexcept =
    default;
ReportArchiveWalker& ReportArchiveWalker::operator=(
    ReportArchiveWalker&&) noexcept = default;

uint64_t ReportArchiveWalker::skipped() const { return impl_->skipped; }

uint64_t ReportArchiveWalker::passed_bytes() const {
  if (impl_->open_archives == 0) return impl_->file_bytes;
  const uint64_t size = impl_->archive_bytes;
  const uint64_t read = impl_->archives.front().stream.seen_bytes();
  return impl_->file_bytes - size + std::min(read, size);
}

uint64_t ReportArchiveWalker::MeasureInput(const std::atomic<bool>& stop) && {
  impl_->measuring = true;
  ReportCandidate nobodys;
  bool found = false;
  while (!stop && impl_->Step(&nobodys, &found)) {
  }
  return impl_->file_bytes;
}

bool ReportArchiveWalker::Impl::Step(ReportCandidate* candidate, bool* found) {
  if (open_archives > 0) {
    *found = NextMember(candidate);
  } else if (!folders.empty()) {
    *found = VisitEntry(candidate);
  } else if (next_path < paths.size()) {
    *found = VisitNamed(paths[next_path++], candidate);
  } else {
    return false;
  }
  return true;
}

bool ReportArchiveWalker::Next(ReportCandidate* candidate) {
  Clear(candidate);
  bool found = false;
  while (!found) {
    if (!impl_->Step(candidate, &found)) return false;
  }
  impl_->archive_gave_one = true;
  return true;
}

Reject LoadCandidate(const ReportCandidate& candidate,
                     const ArchiveLimits& limits, PaddedBytes* packed,
                     PaddedBytes* bytes, std::string* detail) {
  MISPSIFT_CHECK(candidate.on_disk);
  detail->clear();
  const std::string& path = candidate.source.source;
  const absl::Status read = ReadFile(path, limits.MostHeld(), bytes);
  if (!read.ok()) {
    bytes->SetSize(0);
    *detail = std::string(read.message());
    return absl::IsOutOfRange(read) ? Reject::kTooLarge : Reject::kUnreadable;
  }
  if (bytes->size() == 0) return Reject::kEmpty;
  if (!IsCompressed(bytes->view())) return Reject::kNone;
  // Copied, not swapped: else both would grow to the largest report.
  packed->Assign(bytes->view());
  ArchiveError error = Decompress(packed->view(), limits, bytes);
  *detail = std::move(error.detail);
  return error.reject;
}

uint64_t ExpectedBytes(const ReportCandidate& candidate) {
  const absl::StatusOr<FileDescriptor> file =
      OpenForReading(candidate.source.source);
  if (!file.ok()) return 0;
  const off_t end = lseek(file->get(), 0, SEEK_END);
  if (end <= 0 || lseek(file->get(), 0, SEEK_SET) != 0) return 0;
  const uint64_t size = static_cast<uint64_t>(end);
  char head[kPeekBytes];
  const absl::StatusOr<size_t> got = ReadFully(file->get(), head, sizeof(head));
  if (!got.ok()) return 0;
  if (!IsCompressed({head, *got})) return size;
  char said[4] = {};
  if (IsGzip({head, *got}) && size > sizeof(said) &&
      lseek(file->get(), -static_cast<off_t>(sizeof(said)), SEEK_END) > 0 &&
      read(file->get(), said, sizeof(said)) == sizeof(said)) {
    const uint64_t bytes = GzipSays({said, sizeof(said)});
    if (bytes >= size) return bytes;
  }
  return kUsualRatio * size;
}

}  // namespace mispsift
