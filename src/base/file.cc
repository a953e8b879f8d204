#include "mispsift/base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "mispsift/base/status_macros.h"

namespace mispsift {
namespace {

namespace fs = std::filesystem;

absl::Status ErrnoStatus(std::string_view what, const std::string& path,
                         int error) {
  return absl::ErrnoToStatus(error, fmt::format("{} {}", what, path));
}

constexpr size_t kWriteBufferBytes = size_t{1} << 20;
constexpr size_t kReadChunkBytes = size_t{1} << 20;

}  // namespace

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) close(fd_);
}

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

absl::StatusOr<FileDescriptor> OpenForReading(const std::string& path) {
  if (path == "-") {
    FileDescriptor copy(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0));
    if (!copy.ok()) return ErrnoStatus("cannot read", path, errno);
    return copy;
  }
  // Without O_NONBLOCK, opening a FIFO that nobody writes to would hang.
  FileDescriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.ok()) return ErrnoStatus("cannot open", path, errno);
  struct stat status;
  if (fstat(fd.get(), &status) != 0) {
    return ErrnoStatus("cannot open", path, errno);
  }
  if (!S_ISREG(status.st_mode)) {
    return absl::FailedPreconditionError(
        fmt::format("not a regular file: {}", path));
  }
  return fd;
}

absl::StatusOr<size_t> ReadFully(int fd, char* buffer, size_t size) {
  size_t total = 0;
  while (total < size) {
    const ssize_t got = read(fd, buffer + total, size - total);
    if (got == 0) break;
    if (got < 0) {
      if (errno == EINTR) continue;
      return absl::ErrnoToStatus(errno, "cannot read");
    }
    total += static_cast<size_t>(got);
  }
  return total;
}

absl::Status ReadFile(const std::string& path, uint64_t max_bytes,
                      PaddedBytes* bytes) {
  MISPSIFT_ASSIGN_OR_RETURN(const FileDescriptor fd, OpenForReading(path));
  struct stat status;
  if (fstat(fd.get(), &status) != 0) {
    return ErrnoStatus("cannot read", path, errno);
  }
  const uint64_t expected =
      S_ISREG(status.st_mode) ? static_cast<uint64_t>(status.st_size) : 0;
  if (expected > max_bytes) {
    return absl::OutOfRangeError(
        fmt::format("{} is larger than {} bytes", path, max_bytes));
  }
  // One byte more than expected, so that the common case sees the end of the
  // file without growing the buffer.
  size_t total = 0;
  bytes->SetSize(0);
  bytes->Reserve(static_cast<size_t>(expected) + 1);
  while (true) {
    if (total == bytes->capacity()) {
      bytes->SetSize(total);
      bytes->Reserve(total + kReadChunkBytes);
    }
    MISPSIFT_ASSIGN_OR_RETURN(
        const size_t got,
        ReadFully(fd.get(), bytes->data() + total, bytes->capacity() - total));
    total += got;
    if (total > max_bytes) {
      bytes->SetSize(0);
      return absl::OutOfRangeError(
          fmt::format("{} is larger than {} bytes", path, max_bytes));
    }
    if (got == 0 || total < bytes->capacity()) break;
  }
  bytes->SetSize(total);
  return absl::OkStatus();
}

AtomicFile::AtomicFile(std::string path, std::string temporary,
                       FileDescriptor fd)
    : path_(std::move(path)),
      temporary_(std::move(temporary)),
      fd_(std::move(fd)) {}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      fd_(std::move(other.fd_)),
      buffer_(std::move(other.buffer_)) {}

AtomicFile::~AtomicFile() {
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

absl::StatusOr<AtomicFile> AtomicFile::Create(const std::string& given) {
  // A link keeps pointing to what is replaced; a device or FIFO is no file to
  // be replaced.
  std::error_code error;
  std::string path = given;
  if (fs::is_symlink(fs::symlink_status(given, error))) {
    path = fs::weakly_canonical(given, error).string();
    if (error) return ErrnoStatus("cannot follow", given, error.value());
  }
  const fs::file_status status = fs::status(path, error);
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    return absl::InvalidArgumentError(
        fmt::format("{} exists and is no regular file", given));
  }
  const std::string temporary = fmt::format("{}.tmp-{}", path, getpid());
  FileDescriptor fd(
      open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (!fd.ok()) return ErrnoStatus("cannot create", temporary, errno);
  return AtomicFile(path, temporary, std::move(fd));
}

absl::Status AtomicFile::Append(std::string_view bytes) {
  if (buffer_.size() + bytes.size() < kWriteBufferBytes) {
    buffer_ += bytes;
    return absl::OkStatus();
  }
  MISPSIFT_RETURN_IF_ERROR(WriteFully(fd_.get(), buffer_, temporary_));
  buffer_.clear();
  return WriteFully(fd_.get(), bytes, temporary_);
}

absl::Status AtomicFile::Overwrite(uint64_t offset, std::string_view bytes) {
  MISPSIFT_RETURN_IF_ERROR(WriteFully(fd_.get(), buffer_, temporary_));
  buffer_.clear();
  return WriteFullyAt(fd_.get(), offset, bytes, temporary_);
}

absl::Status AtomicFile::Commit() && {
  MISPSIFT_RETURN_IF_ERROR(WriteFully(fd_.get(), buffer_, temporary_));
  if (fsync(fd_.get()) != 0) {
    return ErrnoStatus("cannot sync", temporary_, errno);
  }
  if (rename(temporary_.c_str(), path_.c_str()) != 0) {
    return ErrnoStatus("cannot rename to", path_, errno);
  }
  temporary_.clear();
  const fs::path folder = fs::path(path_).parent_path();
  return SyncFolder(folder.empty() ? "." : folder.string());
}

absl::Status WriteFileAtomically(const std::string& path,
                                 std::string_view bytes) {
  MISPSIFT_ASSIGN_OR_RETURN(AtomicFile file, AtomicFile::Create(path));
  MISPSIFT_RETURN_IF_ERROR(file.Append(bytes));
  return std::move(file).Commit();
}

absl::Status SyncFolder(const std::string& path) {
  const FileDescriptor fd(
      open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.ok()) return ErrnoStatus("cannot open", path, errno);
  if (fsync(fd.get()) != 0) return ErrnoStatus("cannot sync", path, errno);
  return absl::OkStatus();
}

absl::Status WriteFully(int fd, std::string_view bytes,
                        const std::string& name) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return ErrnoStatus("cannot write", name, errno);
    }
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

absl::Status WriteFullyAt(int fd, uint64_t offset, std::string_view bytes,
                          const std::string& name) {
  while (!bytes.empty()) {
    const ssize_t written =
        pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return ErrnoStatus("cannot write", name, errno);
    offset += static_cast<uint64_t>(written);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

absl::Status ReadFullyAt(int fd, uint64_t offset, std::string* bytes,
                         const std::string& name) {
  for (size_t total = 0; total < bytes->size();) {
    const ssize_t got = pread(fd, bytes->data() + total, bytes->size() - total,
                              static_cast<off_t>(offset + total));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return ErrnoStatus("cannot read", name, errno);
    if (got == 0) return absl::DataLossError(fmt::format("{} is cut", name));
    total += static_cast<size_t>(got);
  }
  return absl::OkStatus();
}

absl::StatusOr<FileDescriptor> OpenUnnamedFile(const std::string& path) {
  const fs::path folder = fs::path(path).parent_path();
  FileDescriptor fd(open(folder.empty() ? "." : folder.c_str(),
                         O_RDWR | O_TMPFILE | O_CLOEXEC, 0600));
  if (fd.ok()) return fd;
  fd = FileDescriptor(
      open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd.ok() || unlink(path.c_str()) != 0) {
    return ErrnoStatus("cannot create", path, errno);
  }
  return fd;
}

absl::Status ForEachEntry(const std::string& folder,
                          absl::FunctionRef<bool(const std::string&)> visit) {
  // Not a range-for: its increment throws.
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (!visit(entry->path().string())) return absl::OkStatus();
  }
  return error ? ErrnoStatus("cannot read", folder, error.value())
               : absl::OkStatus();
}

absl::StatusOr<FileDescriptor> TakeFolder(
    const std::string& path,
    absl::FunctionRef<bool(const std::string&)> is_ours) {
  std::error_code error;
  if (fs::exists(path, error) && !fs::is_directory(path, error)) {
    return absl::InvalidArgumentError(
        fmt::format("{} exists and is no folder", path));
  }
  fs::create_directories(path, error);
  if (error) return ErrnoStatus("cannot make", path, error.value());
  MISPSIFT_ASSIGN_OR_RETURN(FileDescriptor lock, LockFolder(path));
  std::string foreign;
  MISPSIFT_RETURN_IF_ERROR(ForEachEntry(path, [&](const std::string& entry) {
    if (is_ours(entry)) return true;
    foreign = fs::path(entry).filename().string();
    return false;
  }));
  if (!foreign.empty()) {
    return absl::InvalidArgumentError(fmt::format(
        "{} holds {}, which is not ours; not touching it", path, foreign));
  }
  return lock;
}

absl::StatusOr<FileDescriptor> TakeEmptyFolder(
    const std::string& path, const std::string& first,
    absl::FunctionRef<bool(const std::string&)> is_ours) {
  MISPSIFT_ASSIGN_OR_RETURN(FileDescriptor lock, TakeFolder(path, is_ours));
  std::vector<std::string> entries = {path + "/" + first};
  MISPSIFT_RETURN_IF_ERROR(ForEachEntry(path, [&](const std::string& entry) {
    entries.push_back(entry);
    return true;
  }));
  std::error_code error;
  for (const std::string& entry : entries) {
    fs::remove_all(entry, error);
    if (error) return ErrnoStatus("cannot remove", entry, error.value());
  }
  return lock;
}

absl::StatusOr<FileDescriptor> LockFolder(const std::string& path) {
  FileDescriptor fd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.ok()) return ErrnoStatus("cannot open", path, errno);
  if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return ErrnoStatus("cannot lock", path, errno);
    return absl::AbortedError(
        fmt::format("another run is writing to {}", path));
  }
  return fd;
}

}  // namespace mispsift
