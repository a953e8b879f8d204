#ifndef MISPSIFT_SRC_NORMALIZE_FREE_TEXT_HOSTS_H_
#define MISPSIFT_SRC_NORMALIZE_FREE_TEXT_HOSTS_H_

#include <cstddef>

#include "mispsift/model/indicator.h"
#include "src/normalize/free_text_bytes.h"
#include "src/normalize/free_text_regions.h"
#include "src/normalize/free_text_urls.h"
#include "src/normalize/token_queue.h"

namespace mispsift {

// Reads words with dots: hosts and addresses of IPv4, and what is known by
// them, mailboxes before and urls behind.
class HostReader {
 public:
  HostReader(const FreeText* text, const FreeTextRegions* regions,
             UrlReader* urls, TokenQueue* tokens)
      : text_(*text), regions_(*regions), urls_(*urls), tokens_(*tokens) {}

  // The word [begin, end).
  void AtWord(size_t begin, size_t end);

 private:
  // Of the word, [first, last) is without the dots at its ends.
  void Address(size_t begin, size_t end, size_t first, size_t last);
  void Host(size_t begin, size_t end, size_t first, size_t last);
  void Email(size_t at, size_t end);
  void Push(IndicatorKind kind, size_t begin, size_t end);

  const FreeText& text_;
  const FreeTextRegions& regions_;
  UrlReader& urls_;
  TokenQueue& tokens_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_NORMALIZE_FREE_TEXT_HOSTS_H_
