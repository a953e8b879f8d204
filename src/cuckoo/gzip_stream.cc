#include "src/cuckoo/gzip_stream.h"

#include <isa-l/igzip_lib.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "src/cuckoo/archive_names.h"
#include "src/cuckoo/decompress.h"
#include "src/cuckoo/gzip_header.h"

namespace mispsift {
namespace {

constexpr size_t kPieceBytes = size_t{256} << 10;
// The library counts in 32 bits.
constexpr uint64_t kMostAtOnce = uint64_t{1} << 30;

ArchiveError Damaged() {
  return {Reject::kBadArchive, std::string(kDamagedGzip)};
}

}  // namespace

struct GzipStream::State {
  State(FileDescriptor from, const ArchiveLimits& limits, uint64_t size)
      : file(std::move(from)), bounds(limits, limits.max_report_bytes, size) {
    isal_inflate_init(&isal);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  // What of the file was read and not yet decompressed.
  std::string_view Ahead() const {
    return {reinterpret_cast<const char*>(isal.next_in), isal.avail_in};
  }
  void Pass(size_t bytes) {
    isal.next_in += bytes;
    isal.avail_in -= static_cast<uint32_t>(bytes);
  }
  ArchiveError ReadPiece();
  // Until there are as many bytes ahead: kBadArchive.
  ArchiveError ReadAhead(size_t bytes);

  ArchiveError FindMember();
  ArchiveError PassHeader();
  ArchiveError PassText();
  ArchiveError Inflate(char* out, uint64_t room, size_t* got);

  FileDescriptor file;
  const OutputBounds bounds;
  uint64_t said = 0;  // GzipSays()
  uint64_t bytes_in = 0;
  uint64_t bytes_out = 0;
  bool in_member = false;
  bool at_end = false;
  inflate_state isal;
  std::string piece = std::string(kPieceBytes, '\0');
};

// Appends to what is ahead, as long as there is any.
ArchiveError GzipStream::State::ReadPiece() {
  const size_t left = isal.avail_in;
  if (left > 0) std::memmove(piece.data(), isal.next_in, left);
  const absl::StatusOr<size_t> read =
      ReadFully(file.get(), piece.data() + left, piece.size() - left);
  if (!read.ok()) return Unreadable(read.status());
  bytes_in += *read;
  isal.next_in = reinterpret_cast<uint8_t*>(piece.data());
  isal.avail_in = static_cast<uint32_t>(left + *read);
  return {};
}

ArchiveError GzipStream::State::ReadAhead(size_t bytes) {
  if (Ahead().size() >= bytes) return {};
  ArchiveError error = ReadPiece();
  return error || Ahead().size() >= bytes ? error : Damaged();
}

ArchiveError GzipStream::State::FindMember() {
  constexpr size_t kMagicBytes = 2;
  if (Ahead().size() < kMagicBytes) {
    ArchiveError error = ReadPiece();
    if (error) return error;
  }
  in_member = IsGzip(Ahead());
  at_end = !in_member;
  if (!in_member) return {};
  ArchiveError error = PassHeader();
  if (error) return error;
  isal_inflate_reset(&isal);
  isal.total_out = 0;
  isal.crc_flag = ISAL_GZIP_NO_HDR_VER;  // the sums behind are looked at
  return {};
}

ArchiveError GzipStream::State::PassHeader() {
  ArchiveError error = ReadAhead(kGzipFixedBytes);
  if (error) return error;
  if (!IsGzipMember(Ahead())) return Damaged();
  const auto flags = static_cast<uint8_t>(Ahead()[3]);
  Pass(kGzipFixedBytes);
  if ((flags & kGzipExtra) != 0) {
    error = ReadAhead(2);
    if (error) return error;
    const size_t extra = isal.next_in[0] + size_t{256} * isal.next_in[1];
    Pass(2);
    error = ReadAhead(extra);
    if (error) return error;
    Pass(extra);
  }
  if ((flags & kGzipName) != 0) error = PassText();
  if (!error && (flags & kGzipComment) != 0) error = PassText();
  if (!error && (flags & kGzipHeaderSum) != 0) {
    error = ReadAhead(kGzipHeaderSumBytes);
    if (!error) Pass(kGzipHeaderSumBytes);
  }
  return error;
}

// Up to a NUL, and it.
ArchiveError GzipStream::State::PassText() {
  for (;;) {
    ArchiveError error = ReadAhead(1);
    if (error) return error;
    const size_t end = Ahead().find('\0');
    Pass(std::min(end, Ahead().size() - 1) + 1);
    if (end != std::string_view::npos) return {};
  }
}

ArchiveError GzipStream::State::Inflate(char* out, uint64_t room, size_t* got) {
  if (isal.avail_in == 0) {
    ArchiveError error = ReadPiece();
    if (error) return error;
  }
  const bool is_all_read = isal.avail_in == 0;
  const auto most = static_cast<uint32_t>(
      std::min({room, bounds.most() - bytes_out, kMostAtOnce}));
  isal.next_out = reinterpret_cast<uint8_t*>(out);
  isal.avail_out = most;
  const int result = isal_inflate(&isal);
  *got = most - isal.avail_out;
  bytes_out += *got;
  if (bytes_out == bounds.most()) return bounds.TooMuch(said);
  in_member = isal.block_state != ISAL_BLOCK_FINISH;
  // It holds back some of what comes out until there is room.
  const bool is_cut = in_member && is_all_read && *got == 0;
  return result < 0 || is_cut ? Damaged() : ArchiveError();
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
  return state_->bytes_in - state_->isal.avail_in;
}

}  // namespace mispsift
