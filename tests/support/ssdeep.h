#ifndef MISPSIFT_TESTS_SUPPORT_SSDEEP_H_
#define MISPSIFT_TESTS_SUPPORT_SSDEEP_H_

#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace mispsift {

class SsdeepTable;

// Two different canonical kSsdeep values, compared with nothing but libfuzzy:
// the score at which SsdeepTable must find one by the other, 0 if it must not.
int SlowSsdeepScore(const std::string& a, const std::string& b);

std::string RandomSsdeep(std::mt19937_64* random);

// The same with a few to many characters put in, taken out or replaced, and now
// and then a run, or parts that have moved to the next block size: scores lie
// on both sides of what is a match.
std::string MutatedSsdeep(std::string_view ssdeep, std::mt19937_64* random);

std::shared_ptr<const SsdeepTable> SsdeepTableOf(
    std::vector<std::string> values);

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_SSDEEP_H_
