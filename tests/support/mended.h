#ifndef MISPSIFT_TESTS_SUPPORT_MENDED_H_
#define MISPSIFT_TESTS_SUPPORT_MENDED_H_

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "mispsift/base/bytes.h"
#include "mispsift/cuckoo/json_mend.h"
#include "mispsift/cuckoo/report_reader.h"

namespace mispsift {

struct Mended {
  MendOutcome outcome;
  std::string text;
};

inline Mended Mend(std::string_view text, size_t begin = 0,
                   uint64_t max_bytes = uint64_t{1} << 30) {
  PaddedBytes bytes;
  Mended mended;
  mended.outcome =
      MendJson(text, begin, max_bytes, ReportReader::kUsualLevels, &bytes);
  mended.text = bytes.view();
  return mended;
}

// The same of a text that comes in pieces, of which `next_bytes` says how many
// bytes more are there each time, at least one.
inline Mended MendInPieces(std::string_view text, size_t begin,
                           absl::FunctionRef<size_t()> next_bytes,
                           uint64_t max_bytes = uint64_t{1} << 30) {
  JsonMender mender(max_bytes, ReportReader::kUsualLevels);
  mender.Start(begin);
  Mended mended;
  size_t end = begin;  // of what is there
  while (!mender.is_done()) {
    end = std::min(end + next_bytes(), text.size());
    // Not of the text itself: nothing behind the piece may be looked at.
    const std::string piece(text.substr(begin, end - begin));
    PaddedBytes bytes;
    begin += mender.Add(piece, end == text.size(), &bytes);
    mended.text += bytes.view();
  }
  mended.outcome = mender.outcome();
  return mended;
}

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_MENDED_H_
