#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <random>
#include <string>

#include "mispsift/cuckoo/report_reader.h"
#include "tests/support/observations.h"
#include "tests/support/report_generator.h"
#include "tests/support/slow_report_reader.h"

namespace mispsift {
namespace {

constexpr int kDocuments = 4000;

TEST(ReportReaderRandomTest, AgreesWithTheSlowReader) {
  const char* given = std::getenv("MISPSIFT_TEST_SEED");
  const uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10)
                                         : std::random_device()();
  std::cout << "MISPSIFT_TEST_SEED=" << seed << "\n";
  ReportGenerator generator(seed);
  ReportReader full(ScanDepth::kFull);
  ReportReader fields(ScanDepth::kFields);
  ReportReader facts(ScanDepth::kFacts);
  size_t observations = 0;
  size_t assembled = 0;
  size_t own_addresses = 0;
  for (int i = 0; i < kDocuments; ++i) {
    const std::string json = generator.Report();
    JsonNode root;
    ASSERT_TRUE(ParseJson(json, &root)) << json;
    const ReadResult short_read = ReadReport(json, ScanDepth::kFacts, &facts);
    ASSERT_TRUE(short_read.all.empty());
    for (const ScanDepth depth : {ScanDepth::kFields, ScanDepth::kFull}) {
      const ReadResult read =
          ReadReport(json, depth, depth == ScanDepth::kFull ? &full : &fields);
      ASSERT_TRUE(read.outcome.reject == Reject::kNone ||
                  read.outcome.reject == Reject::kNotAReport)
          << read.outcome.detail << "\n"
          << json;
      ASSERT_EQ(FirstDifference(read.all, SlowReadReport(root, depth)), "")
          << json;
      // Whatever is skipped over, the report says the same of itself.
      ASSERT_EQ(short_read.outcome.reject, read.outcome.reject) << json;
      ASSERT_TRUE(short_read.facts == read.facts) << json;
      ASSERT_EQ(read.facts.own_addresses, SlowOwnAddresses(root)) << json;
      own_addresses += read.facts.own_addresses.size();
      observations += read.all.size();
      for (const PlacedObservation& seen : read.all) {
        assembled += seen.reading == Reading::kAssembled ? 1 : 0;
      }
    }
  }
  // The generator reaches what it is for.
  EXPECT_GT(observations, 40u * kDocuments);
  EXPECT_GT(own_addresses, 0u);
  EXPECT_GT(assembled, static_cast<size_t>(kDocuments) / 2);
}

}  // namespace
}  // namespace mispsift
