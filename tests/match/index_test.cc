#include "mispsift/match/index.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "tests/support/run_on_threads.h"
#include "tests/support/snapshots.h"
#include "tests/support/ssdeep.h"

namespace mispsift {
namespace {

// More rows than one task takes, of all that a table is made of.
std::vector<Planted> ManyAttributes() {
  std::vector<Planted> attributes;
  std::mt19937_64 random(1);
  for (int i = 0; i < 40'000; ++i) {
    switch (i % 9) {
      case 0:
        attributes.push_back({"domain", fmt::format("host{}.example", i)});
        break;
      case 1:  // in several rows
        attributes.push_back({"domain", fmt::format("host{}.example", i % 64)});
        break;
      case 2:
        attributes.push_back(
            {"ip-dst", fmt::format("198.51.{}.0/{}", i % 200, 24 - i % 5)});
        break;
      case 3:
        attributes.push_back({"mutex", fmt::format("m-{}", i)});
        break;
      case 4:
        attributes.push_back({"md5", fmt::format("{:032x}", i)});
        break;
      case 5:
        attributes.push_back({"md5", "none"});
        break;
      case 6:
        attributes.push_back({"no-such-type", "a"});
        break;
      case 7:
        attributes.push_back({"ssdeep", RandomSsdeep(&random)});
        break;
      default:
        attributes.push_back({"ip-dst", fmt::format("2001:db8::{:x}", i)});
    }
  }
  return attributes;
}

std::vector<std::string> SimilarIn(const Index& index,
                                   const std::string& ssdeep) {
  std::vector<std::string> similar;
  index.FindSimilar(ssdeep, [&](std::string_view value, int score) {
    similar.push_back(fmt::format("{} {}", score, value));
  });
  return similar;
}

TEST(IndexConcurrencyTest, TheThreadsThatBuildItChangeNothing) {
  std::vector<Planted> attributes = ManyAttributes();
  for (size_t i = 0; i < attributes.size(); i += 10) {
    attributes[i].disable_correlation = true;
  }
  const Snapshot snapshot = SnapshotOf(attributes);
  // The filter holds what the index does; what is suppressed is kept in both.
  const IndexSettings settings{.keep_suppressed = true, .most_suppressed = 500};
  CandidateFilter::Builder plain_filter;
  CandidateFilter::Builder threads_filter;
  const Index plain = Index::Build(snapshot, settings, &plain_filter);
  const Index threads =
      Index::Build(snapshot, settings, &threads_filter, RunOnThreads);
  ASSERT_EQ(plain.size(), threads.size());
  EXPECT_EQ(plain.counts().indicators, threads.counts().indicators);
  EXPECT_EQ(plain.counts().unmatchable, threads.counts().unmatchable);
  EXPECT_EQ(plain.counts().suppressed, threads.counts().suppressed);
  ASSERT_EQ(plain.suppressed().size(), 500u);
  EXPECT_TRUE(std::ranges::equal(plain.suppressed(), threads.suppressed(), {},
                                 &SuppressedAttribute::row,
                                 &SuppressedAttribute::row));
  EXPECT_TRUE(
      std::ranges::equal(plain.ipv4_prefixes(), threads.ipv4_prefixes()));
  EXPECT_TRUE(
      std::ranges::equal(plain.ipv6_prefixes(), threads.ipv6_prefixes()));
  EXPECT_EQ(plain.ipv4_prefixes().size(), 5u);
  EXPECT_EQ(plain.longest_whole_string(), threads.longest_whole_string());

  const CandidateFilter one = std::move(plain_filter).Build();
  const CandidateFilter other = std::move(threads_filter).Build();
  CandidateScanner scan_one(&one);
  CandidateScanner scan_other(&other);
  std::vector<Indicator> indicators;
  std::string scratch;
  PaddedBytes report;
  std::mt19937_64 random(2);
  int seen = 0;
  int similar = 0;
  for (uint32_t row = 0; row < snapshot.attribute_count(); row += 7) {
    const AttributeView attribute = snapshot.attribute(row);
    IndicatorsOf(attribute.type, attribute.value, &indicators);
    for (const Indicator& indicator : indicators) {
      const Digest key =
          KeyDigest(indicator.kind, indicator.form, indicator.value, &scratch);
      ASSERT_TRUE(std::ranges::equal(plain.Find(key), threads.Find(key)));
      ASSERT_FALSE(plain.Find(key).empty()) << indicator.value;
      if (indicator.kind != IndicatorKind::kSsdeep) continue;
      const std::string near = MutatedSsdeep(indicator.value, &random);
      ASSERT_EQ(SimilarIn(plain, near), SimilarIn(threads, near));
      similar += SimilarIn(plain, near).empty() ? 0 : 1;
    }
    report.Assign(fmt::format(R"(["{}", "host{}.example"])",
                              std::string(attribute.value), 2 * row));
    ASSERT_EQ(scan_one.MayMatch(report), scan_other.MayMatch(report));
    seen += scan_one.MayMatch(report) ? 1 : 0;
  }
  EXPECT_GT(seen, 1000);
  EXPECT_GT(similar, 100);
}

}  // namespace
}  // namespace mispsift
