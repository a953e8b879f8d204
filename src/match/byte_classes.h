#ifndef MISPSIFT_SRC_MATCH_BYTE_CLASSES_H_
#define MISPSIFT_SRC_MATCH_BYTE_CLASSES_H_

#include <cstddef>
#include <cstdint>

namespace mispsift {

// What the 64 bytes of a block are: bit i is byte i.
struct ByteClasses {
  uint64_t alnum;      // [A-Za-z0-9]
  uint64_t digit;      // [0-9]
  uint64_t dot;        // .
  uint64_t hyphen;     // -
  uint64_t colon;      // :
  uint64_t quote;      // "
  uint64_t backslash;  // '\'
  uint64_t bracket;    // [ and (
  uint64_t high;       // 0x80 and up
  uint64_t nul;
};

inline constexpr size_t kBlockBytes = 64;

// Classifies `blocks` blocks, all of whose bytes must be readable.
// Runs on the widest vectors that the machine has.
void ClassifyBytes(const char* bytes, size_t blocks, ByteClasses* classes);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_MATCH_BYTE_CLASSES_H_
