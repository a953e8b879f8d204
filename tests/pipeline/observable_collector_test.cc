#include "src/pipeline/observable_collector.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/slow_matcher.h"
#include "tests/support/snapshots.h"

namespace mispsift {
namespace {

IndexSettings Keeping(bool only_ids = true) {
  IndexSettings settings;
  settings.only_ids = only_ids;
  settings.keep_suppressed = true;
  return settings;
}

JudgedObservables Collect(ObservableCollector* collector,
                          const std::vector<PlacedObservation>& observations) {
  JsonPath path;
  uint64_t place = 0;
  for (const PlacedObservation& seen : observations) {
    if (seen.place != place) {
      path.Clear();
      path.PushKey(std::string_view(seen.path).substr(2));
      place = seen.place;
    }
    collector->Observe(
        {seen.kind, seen.form, seen.reading, seen.where, seen.value}, path);
  }
  return collector->Take();
}

// As PlainMatches() shows them.
std::vector<PlainMatch> Plain(const JudgedObservables& observables,
                              const Snapshot& snapshot, bool suppressed) {
  std::vector<PlainMatch> plain;
  for (const auto& [observable, verdict] : observables.judged) {
    for (const auto& [row, found] :
         suppressed ? verdict.suppressed() : verdict.matches()) {
      plain.push_back({std::string(KindName(observable.kind)), observable.value,
                       snapshot.attribute(row).fields->uuid.ToString(),
                       std::string(MatchRuleName(found.rule)), found.confidence,
                       observable.count, observable.paths, observable.where});
    }
  }
  std::sort(plain.begin(), plain.end());
  return plain;
}

std::string Verdicts(const JudgedObservables& observables) {
  std::string text;
  for (const auto& [observable, verdict] : observables.judged) {
    text += fmt::format("{} {} {};", KindName(observable.kind),
                        observable.value, verdict.Name());
  }
  return text;
}

class Generator {
 public:
  explicit Generator(uint32_t seed) : random_(seed) {}

  size_t Below(size_t n) { return random_() % n; }

  Planted Attribute() {
    static const std::vector<Planted> kPlanted = {
        {"domain", "evil.example"},
        {"domain|ip", "evil.example|192.0.2.7"},
        {"ip-dst", "192.0.2.7"},
        {"ip-src", "192.0.2.0/24"},
        {"url", "http://evil.example/A"},
        {"url", "evil.example/A"},
        {"mutex", "Mutex"},
        {"mutex", "m\xc3\xbctex"},
        {"user-agent", "mutex"},
        {"filename", "evil.exe"},
        {"filename", "C:\\Evil.exe"},
        {"comment", "evil.example"}};
    Planted planted = kPlanted[Below(kPlanted.size())];
    planted.to_ids = Below(3) > 0;
    return planted;
  }

  PlacedObservation Observation() {
    using K = IndicatorKind;
    static const std::vector<std::pair<K, std::string>> kSeen = {
        {K::kHost, "evil.example"},
        {K::kHost, "other.example"},
        {K::kIp, "192.0.2.7"},
        {K::kIp, "192.0.2.8"},
        {K::kIp, "198.51.100.1"},
        {K::kUrl, "http://evil.example/A"},
        {K::kUrl, "https://evil.example/a"},
        {K::kMutex, "Mutex"},
        {K::kMutex, "MUTEX"},
        {K::kMutex, "mutex2"},
        {K::kUserAgent, "mutex"},
        {K::kFilename, "evil.exe"},
        {K::kFilename, "EVIL.exe"},
        {K::kFilepath, "c:\\evil.exe"},
        {K::kFilepath, "d:\\evil.exe"}};
    const auto& [kind, value] = kSeen[Below(kSeen.size())];
    PlacedObservation seen = {
        kind,
        KeyForm::kValue,
        static_cast<Reading>(Below(3)),
        static_cast<Where>(Below(static_cast<size_t>(Where::kCount))),
        value,
        fmt::format("$.p{}", Below(5))};
    if (kind == K::kFilename && Below(2) == 0) {
      seen.reading = Reading::kBasename;
    }
    if (Below(4) == 0) {
      seen.form = KeyForm::kWholeString;
      seen.reading = Reading::kWholeString;
    }
    return seen;
  }

 private:
  std::mt19937 random_;
};

// What is there apart from any index: each value once, all its places together.
std::map<std::pair<IndicatorKind, std::string>, Observable> Grouped(
    const std::vector<PlacedObservation>& observations) {
  std::map<std::pair<IndicatorKind, std::string>, Observable> grouped;
  std::map<std::pair<IndicatorKind, std::string>, uint64_t> last;
  for (const PlacedObservation& seen : observations) {
    if (seen.form == KeyForm::kWholeString) continue;
    const auto key = std::make_pair(seen.kind, seen.value);
    Observable& observable = grouped[key];
    observable.where |= 1u << static_cast<int>(seen.where);
    if (std::exchange(last[key], seen.place) == seen.place) continue;
    ++observable.count;
    if (observable.paths.size() < kMaxPaths) {
      observable.paths.push_back(seen.path);
    }
  }
  return grouped;
}

TEST(ObservableCollectorTest, SaysWhatTheMatcherAndAPlainGroupingSay) {
  for (uint32_t seed = 0; seed < 2000; ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    Generator generator(seed);
    std::vector<Planted> planted;
    for (size_t i = generator.Below(12); i > 0; --i) {
      planted.push_back(generator.Attribute());
    }
    std::vector<PlacedObservation> observations;
    for (size_t i = generator.Below(60); i > 0; --i) {
      observations.push_back(generator.Observation());
      observations.back().place = observations.size();
      if (observations.size() > 1 && generator.Below(3) == 0) {
        const PlacedObservation& before = observations[observations.size() - 2];
        observations.back().path = before.path;
        observations.back().place = before.place;
      }
    }
    const bool exact_only = generator.Below(3) == 0;
    const Snapshot snapshot = SnapshotOf(planted);
    const Index index = Index::Build(snapshot, Keeping());
    ObservableCollector collector(&index, {exact_only}, {});
    const JudgedObservables judged = Collect(&collector, observations);

    ASSERT_EQ(Plain(judged, snapshot, false),
              SlowMatch(snapshot, {}, exact_only, observations));
    // What would match without --only-ids, and does not.
    const auto told = [](std::vector<PlainMatch> matches) {
      for (PlainMatch& match : matches) {
        match.count = 0;
        match.paths.clear();
        match.where = 0;
      }
      return matches;
    };
    std::vector<PlainMatch> both = told(Plain(judged, snapshot, false));
    for (PlainMatch& match : told(Plain(judged, snapshot, true))) {
      both.push_back(std::move(match));
    }
    std::sort(both.begin(), both.end());
    IndexSettings all;
    all.only_ids = false;
    ASSERT_EQ(both, told(SlowMatch(snapshot, all, exact_only, observations)));

    auto grouped = Grouped(observations);
    std::array<uint64_t, static_cast<size_t>(IndicatorKind::kCount)> unknown{};
    for (const auto& [observable, verdict] : judged.judged) {
      const auto found = grouped.find({observable.kind, observable.value});
      if (verdict.Name() != "unknown") {
        if (found != grouped.end()) grouped.erase(found);
        continue;
      }
      ++unknown[static_cast<size_t>(observable.kind)];
      ASSERT_NE(found, grouped.end()) << observable.value;
      EXPECT_EQ(observable.count, found->second.count);
      EXPECT_EQ(observable.paths, found->second.paths);
      EXPECT_EQ(observable.where, found->second.where);
      grouped.erase(found);
    }
    EXPECT_TRUE(grouped.empty())
        << "left out: " << grouped.begin()->first.second;
    EXPECT_EQ(judged.unknown, unknown);

    // What is not kept is counted all the same.
    ObservableCollector short_collector(&index, {exact_only},
                                        {.keep_unknown = false});
    const JudgedObservables kept = Collect(&short_collector, observations);
    EXPECT_EQ(kept.unknown, unknown);
    EXPECT_EQ(Plain(kept, snapshot, false), Plain(judged, snapshot, false));
    EXPECT_EQ(Plain(kept, snapshot, true), Plain(judged, snapshot, true));
  }
}

PlacedObservation Seen(IndicatorKind kind, const std::string& value,
                       uint64_t place) {
  return {kind, KeyForm::kValue, Reading::kField, Where::kNetwork, value, "$.p",
          place};
}

TEST(ObservableCollectorTest, TheFirstPlaceGivesTheOrder) {
  const Snapshot snapshot =
      SnapshotOf({{"domain", "b.example"}, {"domain", "c.example", false}});
  const Index index = Index::Build(snapshot, Keeping());
  ObservableCollector collector(&index, {}, {});
  const JudgedObservables judged =
      Collect(&collector, {Seen(IndicatorKind::kHost, "d.example", 1),
                           Seen(IndicatorKind::kHost, "b.example", 2),
                           Seen(IndicatorKind::kHost, "c.example", 3),
                           Seen(IndicatorKind::kIp, "192.0.2.1", 4),
                           Seen(IndicatorKind::kHost, "d.example", 5)});
  EXPECT_EQ(Verdicts(judged),
            "host d.example unknown;host b.example matched;"
            "host c.example suppressed;ip 192.0.2.1 unknown;");
}

TEST(ObservableCollectorTest, AReportLeavesNothingToTheNext) {
  const Snapshot snapshot = SnapshotOf({{"domain", "b.example"}});
  const Index index = Index::Build(snapshot, Keeping());
  ObservableCollector collector(&index, {}, {});
  const std::vector<PlacedObservation> report = {
      Seen(IndicatorKind::kHost, "b.example", 1),
      Seen(IndicatorKind::kHost, "d.example", 2)};
  Collect(&collector, report);
  const JudgedObservables judged = Collect(&collector, report);
  EXPECT_EQ(Verdicts(judged), "host b.example matched;host d.example unknown;");
  EXPECT_EQ(judged.judged[0].observable.count, 1u);
  EXPECT_EQ(judged.unknown[static_cast<size_t>(IndicatorKind::kHost)], 1u);
}

TEST(ObservableCollectorTest, KindsAndValuesThatAreNotAskedForAreNotCounted) {
  const Snapshot snapshot =
      SnapshotOf({{"domain", "b.example"}, {"mutex", "b.exam"}});
  const Index index = Index::Build(snapshot, Keeping());
  std::vector<PlacedObservation> report = {
      Seen(IndicatorKind::kHost, "b.example", 1),
      Seen(IndicatorKind::kHost, "other.example", 2),
      Seen(IndicatorKind::kFilename, "B.EXAMPLE", 3),
      Seen(IndicatorKind::kMutex, "b.exam", 4)};
  report.back().form = KeyForm::kWholeString;
  ObservableCollector kinds(&index, {}, {.kinds = {IndicatorKind::kFilename}});
  EXPECT_EQ(Verdicts(Collect(&kinds, report)), "filename B.EXAMPLE unknown;");
  ObservableCollector value(&index, {}, {.value = "b.Exam"});
  EXPECT_EQ(Verdicts(Collect(&value, report)),
            "host b.example matched;filename B.EXAMPLE unknown;"
            "mutex b.exam matched;");
  ObservableCollector both(&index, {},
                           {.kinds = {IndicatorKind::kHost}, .value = "OTHER"});
  const JudgedObservables judged = Collect(&both, report);
  EXPECT_EQ(Verdicts(judged), "host other.example unknown;");
  EXPECT_EQ(judged.unknown[static_cast<size_t>(IndicatorKind::kFilename)], 0u);
}

}  // namespace
}  // namespace mispsift
