// The two policies that mispsift is measured against, on values of which it is
// known what they do.

#include "tests/support/lookup_policies.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace mispsift {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr char kReport[] = R"({
  "target": {"file": {"md5": "aa11", "sha256": "bb22"}},
  "dropped": [{"md5": "cc33", "type": "PE32 executable"},
              {"md5": "dd44", "type": "data"}],
  "network": {"hosts": ["192.0.2.7", ""],
              "domains": [{"domain": "evil.example", "ip": "192.0.2.8"}],
              "http": [{"uri": "http://evil.example/x"}]},
  "behavior": {"summary": {"mutex": ["evil-mutex"]}}})";

class LookupPoliciesTest : public testing::Test {
 protected:
  void Know(const std::string& type, const std::string& value,
            bool to_ids = true, const std::string& comment = "") {
    if (set_.events.empty()) set_.events.push_back({"u", "An event"});
    corpus::LabelledAttribute attribute;
    attribute.type = type;
    attribute.value = value;
    attribute.to_ids = to_ids;
    attribute.comment = comment;
    set_.attributes.push_back(attribute);
  }

  static std::multiset<std::string> ValuesOf(
      const std::vector<LookupHit>& hits) {
    std::multiset<std::string> values;
    for (const LookupHit& hit : hits) values.insert(hit.value);
    return values;
  }
  std::multiset<std::string> Seed(std::vector<std::string> blacklist = {}) {
    return ValuesOf(SeedLookup(set_, kReport, blacklist, options_));
  }
  std::multiset<std::string> Cuckoo(MispSearch search) {
    return ValuesOf(CuckooLookup(set_, kReport, search, options_));
  }

  corpus::LabelledSet set_;
  LookupOptions options_;
};

TEST_F(LookupPoliciesTest, EachLooksUpWhatItsModuleCollects) {
  for (const char* value :
       {"aa11", "bb22", "cc33", "dd44", "192.0.2.7", "192.0.2.8",
        "evil.example", "http://evil.example/x", "evil-mutex"}) {
    Know("other", value);
  }
  EXPECT_THAT(Seed(), UnorderedElementsAre("aa11", "cc33", "dd44", "192.0.2.7",
                                           "192.0.2.8", "evil.example"));
  EXPECT_THAT(Cuckoo(MispSearch::kWholeField),
              UnorderedElementsAre("aa11", "cc33", "192.0.2.7", "192.0.2.8",
                                   "evil.example"));
}

TEST_F(LookupPoliciesTest, TheSeedWantsTheSameBytesForDetection) {
  Know("domain", "Evil.example");
  Know("domain|ip", "evil.example|203.0.113.9");
  Know("md5", "aa11", /*to_ids=*/false);
  Know("ip-dst", "192.0.2.7");
  EXPECT_THAT(Seed(), ElementsAre("192.0.2.7"));
  EXPECT_THAT(Seed({"192.0.2.7"}), IsEmpty());
  EXPECT_THAT(Cuckoo(MispSearch::kWholeField),
              ElementsAre("192.0.2.7", "aa11", "evil.example", "evil.example"));
}

TEST_F(LookupPoliciesTest, TheBlacklistComesAfterTheCut) {
  Know("ip-dst", "192.0.2.7");
  Know("ip-dst", "192.0.2.8");
  options_.max_values = 6;
  EXPECT_THAT(Seed(), SizeIs(2));
  size_t cut = 0;
  for (options_.max_values = 0; options_.max_values < 6;
       ++options_.max_values) {
    cut += Seed({"192.0.2.8"}).empty() ? 1 : 0;
  }
  EXPECT_GT(cut, 0);
}

TEST_F(LookupPoliciesTest, CuckooFindsRemarksAndTheOldSearchPartsOfThem) {
  Know("ip-dst", "203.0.113.1", true, "192.0.2.7");
  EXPECT_THAT(Cuckoo(MispSearch::kWholeField), ElementsAre("192.0.2.7"));
  set_.attributes[0].comment = "asked 192.0.2.7 first";
  EXPECT_THAT(Cuckoo(MispSearch::kWholeField), IsEmpty());
  EXPECT_THAT(Cuckoo(MispSearch::kSubstring), ElementsAre("192.0.2.7"));
  set_.attributes[0] = {.value = "192.0.2.75"};
  EXPECT_THAT(Cuckoo(MispSearch::kSubstring), ElementsAre("192.0.2.7"));
  set_.events[0].info = "EVIL.example";
  EXPECT_THAT(Cuckoo(MispSearch::kWholeField), ElementsAre("evil.example"));
}

TEST(IsLike, HasTheWildcardsOfSql) {
  EXPECT_TRUE(IsLike("evil.example", "EVIL.example"));
  EXPECT_FALSE(IsLike("evil.example2", "evil.example"));
  EXPECT_FALSE(IsLike("evil", "evil.example"));
  EXPECT_TRUE(IsLike("evil-1.example", "evil_1.example"));
  EXPECT_TRUE(IsLike("aXbXbc", "a%bc%"));
  EXPECT_FALSE(IsLike("aXbXb", "a%bc"));
  EXPECT_TRUE(IsLike("", "%"));
}

}  // namespace
}  // namespace mispsift
