#ifndef MISPSIFT_SRC_NORMALIZE_FREE_TEXT_REGIONS_H_
#define MISPSIFT_SRC_NORMALIZE_FREE_TEXT_REGIONS_H_

#include <cstddef>
#include <cstdint>

namespace mispsift {

// How far a text is read, kind by kind: what a reader knows of the others.
// Where what stands before these ends is a part of a url, path or key, or no
// token at all, the grammars say. All ends only move forward.
struct FreeTextRegions {
  // Whether what starts at `at` is in a url, a path or a key.
  bool Hold(size_t at) const { return at < url_end || at < path_end; }

  size_t url_end = 0;
  int urls = 0;         // that share this end
  size_t path_end = 0;  // of paths and keys
  size_t unix_end = 0;  // that the paths of Unix before it share
  size_t ipv6_end = 0;
  size_t ipv6_done = 0;  // end of the last run that was looked at
  // Where the next authority's host starts, and where the authority's text
  // ends at the latest.
  size_t authority = SIZE_MAX;
  size_t authority_end = 0;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_NORMALIZE_FREE_TEXT_REGIONS_H_
