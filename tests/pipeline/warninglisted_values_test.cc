#include "src/pipeline/warninglisted_values.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/snapshots.h"

namespace mispsift {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAreArray;

Warninglist ListOf(std::string name, WarninglistType type,
                   std::vector<std::string> entries,
                   std::vector<std::string> attributes = {}) {
  Warninglist list;
  list.name = std::move(name);
  list.type = type;
  list.entries = std::move(entries);
  list.matching_attributes = std::move(attributes);
  return list;
}

std::vector<WarninglistedValue> Found(const std::vector<Warninglist>& lists,
                                      const ReportFacts& facts,
                                      const IndexSettings& settings = {}) {
  const Snapshot snapshot = SnapshotOf({{"domain", "other.example"}}, lists);
  const auto values = WarninglistedValues::Of(snapshot, settings);
  if (values == nullptr) {
    ADD_FAILURE() << "nobody to ask";
    return {};
  }
  WarninglistCheck check = values->NewCheck();
  return values->Find(facts, &check);
}

std::vector<std::string> ValuesOf(const std::vector<WarninglistedValue>& all) {
  std::vector<std::string> values;
  for (const WarninglistedValue& one : all) values.push_back(one.value);
  return values;
}

// A report each value of which is told by its type: a list for that type alone
// has it, and those of all the other places.
TEST(WarninglistedValuesTest, EachValueIsAskedForAsWhatItWouldBeSentAs) {
  ReportFacts facts;
  facts.target = {.name = "target.exe",
                  .md5 = std::string(32, '1'),
                  .sha1 = std::string(40, '1'),
                  .sha256 = std::string(64, '1'),
                  .url = "http://target.example/"};
  facts.target_file.sha512 = std::string(128, '1');
  facts.target_file.ssdeep = "3:abc:def";
  facts.urls = {"http://url.example/a"};
  facts.domains = {{"domain.example", "192.0.2.1"}};
  facts.hosts = {"192.0.2.2", "2001:db8::2", "host.example"};
  facts.configs = {{"family", {"http://config.example/"}, {"mutex1"}, {"ua1"}}};
  facts.dropped = {{.name = "dropped.exe", .md5 = std::string(32, '2')}};
  facts.ids_files = {{.name = "seen.exe", .sha1 = std::string(40, '3')}};
  facts.dns_answers = {{"answer.example", "192.0.2.3"}};
  facts.user_agents = {"ua2"};
  facts.mutexes = {"mutex2"};
  facts.regkeys = {"HKEY_A\\written"};
  facts.read_regkeys = {"HKEY_A\\read"};
  facts.document_urls = {"http://document.example/"};
  const struct {
    std::string type;
    std::vector<std::string> values;
  } cases[] = {
      {"filename", {"target.exe", "dropped.exe", "seen.exe"}},
      {"md5", {std::string(32, '1'), std::string(32, '2')}},
      {"sha1", {std::string(40, '1'), std::string(40, '3')}},
      {"sha256", {std::string(64, '1')}},
      {"sha512", {std::string(128, '1')}},
      {"ssdeep", {"3:abc:def"}},
      {"url",
       {"http://target.example/", "http://url.example/a",
        "http://config.example/", "http://document.example/"}},
      {"domain", {"domain.example", "host.example", "answer.example"}},
      {"ip-dst", {"192.0.2.1", "192.0.2.2", "2001:db8::2", "192.0.2.3"}},
      {"user-agent", {"ua1", "ua2"}},
      {"mutex", {"mutex1", "mutex2"}},
      {"regkey", {"HKEY_A\\written", "HKEY_A\\read"}},
  };
  std::vector<std::string> all;
  for (const auto& c : cases) {
    all.insert(all.end(), c.values.begin(), c.values.end());
  }
  for (const auto& c : cases) {
    const auto found =
        Found({ListOf("list", WarninglistType::kString, all, {c.type})}, facts);
    EXPECT_THAT(ValuesOf(found), UnorderedElementsAreArray(c.values)) << c.type;
  }
}

TEST(WarninglistedValuesTest, AListBlocksOrInforms) {
  ReportFacts facts;
  facts.urls = {"http://a.example/page"};
  facts.domains = {{"a.example", "192.0.2.7"}, {"below.a.example", ""}};
  facts.hosts = {"192.0.2.7"};
  const std::vector<Warninglist> lists = {
      ListOf("Names", WarninglistType::kHostname, {"a.example"}),
      ListOf("Ranges", WarninglistType::kCidr, {"192.0.2.0/24"}),
      ListOf("Our VPN", WarninglistType::kCidr, {"192.0.2.0/28"})};
  using Value = WarninglistedValue;
  // Of the lists, those that inform let a value pass; that a host is known
  // says nothing of one page there.
  EXPECT_THAT(Found(lists, facts),
              ElementsAre(Value{"http://a.example/page", {"Names"}, false},
                          Value{"a.example", {"Names"}, true},
                          Value{"192.0.2.7", {"Ranges", "Our VPN"}, true},
                          Value{"below.a.example", {"Names"}, true}));
  IndexSettings settings;
  settings.warninglist_inform = {"names", "ranges"};
  settings.warninglist_block = {"*vpn"};
  EXPECT_THAT(Found(lists, facts, settings),
              ElementsAre(Value{"http://a.example/page", {"Names"}, false},
                          Value{"a.example", {"Names"}, false},
                          Value{"192.0.2.7", {"Ranges", "Our VPN"}, true},
                          Value{"below.a.example", {"Names"}, false}));
}

TEST(WarninglistedValuesTest, ComparesInTheWayThatTheRunBelieves) {
  ReportFacts facts;
  facts.domains = {{"A.EXAMPLE.", ""}};
  const std::vector<Warninglist> lists = {
      ListOf("Names", WarninglistType::kString, {"a.example"})};
  EXPECT_THAT(ValuesOf(Found(lists, facts)), ElementsAre("A.EXAMPLE."));
  IndexSettings settings;
  settings.warninglist_way = WarninglistWay::kMisp;
  EXPECT_THAT(Found(lists, facts, settings), IsEmpty());
}

TEST(WarninglistedValuesTest, WithoutListsThereIsNobodyToAsk) {
  const Snapshot none = SnapshotOf({{"domain", "a.example"}});
  EXPECT_EQ(WarninglistedValues::Of(none, {}), nullptr);
  const Snapshot some =
      SnapshotOf({{"domain", "a.example"}},
                 {ListOf("Names", WarninglistType::kString, {"a.example"})});
  EXPECT_NE(WarninglistedValues::Of(some, {}), nullptr);
  IndexSettings settings;
  settings.warninglist_way = WarninglistWay::kOff;
  EXPECT_EQ(WarninglistedValues::Of(some, settings), nullptr);
}

}  // namespace
}  // namespace mispsift
