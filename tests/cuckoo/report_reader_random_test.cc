#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "mispsift/cuckoo/report_reader.h"
#include "tests/support/observations.h"
#include "tests/support/report_generator.h"
#include "tests/support/slow_report_facts.h"
#include "tests/support/slow_report_reader.h"
#include "tests/support/test_seed.h"

namespace mispsift {
namespace {

constexpr int kDocuments = 3000;

template <typename T>
void Append(const std::vector<T>& from, std::vector<T>* to) {
  to->insert(to->end(), from.begin(), from.end());
}

void Gather(const ReportFacts& facts, ReportFacts* all) {
  all->target_file.sha512 += facts.target_file.sha512;
  all->target_file.ssdeep += facts.target_file.ssdeep;
  all->target_file.type += facts.target_file.type;
  all->target_file.size |= facts.target_file.size;
  Append(facts.own_addresses, &all->own_addresses);
  Append(facts.dropped, &all->dropped);
  Append(facts.ids_files, &all->ids_files);
  Append(facts.dns_answers, &all->dns_answers);
  Append(facts.user_agents, &all->user_agents);
  Append(facts.mutexes, &all->mutexes);
  Append(facts.regkeys, &all->regkeys);
  Append(facts.read_regkeys, &all->read_regkeys);
  Append(facts.document_urls, &all->document_urls);
  Append(facts.signatures, &all->signatures);
}

TEST(ReportReaderRandomTest, AgreesWithTheSlowReader) {
  const uint64_t seed = TestSeed();
  ReportGenerator generator(seed);
  ReportReader full(ScanDepth::kFull);
  ReportReader fields(ScanDepth::kFields);
  ReportReader facts(ScanDepth::kFacts);
  ReportReader identity(ScanDepth::kIdentity);
  size_t observations = 0;
  size_t assembled = 0;
  ReportFacts reached;  // how much of some lists
  for (int i = 0; i < kDocuments; ++i) {
    const std::string json = generator.Report();
    JsonNode root;
    ASSERT_TRUE(ParseJson(json, &root)) << json;
    const ReadResult short_read = ReadReport(json, ScanDepth::kFacts, &facts);
    ASSERT_TRUE(short_read.all.empty());
    const ReadResult shortest =
        ReadReport(json, ScanDepth::kIdentity, &identity);
    ASSERT_TRUE(shortest.all.empty());
    ASSERT_EQ(shortest.outcome.reject, short_read.outcome.reject) << json;
    ASSERT_TRUE(shortest.facts == IdentityIn(short_read.facts)) << json;
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
      ASSERT_EQ(FactsDifference(read.facts, SlowReadFacts(root)), "") << json;
      Gather(read.facts, &reached);
      observations += read.all.size();
      for (const PlacedObservation& seen : read.all) {
        assembled += seen.reading == Reading::kAssembled ? 1 : 0;
      }
    }
  }
  // The generator reaches what it is for.
  EXPECT_GT(observations, 40u * kDocuments);
  EXPECT_FALSE(reached.own_addresses.empty());
  EXPECT_FALSE(reached.target_file.sha512.empty());
  EXPECT_FALSE(reached.target_file.ssdeep.empty());
  EXPECT_FALSE(reached.target_file.type.empty());
  EXPECT_GT(reached.target_file.size, 0u);
  EXPECT_FALSE(reached.dropped.empty());
  EXPECT_FALSE(reached.ids_files.empty());
  EXPECT_FALSE(reached.dns_answers.empty());
  EXPECT_FALSE(reached.user_agents.empty());
  EXPECT_FALSE(reached.mutexes.empty());
  EXPECT_FALSE(reached.regkeys.empty());
  EXPECT_FALSE(reached.read_regkeys.empty());
  EXPECT_FALSE(reached.document_urls.empty());
  const auto any = [&reached](auto is) {
    return std::ranges::any_of(reached.signatures, is);
  };
  using Signature = const SignatureFacts&;
  EXPECT_TRUE(any([](Signature s) { return s.attack_ids.size() > 1; }));
  EXPECT_TRUE(any([](Signature s) { return s.marks.size() > 1; }));
  EXPECT_TRUE(any([](Signature s) { return s.severity.has_value(); }));
  EXPECT_GT(assembled, static_cast<size_t>(kDocuments) / 2);
}

}  // namespace
}  // namespace mispsift
