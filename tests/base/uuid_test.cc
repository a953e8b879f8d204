#include "mispsift/base/uuid.h"

#include <gtest/gtest.h>

namespace mispsift {
namespace {

TEST(UuidTest, ReadsAndWritesTheCanonicalForm) {
  Uuid uuid;
  ASSERT_TRUE(ParseUuid("6BA7B810-9DAD-11D1-80B4-00C04FD430C8", &uuid));
  EXPECT_EQ(uuid.ToString(), "6ba7b810-9dad-11d1-80b4-00c04fd430c8");
  for (const char* bad : {"", "6ba7b810-9dad-11d1-80b4-00c04fd430c",
                          "not-a-uuid", "6ba7b810x9dad-11d1-80b4-00c04fd430c8",
                          "6ba7b810-9dad-11d1-80b4-00c04fd430cg",
                          "6ba7b8109dad11d180b400c04fd430c8----"}) {
    EXPECT_FALSE(ParseUuid(bad, &uuid)) << bad;
  }
}

// The example of RFC 4122's errata: the DNS name www.example.com.
TEST(UuidTest, VersionFiveAgreesWithTheStandard) {
  Uuid dns;
  ASSERT_TRUE(ParseUuid("6ba7b810-9dad-11d1-80b4-00c04fd430c8", &dns));
  EXPECT_EQ(UuidV5(dns, "www.example.com").ToString(),
            "2ed6657d-e927-568b-95e1-2665a8aea6a2");
  EXPECT_EQ(UuidV5(dns, "mispsift"), kMispsiftNamespace);
}

}  // namespace
}  // namespace mispsift
