#include "mispsift/match/matcher.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "tests/support/slow_matcher.h"
#include "tests/support/snapshots.h"

namespace mispsift {
namespace {

ReportMatches MatchAll(const Index& index, bool exact_only,
                       const std::vector<PlacedObservation>& observations) {
  Matcher matcher(&index, {exact_only});
  JsonPath path;
  for (const PlacedObservation& seen : observations) {
    path.PushKey(seen.path);
    matcher.Observe(
        {seen.kind, seen.form, seen.reading, seen.where, seen.value}, path);
    path.Pop();
  }
  return matcher.Take();
}

PlacedObservation Seen(IndicatorKind kind, const std::string& value,
                       Reading reading = Reading::kField) {
  return {kind, KeyForm::kValue, reading, Where::kNetwork, value, "p"};
}

std::vector<PlainMatch> Find(const Snapshot& snapshot,
                             const PlacedObservation& seen,
                             IndexSettings settings = {}) {
  const Index index = Index::Build(snapshot, settings);
  return PlainMatches(MatchAll(index, false, {seen}), snapshot);
}

TEST(MatcherTest, OneValueOfManyAttributesMatchesThemAll) {
  const Snapshot snapshot =
      SnapshotOf({{"domain", "evil.example"},
                  {"hostname", "Evil.Example."},
                  {"domain|ip", "evil.example|203.0.113.5"},
                  {"hostname|port", "evil.example|8080"},
                  {"domain", "other.example"}});
  const std::vector<PlainMatch> found =
      Find(snapshot, Seen(IndicatorKind::kHost, "evil.example"));
  ASSERT_EQ(found.size(), 4u);
  for (const PlainMatch& match : found) EXPECT_EQ(match.rule, "exact");
}

TEST(MatcherTest, KindsNeverMeet) {
  const std::string hash = "0123456789abcdef0123456789abcdef";
  const Snapshot snapshot = SnapshotOf({{"imphash", hash}});
  EXPECT_TRUE(Find(snapshot, Seen(IndicatorKind::kMd5, hash)).empty());
  EXPECT_EQ(Find(snapshot, Seen(IndicatorKind::kImphash, hash)).size(), 1u);
}

TEST(MatcherTest, AnAddressMatchesEveryNetworkAroundIt) {
  const Snapshot snapshot = SnapshotOf({{"ip-dst", "203.0.113.7"},
                                        {"ip-src", "203.0.113.0/24"},
                                        {"ip-src", "203.0.0.0/16"},
                                        {"ip-src", "203.0.113.128/25"},
                                        {"ip-dst", "2001:db8::/32"}});
  const std::vector<PlainMatch> found =
      Find(snapshot, Seen(IndicatorKind::kIp, "203.0.113.7"));
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(std::count_if(found.begin(), found.end(),
                          [](const PlainMatch& m) { return m.rule == "cidr"; }),
            2);
  EXPECT_EQ(Find(snapshot, Seen(IndicatorKind::kIp, "2001:db8::1")).size(), 1u);
  EXPECT_TRUE(Find(snapshot, Seen(IndicatorKind::kIp, "2001:db9::1")).empty());
}

TEST(MatcherTest, AnSsdeepMatchesThoseThatAreLikeIt) {
  const std::string seen = "96:abcdefghijklmnopqrstuvw:ABCDEFGHIJKL";
  const std::string like = "96:abcdefghijklmnopqrstuv+:ABCDEFGHIJKM";
  const std::string far = "96:abcdefg0123456789012345678:qwertzuiopas";
  const Snapshot snapshot = SnapshotOf({{"ssdeep", seen},
                                        {"ssdeep", like},
                                        {"filename|ssdeep", "evil.exe|" + like},
                                        {"ssdeep", like + "x", false},
                                        {"impfuzzy", like},
                                        {"ssdeep", far}});
  std::vector<PlainMatch> found =
      Find(snapshot, Seen(IndicatorKind::kSsdeep, seen));
  ASSERT_EQ(found.size(), 3u);
  std::ranges::sort(found, {}, &PlainMatch::confidence);
  EXPECT_EQ(found[0].rule, "fuzzy");
  EXPECT_EQ(found[1].rule, "fuzzy");
  EXPECT_EQ(found[0].confidence, 90);
  EXPECT_EQ(found[2].rule, "exact");
  EXPECT_EQ(found[2].confidence, 100);
  for (const PlainMatch& match : found) EXPECT_EQ(match.value, seen);

  // What matches nothing but by likeness, at every place that shows it.
  const Index index = Index::Build(snapshot, {});
  const PlacedObservation unknown =
      Seen(IndicatorKind::kSsdeep, "96:abcdefghijkLMNOPqrstuVWX:1234567890+/");
  found = PlainMatches(MatchAll(index, true, {unknown, unknown}), snapshot);
  ASSERT_EQ(found.size(), 3u);
  for (const PlainMatch& match : found) {
    EXPECT_EQ(match.rule, "fuzzy");
    EXPECT_GE(match.confidence, 40);
    EXPECT_LT(match.confidence, 90);
  }
}

TEST(MatcherTest, AFuzzyMatchIsAsSureAsItsScore) {
  EXPECT_EQ(Confidence(Reading::kField, MatchRule::kFuzzy, 40), 40);
  EXPECT_EQ(Confidence(Reading::kField, MatchRule::kFuzzy, 77), 77);
  EXPECT_EQ(Confidence(Reading::kField, MatchRule::kFuzzy, 100), 90);
  EXPECT_EQ(Confidence(Reading::kToken, MatchRule::kFuzzy, 50), 40);
}

TEST(MatcherTest, FoldedMatchesAreLabelledAndCanBeSwitchedOff) {
  const Snapshot snapshot = SnapshotOf({{"mutex", "EvilMutex"}});
  const std::vector<PlacedObservation> seen = {
      Seen(IndicatorKind::kMutex, "evilmutex")};
  const Index index = Index::Build(snapshot, {});
  const std::vector<PlainMatch> folded =
      PlainMatches(MatchAll(index, false, seen), snapshot);
  ASSERT_EQ(folded.size(), 1u);
  EXPECT_EQ(folded[0].rule, "folded");
  EXPECT_TRUE(MatchAll(index, true, seen).matches.empty());
}

TEST(MatcherTest, AUrlMeetsItsOtherSpellings) {
  const Snapshot snapshot = SnapshotOf({{"url", "evil.example/a?b"}});
  for (const char* url :
       {"http://evil.example/a?b", "https://evil.example:443/a?b",
        "http://EVIL.example./%61?b#c"}) {
    const std::vector<PlainMatch> found =
        Find(snapshot, Seen(IndicatorKind::kUrl, url));
    ASSERT_EQ(found.size(), 1u) << url;
    EXPECT_EQ(found[0].rule, "url");
    EXPECT_EQ(found[0].value, url);
    EXPECT_EQ(found[0].confidence, 90);
  }
  for (const char* url :
       {"http://evil.example/a", "http://evil.example/a?c",
        "http://evil.example/a/?b", "http://evil.example:8080/a?b",
        "http://evil.example/", "http://www.evil.example/a?b"}) {
    EXPECT_TRUE(Find(snapshot, Seen(IndicatorKind::kUrl, url)).empty()) << url;
  }
  EXPECT_TRUE(
      Find(snapshot, Seen(IndicatorKind::kHost, "evil.example")).empty());
}

TEST(MatcherTest, ADomainCoversWhatIsBelowIt) {
  for (const char* type : {"domain", "domain|ip"}) {
    const std::string value = type == std::string("domain")
                                  ? "evil.example"
                                  : "evil.example|203.0.113.7";
    const Snapshot snapshot = SnapshotOf({{type, value}});
    const std::vector<PlainMatch> found =
        Find(snapshot, Seen(IndicatorKind::kHost, "a.b.evil.example"));
    ASSERT_EQ(found.size(), 1u) << type;
    EXPECT_EQ(found[0].rule, "subdomain");
    EXPECT_EQ(found[0].value, "a.b.evil.example");
    EXPECT_EQ(found[0].confidence, 80);
    EXPECT_TRUE(
        Find(snapshot, Seen(IndicatorKind::kHost, "notevil.example")).empty());
  }
  for (const char* type : {"hostname", "url"}) {
    EXPECT_TRUE(Find(SnapshotOf({{type, "evil.example"}}),
                     Seen(IndicatorKind::kHost, "a.evil.example"))
                    .empty())
        << type;
  }
}

TEST(MatcherTest, APublicSuffixCoversNothing) {
  for (const char* suffix : {"co.uk", "github.io", "s3.amazonaws.com"}) {
    const std::string below = std::string("evil.") + suffix;
    EXPECT_TRUE(Find(SnapshotOf({{"domain", suffix}}),
                     Seen(IndicatorKind::kHost, below))
                    .empty())
        << suffix;
    EXPECT_EQ(Find(SnapshotOf({{"domain", below}}),
                   Seen(IndicatorKind::kHost, "a." + below))
                  .size(),
              1u)
        << suffix;
  }
}

TEST(MatcherTest, KeysAndKernelObjectsMeetInAllSpellings) {
  const struct {
    const char* type;
    const char* value;
    IndicatorKind kind;
    const char* seen;
  } cases[] = {
      {"regkey", R"(HKLM\Software\Evil)", IndicatorKind::kRegkey,
       R"(HKEY_LOCAL_MACHINE\Software\Evil\)"},
      {"regkey", R"(HKCU\Software\Evil)", IndicatorKind::kRegkey,
       R"(\REGISTRY\USER\S-1-5-21-1-2-3-500\Software\Evil)"},
      {"regkey|value", R"(HKLM\SYSTEM\CurrentControlSet\Services\Evil|x)",
       IndicatorKind::kRegkeyValue,
       R"(HKEY_LOCAL_MACHINE\SYSTEM\ControlSet001\Services\Evil|x)"},
      {"mutex", R"(\BaseNamedObjects\Evil)", IndicatorKind::kMutex, "Evil"},
      {"mutex", "Evil", IndicatorKind::kMutex,
       R"(\Sessions\1\BaseNamedObjects\Local\Evil)"},
      {"named pipe", R"(\\.\pipe\Evil)", IndicatorKind::kNamedPipe,
       R"(\Device\NamedPipe\Evil)"},
  };
  for (const auto& c : cases) {
    const std::vector<PlainMatch> found =
        Find(SnapshotOf({{c.type, c.value}}), Seen(c.kind, c.seen));
    ASSERT_EQ(found.size(), 1u) << c.value;
    EXPECT_EQ(found[0].rule, "exact") << c.value;
    EXPECT_EQ(found[0].confidence, 100) << c.value;
  }
}

// What folds to a short value may be long.
TEST(MatcherTest, LongSpellingsOfAWholeStringMatch) {
  const Snapshot snapshot = SnapshotOf({{"mutex", "resume"}});
  for (const char* text : {"r\xc3\xa9sum\xc3\xa9",
                           R"(\Sessions\1\BaseNamedObjects\Global\resume)"}) {
    EXPECT_EQ(
        Find(snapshot, {IndicatorKind::kMd5, KeyForm::kWholeString,
                        Reading::kWholeString, Where::kStrings, text, "p"})
            .size(),
        1u)
        << text;
  }
}

TEST(MatcherTest, WholeStringsStayUnderFifty) {
  const Snapshot snapshot =
      SnapshotOf({{"mutex", "Global\\x"}, {"user-agent", "Agent/1"}});
  const std::vector<PlainMatch> found =
      Find(snapshot, {IndicatorKind::kMd5, KeyForm::kWholeString,
                      Reading::kWholeString, Where::kStrings, "Agent/1", "p"});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].kind, "user-agent");
  EXPECT_LT(found[0].confidence, 50);
}

TEST(MatcherTest, AStrongerPlaceRaisesTheConfidence) {
  const Snapshot snapshot = SnapshotOf({{"mutex", "m"}});
  const PlacedObservation whole = {IndicatorKind::kMutex,
                                   KeyForm::kWholeString,
                                   Reading::kWholeString,
                                   Where::kStrings,
                                   "m",
                                   "$.strings[0]"};
  PlacedObservation field = Seen(IndicatorKind::kMutex, "m");
  field.path = "$.behavior.summary.mutexes[0]";
  const Index index = Index::Build(snapshot, {});
  for (const auto& order :
       {std::vector{whole, field, whole}, std::vector{field, whole, whole}}) {
    const std::vector<PlainMatch> found =
        PlainMatches(MatchAll(index, false, order), snapshot);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].confidence, 100);
    EXPECT_EQ(found[0].where, 1u << static_cast<int>(Where::kStrings) |
                                  1u << static_cast<int>(Where::kNetwork));
  }
}

TEST(MatcherTest, KeepsTheFirstPathsAndCountsTheRest) {
  const Snapshot snapshot = SnapshotOf({{"mutex", "m"}});
  const Index index = Index::Build(snapshot, {});
  std::vector<PlacedObservation> seen;
  for (int i = 0; i < 40; ++i) {
    seen.push_back(Seen(IndicatorKind::kMutex, "m"));
    seen.back().path = "p" + std::to_string(i);
  }
  const ReportMatches matches = MatchAll(index, false, seen);
  ASSERT_EQ(matches.observables.size(), 1u);
  EXPECT_EQ(matches.observables[0].count, 40u);
  ASSERT_EQ(matches.observables[0].paths.size(), kMaxPaths);
  EXPECT_EQ(matches.observables[0].paths[0], "$.p0");
  EXPECT_EQ(matches.observable_count, 1u);
}

// A field, a token and the whole string may all name a value at one place.
TEST(MatcherTest, APlaceCountsOnce) {
  const Snapshot snapshot = SnapshotOf({{"mutex", "m"}});
  const Index index = Index::Build(snapshot, {});
  Matcher matcher(&index, {});
  JsonPath path;
  path.PushKey("p");
  matcher.Observe({IndicatorKind::kMutex, KeyForm::kValue, Reading::kField,
                   Where::kBehavior, "m"},
                  path);
  matcher.Observe({IndicatorKind::kMutex, KeyForm::kWholeString,
                   Reading::kWholeString, Where::kBehavior, "m"},
                  path);
  const ReportMatches matches = matcher.Take();
  ASSERT_EQ(matches.observables.size(), 1u);
  EXPECT_EQ(matches.observables[0].count, 1u);
}

TEST(MatcherTest, ConfidenceIsWhatTheReadmeSays) {
  constexpr Reading kReadings[] = {Reading::kField, Reading::kAssembled,
                                   Reading::kToken, Reading::kBasename,
                                   Reading::kWholeString};
  constexpr int kClaims[] = {100, 95, 80, 60, 40};
  constexpr MatchRule kRules[] = {MatchRule::kExact, MatchRule::kFolded,
                                  MatchRule::kCidr, MatchRule::kUrl,
                                  MatchRule::kBasename};
  constexpr int kLess[] = {0, 10, 30, 10, 0};
  for (size_t i = 0; i < std::size(kReadings); ++i) {
    for (size_t j = 0; j < std::size(kRules); ++j) {
      EXPECT_EQ(Confidence(kReadings[i], kRules[j]), kClaims[i] - kLess[j]);
    }
  }
}

TEST(MatcherTest, OneReportDoesNotChangeTheNext) {
  const Snapshot snapshot = SnapshotOf({{"mutex", "m"}});
  const Index index = Index::Build(snapshot, {});
  Matcher matcher(&index, {});
  JsonPath path;
  path.PushKey("p");
  const Observation seen = {IndicatorKind::kMutex, KeyForm::kValue,
                            Reading::kField, Where::kBehavior, "m"};
  matcher.Observe(seen, path);
  matcher.Drop();
  EXPECT_TRUE(matcher.Take().matches.empty());
  matcher.Observe(seen, path);
  const ReportMatches first = matcher.Take();
  matcher.Observe(seen, path);
  EXPECT_EQ(PlainMatches(matcher.Take(), snapshot),
            PlainMatches(first, snapshot));
}

struct SuppressedCase {
  Planted attribute;
  IndicatorKind kind;
  std::string value;
  Suppression reason;
};

TEST(IndexTest, EveryReasonKeepsTheAttributeOutAndIsCounted) {
  const SuppressedCase cases[] = {
      {{"domain", "evil.example", false},
       IndicatorKind::kHost,
       "evil.example",
       Suppression::kNotIds},
      {{"domain", "evil.example", true, true},
       IndicatorKind::kHost,
       "evil.example",
       Suppression::kCorrelationDisabled},
      {{"ip-dst", "192.168.56.101"},
       IndicatorKind::kIp,
       "192.168.56.101",
       Suppression::kSpecialUse},
      {{"ip-dst|port", "10.0.0.1|80"},
       IndicatorKind::kIpPort,
       "10.0.0.1|80",
       Suppression::kSpecialUse},
      {{"domain", "listed.example"},
       IndicatorKind::kHost,
       "listed.example",
       Suppression::kBlacklist},
  };
  IndexSettings settings;
  settings.ioc_blacklist = {" listed.example "};
  for (const SuppressedCase& c : cases) {
    const Snapshot snapshot = SnapshotOf({c.attribute});
    const Index index = Index::Build(snapshot, settings);
    EXPECT_EQ(index.size(), 0u) << c.attribute.value;
    for (int i = 0; i < static_cast<int>(Suppression::kCount); ++i) {
      EXPECT_EQ(index.counts().suppressed[static_cast<size_t>(i)],
                i == static_cast<int>(c.reason) ? 1u : 0u)
          << c.attribute.value;
    }
    EXPECT_TRUE(Find(snapshot, Seen(c.kind, c.value), settings).empty());

    // lookup keeps them, and learns why.
    settings.keep_suppressed = true;
    const Index kept = Index::Build(snapshot, settings);
    const std::vector<IndicatorMatch> found = FindIndicators(
        kept,
        {c.kind, KeyForm::kValue, Reading::kField, Where::kTarget, c.value}, {},
        true);
    ASSERT_EQ(found.size(), 1u) << c.attribute.value;
    EXPECT_EQ(found[0].suppressed, 1u << static_cast<int>(c.reason));
    settings.keep_suppressed = false;
  }
}

TEST(IndexTest, OneHalfThatIsSuppressedLeavesTheOther) {
  const Snapshot snapshot =
      SnapshotOf({{"domain|ip", "evil.example|192.168.1.1"}});
  EXPECT_EQ(Find(snapshot, Seen(IndicatorKind::kHost, "evil.example")).size(),
            1u);
  EXPECT_TRUE(Find(snapshot, Seen(IndicatorKind::kIp, "192.168.1.1")).empty());
}

TEST(IndexTest, AListedValueIsNotLookedUpByANetworkEither) {
  const Snapshot snapshot = SnapshotOf({{"ip-src", "203.0.113.0/24"}});
  IndexSettings settings;
  settings.ioc_blacklist = {"203.0.113.53"};
  EXPECT_TRUE(Find(snapshot, Seen(IndicatorKind::kIp, "203.0.113.53"), settings)
                  .empty());
  EXPECT_EQ(
      Find(snapshot, Seen(IndicatorKind::kIp, "203.0.113.54"), settings).size(),
      1u);
}

TEST(IndexTest, CountsWhatCannotBeMatchedByReason) {
  const Snapshot snapshot = SnapshotOf({{"comment", "text"},
                                        {"yara", "rule x {}"},
                                        {"md5", "short"},
                                        {"no-such-type", "x"}});
  const Index index = Index::Build(snapshot, {});
  const IndexCounts& counts = index.counts();
  const auto count = [&counts](Unmatchable reason) {
    return counts.unmatchable[static_cast<size_t>(reason)];
  };
  EXPECT_EQ(count(Unmatchable::kNotAValue), 2u);
  EXPECT_EQ(count(Unmatchable::kInvalidValue), 1u);
  EXPECT_EQ(count(Unmatchable::kUnknownType), 1u);
}

// Shared between threads without locks: run under ThreadSanitizer.
TEST(MatcherConcurrencyTest, ManyWorkersShareOneIndex) {
  std::vector<Planted> planted;
  for (int i = 0; i < 500; ++i) {
    planted.push_back({"domain", "host" + std::to_string(i) + ".example"});
  }
  const Snapshot snapshot = SnapshotOf(planted);
  const Index index = Index::Build(snapshot, {});
  std::vector<size_t> found(4);
  {
    std::vector<std::jthread> workers;
    for (size_t w = 0; w < found.size(); ++w) {
      workers.emplace_back([&index, &found, w] {
        std::vector<PlacedObservation> seen;
        for (int i = 0; i < 1000; ++i) {
          seen.push_back(Seen(IndicatorKind::kHost,
                              "host" + std::to_string(i) + ".example"));
        }
        found[w] = MatchAll(index, false, seen).matches.size();
      });
    }
  }
  EXPECT_EQ(found, std::vector<size_t>(4, 500));
}

}  // namespace
}  // namespace mispsift
