#ifndef MISPSIFT_BASE_FILE_H_
#define MISPSIFT_BASE_FILE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mispsift/base/bytes.h"

namespace mispsift {

// An open file descriptor; closed on destruction.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor();
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(other.Release()) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;

  int get() const { return fd_; }
  bool ok() const { return fd_ >= 0; }
  int Release() {
    const int fd = fd_;
    fd_ = -1;
    return fd;
  }

 private:
  int fd_ = -1;
};

// Opens a regular file (through symlinks) for reading; "-" is standard input.
// A folder, device or FIFO is an error: it would block or lie about its size.
absl::StatusOr<FileDescriptor> OpenForReading(const std::string& path);

// Reads up to `size` bytes, less only at the end of the file. Never returns
// early on EINTR. Errors carry errno's text.
absl::StatusOr<size_t> ReadFully(int fd, char* buffer, size_t size);

// The whole file in `*bytes`, at most `max_bytes` of it; a larger one is
// kOutOfRange, whatever its size was said to be.
absl::Status ReadFile(const std::string& path, uint64_t max_bytes,
                      PaddedBytes* bytes);

// A file that comes into being whole: bytes go to `path`.tmp-<pid>, Commit()
// makes them durable (fsync) and renames them to `path`, then syncs the
// folder. Without Commit() nothing is left behind and `path` stays as it was. A
// link is followed; what is no regular file is kInvalidArgument.
class AtomicFile {
 public:
  static absl::StatusOr<AtomicFile> Create(const std::string& path);
  ~AtomicFile();
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;

  absl::Status Append(std::string_view bytes);
  // Writes over what was appended at `offset`, which is all there.
  absl::Status Overwrite(uint64_t offset, std::string_view bytes);
  absl::Status Commit() &&;

 private:
  AtomicFile(std::string path, std::string temporary, FileDescriptor fd);

  std::string path_;
  std::string temporary_;  // empty once committed
  FileDescriptor fd_;
  std::string buffer_;
};

absl::Status WriteFileAtomically(const std::string& path,
                                 std::string_view bytes);

// Makes the names in folder `path` durable.
absl::Status SyncFolder(const std::string& path);

// Writes all of `bytes`; `name` is for the error.
absl::Status WriteFully(int fd, std::string_view bytes,
                        const std::string& name);

// The same at `offset`, and the other way: all of `*bytes` is filled, or it is
// an error.
absl::Status WriteFullyAt(int fd, uint64_t offset, std::string_view bytes,
                          const std::string& name);
absl::Status ReadFullyAt(int fd, uint64_t offset, std::string* bytes,
                         const std::string& name);

// A file for reading and writing in the folder of `path` that has no name and
// goes with its descriptor. Where the file system has no such files it has this
// name for a moment, which must be free.
absl::StatusOr<FileDescriptor> OpenUnnamedFile(const std::string& path);

// Takes the lock of a folder (flock), which lasts as long as the descriptor; a
// process that is killed leaves none. kAborted when another one holds it.
absl::StatusOr<FileDescriptor> LockFolder(const std::string& path);

// Makes folder `path`, or takes one that is there, and locks it. One that holds
// anything that `is_ours` does not know is kInvalidArgument. `is_ours` gets the
// path of each entry.
absl::StatusOr<FileDescriptor> TakeFolder(
    const std::string& path,
    absl::FunctionRef<bool(const std::string&)> is_ours);

// The same, and takes everything out of it, `first` before all else.
absl::StatusOr<FileDescriptor> TakeEmptyFolder(
    const std::string& path, const std::string& first,
    absl::FunctionRef<bool(const std::string&)> is_ours);

// Calls `visit` with the path of each entry of a folder, in no order, until it
// returns false. Errors carry errno's text.
absl::Status ForEachEntry(const std::string& folder,
                          absl::FunctionRef<bool(const std::string&)> visit);

}  // namespace mispsift

#endif  // MISPSIFT_BASE_FILE_H_
