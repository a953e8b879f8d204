#ifndef MISPSIFT_SRC_CUCKOO_BRACKET_MARKS_H_
#define MISPSIFT_SRC_CUCKOO_BRACKET_MARKS_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace mispsift {

// Where the brackets of a JSON text are that stand in no string, 64 bytes at a
// time: bit i of block b is byte 64 * b + i of a batch.
struct BracketMarks {
  static constexpr size_t kBlockBytes = 64;
  static constexpr size_t kBlocks = 64;

  std::array<uint64_t, kBlocks> opening;  // { and [
  std::array<uint64_t, kBlocks> closing;  // } and ]
  // How many they are. Whoever is compiled for any machine counts slowly.
  std::array<uint8_t, kBlocks> opened;
  std::array<uint8_t, kBlocks> closed;

  // What a batch hands on to the next of its text.
  uint64_t escaped = 0;    // bit 0: the next byte is escaped
  uint64_t in_string = 0;  // all ones: the next byte stands in a string

  // Marks `blocks` blocks, at most kBlocks, all of whose bytes are readable.
  // Runs on the widest vectors that the machine has.
  void Mark(const char* bytes, size_t blocks);
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_CUCKOO_BRACKET_MARKS_H_
