#ifndef MISPSIFT_BASE_COUNTED_TEXT_H_
#define MISPSIFT_BASE_COUNTED_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace mispsift {

// Numbers as LEB128, and texts behind their size as such a number. Take...()
// cuts off what it has read, and is false when that is not there.

inline void AppendNumber(uint64_t number, std::string* out) {
  while (number >= 0x80) {
    out->push_back(static_cast<char>(number | 0x80));
    number >>= 7;
  }
  out->push_back(static_cast<char>(number));
}

inline void AppendText(std::string_view text, std::string* out) {
  AppendNumber(text.size(), out);
  out->append(text);
}

inline bool TakeNumber(std::string_view* bytes, uint64_t* number) {
  *number = 0;
  for (int shift = 0; shift < 63 && !bytes->empty(); shift += 7) {
    const auto byte = static_cast<uint8_t>(bytes->front());
    bytes->remove_prefix(1);
    *number |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

inline bool TakeText(std::string_view* bytes, std::string_view* text) {
  uint64_t size = 0;
  if (!TakeNumber(bytes, &size) || size > bytes->size()) return false;
  *text = bytes->substr(0, size);
  bytes->remove_prefix(size);
  return true;
}

}  // namespace mispsift

#endif  // MISPSIFT_BASE_COUNTED_TEXT_H_
