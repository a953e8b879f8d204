// Random attributes against random observations: index and slow matcher agree.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <random>

#include "mispsift/match/matcher.h"
#include "mispsift/match/report_keys.h"
#include "mispsift/normalize/normalize.h"
#include "tests/support/slow_matcher.h"
#include "tests/support/snapshots.h"
#include "tests/support/ssdeep.h"

namespace mispsift {
namespace {

// ssdeep values of one family: scores lie on both sides of what is a match.
const std::vector<std::string>& Digests() {
  static const std::vector<std::string>* const kDigests = [] {
    std::mt19937_64 random(1);
    auto* const digests = new std::vector<std::string>{
        "384:abc/efghijklmnop+rstuvwxyz0123:KLMNOPQRSTUVWXYZ"};
    while (digests->size() < 20) {
      digests->push_back(
          MutatedSsdeep((*digests)[random() % digests->size()], &random));
    }
    return digests;
  }();
  return *kDigests;
}

// Few distinct values, so that they meet often; case and neighbours vary.
class Generator {
 public:
  explicit Generator(uint32_t seed) : random_(seed) {}

  size_t Below(size_t n) { return random_() % n; }
  bool Chance(int percent) { return random_() % 100 < unsigned(percent); }

  std::string Pick(const std::vector<std::string>& choices) {
    return choices[Below(choices.size())];
  }

  Planted Attribute() {
    static const std::vector<Planted> kPlanted = {
        {"domain", "evil.example"},
        {"hostname", "www.evil.example"},
        {"domain|ip", "evil.example|203.0.113.7"},
        {"ip-dst", "203.0.113.7"},
        {"ip-src", "203.0.113.0/24"},
        {"ip-src", "203.0.113.7/31"},
        {"ip-dst", "2001:db8::/48"},
        {"ip-dst", "2001:db8::7"},
        {"ip-dst", "10.0.0.0/8"},
        {"ip-dst|port", "203.0.113.7|80"},
        {"url", "http://evil.example/A"},
        {"url", "evil.example/A"},
        {"url", "evil.example"},
        {"mutex", "Mutex"},
        {"mutex", "m\xc3\xbctex"},
        {"user-agent", "mutex"},
        {"filename", "evil.exe"},
        {"filename", "C:\\Temp\\evil.exe"},
        {"filename", "Setup.exe"},
        {"filename|md5", "Evil.exe|0123456789abcdef0123456789abcdef"},
        {"md5", "0123456789ABCDEF0123456789abcdef"},
        {"regkey", "HKLM\\Software\\Evil"},
        {"regkey|value", "HKLM\\Software\\Evil|1"},
        {"regkey", "HKEY_LOCAL_MACHINE\\software\\Evil\\"},
        {"regkey", "HKCU\\Software\\Evil"},
        {"regkey", "HKLM\\SYSTEM\\CurrentControlSet\\Services\\Evil"},
        {"mutex", "Global\\mutex"},
        {"mutex", "\\BaseNamedObjects\\Mutex"},
        {"pdb", "Local\\Mutex"},
        {"named pipe", "\\\\.\\pipe\\evil"},
        {"named pipe", "evil"},
        {"domain", "example.co.uk"},
        {"domain", "co.uk"},
        {"url", "https://EVIL.example:443/A/"},
        {"url", "http://evil.example/%41#x"},
        {"url", "http://evil.example"},
        {"comment", "evil.example"}};
    Planted planted = kPlanted[Below(kPlanted.size())];
    if (Chance(20)) {
      planted = {"ssdeep", Pick(Digests())};
      if (Chance(30)) {
        planted = {"filename|ssdeep", "evil.exe|" + planted.value};
      }
    }
    planted.to_ids = Chance(80);
    planted.disable_correlation = Chance(10);
    return planted;
  }

  // Entries of a blacklist or safelist.
  std::vector<std::string> Listed() {
    std::vector<std::string> entries;
    for (size_t i = Below(3); i > 0; --i) {
      entries.push_back(
          Pick({"evil.example", "203.0.113.7", "203.0.113.6/31",
                "203.0.113.0/24", "203.0.0.0/16", "203.0.113.7/32",
                ".evil.example", ".example", ".vil.example", "/evil/",
                "/EVIL/i", "/^http:/", "/\\|8[0-9]$/", "/^m.*tex/", "/zzz/"}));
    }
    return entries;
  }

  PlacedObservation Observation() {
    static const std::vector<std::pair<IndicatorKind, std::string>> kSeen = {
        {IndicatorKind::kHost, "evil.example"},
        {IndicatorKind::kHost, "www.evil.example"},
        {IndicatorKind::kHost, "vil.example"},
        {IndicatorKind::kIp, "203.0.113.7"},
        {IndicatorKind::kIp, "203.0.113.6"},
        {IndicatorKind::kIp, "203.0.114.7"},
        {IndicatorKind::kIp, "10.1.2.3"},
        {IndicatorKind::kIp, "2001:db8::7"},
        {IndicatorKind::kIp, "2001:db8:1::7"},
        {IndicatorKind::kIpPort, "203.0.113.7|80"},
        {IndicatorKind::kIpPort, "203.0.113.7|81"},
        {IndicatorKind::kUrl, "http://evil.example/A"},
        {IndicatorKind::kUrl, "https://evil.example/a"},
        {IndicatorKind::kMutex, "Mutex"},
        {IndicatorKind::kMutex, "MUTEX"},
        {IndicatorKind::kMutex, "mutex2"},
        {IndicatorKind::kUserAgent, "mutex"},
        {IndicatorKind::kFilename, "evil.exe"},
        {IndicatorKind::kFilename, "EVIL.EXE"},
        {IndicatorKind::kFilename, "setup.exe"},
        {IndicatorKind::kFilepath, "c:\\temp\\EVIL.exe"},
        {IndicatorKind::kMd5, "0123456789abcdef0123456789abcdef"},
        {IndicatorKind::kRegkey, "HKLM\\Software\\Evil"},
        {IndicatorKind::kRegkeyValue, "HKLM\\Software\\Evil|1"},
        {IndicatorKind::kRegkeyValue, "\\REGISTRY\\MACHINE\\Software\\Evil|1"},
        {IndicatorKind::kRegkey, "HKEY_USERS\\S-1-5-21-1-2\\Software\\Evil"},
        {IndicatorKind::kRegkey, "HKLM\\SYSTEM\\ControlSet001\\Services\\Evil"},
        {IndicatorKind::kMutex, "Local\\Mutex"},
        {IndicatorKind::kMutex, "\\Sessions\\1\\BaseNamedObjects\\Mutex"},
        {IndicatorKind::kNamedPipe, "\\Device\\NamedPipe\\evil"},
        {IndicatorKind::kHost, "a.b.evil.example"},
        {IndicatorKind::kHost, "b.example.co.uk"},
        {IndicatorKind::kHost, "other.co.uk"},
        {IndicatorKind::kUrl, "http://evil.example/"},
        {IndicatorKind::kUrl, "http://evil.example:80/%61"}};
    const auto& [kind, value] = kSeen[Below(kSeen.size())];
    PlacedObservation seen = {
        kind,
        KeyForm::kValue,
        static_cast<Reading>(Below(3)),
        static_cast<Where>(Below(static_cast<size_t>(Where::kCount))),
        value,
        "$.p" + std::to_string(Below(5))};
    if (Chance(20)) {
      seen.kind = IndicatorKind::kSsdeep;
      seen.value = Pick(Digests());
    }
    if (seen.kind == IndicatorKind::kFilename && Chance(50)) {
      seen.reading = Reading::kBasename;
    }
    if (Chance(20)) {
      seen.form = KeyForm::kWholeString;
      seen.reading = Reading::kWholeString;
    } else if (seen.kind == IndicatorKind::kUrl && Chance(20)) {
      seen.value = WithoutScheme(value);
    }
    return seen;
  }

 private:
  std::mt19937 random_;
};

TEST(MatcherRandomTest, IndexAndSlowMatcherAgree) {
  std::ptrdiff_t fuzzy = 0;
  for (uint32_t seed = 0; seed < 3000; ++seed) {
    Generator generator(seed);
    std::vector<Planted> planted;
    for (size_t i = generator.Below(12); i > 0; --i) {
      planted.push_back(generator.Attribute());
    }
    std::vector<PlacedObservation> observations;
    for (size_t i = generator.Below(30); i > 0; --i) {
      observations.push_back(generator.Observation());
      if (observations.size() > 1 && generator.Chance(30)) {
        const PlacedObservation& before = observations[observations.size() - 2];
        observations.back().path = before.path;
        observations.back().place = before.place;
      } else {
        observations.back().place = observations.size();
      }
    }
    IndexSettings settings;
    settings.only_ids = generator.Chance(70);
    if (generator.Chance(50)) settings.ioc_blacklist = generator.Listed();
    if (generator.Chance(20)) settings.ioc_blacklist = {Digests().front()};
    std::vector<std::string> safe;
    if (generator.Chance(50)) safe = generator.Listed();
    const ValueList safelist(safe);
    const bool exact_only = generator.Chance(30);

    const Snapshot snapshot = SnapshotOf(planted);
    const Index index = Index::Build(snapshot, settings);
    Matcher matcher(&index, {exact_only, &safelist});
    JsonPath path;
    uint64_t place = 0;
    for (const PlacedObservation& seen : observations) {
      if (seen.place != place) {
        path.Clear();
        path.PushKey(std::string_view(seen.path).substr(2));
        place = seen.place;
      }
      matcher.Observe(
          {seen.kind, seen.form, seen.reading, seen.where, seen.value}, path);
    }
    const std::vector<PlainMatch> found =
        PlainMatches(matcher.Take(), snapshot);
    ASSERT_EQ(found,
              SlowMatch(snapshot, settings, exact_only, observations, safe))
        << "seed " << seed;
    fuzzy += std::ranges::count(found, "fuzzy", &PlainMatch::rule);
  }
  EXPECT_GT(fuzzy, 300);
}

// What is kept of a report for tomorrow's indicators: it shows each that the
// report matches, and of others next to none.
TEST(MatcherRandomTest, KeysFindWhateverTheMatcherFinds) {
  size_t matched = 0;
  size_t seeming = 0;
  for (uint32_t seed = 0; seed < 2000; ++seed) {
    Generator generator(seed);
    std::vector<Planted> planted;
    for (size_t i = generator.Below(12); i > 0; --i) {
      planted.push_back(generator.Attribute());
    }
    const Snapshot snapshot = SnapshotOf(planted);
    std::vector<bool> is_new;
    for (size_t i = 0; i < snapshot.attribute_count(); ++i) {
      is_new.push_back(generator.Chance(60));
    }
    IndexSettings settings;
    settings.only_rows = &is_new;
    const Index index = Index::Build(snapshot, settings);
    Matcher matcher(&index, {});
    ReportKeyCollector collector(&index.public_suffixes());
    JsonPath path;
    for (size_t i = generator.Below(30); i > 0; --i) {
      const PlacedObservation seen = generator.Observation();
      const Observation observation = {seen.kind, seen.form, seen.reading,
                                       seen.where, seen.value};
      matcher.Observe(observation, path);
      collector.Observe(observation);
    }
    std::string keys;
    collector.Take(&keys);
    std::vector<uint32_t> rows;
    ReportKeyQuery query(&index);
    ASSERT_TRUE(query.Find(keys, &rows).ok()) << "seed " << seed;
    std::vector<uint32_t> wanted;
    for (const Match& match : matcher.Take().matches) {
      wanted.push_back(match.attribute);
      EXPECT_TRUE(is_new[match.attribute]);
    }
    std::ranges::sort(wanted);
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    EXPECT_TRUE(std::ranges::includes(rows, wanted)) << "seed " << seed;
    matched += wanted.size();
    // What a table cannot say: a rule that depends on the attribute's type.
    seeming += rows.size() - wanted.size();
  }
  EXPECT_GT(matched, 1000U);
  EXPECT_LT(seeming, matched);
}

}  // namespace
}  // namespace mispsift
