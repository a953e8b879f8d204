#include "mispsift/cuckoo/report_archive.h"

#include <fmt/format.h>
#include <unistd.h>

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

// An archive on the way down to the member that is looked at.
struct OpenArchive {
  explicit OpenArchive(const ArchiveLimits& limits) : stream(limits) {}

  ArchiveStream stream;
  MemberRules rules;
  std::string label;  // among the members of the file; empty: it is the file
  PaddedBytes bytes;  // holds it unless it is the file
};

void Clear(ReportCandidate* candidate) {
  candidate->source.source.clear();
  candidate->source.member.clear();
  candidate->listed = false;
  candidate->on_disk = false;
  candidate->file_bytes = 0;
  candidate->bytes.SetSize(0);
  candidate->reject = Reject::kNone;
  candidate->detail.clear();
}

}  // namespace

struct ReportArchiveWalker::Impl {
  explicit Impl(const ArchiveLimits& given) : limits(given) {}

  bool NextFile(ReportFile* file);
  // Each is true when `*candidate` was filled in.
  bool Open(const ReportFile& file, ReportCandidate* candidate);
  bool OpenFile(const ReportFile& file, ReportCandidate* candidate);
  bool OpenNested(const std::string& label, ReportCandidate* candidate);
  bool NextMember(ReportCandidate* candidate);
  bool TakeMember(ReportCandidate* candidate);
  ArchiveError Unpack(PaddedBytes* bytes);

  bool Skip() {
    ++skipped;
    return false;
  }
  bool RejectPath(std::string path, Reject reject, std::string detail,
                  ReportCandidate* candidate);
  // A member, or the archive as a whole when `label` is empty.
  bool RejectMember(std::string_view label, ArchiveError error,
                    ReportCandidate* candidate);
  OpenArchive& Push(std::string label);
  void Pop();
  OpenArchive& innermost() { return archives[open_archives - 1]; }
  bool NestsTooDeep() const { return open_archives > limits.max_nesting; }
  ArchiveError TooDeep() const {
    return {Reject::kNestedTooDeep,
            fmt::format("an archive in {} others; --max-nesting is {}",
                        open_archives, limits.max_nesting)};
  }

  const ArchiveLimits limits;
  // Where files come from: a walk, or else these.
  std::optional<ReportFileWalker> walk;
  std::vector<ReportFile> files;
  size_t next_file = 0;
  uint64_t file_bytes = 0;     // of those that were handed out or opened
  uint64_t archive_bytes = 0;  // of these, of the archive that is open
  uint64_t skipped = 0;

  uint64_t file_number = 0;  // of the one that was opened last
  std::string archive_path;
  bool archive_is_listed = false;
  bool archive_gave_one = false;  // a candidate
  // The outermost first; what is behind those that are open keeps its memory.
  std::deque<OpenArchive> archives;
  size_t open_archives = 0;
  PaddedBytes packed;
  ArchiveMember member;
};

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

bool ReportArchiveWalker::Impl::NextFile(ReportFile* file) {
  if (walk.has_value()) return walk->Next(file);
  if (next_file == files.size()) return false;
  *file = std::move(files[next_file++]);
  return true;
}

bool ReportArchiveWalker::Impl::Open(const ReportFile& file,
                                     ReportCandidate* candidate) {
  file_number = file.number;
  if (file.reject != Reject::kNone) {
    return RejectPath(file.path, file.reject, file.detail, candidate);
  }
  archive_bytes = LookOnDisk(file).bytes;
  file_bytes += archive_bytes;
  if (file.is_archive) return OpenFile(file, candidate);
  candidate->source.source = file.path;
  candidate->listed = file.listed;
  candidate->on_disk = true;
  candidate->file_bytes = archive_bytes;
  return true;
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

bool ReportArchiveWalker::Impl::OpenFile(const ReportFile& file,
                                         ReportCandidate* candidate) {
  archive_path = file.path;
  archive_is_listed = file.listed;
  archive_gave_one = false;
  ArchiveError error =
      Push("").stream.OpenFile(file.path, ArchiveStream::Formats::kContainers);
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
      if (open_archives > 0 || !archive_is_listed || archive_gave_one) {
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
    : impl_(std::make_unique<Impl>(limits)) {
  impl_->walk.emplace(std::move(paths), leave_out);
}
ReportArchiveWalker::ReportArchiveWalker(std::vector<ReportFile> files,
                                         const ArchiveLimits& limits)
    : impl_(std::make_unique<Impl>(limits)) {
  impl_->files = std::move(files);
}
ReportArchiveWalker::~ReportArchiveWalker() = default;
ReportArchiveWalker::ReportArchiveWalker(ReportArchiveWalker&&) noexcept =
    default;
ReportArchiveWalker& ReportArchiveWalker::operator=(
    ReportArchiveWalker&&) noexcept = default;

uint64_t ReportArchiveWalker::skipped() const {
  return impl_->skipped +
         (impl_->walk.has_value() ? impl_->walk->skipped() : 0);
}

uint64_t ReportArchiveWalker::passed_bytes() const {
  if (impl_->open_archives == 0) return impl_->file_bytes;
  const uint64_t size = impl_->archive_bytes;
  const uint64_t read = impl_->archives.front().stream.seen_bytes();
  return impl_->file_bytes - size + std::min(read, size);
}

bool ReportArchiveWalker::Next(ReportCandidate* candidate) {
  Clear(candidate);
  ReportFile file;
  while (true) {
    bool found = false;
    if (impl_->open_archives > 0) {
      found = impl_->NextMember(candidate);
    } else if (impl_->NextFile(&file)) {
      found = impl_->Open(file, candidate);
    } else {
      return false;
    }
    if (found) {
      candidate->file = impl_->file_number;
      impl_->archive_gave_one = true;
      return true;
    }
  }
}

Reject LoadCandidate(const ReportCandidate& candidate,
                     const ArchiveLimits& limits, PaddedBytes* packed,
                     PaddedBytes* bytes, std::string* detail) {
  MISPSIFT_CHECK(candidate.on_disk);
  detail->clear();
  if (limits.IsStopped()) return Reject::kUnreadable;
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
