#ifndef MISPSIFT_MODEL_ODDITY_H_
#define MISPSIFT_MODEL_ODDITY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mispsift {

// What in a report is no JSON and is read all the same, since what it stands
// for can be told. Each has a name, which stands in the notes of reports.jsonl.
enum class Oddity : uint8_t {
  // Nothing is changed by these.
  kByteOrderMark,
  kNotANumber,  // NaN, Infinity, -Infinity
  // Counted in strings (and keys) that hold some; each becomes U+FFFD.
  kLoneSurrogate,
  // Bytes below 0x20 in strings; they are read as themselves.
  kControlByte,
  // Ill-formed parts of strings; each becomes U+FFFD.
  kInvalidUtf8,
  // `"calls": ]` for a list of nothing.
  kUnopenedList,
  // Bytes behind the end of the document; they are left out.
  kTrailingGarbage,
  kCount,
};

// "control_bytes" for kControlByte.
std::string_view OddityName(Oddity oddity);

// How often each was met in one document, and at which of its bytes first.
class Oddities {
 public:
  struct Met {
    uint64_t count = 0;
    uint64_t first_byte = 0;  // means nothing when there is none

    friend bool operator==(const Met&, const Met&) = default;
  };

  void Add(Oddity oddity, uint64_t byte, uint64_t count = 1) {
    Met& met = met_[static_cast<size_t>(oddity)];
    if (met.count == 0) met.first_byte = byte;
    met.count += count;
  }
  const Met& operator[](Oddity oddity) const {
    return met_[static_cast<size_t>(oddity)];
  }

  friend bool operator==(const Oddities&, const Oddities&) = default;

 private:
  std::array<Met, static_cast<size_t>(Oddity::kCount)> met_{};
};

}  // namespace mispsift

#endif  // MISPSIFT_MODEL_ODDITY_H_
