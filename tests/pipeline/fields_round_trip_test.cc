// What a scan writes into fields.jsonl is what submit reads out of it.

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "mispsift/sink/report_lines.h"
#include "mispsift/submit/fields_line.h"
#include "tests/support/snapshots.h"
#include "tests/support/test_seed.h"

namespace mispsift {
namespace {

class RandomFacts {
 public:
  explicit RandomFacts(uint64_t seed) : random_(seed) {}

  ReportFacts Facts() {
    ReportFacts facts;
    facts.dialect =
        static_cast<Dialect>(Below(static_cast<int>(Dialect::kOther) + 1));
    facts.task_id = Text();
    facts.started = Text();
    facts.score = MaybeNumber();
    facts.target = {Text(), Text(), Text(), Text(), Text(), Text()};
    facts.urls = Texts();
    facts.domains = Domains();
    facts.hosts = Texts();
    for (int i = Below(3); i > 0; --i) {
      facts.configs.push_back({Text(), Texts(), Texts(), Texts()});
    }
    facts.target_file = {
        .sha512 = Text(), .ssdeep = Text(), .type = Text(), .size = random_()};
    facts.dropped = Files();
    facts.ids_files = Files();
    facts.dns_answers = Domains();
    facts.user_agents = Texts();
    facts.mutexes = Texts();
    facts.regkeys = Texts();
    facts.read_regkeys = Texts();
    facts.document_urls = Texts();
    for (int i = Below(3); i > 0; --i) {
      facts.signatures.push_back(
          {Text(), Text(), MaybeNumber(), Texts(), Texts()});
    }
    facts.own_addresses = Texts();
    facts.left_out = random_() >> Below(64);
    return facts;
  }

  std::optional<std::vector<WarninglistedValue>> Warninglisted() {
    if (Below(3) == 0) return std::nullopt;
    std::vector<WarninglistedValue> values;
    for (int i = Below(3); i > 0; --i) {
      values.push_back({Text(), Texts(), Below(2) == 0});
    }
    return values;
  }

  std::string Text() {
    static const std::vector<std::string> texts = {"",
                                                   " ",
                                                   "evil.example",
                                                   "C:\\Users\\eve\\\"a\".exe",
                                                   "line\nline\r",
                                                   std::string("nul\0nul", 7),
                                                   "\xC3\xA9\xF0\x9F\x98\x80",
                                                   "</script>\x7F\x01",
                                                   "null",
                                                   std::string(5000, 'x')};
    return texts[static_cast<size_t>(Below(static_cast<int>(texts.size())))];
  }

 private:
  int Below(int n) {
    return std::uniform_int_distribution<int>(0, n - 1)(random_);
  }
  std::optional<double> MaybeNumber() {
    if (Below(2) == 0) return std::nullopt;
    return std::uniform_real_distribution<>(-10, 1e6)(random_);
  }
  std::vector<std::string> Texts() {
    std::vector<std::string> texts;
    for (int i = Below(4); i > 0; --i) texts.push_back(Text());
    return texts;
  }
  std::vector<ContactedDomain> Domains() {
    std::vector<ContactedDomain> domains;
    for (int i = Below(3); i > 0; --i) domains.push_back({Text(), Text()});
    return domains;
  }
  std::vector<FileFacts> Files() {
    std::vector<FileFacts> files;
    for (int i = Below(3); i > 0; --i) {
      files.push_back({Text(), Text(), Text(), Text(), Text(), Text(), Text(),
                       random_() >> Below(64)});
    }
    return files;
  }

  std::mt19937_64 random_;
};

TEST(FieldsRoundTripTest, NothingIsLostBetweenScanAndSubmit) {
  const uint64_t seed = TestSeed();
  RandomFacts random(seed);
  const Snapshot snapshot = SnapshotOf({{"md5", std::string(32, 'a')}});
  for (int i = 0; i < 500; ++i) {
    ReportResult result;
    result.id = "00112233445566778899aabbccddeeff";
    result.source = {random.Text(), random.Text()};
    result.facts = random.Facts();
    result.warninglisted = random.Warninglisted();
    if (i % 2 == 0) {
      result.facts.target.md5 = std::string(32, 'a');
      result.matches.observables.push_back(
          {IndicatorKind::kMd5, result.facts.target.md5, 0, {}, 1});
      result.matches.matches.push_back({0, 0, MatchRule::kExact, 100});
    }
    std::string line;
    AppendFieldsLine(result, snapshot, &line);
    ASSERT_EQ(line.find('\n'), line.size() - 1);
    line.pop_back();
    const absl::StatusOr<ReportFields> fields = ParseFieldsLine(line);
    ASSERT_TRUE(fields.ok()) << fields.status() << "\n" << line;
    EXPECT_EQ(fields->report_id, result.id);
    EXPECT_EQ(fields->source.source, result.source.source);
    EXPECT_EQ(fields->source.member, result.source.member);
    EXPECT_EQ(fields->matches, result.matches.matches.size());
    EXPECT_TRUE(fields->facts == result.facts) << line;
    EXPECT_EQ(fields->warninglisted, result.warninglisted) << line;
    ASSERT_EQ(fields->known_events.size(), result.matches.matches.size());
    if (i % 2 == 0) {
      EXPECT_EQ(fields->known_events[0].uuid,
                snapshot.event_of(snapshot.attribute(0)).fields->uuid);
      EXPECT_EQ(fields->known_events[0].id, "7");
    }
  }
}

}  // namespace
}  // namespace mispsift
