// What warninglists do to matches: which lists suppress and which inform, and
// which indicators of an attribute.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "mispsift/match/index.h"
#include "mispsift/match/matcher.h"
#include "mispsift/match/warninglist_policy.h"
#include "mispsift/model/warninglist.h"
#include "tests/support/snapshots.h"

namespace mispsift {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using K = IndicatorKind;
using T = WarninglistType;

constexpr char kMd5[] = "0123456789abcdef0123456789abcdef";

Warninglist List(const std::string& name, WarninglistType type,
                 const std::string& entry) {
  Warninglist list;
  list.name = name;
  list.type = type;
  list.entries = {entry};
  return list;
}

struct Answer {
  std::vector<std::string> reasons;  // of suppression
  std::vector<std::string_view> lists;
  int confidence = 0;  // of a match by a field

  friend bool operator==(const Answer&, const Answer&) = default;
};

void PrintTo(const Answer& answer, std::ostream* out) {
  *out << testing::PrintToString(answer.reasons) << " "
       << testing::PrintToString(answer.lists) << " " << answer.confidence;
}

// What a lookup of one value gives.
Answer Ask(const Snapshot& snapshot, IndicatorKind kind,
           const std::string& value, IndexSettings settings = {}) {
  settings.keep_suppressed = true;
  const Index index = Index::Build(snapshot, settings);
  const std::vector<IndicatorMatch> found = FindIndicators(
      index, {kind, KeyForm::kValue, Reading::kField, Where::kTarget, value},
      {}, true);
  Answer answer;
  if (found.size() != 1) {
    ADD_FAILURE() << found.size() << " matches of " << value;
    return answer;
  }
  for (int i = 0; i < static_cast<int>(Suppression::kCount); ++i) {
    if ((found[0].suppressed >> i & 1) != 0) {
      answer.reasons.emplace_back(SuppressionName(static_cast<Suppression>(i)));
    }
  }
  // The names live as long as the snapshot.
  answer.lists = index.Warninglists(
      snapshot.attribute(found[0].attribute), found[0].indicator.kind,
      answer.reasons.empty() ? Index::OnLists::kInforming
                             : Index::OnLists::kSuppressing);
  answer.confidence = Confidence(Reading::kField, found[0].rule, 0,
                                 found[0].is_on_a_warninglist);
  return answer;
}

Answer Suppressed(std::string_view list) {
  return {{"warninglist"}, {list}, 100};
}
Answer Informed(std::string_view list) { return {{}, {list}, 80}; }
const Answer kPlain = {{}, {}, 100};

TEST(Warninglists, SuppressTheHalfThatIsOnThem) {
  const Snapshot snapshot =
      SnapshotOf({{"filename|md5", std::string("evil.exe|") + kMd5},
                  {"domain|ip", "evil.example|192.0.2.1"},
                  {"ip-dst|port", "192.0.2.2|8080"}},
                 {List("hashes", T::kString, kMd5),
                  List("net", T::kCidr, "192.0.2.0/24")});
  EXPECT_EQ(Ask(snapshot, K::kMd5, kMd5), Suppressed("hashes"));
  EXPECT_EQ(Ask(snapshot, K::kFilename, "evil.exe"), kPlain);
  EXPECT_EQ(Ask(snapshot, K::kIp, "192.0.2.1"), Suppressed("net"));
  EXPECT_EQ(Ask(snapshot, K::kHost, "evil.example"), kPlain);
  EXPECT_EQ(Ask(snapshot, K::kIpPort, "192.0.2.2|8080"), Suppressed("net"));

  // By attribute, and what is suppressed is not looked for.
  const Index index = Index::Build(snapshot, {});
  const auto reason = static_cast<size_t>(Suppression::kWarninglist);
  EXPECT_EQ(index.counts().suppressed[reason], 3u);
  std::string scratch;
  EXPECT_THAT(index.Find(KeyDigest(K::kMd5, KeyForm::kValue, kMd5, &scratch)),
              IsEmpty());
}

TEST(Warninglists, InformWhereIndicatorsLiveAsWell) {
  Warninglist known = List("ours", T::kCidr, "203.0.113.0/24");
  known.category = "known";
  const Snapshot snapshot =
      SnapshotOf({{"ip-dst", "192.0.2.1"},
                  {"ip-dst", "203.0.113.1"},
                  {"hostname", "evil.dyn.example"}},
                 {List("List of known Example Cloudflare IP ranges", T::kCidr,
                       "192.0.2.0/24"),
                  known,
                  List("List of known dynamic DNS domains", T::kHostname,
                       ".dyn.example")});
  EXPECT_EQ(Ask(snapshot, K::kIp, "192.0.2.1"),
            Informed("List of known Example Cloudflare IP ranges"));
  EXPECT_EQ(Ask(snapshot, K::kIp, "203.0.113.1"), Informed("ours"));
  EXPECT_EQ(Ask(snapshot, K::kHost, "evil.dyn.example"),
            Informed("List of known dynamic DNS domains"));
  const Index index = Index::Build(snapshot, {});
  const auto reason = static_cast<size_t>(Suppression::kWarninglist);
  EXPECT_EQ(index.counts().suppressed[reason], 0u);
}

TEST(Warninglists, AHostThatIsKnownSaysLittleOfAPageThere) {
  const Snapshot snapshot =
      SnapshotOf({{"url", "http://good.example/evil"},
                  {"url", "http://good.example/"},
                  {"hostname", "a.good.example"}},
                 {List("hosts", T::kHostname, "good.example")});
  EXPECT_EQ(Ask(snapshot, K::kUrl, "http://good.example/evil"),
            Informed("hosts"));
  EXPECT_EQ(Ask(snapshot, K::kUrl, "http://good.example/"),
            Suppressed("hosts"));
  EXPECT_EQ(Ask(snapshot, K::kHost, "a.good.example"), Suppressed("hosts"));
  IndexSettings settings;
  settings.warninglist_block = {"HOST*"};
  EXPECT_EQ(
      Ask(snapshot, K::kUrl, "http://good.example/evil", settings).reasons,
      std::vector<std::string>{"warninglist"});
}

TEST(Warninglists, RanksOfSitesSayNothingOfWhatIsBelow) {
  const std::string name = "Top 1000 websites of Example";
  const Snapshot snapshot = SnapshotOf(
      {{"domain", "good.example"}, {"hostname", "evil.good.example"}},
      {List(name, T::kHostname, "good.example")});
  // The attribute's own host, not the one above it, which matches as well.
  EXPECT_EQ(Ask(snapshot, K::kHost, "good.example"), Suppressed(name));
  const Index index = Index::Build(snapshot, {});
  for (uint32_t row = 0; row < 2; ++row) {
    const AttributeView attribute = snapshot.attribute(row);
    const bool is_site = attribute.type == "domain";
    EXPECT_EQ(
        index.Warninglists(attribute, K::kHost, Index::OnLists::kInforming)
            .empty(),
        is_site);
  }
}

TEST(Warninglists, ARunChoosesWayAndLists) {
  const Snapshot snapshot =
      SnapshotOf({{"domain", "Good.example."}},
                 {List("Some hosts", T::kHostname, "good.example")});
  const auto ask = [&](const IndexSettings& settings) {
    return Ask(snapshot, K::kHost, "good.example", settings);
  };
  IndexSettings settings;
  EXPECT_EQ(ask(settings), Suppressed("Some hosts"));
  settings.warninglist_way = WarninglistWay::kMisp;
  EXPECT_EQ(ask(settings), kPlain);  // MISP minds the case
  settings.warninglist_way = WarninglistWay::kOff;
  EXPECT_EQ(ask(settings), kPlain);
  settings.warninglist_way = WarninglistWay::kCorrected;
  settings.warninglist_inform = {"other", "some h*S"};
  EXPECT_EQ(ask(settings), Informed("Some hosts"));
  settings.warninglist_inform = {"some"};  // the whole name
  EXPECT_EQ(ask(settings), Suppressed("Some hosts"));
  settings.warninglist_inform = {"*"};
  settings.warninglist_block = {"*hosts"};
  EXPECT_EQ(ask(settings), Suppressed("Some hosts"));
}

TEST(Warninglists, EffectsGoByTheNamesOfTheLists) {
  const auto effect = [](std::string_view name) {
    WarninglistView list;
    list.name = name;
    list.category = "false_positive";
    return EffectOf(list, {}, {});
  };
  using E = WarninglistEffect;
  EXPECT_EQ(effect("List of known Amazon AWS IP address ranges"), E::kInforms);
  EXPECT_EQ(effect("Specialized list of vpn-ipv4 addresses"), E::kInforms);
  EXPECT_EQ(effect("List of known sinkholes"), E::kInforms);
  EXPECT_EQ(effect("List of Azure Applicaiton IDs"), E::kSuppresses);
  EXPECT_EQ(effect("List of RFC 1918 CIDR blocks"), E::kSuppresses);
  EXPECT_EQ(effect("Top 10K most-used sites from Tranco"), E::kSuppressesSites);
  EXPECT_EQ(effect("Top 100,000 domains from Cloudflare Radar"),
            E::kSuppressesSites);
  EXPECT_EQ(effect("Top 1000 website from Alexa"), E::kSuppressesSites);
  EXPECT_EQ(effect(""), E::kSuppresses);
}

}  // namespace
}  // namespace mispsift
