#ifndef MISPSIFT_SRC_NORMALIZE_FREE_TEXT_HASHES_H_
#define MISPSIFT_SRC_NORMALIZE_FREE_TEXT_HASHES_H_

#include <cstddef>

#include "src/normalize/free_text_bytes.h"
#include "src/normalize/token_queue.h"

namespace mispsift {

// No word of fewer bytes holds a hash.
inline constexpr size_t kShortestHash = 32;

// Pushes the hashes in the word [begin, end).
void ReadHashes(FreeText text, size_t begin, size_t end, TokenQueue* tokens);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_NORMALIZE_FREE_TEXT_HASHES_H_
