#include "src/match/suppressed_list.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <tuple>
#include <utility>
#include <vector>

#include "mispsift/match/index.h"
#include "tests/support/snapshots.h"

namespace mispsift {
namespace {

constexpr SuppressionBits Bits(std::initializer_list<Suppression> reasons) {
  unsigned bits = 0;
  for (const Suppression reason : reasons) {
    bits |= 1u << static_cast<int>(reason);
  }
  return static_cast<SuppressionBits>(bits);
}

std::vector<uint32_t> Rows(const std::vector<SuppressedAttribute>& list) {
  std::vector<uint32_t> rows;
  for (const SuppressedAttribute& attribute : list) {
    rows.push_back(attribute.row);
  }
  return rows;
}

TEST(SuppressedListTest, WhatIsWorthALookComesFirst) {
  SuppressedList list(10);
  list.Add({.row = 0, .reasons = Bits({Suppression::kNotIds})}, 9);
  list.Add({.row = 1, .reasons = Bits({Suppression::kCorrelationDisabled})}, 1);
  list.Add({.row = 2, .reasons = Bits({Suppression::kSpecialUse})}, 1);
  list.Add({.row = 3, .reasons = Bits({Suppression::kBlacklist})}, 1);
  list.Add({.row = 4,
            .reasons = Bits({Suppression::kWarninglist, Suppression::kNotIds})},
           9);
  list.Add({.row = 5, .reasons = Bits({Suppression::kWarninglist})}, 1);
  list.Add({.row = 6, .reasons = Bits({Suppression::kWarninglist})}, 2);
  EXPECT_EQ(Rows(std::move(list).Sorted()),
            std::vector<uint32_t>({6, 5, 4, 3, 2, 1, 0}));
}

// The slow way: all sorted, and of each reason the first ones.
RC_GTEST_PROP(SuppressedListPropertyTest, KeepsWhatSortingAllWouldKeep, ()) {
  struct Added {
    uint32_t row;
    SuppressionBits reasons;
    int64_t timestamp;
    size_t group;
  };
  constexpr std::array<Suppression, 5> kOrder = {
      Suppression::kWarninglist, Suppression::kBlacklist,
      Suppression::kSpecialUse, Suppression::kCorrelationDisabled,
      Suppression::kNotIds};
  const size_t most = *rc::gen::inRange<size_t>(1, 5);
  const auto parts =
      *rc::gen::container<std::vector<std::vector<std::pair<int, int>>>>(
          rc::gen::container<std::vector<std::pair<int, int>>>(
              rc::gen::pair(rc::gen::inRange(1, 32), rc::gen::inRange(0, 3))));
  std::vector<Added> all;
  SuppressedList list(most);
  for (const auto& part : parts) {
    SuppressedList of_part(most);
    for (const auto& [bits, timestamp] : part) {
      const auto reasons = static_cast<SuppressionBits>(bits);
      size_t group = 0;
      while ((bits >> static_cast<int>(kOrder[group]) & 1) == 0) ++group;
      const auto row = static_cast<uint32_t>(all.size());
      all.push_back({row, reasons, timestamp, group});
      of_part.Add({.row = row, .reasons = reasons}, timestamp);
    }
    list.AddAllOf(std::move(of_part));
  }
  std::sort(all.begin(), all.end(), [](const Added& a, const Added& b) {
    return std::tuple(a.group, std::popcount(a.reasons), -a.timestamp, a.row) <
           std::tuple(b.group, std::popcount(b.reasons), -b.timestamp, b.row);
  });
  std::vector<uint32_t> expected;
  std::array<size_t, 5> taken{};
  for (const Added& added : all) {
    if (taken[added.group]++ < most) expected.push_back(added.row);
  }
  RC_ASSERT(Rows(std::move(list).Sorted()) == expected);
}

TEST(IndexSuppressedTest, SaysAsWhatAndWhetherAnythingIsLeft) {
  const Snapshot snapshot =
      SnapshotOf({{"domain", "evil.example"},
                  {"domain|ip", "bad.example|10.0.0.1"},
                  {"domain|ip", "worse.example|10.0.0.2", false},
                  {"mutex", "quiet", true, true}});
  IndexSettings settings;
  EXPECT_TRUE(Index::Build(snapshot, settings).suppressed().empty());
  settings.most_suppressed = 10;
  const Index index = Index::Build(snapshot, settings);
  const auto of = [&](std::string_view value) -> SuppressedAttribute {
    for (const SuppressedAttribute& suppressed : index.suppressed()) {
      if (snapshot.attribute(suppressed.row).value == value) return suppressed;
    }
    return {};
  };
  EXPECT_EQ(index.suppressed().size(), 3u);
  EXPECT_EQ(of("evil.example").reasons, 0);
  const SuppressedAttribute half = of("bad.example|10.0.0.1");
  EXPECT_EQ(half.reasons, Bits({Suppression::kSpecialUse}));
  EXPECT_FALSE(half.whole);
  EXPECT_TRUE(half.IsAs(IndicatorKind::kIp));
  EXPECT_FALSE(half.IsAs(IndicatorKind::kHost));
  const SuppressedAttribute both = of("worse.example|10.0.0.2");
  EXPECT_EQ(both.reasons,
            Bits({Suppression::kSpecialUse, Suppression::kNotIds}));
  EXPECT_TRUE(both.whole);
  EXPECT_TRUE(both.IsAs(IndicatorKind::kIp));
  EXPECT_TRUE(both.IsAs(IndicatorKind::kHost));
  EXPECT_TRUE(of("quiet").IsFor(Suppression::kCorrelationDisabled));
  settings.most_suppressed = 1;
  EXPECT_EQ(Index::Build(snapshot, settings).suppressed().size(), 2u);
}

}  // namespace
}  // namespace mispsift
