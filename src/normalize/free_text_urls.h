#ifndef MISPSIFT_SRC_NORMALIZE_FREE_TEXT_URLS_H_
#define MISPSIFT_SRC_NORMALIZE_FREE_TEXT_URLS_H_

#include <cstddef>

#include "src/normalize/free_text_bytes.h"
#include "src/normalize/free_text_regions.h"
#include "src/normalize/token_queue.h"

namespace mispsift {

// Reads urls, which are found at the colon behind their scheme, or behind a
// host where they have none.
class UrlReader {
 public:
  UrlReader(const FreeText* text, FreeTextRegions* regions, TokenQueue* tokens)
      : text_(*text), regions_(*regions), tokens_(*tokens) {}

  // The colon of a "://".
  void AtColon(size_t colon);
  // A host or address [begin, end), perhaps with a port and a path.
  void BehindHost(size_t begin, size_t end, bool is_address);

 private:
  bool Enter(size_t begin, size_t behind, size_t* end);
  void Authority(size_t behind, size_t end);
  bool SchemeFollows(size_t at) const;
  size_t End(size_t at) const;
  void Push(size_t begin, size_t end);

  const FreeText& text_;
  FreeTextRegions& regions_;
  TokenQueue& tokens_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_NORMALIZE_FREE_TEXT_URLS_H_
