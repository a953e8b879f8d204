#include "src/cuckoo/document_stream.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/status/statusor.h"
#include "src/cuckoo/archive_names.h"

namespace mispsift {
namespace {

constexpr size_t kWindowBytes = size_t{256} << 10;

}  // namespace

ArchiveError DocumentStream::Open(const std::string& path) {
  gzip_.Close();
  archive_.Close();
  window_.SetSize(0);
  given_ = 0;
  bytes_ = 0;
  absl::StatusOr<FileDescriptor> file = OpenForReading(path);
  if (!file.ok()) return Unreadable(file.status());
  file_ = *std::move(file);
  char head[kPeekBytes];
  const absl::StatusOr<size_t> size =
      ReadFully(file_.get(), head, sizeof(head));
  if (!size.ok()) return Unreadable(size.status());
  if (!IsCompressed({head, *size})) {
    const off_t end = lseek(file_.get(), 0, SEEK_END);
    if (end > 0 && static_cast<uint64_t>(end) > limits_.max_report_bytes) {
      return TooLarge();
    }
    lseek(file_.get(), 0, SEEK_SET);
    return {};
  }
  FileDescriptor compressed = std::exchange(file_, FileDescriptor());
  return IsGzip({head, *size}) ? OpenGzip(std::move(compressed))
                               : OpenOther(path);
}

ArchiveError DocumentStream::OpenGzip(FileDescriptor file) {
  ArchiveError error = gzip_.Open(std::move(file));
  if (!error) error = NextWindow();
  if (error) return error;
  if (window_.size() == 0) return {Reject::kEmpty, "compressed nothing"};
  if (IsCompressed(window_.view())) {
    return {Reject::kNestedTooDeep, "compressed more than once"};
  }
  return {};
}

ArchiveError DocumentStream::OpenOther(const std::string& path) {
  ArchiveError error = archive_.OpenFile(path, ArchiveStream::Formats::kRaw);
  if (error) return error;
  ArchiveMember member;
  if (archive_.NextMember(&member, &error) == ArchiveStream::Step::kMember &&
      !archive_.is_compressed()) {
    error = {Reject::kBadArchive, "cut short in its header"};
  }
  return error;
}

ArchiveError DocumentStream::NextWindow() {
  window_.SetSize(0);
  given_ = 0;
  return gzip_.is_open() ? gzip_.ReadUpTo(kWindowBytes, &window_)
                         : archive_.ReadUpTo(kWindowBytes, &window_);
}

ArchiveError DocumentStream::Read(char* buffer, size_t size, size_t* got) {
  *got = 0;
  if (limits_.IsStopped()) return {Reject::kUnreadable, "stopped"};
  if (file_.ok()) {
    const absl::StatusOr<size_t> read = ReadFully(file_.get(), buffer, size);
    if (!read.ok()) return Unreadable(read.status());
    *got = *read;
  }
  while ((gzip_.is_open() || archive_.is_open()) && *got < size) {
    if (given_ == window_.size()) {
      ArchiveError error = NextWindow();
      if (error) return error;
      if (window_.size() == 0) break;
    }
    const size_t count = std::min(size - *got, window_.size() - given_);
    std::memcpy(buffer + *got, window_.data() + given_, count);
    given_ += count;
    *got += count;
  }
  bytes_ += *got;
  return bytes_ > limits_.max_report_bytes ? TooLarge() : ArchiveError();
}

ArchiveError DocumentStream::TooLarge() const {
  return {Reject::kTooLarge,
          fmt::format("over {} bytes", limits_.max_report_bytes)};
}

ArchiveError ReadThrough(const std::string& path, const ArchiveLimits& limits,
                         absl::FunctionRef<bool(std::string_view piece)> take) {
  DocumentStream document(limits);
  ArchiveError error = document.Open(path);
  std::string piece(kWindowBytes, '\0');
  size_t got = 0;
  do {
    if (!error) error = document.Read(piece.data(), piece.size(), &got);
    if (error) return error;
  } while (take(std::string_view(piece).substr(0, got)) && got == piece.size());
  return {};
}

}  // namespace mispsift
