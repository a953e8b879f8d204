#ifndef MISPSIFT_SRC_NORMALIZE_FREE_TEXT_PATHS_H_
#define MISPSIFT_SRC_NORMALIZE_FREE_TEXT_PATHS_H_

#include <cstddef>

#include "src/normalize/free_text_bytes.h"
#include "src/normalize/free_text_regions.h"
#include "src/normalize/token_queue.h"

namespace mispsift {

// Reads paths, which are found at the first byte that no name has.
class PathReader {
 public:
  PathReader(const FreeText* text, FreeTextRegions* regions, TokenQueue* tokens)
      : text_(*text), regions_(*regions), tokens_(*tokens) {}

  // Of a drive: "C:\" or "C:/".
  void AtColon(size_t at);
  void AtBackslash(size_t at);
  void AtPercent(size_t at);
  void AtSlash(size_t at);

 private:
  // The start of a path: its first byte, and the first behind the prefix.
  void WindowsPath(size_t begin, size_t behind);
  void KnownWindowsPath(size_t begin, size_t behind, size_t end);
  void OpenWindowsPath(size_t begin, size_t behind);
  void ServerPath(size_t at);
  void UnixPath(size_t begin);
  size_t UnixPathEnd(size_t begin);
  bool WholeOrQuoted(size_t begin, size_t behind, size_t* end) const;
  bool Candidate(size_t begin, size_t behind, size_t end);
  bool PushUnixPath(size_t begin, size_t end);
  void Push(size_t begin, size_t end);

  const FreeText& text_;
  FreeTextRegions& regions_;
  TokenQueue& tokens_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_NORMALIZE_FREE_TEXT_PATHS_H_
