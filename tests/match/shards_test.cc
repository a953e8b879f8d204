#include "src/match/shards.h"

#include <gtest/gtest.h>

#include <random>
#include <unordered_map>
#include <vector>

#include "src/match/key_marks.h"
#include "tests/support/test_seed.h"

namespace mispsift {
namespace {

TEST(KeyMarksTest, HoldWhatWasAddedAndLittleElse) {
  constexpr int kKeys = 10'000;
  std::mt19937_64 random(TestSeed());
  EXPECT_FALSE(KeyMarks().MayHold(random()));
  KeyMarks marks(kKeys);
  std::vector<uint64_t> keys(kKeys);
  for (uint64_t& key : keys) marks.Add(key = random());
  for (const uint64_t key : keys) ASSERT_TRUE(marks.MayHold(key));
  int others = 0;
  for (int i = 0; i < kKeys; ++i) others += marks.MayHold(random()) ? 1 : 0;
  EXPECT_LT(others, kKeys / 20);
}

TEST(MarkedMapTest, FindsWhatIsInItAndNothingElse) {
  std::mt19937_64 random(TestSeed());
  MarkedMap<int> map;
  std::unordered_map<uint64_t, int> twin;
  for (int i = 0; i < 50'000; ++i) {
    const uint64_t key = random();
    map.shard(ShardOf(key))[key] = i;
    twin[key] = i;
  }
  for (size_t i = 0; i < kShards; ++i) map.MarkShard(i);
  EXPECT_EQ(map.size(), twin.size());
  for (const auto& [key, value] : twin) {
    const int* const found = map.Find(key);
    ASSERT_NE(found, nullptr);
    ASSERT_EQ(*found, value);
    // Alike in all that the marks are made of.
    const uint64_t other = key ^ uint64_t { 1 } << 20;
    ASSERT_EQ(map.Find(other) != nullptr, twin.contains(other));
  }
  for (int i = 0; i < 50'000; ++i) {
    const uint64_t key = random();
    ASSERT_EQ(map.Find(key) != nullptr, twin.contains(key));
  }
}

TEST(MarkedMapTest, IsEmptyUntilItIsMarked) {
  MarkedMap<int> map;
  map.shard(ShardOf(7))[7] = 1;
  EXPECT_EQ(map.Find(7), nullptr);
  map.MarkShard(ShardOf(7));
  ASSERT_NE(map.Find(7), nullptr);
  EXPECT_EQ(map.Find(8), nullptr);
}

}  // namespace
}  // namespace mispsift
