#ifndef MISPSIFT_BASE_JSON_BRACKETS_H_
#define MISPSIFT_BASE_JSON_BRACKETS_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace mispsift {

// Where the brackets of a JSON text are that stand in no string, for a batch of
// up to kBlocks blocks of kBlockBytes bytes: bit i of word b is byte i of block
// b. All batches of a text but its last are full.
struct JsonBrackets {
  static constexpr size_t kBlockBytes = 64;
  static constexpr size_t kBlocks = 64;

  std::array<uint64_t, kBlocks> opening;  // { and [
  std::array<uint64_t, kBlocks> closing;  // } and ]
  // How many they are. Whoever is compiled for any machine counts slowly.
  std::array<uint64_t, kBlocks> opened;
  std::array<uint64_t, kBlocks> closed;
};

}  // namespace mispsift

#endif  // MISPSIFT_BASE_JSON_BRACKETS_H_
