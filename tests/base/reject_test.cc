#include "mispsift/base/reject.h"

#include <gtest/gtest.h>

#include <set>

namespace mispsift {
namespace {

TEST(RejectTest, EveryReasonHasItsOwnNameAndASentence) {
  std::set<std::string_view> names;
  for (int i = 0; i < static_cast<int>(Reject::kCount); ++i) {
    const Reject reject = static_cast<Reject>(i);
    EXPECT_TRUE(names.insert(RejectName(reject)).second);
    EXPECT_EQ(RejectSentence(reject).back(), '.');
  }
}

TEST(RejectTest, CountsAddUp) {
  RejectCounts a;
  a.Add(Reject::kNotJson);
  RejectCounts b;
  b.Add(Reject::kNotJson);
  b.Add(Reject::kEmpty);
  a += b;
  EXPECT_EQ(a[Reject::kNotJson], 2u);
  EXPECT_EQ(a.Total(), 3u);
}

}  // namespace
}  // namespace mispsift
