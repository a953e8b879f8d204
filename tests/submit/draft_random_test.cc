// Whatever the facts hold: every event is one that MISP takes as it is, and
// whatever is not in it is listed.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "mispsift/base/utf8.h"
#include "mispsift/normalize/normalize.h"
#include "tests/support/drafting.h"
#include "tests/support/event_validity.h"

namespace mispsift {
namespace {

class FactsGenerator {
  int Below(int n) {
    return static_cast<int>(random_() % static_cast<uint64_t>(n));
  }
  std::string Pick(std::initializer_list<const char*> from) {
    return from.begin()[Below(static_cast<int>(from.size()))];
  }
  template <typename Make>
  auto Some(Make make) {
    std::vector<decltype(make())> made;
    for (int i = Below(5); i > 0; --i) made.push_back(make());
    return made;
  }

  // Pieces that rules, folding and JSON trip over, and any bytes.
  std::string Any() {
    std::string text;
    for (int i = Below(5); i > 0; --i) {
      if (Chance(10)) {
        text.push_back(static_cast<char>(Below(256)));
      } else {
        text += Pick({"a",
                      "A",
                      "|",
                      " ",
                      "\n",
                      "\r",
                      "\t",
                      "\x01",
                      "\xff",
                      "\xc3",
                      "\xc3\xa4",
                      "\xf0\x9f\x98\x80",
                      "hxxp://",
                      "[.]",
                      "[[.].]",
                      "\\",
                      "\"",
                      "evil.example",
                      "{",
                      "}",
                      ";",
                      "%",
                      "\xe2\x80\x8b",
                      "mtx",
                      "\xed\xa0\x80",
                      "192.168.1.1",
                      "[dot]",
                      "(dot)"});
      }
    }
    if (Chance(1)) text.append(70000, 'x');
    return text;
  }
  std::string Ip() {
    return Pick({"192.0.2.1",    "192.0.2.7",       "198.51.100.1",
                 "10.0.0.1",     "192.168.56.101",  "127.0.0.1",
                 "::1",          "2001:db8::1",     "2001:DB8:0:0::1",
                 "fe80::1%eth0", "::ffff:10.0.0.1", "::ffff:192.0.2.1",
                 "224.0.0.252",  "255.255.255.255", "10.0.0.0/8",
                 "192.0.2.0/24", "0.0.0.0",         "1.2.3",
                 "8.8.8.8",      "192[.]0[.]2[.]9", ""}) +
           (Chance(10) ? Any() : "");
  }
  std::string Domain() {
    return Pick({"evil.example", "EVIL.example", "evil.example.", "wpad",
                 "host.local",
                 "b\xc3\xbc"
                 "cher.example",
                 "www.msftncsi.com", "time.windows.com", "sub.other.example",
                 "10.0.0.1", "192.168.1.01", "x_y.example", ".evil.example",
                 ""}) +
           (Chance(10) ? Any() : "");
  }
  ContactedDomain Contacted() {
    return {Domain(), Chance(70) ? Ip() : std::string()};
  }
  std::string Url() {
    if (Chance(10)) return Any();
    return Pick({"http://", "https://", "HTTP://", "hxxp://", "", "ftp://u:p@",
                 "//", "mailto:"}) +
           (Chance(50) ? Domain()
                       : Pick({"192.0.2.1", "10.0.0.1", "[::1]",
                               "[2001:db8::1]", "2130706433", "0x7f.1"})) +
           Pick({"", "/", ":8080/a", "/A|b", "?q", "#f", "/\n"}) +
           (Chance(20) ? Any() : "");
  }
  std::string Hash(size_t digits) {
    if (Chance(10)) return Any();
    if (Chance(20)) return {};
    return std::string(digits, Pick({"a", "B", "c"})[0]);
  }
  std::string Name() {
    return Chance(60) ? Pick({"a.exe", "A.exe", "a|b.exe", "\xc3\xa4.exe",
                              R"(C:\Windows\x.dll)", "mtx", ""})
                      : Any();
  }
  std::string Key() {
    return Pick({R"(HKLM\Software\Microsoft\Windows\CurrentVersion\Run\)",
                 R"(HKCU\Software\)", ""}) +
           Any();
  }
  FileFacts File() {
    return {Name(),    Hash(32),
            Hash(40),  Hash(64),
            Hash(128), Chance(50) ? "3:abc:def" : Any(),
            Any(),     static_cast<uint64_t>(Below(3) * 1000)};
  }

 public:
  explicit FactsGenerator(uint64_t seed) : random_(seed) {}

  ReportFields Fields() {
    ReportFields fields;
    fields.report_id = fmt::format("{:032x}", random_());
    ReportFacts& facts = fields.facts;
    facts.dialect = static_cast<Dialect>(Below(7));
    facts.task_id = Chance(50) ? "17" : Any();
    facts.started = Chance(70) ? "2024-01-02T03:04:05" : Any();
    if (Chance(50)) facts.score = Below(100) / 10.0;
    facts.target = {"file", Name(), Hash(32), Hash(40), Hash(64), Url()};
    facts.target_file = File();
    facts.urls = Some([this] { return Url(); });
    facts.domains = Some([this] { return Contacted(); });
    facts.hosts = Some([this] { return Ip(); });
    facts.configs = Some([this] {
      return MalwareConfig{Any(), Some([this] { return Url(); }),
                           Some([this] { return Name(); }),
                           Some([this] { return Any(); })};
    });
    facts.dropped = Some([this] { return File(); });
    facts.ids_files = Some([this] { return File(); });
    facts.dns_answers = Some([this] { return Contacted(); });
    facts.user_agents = Some([this] { return Any(); });
    facts.mutexes = Some([this] { return Name(); });
    facts.regkeys = Some([this] { return Key(); });
    facts.read_regkeys = Some([this] { return Key(); });
    facts.document_urls = Some([this] { return Url(); });
    facts.signatures = Some([this] {
      return SignatureFacts{
          Any(), Any(), {}, Some([this] { return Any(); }), Some([this] {
            return Any();
          })};
    });
    facts.own_addresses = Some([this] { return Ip(); });
    if (Chance(50)) {
      fields.warninglisted.emplace();
      for (int i = Below(4); i > 0; --i) {
        fields.warninglisted->push_back(
            {Chance(50) ? Ip() : Domain(), {Any(), "A list"}, Chance(50)});
      }
    }
    return fields;
  }

  DraftSettings Settings() {
    DraftSettings settings;
    settings.modes = Chance(70)
                         ? kAllSubmitModes
                         : static_cast<uint32_t>(random_()) & kAllSubmitModes;
    settings.objects = Chance(50);
    settings.submit_informed = Chance(50);
    settings.title = Chance(50) ? "{target} {families} {score}" : "{{}}";
    settings.scanned = "2025-05-05T00:00:00Z";
    if (Chance(30)) settings.ioc_blacklist = {"evil.example", "192.0.2.0/30"};
    if (Chance(30)) settings.safelist = {".other.example", "mtx"};
    if (Chance(20)) {
      settings.distribution = 4;
      settings.sharing_group_id = 3;
    }
    return settings;
  }

  SampleFile Sample() { return {Name(), Any()}; }
  bool Chance(int percent) { return Below(100) < percent; }

 private:
  std::mt19937_64 random_;
};

// Whether the value is in the event, as what MISP makes of it or as what is the
// same to it, or listed.
bool IsAccountedFor(const DraftedEvent& drafted, std::string_view type,
                    const std::string& value) {
  for (const LeftOutValue& left_out : drafted.left_out) {
    if (left_out.type == type && left_out.value == value) return true;
  }
  const auto folded = [](std::string_view text) {
    std::string same;
    Fold(IndicatorKind::kUrl, KeyForm::kValue, text, &same);
    return same;
  };
  std::string scratch;
  std::string stored(ReplaceInvalidUtf8(value, &scratch));
  for (int i = 0; i < 8; ++i) stored = StoreLikeMisp(type, stored).value;
  for (const DraftAttribute& attribute : drafted.event.attributes) {
    if (attribute.type == type && folded(attribute.value) == folded(stored)) {
      return true;
    }
  }
  return false;
}

TEST(DraftRandomTest, EveryEventIsOneThatMispTakes) {
  size_t attributes = 0;
  size_t objects = 0;
  std::set<LeftOut> reasons;
  for (uint64_t seed = 1; seed <= 1000; ++seed) {
    SCOPED_TRACE(seed);
    FactsGenerator generator(seed);
    const ReportFields fields = generator.Fields();
    const DraftSettings settings = generator.Settings();
    const SampleFile sample = generator.Sample();
    const SampleFile* const given = generator.Chance(20) ? &sample : nullptr;
    const DraftedEvent drafted = DraftEvent(fields, settings, given);
    ASSERT_THAT(ProblemsOf(drafted.event), testing::IsEmpty());
    attributes += AttributeCount(drafted.event);
    objects += drafted.event.objects.size();
    for (const LeftOutValue& value : drafted.left_out) {
      reasons.insert(value.reason);
      ASSERT_EQ(value.report_id, fields.report_id);
      ASSERT_FALSE(value.value.empty());
    }
    if (given == nullptr) {
      const DraftedEvent again = EventDrafter(settings).Draft(fields);
      ASSERT_EQ(EventJson(drafted.event), EventJson(again.event));
    }
  }
  EXPECT_GT(attributes, 15000u);
  EXPECT_GT(objects, 2000u);
  EXPECT_EQ(reasons.size(), static_cast<size_t>(LeftOut::kCount));
}

TEST(DraftRandomTest, NothingIsLostWithoutAWord) {
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    FactsGenerator generator(seed);
    ReportFields fields = generator.Fields();
    fields.facts.target = {};
    fields.facts.target_file = {};
    fields.facts.domains.clear();
    fields.facts.dns_answers.clear();
    DraftSettings settings = InModes("ipaddr mutexes");
    settings.scanned = "2025-05-05T00:00:00Z";
    const DraftedEvent drafted = DraftEvent(fields, settings);
    for (const std::string& mutex : fields.facts.mutexes) {
      if (mutex.empty()) continue;
      ASSERT_TRUE(IsAccountedFor(drafted, "mutex", mutex)) << mutex;
    }
    for (const std::string& host : fields.facts.hosts) {
      if (host.empty()) continue;
      ASSERT_TRUE(IsAccountedFor(drafted, "ip-dst", host)) << host;
    }
  }
}

TEST(DraftRandomTest, EveryBatchIsOneThatMispTakes) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    FactsGenerator generator(seed);
    BatchDrafter drafter(generator.Settings(), 200);
    size_t analyses = 0;
    const auto check = [&analyses](const std::optional<DraftedEvent>& drafted) {
      if (!drafted.has_value()) return;
      EXPECT_THAT(ProblemsOf(drafted->event), testing::IsEmpty());
      if (drafted->report_ids.size() > 1) {
        EXPECT_LE(AttributeCount(drafted->event), 200u);
      }
      analyses += drafted->report_ids.size();
    };
    for (int i = 0; i < 12; ++i) check(drafter.Add(generator.Fields()));
    check(drafter.Finish());
    EXPECT_EQ(analyses, 12u);
  }
}

}  // namespace
}  // namespace mispsift
