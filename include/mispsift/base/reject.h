#ifndef MISPSIFT_BASE_REJECT_H_
#define MISPSIFT_BASE_REJECT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mispsift {

// Why one input (a report, an archive, a MISP file) or one record (an
// attribute) was turned away. The list is closed: each has a name, which
// scripts read, a sentence, which people read, and a counter. A reject never
// ends the run. kNone means "not rejected".
enum class Reject : uint8_t {
  kNone,
  // The input could not be had.
  kUnreadable,
  kEmpty,
  kTooLarge,
  // The archive around it.
  kBadArchive,
  kEncrypted,
  kRatioLimit,
  kTooManyMembers,
  kNestedTooDeep,
  // The JSON in it.
  kNotJson,
  kNotUtf8,
  kTruncated,
  kTooDeep,
  // What the JSON says.
  kNotAReport,
  kNotMisp,
  kMissingType,
  kMissingValue,
  // What was asked for and did not come.
  kWithheld,
  kCount,
};

// "not_json" for kNotJson.
std::string_view RejectName(Reject reject);
// "Not JSON: ..." for a person.
std::string_view RejectSentence(Reject reject);

// Number of rejects by reason. A value type: one per worker, added up with +=.
class RejectCounts {
 public:
  void Add(Reject reject) { ++counts_[static_cast<size_t>(reject)]; }
  uint64_t operator[](Reject reject) const {
    return counts_[static_cast<size_t>(reject)];
  }
  uint64_t Total() const;
  RejectCounts& operator+=(const RejectCounts& other);

 private:
  std::array<uint64_t, static_cast<size_t>(Reject::kCount)> counts_{};
};

}  // namespace mispsift

#endif  // MISPSIFT_BASE_REJECT_H_
