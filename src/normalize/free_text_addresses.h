#ifndef MISPSIFT_SRC_NORMALIZE_FREE_TEXT_ADDRESSES_H_
#define MISPSIFT_SRC_NORMALIZE_FREE_TEXT_ADDRESSES_H_

#include <cstddef>

#include "src/normalize/free_text_bytes.h"
#include "src/normalize/free_text_regions.h"
#include "src/normalize/token_queue.h"

namespace mispsift {

// Whether [begin, end), whose ends are no dots, is an address of IPv4.
bool IsIpv4(FreeText text, size_t begin, size_t end);

// The end of ":port" at `at`; 0 if there is none.
size_t PortEnd(FreeText text, size_t at);

// Reads addresses of IPv6, which are found at their first colon.
class Ipv6Reader {
 public:
  Ipv6Reader(const FreeText* text, FreeTextRegions* regions, TokenQueue* tokens)
      : text_(*text), regions_(*regions), tokens_(*tokens) {}

  void AtColon(size_t colon);

 private:
  const FreeText& text_;
  FreeTextRegions& regions_;
  TokenQueue& tokens_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_NORMALIZE_FREE_TEXT_ADDRESSES_H_
