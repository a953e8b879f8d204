#include "src/cuckoo/decompress.h"

#include <fmt/format.h>
#include <isa-l/crc.h>
#include <libdeflate.h>
#include <zstd.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <string>

#include "mispsift/base/check.h"
#include "src/cuckoo/archive_names.h"
#include "src/cuckoo/gzip_header.h"

namespace mispsift {
namespace {

struct FreeDecompressor {
  void operator()(libdeflate_decompressor* d) const {
    libdeflate_free_decompressor(d);
  }
  void operator()(ZSTD_DCtx* d) const { ZSTD_freeDCtx(d); }
};

// The room for what comes out of a compressed document that is held.
class Bounds : public OutputBounds {
 public:
  Bounds(const ArchiveLimits& limits, uint64_t in)
      : OutputBounds(limits, limits.MostHeld(), in), in_(in) {}

  // Room to begin with; `said` is not believed for more than reports compress.
  void ReserveFor(uint64_t said, PaddedBytes* bytes) const {
    bytes->Reserve(static_cast<size_t>(
        std::min({most(), std::max(said, in_), kUsualRatio * in_})));
  }

  // More room behind the first `total` bytes; false when there may be none.
  bool Grow(size_t total, PaddedBytes* bytes) const {
    if (bytes->capacity() >= most()) return false;
    bytes->SetSize(total);
    bytes->Reserve(static_cast<size_t>(
        std::min(most(), 2 * uint64_t{bytes->capacity()} + 4096)));
    return true;
  }

  // Of the buffer's room, what may be filled.
  size_t Room(const PaddedBytes& bytes) const {
    return static_cast<size_t>(std::min<uint64_t>(bytes.capacity(), most()));
  }

 private:
  const uint64_t in_;
};

// Decompresses the member that `*gzip` begins with, which is passed over then.
// Its CRC-32 is looked at here: ISA-L's is many times as fast as libdeflate's,
// which takes an eighth of its time.
libdeflate_result InflateMember(libdeflate_decompressor* decompressor,
                                std::string_view* gzip, char* out, size_t room,
                                size_t* got) {
  const size_t header = GzipHeaderBytes(*gzip);
  if (header == 0) return LIBDEFLATE_BAD_DATA;
  size_t in = 0;
  const libdeflate_result result = libdeflate_deflate_decompress_ex(
      decompressor, gzip->data() + header, gzip->size() - header, out, room,
      &in, got);
  if (result != LIBDEFLATE_SUCCESS) return result;
  const std::string_view behind = gzip->substr(header + in);
  GzipSums sums;
  if (behind.size() < sizeof(sums)) return LIBDEFLATE_BAD_DATA;
  std::memcpy(&sums, behind.data(), sizeof(sums));
  if (sums.size != static_cast<uint32_t>(*got) ||
      sums.crc !=
          crc32_gzip_refl(0, reinterpret_cast<const uint8_t*>(out), *got)) {
    return LIBDEFLATE_BAD_DATA;
  }
  gzip->remove_prefix(header + in + sizeof(sums));
  return LIBDEFLATE_SUCCESS;
}

ArchiveError Gunzip(std::string_view compressed, const ArchiveLimits& limits,
                    PaddedBytes* bytes, uint64_t* bytes_out) {
  const Bounds bounds(limits, compressed.size());
  const uint64_t said = GzipSays(compressed);
  bounds.ReserveFor(said, bytes);
  const std::unique_ptr<libdeflate_decompressor, FreeDecompressor> decompressor(
      libdeflate_alloc_decompressor());
  MISPSIFT_CHECK(decompressor != nullptr);
  size_t total = 0;
  while (IsGzip(compressed)) {
    size_t out = 0;
    // What it has written is known only of a member that is whole.
    *bytes_out = bounds.Room(*bytes);
    const libdeflate_result result =
        InflateMember(decompressor.get(), &compressed, bytes->data() + total,
                      bounds.Room(*bytes) - total, &out);
    if (result == LIBDEFLATE_INSUFFICIENT_SPACE) {
      // The member is begun anew: at most twice the work in all.
      if (!bounds.Grow(total, bytes)) return bounds.TooMuch(said);
      continue;
    }
    if (result != LIBDEFLATE_SUCCESS) {
      return {Reject::kBadArchive, std::string(kDamagedGzip)};
    }
    total += out;
  }
  *bytes_out = total;
  if (total == bounds.most()) return bounds.TooMuch(said);
  bytes->SetSize(total);
  return {};
}

// All frames, those that hold nothing for us as well; sums are checked. A frame
// that does not say its size may ask for a window of 128 MiB, as the tool's.
ArchiveError Unzstd(std::string_view compressed, const ArchiveLimits& limits,
                    PaddedBytes* bytes, uint64_t* bytes_out) {
  const Bounds bounds(limits, compressed.size());
  // Of the first frame, and most have one. What is no size is too large.
  const uint64_t said =
      ZSTD_getFrameContentSize(compressed.data(), compressed.size());
  bounds.ReserveFor(said, bytes);
  const std::unique_ptr<ZSTD_DCtx, FreeDecompressor> decompressor(
      ZSTD_createDCtx());
  MISPSIFT_CHECK(decompressor != nullptr);
  ZSTD_inBuffer in = {compressed.data(), compressed.size(), 0};
  size_t missing = 0;  // of the frame that has begun
  do {
    const size_t total = static_cast<size_t>(*bytes_out);
    if (total == bounds.Room(*bytes) && !bounds.Grow(total, bytes)) {
      return bounds.TooMuch(0);
    }
    ZSTD_outBuffer out = {bytes->data(), bounds.Room(*bytes), total};
    missing = ZSTD_decompressStream(decompressor.get(), &out, &in);
    if (ZSTD_isError(missing) != 0) {
      return {Reject::kBadArchive,
              fmt::format("zstd: {}", ZSTD_getErrorName(missing))};
    }
    *bytes_out = out.pos;
    if (missing > 0 && in.pos == in.size && out.pos < out.size) {
      return {Reject::kBadArchive, "zstd that is cut short"};
    }
  } while (missing > 0 || in.pos < in.size);
  if (*bytes_out == bounds.most()) return bounds.TooMuch(0);
  bytes->SetSize(static_cast<size_t>(*bytes_out));
  return {};
}

// bzip2 and xz, whose libraries libarchive is as fast as.
ArchiveError DecompressOther(std::string_view compressed,
                             const ArchiveLimits& limits, PaddedBytes* bytes,
                             uint64_t* bytes_out) {
  ArchiveStream stream(limits);
  ArchiveError error =
      stream.OpenMemory(compressed, ArchiveStream::Formats::kRaw);
  if (error) return error;
  ArchiveMember member;
  if (stream.NextMember(&member, &error) == ArchiveStream::Step::kMember) {
    error = stream.is_compressed()
                ? stream.ReadAll(bytes)
                : ArchiveError{Reject::kBadArchive, "cut short in its header"};
  }
  *bytes_out = stream.bytes_out();
  return error;
}

}  // namespace

OutputBounds::OutputBounds(const ArchiveLimits& limits, uint64_t most,
                           uint64_t in)
    : max_ratio_(limits.max_ratio),
      by_size_(
          std::min<uint64_t>(most, std::numeric_limits<int64_t>::max() - 1)),
      by_ratio_(MostBytesOut(in, limits.max_ratio, limits.ratio_floor_bytes)) {}

ArchiveError OutputBounds::TooMuch(uint64_t said) const {
  if (by_size_ < by_ratio_ && said <= by_ratio_) {
    return {Reject::kTooLarge, fmt::format("over {} bytes", by_size_)};
  }
  return {Reject::kRatioLimit,
          fmt::format("over {} bytes out for each byte in", max_ratio_)};
}

uint64_t GzipSays(std::string_view compressed) {
  constexpr size_t kSizeBytes = 4;  // little-endian, at the end
  uint64_t said = 0;
  for (size_t i = 0; i < kSizeBytes && i < compressed.size(); ++i) {
    const char byte = compressed[compressed.size() - 1 - i];
    said = said << 8 | static_cast<unsigned char>(byte);
  }
  return said;
}

ArchiveError Decompress(std::string_view compressed,
                        const ArchiveLimits& limits, PaddedBytes* bytes,
                        uint64_t* bytes_out) {
  bytes->SetSize(0);
  uint64_t out = 0;
  ArchiveError error;
  if (IsGzip(compressed)) {
    error = Gunzip(compressed, limits, bytes, &out);
  } else if (IsZstd(compressed)) {
    error = Unzstd(compressed, limits, bytes, &out);
  } else {
    error = DecompressOther(compressed, limits, bytes, &out);
  }
  if (!error && bytes->size() == 0) {
    error = {Reject::kEmpty, "compressed nothing"};
  } else if (!error && IsCompressed(bytes->view())) {
    error = {Reject::kNestedTooDeep, "compressed more than once"};
  }
  if (error) bytes->SetSize(0);
  if (bytes_out != nullptr) *bytes_out = out;
  return error;
}

}  // namespace mispsift
