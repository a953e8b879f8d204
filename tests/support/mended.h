#ifndef MISPSIFT_TESTS_SUPPORT_MENDED_H_
#define MISPSIFT_TESTS_SUPPORT_MENDED_H_

#include <cstdint>
#include <string>
#include <string_view>

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

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_MENDED_H_
