#ifndef MISPSIFT_TOOLS_CORPUS_LABELLED_TEXTS_H_
#define MISPSIFT_TOOLS_CORPUS_LABELLED_TEXTS_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "tools/corpus/unique_names.h"

namespace mispsift::corpus {

// Two fuzzy hashes whose similarity is known without computing it.
struct SsdeepPair {
  std::string one;
  std::string other;
};

// They differ in the first `changed` of the 44 characters of their first part,
// where one has letters that the other has nowhere, and in all of the second
// part unless `changed` is 0. ssdeep gives 100 - (2 * changed * 64 / 88) * 100
// / 64, in integers, and 0 where fewer than seven characters are left.
SsdeepPair MakeSsdeep(size_t changed, UniqueNames* names);
// The second part of one is nearly the first of the other: files of which one
// is about twice the other.
SsdeepPair MakeSsdeepOfTwoSizes(UniqueNames* names);

// The address `n` behind the first of an IPv4 network.
std::string AddressIn(const std::string& network, uint32_t n);

}  // namespace mispsift::corpus

#endif  // MISPSIFT_TOOLS_CORPUS_LABELLED_TEXTS_H_
