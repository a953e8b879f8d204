#ifndef MISPSIFT_SRC_NORMALIZE_TOKEN_QUEUE_H_
#define MISPSIFT_SRC_NORMALIZE_TOKEN_QUEUE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "mispsift/model/indicator.h"
#include "mispsift/normalize/free_text.h"
#include "src/normalize/free_text_regions.h"

namespace mispsift {

// The tokens of a text. They are canonicalised as they are found and wait,
// since a few kinds are known only behind their first byte. Empty once all are
// shown.
class TokenQueue {
 public:
  // No token is longer.
  static constexpr size_t kMaxBytes = 4096;

  explicit TokenQueue(const FreeTextRegions* regions) : regions_(*regions) {}

  bool empty() const { return pending_.empty(); }
  size_t size() const { return pending_.size(); }

  // Adds what stands at `offset`, if it has a canonical form in its kind.
  void Push(IndicatorKind kind, size_t offset, std::string_view text);
  // Likewise a path or key, and where backslashes in it are doubled (source
  // code, JSON within a string), also what it spells.
  void PushPath(IndicatorKind kind, size_t offset, std::string_view text);
  // Pending tokens from the `from`-th to the `to`-th are parts of what has been
  // added since.
  void MarkParts(size_t from, size_t to);
  // Visits the tokens that start before `before`, and forgets them.
  void Show(size_t before, absl::FunctionRef<void(const Token&)> visit);

 private:
  // A token that waits until none before it can come any more.
  struct Pending {
    size_t offset;
    IndicatorKind kind;
    size_t begin;  // into values_
    size_t length;
    bool is_part;
  };

  void Add(IndicatorKind kind, size_t offset);

  const FreeTextRegions& regions_;
  std::vector<Pending> pending_;
  std::string values_;
  std::string canonical_;
  std::string spelling_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_NORMALIZE_TOKEN_QUEUE_H_
