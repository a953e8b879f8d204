#include "mispsift/match/report_keys.h"

#include <gtest/gtest.h>

#include <random>

#include "mispsift/normalize/normalize.h"
#include "tests/support/snapshots.h"

namespace mispsift {
namespace {

Observation Of(IndicatorKind kind, std::string_view value) {
  return {kind, KeyForm::kValue, Reading::kField, Where::kNetwork, value};
}

std::string KeysOf(const std::vector<Observation>& observations) {
  ReportKeyCollector collector(&PublicSuffixes::BuiltIn());
  for (const Observation& observation : observations) {
    collector.Observe(observation);
  }
  std::string keys;
  collector.Take(&keys);
  return keys;
}

// The values of the attributes that the report may match.
std::vector<std::string> Found(const std::vector<Planted>& planted,
                               const std::string& keys) {
  const Snapshot snapshot = SnapshotOf(planted);
  const Index index = Index::Build(snapshot, {});
  ReportKeyQuery query(&index);
  std::vector<uint32_t> rows;
  EXPECT_TRUE(query.Find(keys, &rows).ok());
  std::vector<std::string> values;
  for (const uint32_t row : rows) {
    values.emplace_back(snapshot.attribute(row).value);
  }
  return values;
}

TEST(ReportKeysTest, FindValuesDomainsAboveAndNetworksAround) {
  const std::string keys =
      KeysOf({Of(IndicatorKind::kHost, "a.b.evil.example"),
              Of(IndicatorKind::kIp, "203.0.113.7"),
              Of(IndicatorKind::kIp, "2001:db8::7"),
              Of(IndicatorKind::kMd5, "0123456789abcdef0123456789abcdef")});
  EXPECT_EQ(Found({{"domain", "evil.example"}}, keys).size(), 1U);
  EXPECT_EQ(Found({{"domain", "b.EVIL.example"}}, keys).size(), 1U);
  EXPECT_EQ(Found({{"domain", "vil.example"}}, keys).size(), 0U);
  EXPECT_EQ(Found({{"ip-dst", "203.0.113.0/28"}}, keys).size(), 1U);
  EXPECT_EQ(Found({{"ip-dst", "203.0.113.8/29"}}, keys).size(), 0U);
  EXPECT_EQ(Found({{"ip-dst", "2001:db8::/32"}}, keys).size(), 1U);
  EXPECT_EQ(Found({{"md5", "0123456789ABCDEF0123456789ABCDEF"}}, keys).size(),
            1U);
  EXPECT_EQ(Found({{"sha1", std::string(40, 'a')}}, keys).size(), 0U);
}

TEST(ReportKeysTest, TheOrderAndRepetitionOfValuesDoNotMatter) {
  const std::vector<Observation> one = {Of(IndicatorKind::kHost, "a.example"),
                                        Of(IndicatorKind::kHost, "b.example")};
  const std::vector<Observation> other = {one[1], one[0], one[1]};
  EXPECT_EQ(KeysOf(one), KeysOf(other));
}

TEST(ReportKeysTest, ACollectorIsAsNewAfterEachReport) {
  ReportKeyCollector collector(&PublicSuffixes::BuiltIn());
  collector.Observe(Of(IndicatorKind::kHost, "a.example"));
  collector.Clear();
  std::string none;
  collector.Take(&none);
  EXPECT_EQ(none, KeysOf({}));
  EXPECT_TRUE(Found({{"domain", "a.example"}}, none).empty());
}

// Two bits more than the remainder a key, and next to nothing that is not
// there: here a hundred million pairs of keys.
TEST(ReportKeysTest, AreSmallAndSeldomWrong) {
  std::mt19937_64 random(7);
  const auto hash = [&random] {
    std::string text;
    for (int i = 0; i < 64; ++i) text += "0123456789abcdef"[random() % 16];
    return text;
  };
  std::vector<std::string> values;
  for (int i = 0; i < 10'000; ++i) values.push_back(hash());
  std::vector<Observation> observations;
  for (const std::string& value : values) {
    observations.push_back(Of(IndicatorKind::kSha256, value));
  }
  const std::string keys = KeysOf(observations);
  EXPECT_LT(keys.size(), 10'000U * (kRemainderBits + 2) / 8 + 16);
  std::vector<Planted> planted;
  for (int i = 0; i < 10'000; ++i) planted.push_back({"sha256", hash()});
  planted.push_back({"sha256", values[5000]});
  const std::vector<std::string> found = Found(planted, keys);
  // One in 2^kRemainderBits for each key that is asked for.
  EXPECT_LE(found.size(), 4U);
  EXPECT_EQ(std::count(found.begin(), found.end(), values[5000]), 1);
}

// Whatever the number of keys, so wherever words of heads begin and end: all of
// them are found, asked for one by one and at once.
TEST(ReportKeysTest, NoneIsMissed) {
  for (int count = 1; count < 300; count += count < 140 ? 1 : 31) {
    std::vector<Observation> observations;
    std::vector<std::string> names;
    for (int i = 0; i < count; ++i) {
      names.push_back("mutex-" + std::to_string(count) + "-" +
                      std::to_string(i));
    }
    std::vector<Planted> planted;
    for (const std::string& name : names) {
      observations.push_back(Of(IndicatorKind::kMutex, name));
      planted.push_back({"mutex", name});
    }
    const std::string keys = KeysOf(observations);
    EXPECT_EQ(Found(planted, keys).size(), names.size()) << count;
    for (int i = 0; i < count; i += 1 + count / 10) {
      EXPECT_EQ(Found({{"mutex", names[i]}}, keys).size(), 1U)
          << i << " of " << count;
    }
  }
}

TEST(ReportKeysTest, WhatIsDamagedIsAnErrorOrOtherKeys) {
  const std::string good = KeysOf({Of(IndicatorKind::kHost, "a.b.evil.example"),
                                   Of(IndicatorKind::kIp, "203.0.113.7")});
  const Snapshot snapshot = SnapshotOf({{"domain", "evil.example"}});
  const Index index = Index::Build(snapshot, {});
  ReportKeyQuery query(&index);
  std::vector<uint32_t> rows;
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(query.Find(good.substr(0, size), &rows).code(),
              absl::StatusCode::kDataLoss)
        << size;
  }
  EXPECT_FALSE(query.Find(good + "x", &rows).ok());
  std::mt19937 random(3);
  for (int i = 0; i < 20'000; ++i) {
    std::string bad = good;
    bad[random() % bad.size()] = static_cast<char>(random());
    static_cast<void>(query.Find(bad, &rows));
  }
}

}  // namespace
}  // namespace mispsift
