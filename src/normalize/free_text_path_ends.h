#ifndef MISPSIFT_SRC_NORMALIZE_FREE_TEXT_PATH_ENDS_H_
#define MISPSIFT_SRC_NORMALIZE_FREE_TEXT_PATH_ENDS_H_

#include <cstddef>
#include <string_view>

#include "src/normalize/free_text_bytes.h"

namespace mispsift {

// Where a path or a key ends: both may hold blanks, so only what stands behind
// a blank tells.

// How many blanks one may go over.
inline constexpr int kMaxPathBlanks = 16;
// What is trimmed off its end.
inline constexpr std::string_view kPathClosing = " .,;:";

inline bool IsPathEnd(FreeText text, size_t at) {
  return text.Is(at, kPathEnd) || text.IsApostrophe(at);
}

// "C:", whatever follows.
inline bool IsDrive(FreeText text, size_t at) {
  return text.Is(at, kAlpha) && text.IsByte(at + 1, ':');
}

// The end of the quote that opens before `begin`, on the same line; 0 if there
// is none.
size_t ClosingQuote(FreeText text, size_t begin, size_t behind);

// Whether what stands at `next`, behind a blank, can be no part of a path or
// key that began before the blank: an other.
bool EndsOverBlank(FreeText text, size_t next);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_NORMALIZE_FREE_TEXT_PATH_ENDS_H_
