// Any bytes as documents that are no JSON: no crash; each is mended to one that
// the reader takes, and again to itself, or is rejected with its reason. What
// the reader takes as it is must not be touched.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "mispsift/base/check.h"
#include "tests/support/mended.h"
#include "tests/support/observations.h"

namespace {

using mispsift::Mended;
using mispsift::Oddities;
using mispsift::Reject;

// To the end: JSON, whatever it says.
bool IsRead(const std::string& json) {
  static mispsift::ReportReader reader(mispsift::ScanDepth::kFull);
  const Reject reject =
      ReadReport(json, mispsift::ScanDepth::kFull, &reader).outcome.reject;
  return reject == Reject::kNone || reject == Reject::kNotAReport;
}

void CheckRejected(const Mended& mended, size_t size) {
  switch (mended.outcome.reject) {
    case Reject::kEmpty:
    case Reject::kNotJson:
    case Reject::kNotUtf8:
    case Reject::kTruncated:
    case Reject::kTooDeep:
    case Reject::kTooLarge:
      break;
    default:
      MISPSIFT_CHECK(false);
  }
  MISPSIFT_CHECK(!mended.outcome.detail.empty());
  MISPSIFT_CHECK(mended.outcome.end == size);
  MISPSIFT_CHECK(mended.outcome.oddities == Oddities());
}

void CheckSame(const Mended& pieces, const Mended& whole) {
  MISPSIFT_CHECK(pieces.outcome.reject == whole.outcome.reject);
  MISPSIFT_CHECK(pieces.outcome.detail == whole.outcome.detail);
  MISPSIFT_CHECK(pieces.outcome.end == whole.outcome.end);
  MISPSIFT_CHECK(pieces.outcome.oddities == whole.outcome.oddities);
  MISPSIFT_CHECK(whole.outcome.reject != Reject::kNone ||
                 pieces.text == whole.text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const uint64_t most = 2 * size + 16;
  const bool is_json = IsRead(text);
  for (size_t begin = 0; begin < size || size == 0;) {
    const Mended mended = mispsift::Mend(text, begin, most);
    // It is the same a byte at a time, and a few.
    for (const size_t bytes : {size_t{1}, size_t{13}}) {
      CheckSame(mispsift::MendInPieces(
                    text, begin, [=] { return bytes; }, most),
                mended);
    }
    if (mended.outcome.reject != Reject::kNone) {
      MISPSIFT_CHECK(!is_json);
      CheckRejected(mended, size);
      break;
    }
    MISPSIFT_CHECK(mended.outcome.end > begin && mended.outcome.end <= size);
    MISPSIFT_CHECK(mended.text.size() <= most);
    MISPSIFT_CHECK(IsRead(mended.text));
    const Mended again = mispsift::Mend(mended.text);
    MISPSIFT_CHECK(again.outcome.reject == Reject::kNone);
    MISPSIFT_CHECK(again.text == mended.text);
    MISPSIFT_CHECK(is_json == (mended.text == text));
    begin = mended.outcome.end;
  }
  return 0;
}
