#ifndef MISPSIFT_SRC_NORMALIZE_FREE_TEXT_REGKEYS_H_
#define MISPSIFT_SRC_NORMALIZE_FREE_TEXT_REGKEYS_H_

#include <cstddef>

#include "src/normalize/free_text_bytes.h"
#include "src/normalize/free_text_regions.h"
#include "src/normalize/token_queue.h"

namespace mispsift {

// Reads registry keys, which are found at their first backslash.
class RegkeyReader {
 public:
  RegkeyReader(const FreeText* text, FreeTextRegions* regions,
               TokenQueue* tokens)
      : text_(*text), regions_(*regions), tokens_(*tokens) {}

  // A backslash that is in no region.
  void AtBackslash(size_t at);

 private:
  void BehindHive(size_t at);
  void Key(size_t begin, size_t hive_end, size_t behind);
  size_t WholeOrQuotedEnd(size_t begin, size_t behind) const;
  size_t CutEnd(size_t begin, size_t behind) const;
  void Push(size_t begin, size_t hive_end, size_t end);

  const FreeText& text_;
  FreeTextRegions& regions_;
  TokenQueue& tokens_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_NORMALIZE_FREE_TEXT_REGKEYS_H_
