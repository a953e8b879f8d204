#ifndef MISPSIFT_SRC_CUCKOO_DECOMPRESS_H_
#define MISPSIFT_SRC_CUCKOO_DECOMPRESS_H_

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "mispsift/base/bytes.h"
#include "mispsift/cuckoo/report_archive.h"
#include "src/cuckoo/archive_stream.h"

namespace mispsift {

// One level of compression undone: gzip, bzip2, xz or zstd, each of any number
// of members, streams or frames. Replaces `*bytes`, which is empty after an
// error: kBadArchive, kEmpty, kTooLarge, kRatioLimit, kNestedTooDeep. What
// follows the last member of a gzip and is none is not looked at, as gzip
// itself does. `*bytes_out`, if not null, is what came out at most, also of
// what was refused then.
ArchiveError Decompress(std::string_view compressed,
                        const ArchiveLimits& limits, PaddedBytes* bytes,
                        uint64_t* bytes_out = nullptr);

// How much may come out of a compressed document.
class OutputBounds {
 public:
  // Of `in` bytes, from which `most` may come whatever the ratio.
  OutputBounds(const ArchiveLimits& limits, uint64_t most, uint64_t in);

  // One byte beyond, which tells what is too much from what just fits.
  uint64_t most() const { return std::min(by_size_, by_ratio_) + 1; }

  // Over the one bound the report is too large, over the other it is a bomb.
  // `said`: the size that it gives itself; 0 if it gives none.
  ArchiveError TooMuch(uint64_t said) const;

 private:
  uint64_t max_ratio_;
  uint64_t by_size_;
  uint64_t by_ratio_;
};

// Bytes out for each byte in that reports seldom exceed.
inline constexpr uint64_t kUsualRatio = 32;

// What a gzip, of which the end is enough, says that the last of its members
// has, modulo 2^32: a guess that is seldom wrong, since most have one.
uint64_t GzipSays(std::string_view compressed);

inline constexpr std::string_view kDamagedGzip =
    "gzip that is damaged or cut short";

}  // namespace mispsift

#endif  // MISPSIFT_SRC_CUCKOO_DECOMPRESS_H_
