#include "src/match/ssdeep_table.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/ssdeep.h"

namespace mispsift {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using Found = std::vector<std::pair<std::string, int>>;

constexpr char kLong[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

Found Find(const SsdeepTable& table, const std::string& digest) {
  Found found;
  table.Find(digest, [&](std::string_view value, int score) {
    found.emplace_back(value, score);
  });
  return found;
}

Found Find(std::vector<std::string> values, const std::string& digest) {
  return Find(SsdeepTable(std::move(values), RunOneByOne), digest);
}

TEST(SsdeepTableTest, FindsWhatIsSimilarAndNotItself) {
  const std::string one = "96:abcdefghijklmnopqrstuvw:ABCDEFGHIJKL";
  const std::string other = "96:abcdefghijklmnopqrstuv+:ABCDEFGHIJKM";
  const std::string far = "96:ABCDEFGHIJKLMNOPQRSTUVW:abcdefghijkl";
  EXPECT_THAT(Find({far, other, one, one}, one), ElementsAre(Pair(other, 97)));
  EXPECT_THAT(Find({one, other, far}, other), ElementsAre(Pair(one, 97)));
  EXPECT_THAT(Find({}, one), IsEmpty());
}

TEST(SsdeepTableTest, PartsMeetUnderTheirBlockSize) {
  const std::string first = "192:abcdefghijklmnopqrst:x";
  const std::string second = "96:x:abcdefghijklmnopqrst";
  EXPECT_THAT(Find({second}, first), ElementsAre(Pair(second, 100)));
  EXPECT_THAT(Find({first}, second), ElementsAre(Pair(first, 100)));
  EXPECT_THAT(Find({"192:x:abcdefghijklmnopqrst"}, first), IsEmpty());
  EXPECT_THAT(Find({"384:abcdefghijklmnopqrst:x"}, first), IsEmpty());
}

TEST(SsdeepTableTest, RunsOverThreeCountAsThree) {
  const std::string three = "96:abcAAAdefghijklmnop:x";
  const std::string six = "96:abcAAAAAAdefghijklmnop:x";
  EXPECT_THAT(Find({six}, three), ElementsAre(Pair(six, 100)));
  // A run ends with its part.
  const std::string apart = "96:aaa:aaabbbccc";
  EXPECT_THAT(Find({"96:aaaa:aaabbbccc"}, apart),
              ElementsAre(Pair("96:aaaa:aaabbbccc", 100)));
}

TEST(SsdeepTableTest, WhatIsShortIsOnlyEverEqual) {
  EXPECT_THAT(Find({"3:AAAAAA:b"}, "3:AAAA:b"), IsEmpty());
  EXPECT_THAT(Find({"3::", "3:a:", "3::b"}, "3::"), IsEmpty());
  EXPECT_TRUE(SsdeepTable({"3::", "3:abcdef:abcdef"}, RunOneByOne).empty());
}

// Everything that is canonical may come from a report.
TEST(SsdeepTableTest, HostileValuesAreOnlyEverEqual) {
  const std::string part(kLong);
  const std::vector<std::string> values = {
      "96:" + part + "A:b",  // libfuzzy takes parts of 64 characters
      "96:" + part + ":" + part,
      "96:" + std::string(65'000, 'a') + part + ":b",
      std::string(65'000, '0') + "96:" + part + ":b",
      "4294967296:" + part + ":b",
      "99999999999999999999999999:" + part + ":b",
      "0:" + part + ":b",
      "3:aaa:aaa",
      "96::",
  };
  const SsdeepTable table(values, RunOneByOne);
  for (const std::string& value : values) {
    for (const std::string& digest : {value, value + "c"}) {
      Found wanted;
      for (const std::string& other : values) {
        const int score = SlowSsdeepScore(digest, other);
        if (score > 0) wanted.emplace_back(other, score);
      }
      EXPECT_EQ(Find(table, digest), wanted) << digest.substr(0, 100);
    }
  }
  EXPECT_THAT(
      Find({values[2], values[3], values[4], values[5]}, "96:" + part + ":c"),
      IsEmpty());
  // The largest block size of all, and its double.
  const std::string largest = "4294967295:" + part + ":b";
  EXPECT_THAT(Find({largest}, "4294967295:" + part + ":c"),
              ElementsAre(Pair(largest, 100)));
}

// Values of one family, each by all others: the scores lie on both sides of
// what is a match.
TEST(SsdeepTableTest, FindsWhatComparingAllPairsFinds) {
  int matches = 0;
  int scored_less = 0;
  for (uint64_t seed = 0; seed < 150; ++seed) {
    std::mt19937_64 random(seed);
    std::vector<std::string> values;
    for (int family = 0; family < 3; ++family) {
      values.push_back(RandomSsdeep(&random));
      for (int i = 0; i < 12; ++i) {
        values.push_back(MutatedSsdeep(
            values[values.size() - 1 - random() % (i + 1)], &random));
      }
    }
    std::ranges::sort(values);
    values.erase(std::unique(values.begin(), values.end()), values.end());
    const SsdeepTable table(values, RunOneByOne);
    for (const std::string& digest : values) {
      Found wanted;
      for (const std::string& value : values) {
        const int score = SlowSsdeepScore(digest, value);
        if (score > 0) wanted.emplace_back(value, score);
        scored_less += score == 0 && value != digest ? 1 : 0;
      }
      matches += static_cast<int>(wanted.size());
      ASSERT_EQ(Find(table, digest), wanted) << "seed " << seed;
    }
  }
  EXPECT_GT(matches, 10'000);
  EXPECT_GT(scored_less, 10'000);
}

// More than one task and many buckets, in any order.
TEST(SsdeepTableTest, ManyValuesAreFoundByTheirOwnMutations) {
  std::mt19937_64 random(7);
  std::vector<std::string> values;
  for (int i = 0; i < 10'000; ++i) values.push_back(RandomSsdeep(&random));
  const SsdeepTable table(values, [](size_t count, auto task) {
    for (size_t i = count; i-- > 0;) task(i);
  });
  int found = 0;
  for (const std::string& value : values) {
    const std::string near = MutatedSsdeep(value, &random);
    const int score = SlowSsdeepScore(near, value);
    const Found all = Find(table, near);
    const bool is_found =
        std::ranges::find(all, std::pair(value, score)) != all.end();
    ASSERT_EQ(is_found, score > 0) << near << " " << value;
    found += is_found ? 1 : 0;
  }
  EXPECT_GT(found, 2'000);
}

}  // namespace
}  // namespace mispsift
