#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "mispsift/cuckoo/report_reader.h"
#include "tests/support/observations.h"

namespace mispsift {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

ReportFacts FactsOf(std::string_view json) {
  const ReadResult read = ReadReport(json, ScanDepth::kFields);
  EXPECT_EQ(read.outcome.reject, Reject::kNone) << read.outcome.detail;
  return read.facts;
}

TEST(ReportReaderFactsTest, DialectIsToldByShape) {
  const struct {
    std::string_view json;
    Dialect expected;
  } cases[] = {
      {R"({"info":{"version":"0.4.2"},"file":{}})", Dialect::kCuckoo0},
      {R"({"info":{"version":"1.2"},"target":{"file":{}}})", Dialect::kCuckoo1},
      {R"({"behavior":{"summary":{}}})", Dialect::kCuckoo1},
      {R"({"info":{"version":"2.0.7"},"target":{}})", Dialect::kCuckoo2},
      {R"({"info":{"version":"1.0-dev"},"behavior":{"generic":[]}})",
       Dialect::kCuckoo2},
      {R"({"info":{},"signatures":[{"marks":[]}]})", Dialect::kCuckoo2},
      {R"({"info":{},"target":{"file":{"urls":[]}}})", Dialect::kCuckoo2},
      {R"({"info":{"version":"2.4-CAPE"},"target":{}})", Dialect::kCape},
      {R"({"CAPE":{},"info":{}})", Dialect::kCape},
      {R"({"info":{"version":"1.2"},"apkinfo":{}})", Dialect::kDroid},
      {R"({"info":{"version":"2.0"},"droidmon":{}})", Dialect::kDroid},
      {R"({"task_id":"20210707-AAAAAA_1","signatures":[]})", Dialect::kCuckoo3},
      {R"({"analysis_id":"20210707-AAAAAA","signatures":[]})",
       Dialect::kCuckoo3},
      {R"({"info":{"version":"v0.1"},"behavior":{"summary":{}}})",
       Dialect::kOther},
      {R"({"info":{},"network":{}})", Dialect::kOther},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(DialectName(FactsOf(c.json).dialect), DialectName(c.expected))
        << c.json;
  }
}

TEST(ReportReaderFactsTest, TaskStartAndScore) {
  const struct {
    std::string_view json;
    std::string_view task_id;
    std::string_view started;
    std::optional<double> score;
  } cases[] = {
      {R"({"info":{"id":7,"started":"2023-07-18 21:09:13","score":1.4},
           "target":{}})",
       "7", "2023-07-18T21:09:13", 1.4},
      {R"({"info":{"id":"a7","started":1463490000.75},"target":{}})", "a7",
       "2016-05-17T13:00:00Z", std::nullopt},
      {R"({"info":{"id":7,"score":2},"malscore":9.5,"CAPE":{}})", "7", "", 9.5},
      {R"({"task_id":"20210707-AAAAAA_1","signatures":[],"score":10})",
       "20210707-AAAAAA_1", "", 10},
      // Of the wrong type, or of another object.
      {R"({"info":{"id":[7],"started":"yesterday","machine":{"id":3}},
           "target":{}})",
       "", "", std::nullopt},
      {R"({"info":{"id":-7,"started":-1.5},"target":{}})", "", "",
       std::nullopt},
      {R"({"info":{"id":null,"started":1e300},"target":{}})", "", "",
       std::nullopt},
  };
  for (const auto& c : cases) {
    const ReportFacts facts = FactsOf(c.json);
    EXPECT_EQ(facts.task_id, c.task_id) << c.json;
    EXPECT_EQ(facts.started, c.started) << c.json;
    EXPECT_EQ(facts.score, c.score) << c.json;
  }
}

TEST(ReportReaderFactsTest, Target) {
  for (
      const std::string_view json :
      {R"({"info":{},"target":{"file":{"sha256":"0123456789abcdef0123456789abcdef0123456789abcdef0123456701234567","name":"e.exe","md5":"0123456789ABCDEF0123456789ABCDEF",
            "sha1":"0123456789abcdef0123456789abcdef01234567","pe":{"md5":"x"},"extracted_files":[{"md5":"x"}]},
            "category":"file"},"dropped":[{"md5":"x","name":"x"}]})",
       R"({"info":{},"file":{"sha256":"0123456789abcdef0123456789abcdef0123456789abcdef0123456701234567","name":"e.exe","md5":"0123456789ABCDEF0123456789ABCDEF",
            "sha1":"0123456789abcdef0123456789abcdef01234567"}})",
       R"({"analysis_id":"x","signatures":[],"category":"file","target":
            {"filename":"e.exe","orig_filename":"x","md5":"0123456789ABCDEF0123456789ABCDEF","sha1":"0123456789abcdef0123456789abcdef01234567",
             "sha256":"0123456789abcdef0123456789abcdef0123456789abcdef0123456701234567"}})"}) {
    const ReportTarget target = FactsOf(json).target;
    EXPECT_EQ(target.category, "file") << json;
    EXPECT_EQ(target.name, "e.exe") << json;
    EXPECT_EQ(target.md5, "0123456789abcdef0123456789abcdef") << json;
    EXPECT_EQ(target.sha1, "0123456789abcdef0123456789abcdef01234567") << json;
    EXPECT_EQ(
        target.sha256,
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456701234567")
        << json;
  }
  const ReportTarget url =
      FactsOf(R"({"info":{},"target":{"url":"http://a.example/"}})").target;
  EXPECT_EQ(url.category, "url");
  EXPECT_EQ(url.url, "http://a.example/");
}

TEST(ReportReaderFactsTest, ListsAreInDocumentOrderWithoutRepetition) {
  const ReportFacts facts = FactsOf(R"({"info":{},"network":{
      "domains":[{"ip":"192.0.2.1","domain":"b.example"},
                 {"domain":"a.example","ip":""},
                 {"domain":"b.example","ip":"192.0.2.1"}],
      "hosts":["192.0.2.2","192.0.2.1","192.0.2.2"],
      "http":[{"uri":"http://other.example/"}],
      "http_ex":[{"protocol":"http","host":"b.example","uri":"/2","dport":81},
                 {"protocol":"http","host":"a.example","uri":"/1"},
                 {"protocol":"http","host":"b.example","uri":"/2"}],
      "https_ex":[{"protocol":"https","host":"a.example","uri":"/"}]}})");
  ASSERT_EQ(facts.domains.size(), 2u);
  EXPECT_EQ(facts.domains[0].domain, "b.example");
  EXPECT_EQ(facts.domains[0].ip, "192.0.2.1");
  EXPECT_EQ(facts.domains[1].domain, "a.example");
  EXPECT_EQ(facts.domains[1].ip, "");
  EXPECT_THAT(facts.hosts, ElementsAre("192.0.2.2", "192.0.2.1"));
  EXPECT_THAT(facts.urls,
              ElementsAre("http://b.example/2", "http://a.example/1",
                          "https://a.example/"));
}

TEST(ReportReaderFactsTest, OtherDialectsFillTheSameLists) {
  const ReportFacts cuckoo3 = FactsOf(R"({"task_id":"x","signatures":[],
      "network":{"host":["192.0.2.1"],"domain":["a.example"],
      "http":[{"request":{"url":"http://a.example/x"}}]}})");
  EXPECT_THAT(cuckoo3.hosts, ElementsAre("192.0.2.1"));
  ASSERT_EQ(cuckoo3.domains.size(), 1u);
  EXPECT_EQ(cuckoo3.domains[0].domain, "a.example");
  EXPECT_THAT(cuckoo3.urls, ElementsAre("http://a.example/x"));
  const ReportFacts old = FactsOf(R"({"info":{},"network":{
      "dns":[{"hostname":"a.example","ip":"192.0.2.1"}],
      "hosts":[{"ip":"192.0.2.1","hostname":"x.example"}],
      "http":[{"uri":"/only/a/path"}]}})");
  ASSERT_EQ(old.domains.size(), 1u);
  EXPECT_EQ(old.domains[0].ip, "192.0.2.1");
  EXPECT_THAT(old.hosts, ElementsAre("192.0.2.1"));
  EXPECT_THAT(old.urls, IsEmpty());
}

TEST(ReportReaderFactsTest, Configurations) {
  const ReportFacts facts = FactsOf(R"({"info":{},"CAPE":{"configs":[
      {"Evil":{"C2":["http://a.example/","http://a.example/"]},
       "_associated_config_hashes":[{"md5":"x"}]}]},
      "metadata":{"cfgextr":[{"url":["u"],"family":"Worse","cnc":["c"],
        "mutex":["m"],"user_agent":["ua"]}]}})");
  ASSERT_EQ(facts.configs.size(), 2u);
  EXPECT_EQ(facts.configs[0].family, "Evil");
  EXPECT_THAT(facts.configs[0].urls, ElementsAre("http://a.example/"));
  EXPECT_EQ(facts.configs[1].family, "Worse");
  EXPECT_THAT(facts.configs[1].urls, ElementsAre("u", "c"));
  EXPECT_THAT(facts.configs[1].mutexes, ElementsAre("m"));
  EXPECT_THAT(facts.configs[1].user_agents, ElementsAre("ua"));
}

TEST(ReportReaderFactsTest, TheSandboxsOwnAddressesAreThoseItDeclares) {
  const struct {
    std::string_view json;
    std::vector<std::string> expected;
  } cases[] = {
      {R"({"info":{},"network":{"dns_servers":
           ["198.51.100.53","198.51.100.53","2001:DB8::53","no address",7]}})",
       {"198.51.100.53", "2001:db8::53"}},
      {R"({"info":{"machine":{"ip":"192.0.2.101","resultserver_ip":"192.0.2.1",
           "label":"192.0.2.7"}},"target":{}})",
       {"192.0.2.101", "192.0.2.1"}},
      {R"({"info":{},"target":{},"machine":{"ip":"192.0.2.101"}})",
       {"192.0.2.101"}},
      // What goes there is no declaration.
      {R"({"info":{"machine":"192.0.2.1","ip":"192.0.2.1"},"target":{},
           "network":{"udp":[{"src":"192.0.2.5","dst":"192.0.2.53",
           "dport":53}],"hosts":["192.0.2.53"]},"dns_servers":["192.0.2.9"],
           "behavior":{"dns_servers":["192.0.2.9"]}})",
       {}},
  };
  for (const auto& c : cases) {
    for (const ScanDepth depth :
         {ScanDepth::kFacts, ScanDepth::kFields, ScanDepth::kFull}) {
      const ReadResult read = ReadReport(c.json, depth);
      EXPECT_EQ(read.facts.own_addresses, c.expected) << c.json;
      // Where it is declared it is not seen.
      for (const PlacedObservation& seen : read.all) {
        EXPECT_EQ(std::count(c.expected.begin(), c.expected.end(), seen.value),
                  0)
            << ToText(seen);
      }
    }
  }
}

}  // namespace
}  // namespace mispsift
