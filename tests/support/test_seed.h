#ifndef MISPSIFT_TESTS_SUPPORT_TEST_SEED_H_
#define MISPSIFT_TESTS_SUPPORT_TEST_SEED_H_

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>

namespace mispsift {

// Another one in each run, printed so that a failure can be seen again: then it
// is MISPSIFT_TEST_SEED.
inline uint64_t TestSeed() {
  const char* const given = std::getenv("MISPSIFT_TEST_SEED");
  const uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10)
                                         : std::random_device()();
  std::cout << "MISPSIFT_TEST_SEED=" << seed << "\n";
  return seed;
}

// How many random documents: MISPSIFT_TEST_DOCUMENTS, or `usual`.
inline int TestDocuments(int usual) {
  const char* const given = std::getenv("MISPSIFT_TEST_DOCUMENTS");
  return given != nullptr ? std::atoi(given) : usual;
}

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_TEST_SEED_H_
