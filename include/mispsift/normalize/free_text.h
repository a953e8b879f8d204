#ifndef MISPSIFT_NORMALIZE_FREE_TEXT_H_
#define MISPSIFT_NORMALIZE_FREE_TEXT_H_

#include <cstddef>
#include <memory>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "mispsift/model/indicator.h"

namespace mispsift {

// A value found in free text. `value` is canonical and valid during the call.
struct Token {
  IndicatorKind kind;
  size_t offset;  // of its first byte in the text
  std::string_view value;
  // Stands in a url, a path or an e-mail address that is a token itself.
  bool is_part = false;
};

// Cuts free text (a command line, an API buffer, a comment) into the values
// that say themselves what they are: hashes, ip, ip-port, host, url, email,
// full paths, registry keys. Calls `visit` by offset, and at one offset by
// kind; a token comes once.
//
// A token is never a part of what stands there: no md5 inside longer hex, no
// address inside a longer dotted number, no host inside a longer host or
// inside a path, no path or url that goes on. free_text.cc says where the
// grammar of each kind stands.
//
// Units:   any bytes, UTF-8 or not; time is linear in their number.
// Threads: one cutter per thread; it keeps buffers from call to call.
class FreeTextCutter {
 public:
  FreeTextCutter();
  ~FreeTextCutter();
  FreeTextCutter(const FreeTextCutter&) = delete;
  FreeTextCutter& operator=(const FreeTextCutter&) = delete;

  void Cut(std::string_view text, absl::FunctionRef<void(const Token&)> visit);

 private:
  class Walk;
  std::unique_ptr<Walk> walk_;
};

}  // namespace mispsift

#endif  // MISPSIFT_NORMALIZE_FREE_TEXT_H_
