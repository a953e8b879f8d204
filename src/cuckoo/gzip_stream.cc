#include "src/cuckoo/gzip_stream.h"

#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "mispsift/base/check.h"
#include "src/cuckoo/archive_names.h"
#include "src/cuckoo/decompress.h"

namespace mispsift {
namespace {

constexpr size_t kPieceBytes = size_t{256} << 10;
constexpr int kGzipWindow = 15 + 16;  // zlib's word for gzip, with its sums
constexpr uint64_t kMostAtOnce = uint64_t{1} << 30;  // fits zlib's counts

}  // namespace

struct GzipStream::State {
  State(FileDescriptor from, const ArchiveLimits& limits, uint64_t size)
      : file(std::move(from)), bounds(limits, limits.max_report_bytes, size) {
    MISPSIFT_CHECK(inflateInit2(&zlib, kGzipWindow) == Z_OK);
  }
  ~State() { inflateEnd(&zlib); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  // What of the file was read and not yet decompressed.
  std::string_view Ahead() const {
    return {reinterpret_cast<const char*>(zlib.next_in), zlib.avail_in};
  }
  ArchiveError ReadPiece();
  ArchiveError FindMember();
  ArchiveError Inflate(char* out, uint64_t room, size_t* got);

  FileDescriptor file;
  const OutputBounds bounds;
  uint64_t said = 0;  // GzipSays()
  uint64_t bytes_in = 0;
  uint64_t bytes_out = 0;
  bool in_member = false;
  bool at_end = false;
  z_stream zlib = {};
  gz_header header = {};
  std::string piece = std::string(kPieceBytes, '\0');
};

// Appends to what is ahead, as long as there is any.
ArchiveError GzipStream::State::ReadPiece() {
  const size_t left = zlib.avail_in;
  if (left > 0) std::memmove(piece.data(), zlib.next_in, left);
  const absl::StatusOr<size_t> read =
      ReadFully(file.get(), piece.data() + left, piece.size() - left);
  if (!read.ok()) return Unreadable(read.status());
  bytes_in += *read;
  zlib.next_in = reinterpret_cast<Bytef*>(piece.data());
  zlib.avail_in = static_cast<uInt>(left + *read);
  return {};
}

ArchiveError GzipStream::State::FindMember() {
  constexpr size_t kMagicBytes = 2;
  if (zlib.avail_in < kMagicBytes) {
    ArchiveError error = ReadPiece();
    if (error) return error;
  }
  in_member = IsGzip(Ahead());
  at_end = !in_member;
  if (!in_member) return {};
  // Not the sum of the header itself, which libdeflate leaves alone.
  MISPSIFT_CHECK(inflateReset(&zlib) == Z_OK &&
                 inflateGetHeader(&zlib, &header) == Z_OK &&
                 inflateValidate(&zlib, 0) == Z_OK);
  return {};
}

ArchiveError GzipStream::State::Inflate(char* out, uint64_t room, size_t* got) {
  if (zlib.avail_in == 0) {
    ArchiveError error = ReadPiece();
    if (error) return error;
  }
  const uInt most = static_cast<uInt>(
      std::min({room, bounds.most() - bytes_out, kMostAtOnce}));
  zlib.next_out = reinterpret_cast<Bytef*>(out);
  zlib.avail_out = most;
  // Z_BLOCK stops behind the header.
  const bool in_header = header.done != 1;
  const int result = inflate(&zlib, in_header ? Z_BLOCK : Z_NO_FLUSH);
  MISPSIFT_CHECK(result != Z_MEM_ERROR);
  if (in_header && header.done == 1) inflateValidate(&zlib, 1);
  *got = most - zlib.avail_out;
  bytes_out += *got;
  if (bytes_out == bounds.most()) return bounds.TooMuch(said);
  in_member = result != Z_STREAM_END;
  // Without a byte to go on with it is Z_BUF_ERROR.
  if (in_member && result != Z_OK) {
    return {Reject::kBadArchive, std::string(kDamagedGzip)};
  }
  return {};
}

GzipStream::GzipStream(const ArchiveLimits& limits) : limits_(limits) {}
GzipStream::~GzipStream() = default;

ArchiveError GzipStream::Open(FileDescriptor file) {
  Close();
  const off_t end = lseek(file.get(), 0, SEEK_END);
  if (end < 0 || lseek(file.get(), 0, SEEK_SET) != 0) {
    return Unreadable(absl::ErrnoToStatus(errno, "cannot read"));
  }
  const uint64_t size = static_cast<uint64_t>(end);
  std::string tail(std::min<size_t>(4, size), '\0');
  const absl::Status read =
      ReadFullyAt(file.get(), size - tail.size(), &tail, "the end of a gzip");
  if (!read.ok()) return Unreadable(read);
  state_ = std::make_unique<State>(std::move(file), limits_, size);
  state_->said = GzipSays(tail);
  return {};
}

void GzipStream::Close() { state_.reset(); }

ArchiveError GzipStream::ReadUpTo(size_t size, PaddedBytes* bytes) {
  bytes->Reserve(size);
  size_t total = bytes->size();
  ArchiveError error;
  while (!error && total < size && !state_->at_end) {
    if (!state_->in_member) {
      error = state_->FindMember();
      continue;
    }
    size_t got = 0;
    error = state_->Inflate(bytes->data() + total, size - total, &got);
    total += got;
  }
  bytes->SetSize(total);
  return error;
}

uint64_t GzipStream::seen_bytes() const {
  return state_->bytes_in - state_->zlib.avail_in;
}

}  // namespace mispsift
