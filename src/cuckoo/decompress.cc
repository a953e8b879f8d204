#include "src/cuckoo/decompress.h"

#include <fmt/format.h>
#include <libdeflate.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>

#include "mispsift/base/check.h"
#include "src/cuckoo/archive_names.h"

namespace mispsift {
namespace {

constexpr std::string_view kGzipMagic = "\x1f\x8b";

struct FreeDecompressor {
  void operator()(libdeflate_decompressor* d) const {
    libdeflate_free_decompressor(d);
  }
};

// What a gzip says that the last of its members has, modulo 2^32: a guess that
// is seldom wrong, since most have one.
uint64_t SizeSaid(std::string_view compressed) {
  constexpr size_t kSizeBytes = 4;  // little-endian, at the end
  uint64_t said = 0;
  for (size_t i = 0; i < kSizeBytes && i < compressed.size(); ++i) {
    const char byte = compressed[compressed.size() - 1 - i];
    said = said << 8 | static_cast<unsigned char>(byte);
  }
  return said;
}

ArchiveError Gunzip(std::string_view compressed, const ArchiveLimits& limits,
                    PaddedBytes* bytes, uint64_t* bytes_out) {
  // Over the first the report is too large, over the second it is a bomb.
  const uint64_t by_size = std::min<uint64_t>(
      limits.max_report_bytes, std::numeric_limits<int64_t>::max() - 1);
  const uint64_t by_ratio = MostBytesOut(compressed.size(), limits.max_ratio,
                                         limits.ratio_floor_bytes);
  const uint64_t most = std::min(by_size, by_ratio) + 1;
  const uint64_t said = SizeSaid(compressed);
  const auto too_much = [&]() -> ArchiveError {
    if (by_size < by_ratio && said <= by_ratio) {
      return {Reject::kTooLarge, fmt::format("over {} bytes", by_size)};
    }
    return {
        Reject::kRatioLimit,
        fmt::format("over {} bytes out for each byte in", limits.max_ratio)};
  };
  const std::unique_ptr<libdeflate_decompressor, FreeDecompressor> decompressor(
      libdeflate_alloc_decompressor());
  MISPSIFT_CHECK(decompressor != nullptr);
  constexpr uint64_t kUsualRatio = 32;  // more is not believed at once
  bytes->Reserve(static_cast<size_t>(
      std::min({most, std::max<uint64_t>(said, compressed.size()),
                kUsualRatio * compressed.size()})));
  size_t total = 0;
  while (compressed.starts_with(kGzipMagic)) {
    size_t in = 0;
    size_t out = 0;
    // What it has written is known only of a member that is whole.
    *bytes_out = std::min<uint64_t>(bytes->capacity(), most);
    const libdeflate_result result = libdeflate_gzip_decompress_ex(
        decompressor.get(), compressed.data(), compressed.size(),
        bytes->data() + total, static_cast<size_t>(*bytes_out) - total, &in,
        &out);
    if (result == LIBDEFLATE_INSUFFICIENT_SPACE) {
      if (bytes->capacity() >= most) return too_much();
      // The member is begun anew: at most twice the work in all.
      bytes->SetSize(total);
      bytes->Reserve(static_cast<size_t>(
          std::min<uint64_t>(most, 2 * uint64_t{bytes->capacity()} + 4096)));
      continue;
    }
    if (result != LIBDEFLATE_SUCCESS) {
      return {Reject::kBadArchive, "gzip that is damaged or cut short"};
    }
    total += out;
    compressed.remove_prefix(in);
  }
  *bytes_out = total;
  if (total == most) return too_much();
  if (total == 0) return {Reject::kEmpty, "compressed nothing"};
  bytes->SetSize(total);
  if (IsCompressed(bytes->view())) {
    return {Reject::kNestedTooDeep, "compressed more than once"};
  }
  return {};
}

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

ArchiveError Decompress(std::string_view compressed,
                        const ArchiveLimits& limits, PaddedBytes* bytes,
                        uint64_t* bytes_out) {
  bytes->SetSize(0);
  uint64_t out = 0;
  ArchiveError error = compressed.starts_with(kGzipMagic)
                           ? Gunzip(compressed, limits, bytes, &out)
                           : DecompressOther(compressed, limits, bytes, &out);
  if (error) bytes->SetSize(0);
  if (bytes_out != nullptr) *bytes_out = out;
  return error;
}

}  // namespace mispsift
