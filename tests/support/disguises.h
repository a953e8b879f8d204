#ifndef MISPSIFT_TESTS_SUPPORT_DISGUISES_H_
#define MISPSIFT_TESTS_SUPPORT_DISGUISES_H_

#include <random>
#include <string>

namespace mispsift {

// `text`, which is UTF-8, in one to four of the ways in which people, malware
// and sandboxes spell what a reader still takes for the same, or nearly; each
// at some place of it. What is overlooked is seldom one rare spelling: two in
// one value are.
std::string Disguised(const std::string& text, std::mt19937_64* random);

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_DISGUISES_H_
