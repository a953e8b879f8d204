// The ends of paths and keys in free text.
//
// other  what ends a path in 3. (free_text_paths.cc; blank and ':' excepted),
//        the text's end, or what starts no component: / \ % X:\ X:/ hive.

#include "src/normalize/free_text_path_ends.h"

#include "src/normalize/registry_hives.h"
#include "src/normalize/token_queue.h"

namespace mispsift {

size_t ClosingQuote(FreeText text, size_t begin, size_t behind) {
  if (!text.IsByte(begin - 1, '"') && !text.IsByte(begin - 1, '\'')) return 0;
  const char quote = text[begin - 1];
  for (size_t at = behind;
       at < text.size() && at - begin <= TokenQueue::kMaxBytes; ++at) {
    if (text.Is(at, kControl)) return 0;
    if (quote == '"' ? text[at] == '"' : text.IsApostrophe(at)) return at;
  }
  return 0;
}

bool EndsOverBlank(FreeText text, size_t next) {
  if (IsPathEnd(text, next) || next >= text.size()) return true;
  const char c = text[next];
  if (c == '/' || c == '\\' || c == '%') return true;
  if (IsDrive(text, next)) {
    return text.IsByte(next + 2, '\\') || text.IsByte(next + 2, '/');
  }
  const size_t hive_end = next + HiveAtStart(text.From(next));
  if (hive_end == next) return false;
  return text.IsByte(hive_end, '\\') ||
         (text.IsByte(hive_end, ':') && text.IsByte(hive_end + 1, '\\'));
}

}  // namespace mispsift
