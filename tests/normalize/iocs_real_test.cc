// Every attribute of the real samples goes through IndicatorsOf.

#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mispsift/base/utf8.h"
#include "mispsift/normalize/attribute_types.h"
#include "mispsift/normalize/normalize.h"
#include "nlohmann/json.hpp"
#include "tests/support/real_data.h"

namespace mispsift {
namespace {

struct Sample {
  std::string type;
  std::string value;
};

// One attribute a line, or one under "attribute"; events among them, which
// have no value, are passed over. `*bad_lines` counts what is not JSON.
std::vector<Sample> ReadSamples(const std::string& name, int* bad_lines) {
  std::ifstream file(RealData("iocs/" + name));
  std::vector<Sample> samples;
  for (std::string line; std::getline(file, line);) {
    nlohmann::json json = nlohmann::json::parse(line, nullptr, false);
    if (json.is_discarded()) {
      ++*bad_lines;
      continue;
    }
    if (json.contains("attribute")) json = nlohmann::json(json["attribute"]);
    if (!json.contains("type") || !json.contains("value")) continue;
    samples.push_back({json["type"], json["value"]});
  }
  return samples;
}

struct Tally {
  int attributes = 0;
  int matchable = 0;
};

std::map<std::string, Tally> TallyTypes(const std::vector<Sample>& samples) {
  std::map<std::string, Tally> tallies;
  for (const Sample& sample : samples) {
    std::vector<Indicator> indicators;
    const Unmatchable reason =
        IndicatorsOf(sample.type, sample.value, &indicators);
    EXPECT_EQ(indicators.empty(), reason != Unmatchable::kNo);
    Tally& tally = tallies[sample.type];
    ++tally.attributes;
    if (reason == Unmatchable::kNo) ++tally.matchable;
    for (const Indicator& indicator : indicators) {
      SCOPED_TRACE(sample.type + ": " + sample.value);
      // Canonical already, whichever way it is reached again.
      if (indicator.form == KeyForm::kNetwork) continue;
      IndicatorKind kind = indicator.kind;
      std::string again;
      EXPECT_TRUE(Canonicalize(indicator.value, &kind, &again));
      EXPECT_EQ(kind, indicator.kind);
      EXPECT_EQ(again, indicator.value);
      EXPECT_TRUE(IsUtf8(indicator.value));
    }
  }
  return tallies;
}

TEST(IocsReal, EveryTypeIsKnownAndNearlyEveryValueMatches) {
  int bad_lines = 0;
  std::vector<Sample> samples =
      ReadSamples("attributes_sample.jsonl", &bad_lines);
  EXPECT_EQ(samples.size(), 2000u);
  for (Sample& sample : ReadSamples("all_types_extra.jsonl", &bad_lines)) {
    samples.push_back(std::move(sample));
  }
  EXPECT_EQ(bad_lines, 0);
  const std::map<std::string, Tally> tallies = TallyTypes(samples);
  // Regular expressions for hosts, addresses with a port for host names, a name
  // around an e-mail address, a hash with line breaks, a hash without a name.
  const std::map<std::string, int> broken = {
      {"domain", 2},          {"hostname", 3}, {"email-src", 1},
      {"filename|sha256", 1}, {"md5", 1},      {"ssdeep", 1}};
  for (const auto& [type, tally] : tallies) {
    const AttributeType* const row = FindAttributeType(type);
    ASSERT_NE(row, nullptr) << type;
    const auto of_type = broken.find(type);
    const int expected =
        row->first == IndicatorKind::kCount
            ? 0
            : tally.attributes -
                  (of_type == broken.end() ? 0 : of_type->second);
    EXPECT_EQ(tally.matchable, expected) << type;
  }
  EXPECT_EQ(tallies.at("md5").attributes, 153);
  EXPECT_EQ(tallies.at("sha256").attributes, 151);
  EXPECT_EQ(tallies.at("domain").attributes, 263);
  EXPECT_EQ(tallies.at("url").attributes, 230);
}

TEST(IocsReal, OddValuesMatchOrSayWhyNot) {
  int bad_lines = 0;
  const std::vector<Sample> samples =
      ReadSamples("oddities_raw.jsonl", &bad_lines);
  EXPECT_EQ(bad_lines, 2);
  int broken = 0;
  for (const auto& [type, tally] : TallyTypes(samples)) {
    const AttributeType* const row = FindAttributeType(type);
    ASSERT_NE(row, nullptr) << type;
    if (row->first != IndicatorKind::kCount) {
      broken += tally.attributes - tally.matchable;
    }
  }
  EXPECT_EQ(broken, 5);
}

TEST(IocsReal, AHashOrAHostGivesOneIndicator) {
  int bad_lines = 0;
  for (const char* name : {"attributes_sample.jsonl", "all_types_extra.jsonl",
                           "oddities_raw.jsonl"}) {
    for (const Sample& sample : ReadSamples(name, &bad_lines)) {
      std::vector<Indicator> indicators;
      if (IndicatorsOf(sample.type, sample.value, &indicators) !=
          Unmatchable::kNo) {
        continue;
      }
      SCOPED_TRACE(sample.type + ": " + sample.value);
      if (sample.type == "md5" || sample.type == "sha1" ||
          sample.type == "sha256") {
        ASSERT_EQ(indicators.size(), 1u);
        EXPECT_EQ(KindName(indicators[0].kind), sample.type);
      }
      if (sample.type == "domain" || sample.type == "hostname") {
        ASSERT_EQ(indicators.size(), 1u);
        EXPECT_TRUE(indicators[0].kind == IndicatorKind::kHost ||
                    indicators[0].kind == IndicatorKind::kIp);
        EXPECT_EQ(indicators[0].value.find_first_of(" /[]"), std::string::npos);
      }
      if (sample.type == "domain|ip") {
        EXPECT_EQ(indicators.size(), 2u);
      }
    }
  }
}

}  // namespace
}  // namespace mispsift
