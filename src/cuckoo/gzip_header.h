#ifndef MISPSIFT_SRC_CUCKOO_GZIP_HEADER_H_
#define MISPSIFT_SRC_CUCKOO_GZIP_HEADER_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mispsift {

// A member of a gzip (RFC 1952, section 2.3):
//
//   1F 8B  method  flags  time(4)  x  system   the fixed bytes
//   [size(2) extra]  [name NUL]  [comment NUL]  [sum(2)]   as the flags say
//   Deflate
//   CRC-32(4)  size(4)   the sums, of what comes out; little-endian
//
// The sum of the header itself is left alone.
inline constexpr size_t kGzipFixedBytes = 10;
inline constexpr size_t kGzipHeaderSumBytes = 2;
inline constexpr char kGzipDeflate = 8;  // the only method that there is
struct GzipSums {
  uint32_t crc;
  uint32_t size;  // modulo 2^32
};
enum GzipFlag : uint8_t {
  kGzipHeaderSum = 2,
  kGzipExtra = 4,
  kGzipName = 8,
  kGzipComment = 16,
};

// Whether the fixed bytes are those of a member that can be read.
inline bool IsGzipMember(std::string_view fixed) {
  return fixed.size() >= kGzipFixedBytes && fixed[2] == kGzipDeflate &&
         static_cast<uint8_t>(fixed[3]) < 2 * kGzipComment;
}

// How long the header is that a gzip begins with; 0 for one that is damaged or
// cut short.
inline size_t GzipHeaderBytes(std::string_view gzip) {
  if (!IsGzipMember(gzip)) return 0;
  const auto flags = static_cast<uint8_t>(gzip[3]);
  size_t end = kGzipFixedBytes;
  if ((flags & kGzipExtra) != 0) {
    if (gzip.size() < end + 2) return 0;
    end += 2 + static_cast<unsigned char>(gzip[end]) +
           size_t{256} * static_cast<unsigned char>(gzip[end + 1]);
  }
  for (const GzipFlag text : {kGzipName, kGzipComment}) {
    if ((flags & text) == 0) continue;
    const size_t nul = gzip.find('\0', end);
    if (nul == std::string_view::npos) return 0;
    end = nul + 1;
  }
  if ((flags & kGzipHeaderSum) != 0) end += kGzipHeaderSumBytes;
  return end <= gzip.size() ? end : 0;
}

}  // namespace mispsift

#endif  // MISPSIFT_SRC_CUCKOO_GZIP_HEADER_H_
