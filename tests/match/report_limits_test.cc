#include "mispsift/match/report_limits.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace mispsift {
namespace {

using ::testing::ElementsAre;

constexpr uint32_t In(std::initializer_list<Where> places) {
  uint32_t bits = 0;
  for (const Where where : places) bits |= 1u << static_cast<int>(where);
  return bits;
}

// "value attribute confidence" of each match.
std::vector<std::string> Lines(const ReportMatches& matches) {
  std::vector<std::string> lines;
  for (const Match& match : matches.matches) {
    lines.push_back(fmt::format("{} {} {}",
                                matches.observables[match.observable].value,
                                match.attribute, match.confidence));
  }
  return lines;
}

TEST(ReportLimitsTest, OwnTrafficIsLeftOutWhereItWasSeenInTrafficAlone) {
  ReportMatches matches;
  const auto add = [&matches](IndicatorKind kind, const char* value,
                              uint32_t where, int attributes) {
    const uint32_t number = static_cast<uint32_t>(matches.observables.size());
    matches.observables.push_back({kind, value, where, {}, 1});
    for (int i = 0; i < attributes; ++i) {
      matches.matches.push_back(
          {number, static_cast<uint32_t>(i), MatchRule::kExact, 100});
    }
  };
  add(IndicatorKind::kIp, "198.51.100.53", In({Where::kNetwork}), 2);
  add(IndicatorKind::kIpPort, "198.51.100.53|53", In({Where::kNetwork}), 1);
  add(IndicatorKind::kIp, "198.51.100.54", In({Where::kNetwork}), 1);
  add(IndicatorKind::kIp, "2001:db8::53", In({Where::kNetwork, Where::kConfig}),
      1);
  add(IndicatorKind::kHost, "198.51.100.53", In({Where::kNetwork}), 1);
  add(IndicatorKind::kUrl, "http://198.51.100.53/", In({Where::kNetwork}), 1);
  add(IndicatorKind::kIpPort, "2001:db8::53|53", In({Where::kNetwork}), 1);
  const size_t found = matches.matches.size();
  LeaveOutOwnTraffic({}, &matches);
  ASSERT_EQ(matches.matches.size(), found);
  LeaveOutOwnTraffic({"198.51.100.53", "2001:db8::53"}, &matches);
  EXPECT_THAT(
      Lines(matches),
      ElementsAre("198.51.100.54 0 100", "2001:db8::53 0 100",
                  "198.51.100.53 0 100", "http://198.51.100.53/ 0 100"));
  EXPECT_EQ(matches.observables.size(), 4u);
  EXPECT_EQ(matches.own_traffic, 4u);
}

TEST(ReportLimitsTest, TheSurestValuesStayInTheirOrder) {
  std::mt19937 random(20261125);
  for (int round = 0; round < 1000; ++round) {
    ReportMatches matches;
    std::vector<std::pair<int, uint32_t>> by_confidence;  // -surest, number
    const uint32_t values = random() % 8;
    for (uint32_t number = 0; number < values; ++number) {
      matches.observables.push_back(
          {IndicatorKind::kHost, fmt::format("{}.example", number), 1, {}, 1});
      int surest = 0;
      for (uint32_t i = 1 + random() % 3; i > 0; --i) {
        const int confidence = static_cast<int>(random() % 4) * 20;
        matches.matches.push_back(
            {number, i, MatchRule::kExact, static_cast<uint8_t>(confidence)});
        surest = std::max(surest, confidence);
      }
      by_confidence.emplace_back(-surest, number);
    }
    const uint64_t most = 1 + random() % 8;
    std::sort(by_confidence.begin(), by_confidence.end());
    std::set<uint32_t> stay;
    for (size_t i = 0; i < std::min<size_t>(most, values); ++i) {
      stay.insert(by_confidence[i].second);
    }
    std::vector<std::string> expected;
    const std::vector<std::string> before = Lines(matches);
    for (size_t i = 0; i < before.size(); ++i) {
      if (stay.contains(matches.matches[i].observable)) {
        expected.push_back(before[i]);
      }
    }
    LeaveOutValues(most, &matches);
    ASSERT_EQ(Lines(matches), expected) << "round " << round;
    ASSERT_EQ(matches.observables.size(), stay.size());
    ASSERT_EQ(matches.left_out_values, values - stay.size());
    ASSERT_EQ(matches.left_out_matches, before.size() - expected.size());
  }
}

}  // namespace
}  // namespace mispsift
