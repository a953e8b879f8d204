#include "src/model/over_correlation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace mispsift {
namespace {

std::vector<bool> Over(uint64_t most, const std::vector<std::string>& values) {
  OverCorrelation over(most, values.size());
  for (const std::string& value : values) {
    over.Add(CorrelatingParts::kWhole, value);
  }
  return std::move(over).Finish();
}

size_t Count(const std::vector<bool>& over) {
  return static_cast<size_t>(std::count(over.begin(), over.end(), true));
}

TEST(OverCorrelationTest, MoreThanSoManyOthers) {
  for (const uint64_t most : {1u, 20u, 253u, 254u, 255u, 1000u}) {
    std::vector<std::string> values(most + 1, "same.example");
    values.push_back("other.example");
    EXPECT_EQ(Count(Over(most, values)), 0u) << most;
    values.push_back("SAME.example");
    const std::vector<bool> over = Over(most, values);
    EXPECT_EQ(Count(over), most + 2) << most;
    EXPECT_FALSE(over[most + 1]) << most;
  }
}

TEST(OverCorrelationTest, TheFirst191CharactersCount) {
  const std::string u = "\xc3\xbc";  // two bytes, one character
  std::string same;
  for (int i = 0; i < 190; ++i) same += u;
  EXPECT_EQ(Count(Over(1, {same + "aX", same + "aY", same + "aZ"})), 3u);
  EXPECT_EQ(Count(Over(1, {same + "X", same + "Y", same + "Z"})), 0u);
}

TEST(OverCorrelationTest, PartsByType) {
  EXPECT_EQ(CorrelatingPartsOf("comment"), CorrelatingParts::kNone);
  EXPECT_EQ(CorrelatingPartsOf("port"), CorrelatingParts::kNone);
  EXPECT_EQ(CorrelatingPartsOf("ip-dst|port"), CorrelatingParts::kFirst);
  EXPECT_EQ(CorrelatingPartsOf("hostname|port"), CorrelatingParts::kFirst);
  EXPECT_EQ(CorrelatingPartsOf("domain|ip"), CorrelatingParts::kBoth);
  EXPECT_EQ(CorrelatingPartsOf("malware-sample"), CorrelatingParts::kBoth);
  EXPECT_EQ(CorrelatingPartsOf("url"), CorrelatingParts::kWhole);
}

}  // namespace
}  // namespace mispsift
