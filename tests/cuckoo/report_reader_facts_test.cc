#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mispsift/cuckoo/report_reader.h"
#include "tests/support/observations.h"
#include "tests/support/stream_report.h"

namespace mispsift {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The same, whatever is skipped over, from memory or as a stream.
ReportFacts FactsOf(std::string_view json) {
  const ReadResult read = ReadReport(json, ScanDepth::kFields);
  EXPECT_EQ(read.outcome.reject, Reject::kNone) << read.outcome.detail;
  const StreamedFile file;
  for (const ScanDepth depth :
       {ScanDepth::kFacts, ScanDepth::kFields, ScanDepth::kFull}) {
    EXPECT_TRUE(ReadReport(json, depth).facts == read.facts) << json;
    EXPECT_TRUE(file.Read(json, depth).facts == read.facts) << json;
  }
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

// Names and addresses as "name address".
std::vector<std::string> ToText(const std::vector<ContactedDomain>& domains) {
  std::vector<std::string> text;
  for (const auto& [domain, ip] : domains) text.push_back(domain + " " + ip);
  return text;
}

constexpr std::string_view kMd5 = "0123456789abcdef0123456789abcdef";

TEST(ReportReaderFactsTest, OfTheTargetAllThatTheReportTells) {
  const std::string sha512(128, 'a');
  for (const std::string_view around :
       {R"({"info":{},"target":{"file":{FILE},"category":"file"}})",
        R"({"info":{},"file":{FILE}})",
        R"({"task_id":"x","signatures":[],"target":{FILE}})"}) {
    std::string json(around);
    json.replace(json.find("FILE"), 4,
                 R"("type":"PE32 executable","size":4097,"sha512":")" + sha512 +
                     R"(","ssdeep":"3:abc:def","urls":["x"])");
    const ReportFacts facts = FactsOf(json);
    EXPECT_EQ(facts.target_file.sha512, sha512) << json;
    EXPECT_EQ(facts.target_file.ssdeep, "3:abc:def") << json;
    EXPECT_EQ(facts.target_file.type, "PE32 executable") << json;
    EXPECT_EQ(facts.target_file.size, 4097u) << json;
    EXPECT_EQ(facts.target_file.md5, "") << json;  // in `target`
  }
}

TEST(ReportReaderFactsTest, DroppedFiles) {
  const ReportFacts facts = FactsOf(R"({"info":{},
      "dropped":[
        {"size":7,"name":"0123456789abcdef_a.exe","type":"data",
         "md5":"0123456789ABCDEF0123456789ABCDEF","ssdeep":null,
         "pe":{"md5":"00000000000000000000000000000000"},
         "yara":[{"name":"x"}]},
        {"name":["b.dll","c.dll"],"md5":"not one",
         "sha1":"0123456789abcdef0123456789abcdef01234567"},
        {"name":"no hash"},
        {"size":7,"name":"0123456789abcdef_a.exe","type":"data",
         "md5":"0123456789abcdef0123456789abcdef"}],
      "buffer":[{"md5":"11111111111111111111111111111111"}],
      "procdump":[{"md5":"11111111111111111111111111111111"}],
      "CAPE":{"payloads":[{"md5":"11111111111111111111111111111111"}]},
      "metadata":{"output":{"dropped":[{"basename":"x",
          "md5":"11111111111111111111111111111111"}]}}})");
  ASSERT_EQ(facts.dropped.size(), 2u);
  EXPECT_EQ(facts.dropped[0], (FileFacts{.name = "0123456789abcdef_a.exe",
                                         .md5 = std::string(kMd5),
                                         .type = "data",
                                         .size = 7}));
  EXPECT_EQ(facts.dropped[1],
            (FileFacts{.name = "b.dll",
                       .sha1 = "0123456789abcdef0123456789abcdef01234567"}));
  EXPECT_THAT(facts.ids_files, IsEmpty());
  EXPECT_EQ(facts.target.md5, "");
}

TEST(ReportReaderFactsTest, FilesThatSuricataSaw) {
  const ReportFacts facts = FactsOf(R"({"info":{},"suricata":{"files":[
      {"filename":"/a.exe","md5":"0123456789abcdef0123456789abcdef",
       "magic":"PE32","size":9,"hostname":"evil.example"},
      {"filename":"/b.exe","file_info":{"name":"9f86d081",
       "sha1":"0123456789abcdef0123456789abcdef01234567","type":"data",
       "pe":{"md5":"0123456789abcdef0123456789abcdef"}}}],
      "tls":[{"md5":"0123456789abcdef0123456789abcdef"}]}})");
  EXPECT_THAT(
      facts.ids_files,
      ElementsAre(FileFacts{.name = "/a.exe",
                            .md5 = std::string(kMd5),
                            .type = "PE32",
                            .size = 9},
                  FileFacts{.name = "/b.exe",
                            .sha1 = "0123456789abcdef0123456789abcdef01234567",
                            .type = "data"}));
  EXPECT_THAT(facts.dropped, IsEmpty());
}

TEST(ReportReaderFactsTest, DnsAnswersAreAddressesOfTheNameThatWasAskedFor) {
  // The request stands before or behind its answers.
  const ReportFacts facts = FactsOf(R"({"info":{},"network":{"dns":[
      {"answers":[{"data":"c.example","type":"CNAME"},
                  {"data":"192.0.2.1","type":"A"},
                  {"type":"AAAA","data":"2001:db8::1"},
                  {"type":"A","data":"no address"}],"request":"a.example"},
      {"request":"b.example","answers":[{"type":"A","data":"192.0.2.1"},
                                        {"type":"A","data":"192.0.2.1"}]},
      {"request":"d.example","answers":[]},
      {"answers":[{"type":"A","data":"192.0.2.9"}]},
      {"request":"outer.example","other":{"request":"inner.example",
         "answers":[{"type":"A","data":"192.0.2.8"}]}}]}})");
  EXPECT_THAT(ToText(facts.dns_answers),
              ElementsAre("a.example 192.0.2.1", "a.example 2001:db8::1",
                          "b.example 192.0.2.1", "inner.example 192.0.2.8"));
  EXPECT_THAT(facts.domains, IsEmpty());
  const ReportFacts cuckoo3 = FactsOf(R"({"task_id":"x","signatures":[],
      "network":{"dns":{"query":[{"name":"q.example","type":"A"}],
      "response":[{"name":"r.example","type":"A","data":"192.0.2.2"},
                  {"type":"A","data":"192.0.2.3"}]}}})");
  EXPECT_THAT(ToText(cuckoo3.dns_answers), ElementsAre("r.example 192.0.2.2"));
}

TEST(ReportReaderFactsTest, UserAgentsOfRequests) {
  const ReportFacts facts = FactsOf(R"({"info":{},"network":{
      "http":[{"user-agent":"a","uri":"/"},{"user-agent":""},
              {"user-agent":"a"}],
      "http_ex":[{"request":"GET / HTTP/1.1\r\nuser-AGENT:  b c \r\n\r\n"}],
      "https_ex":[{"request":"GET / HTTP/1.1\r\n\r\n"}]},
      "suricata":{"http":[{"ua":"x"}]}})");
  EXPECT_THAT(facts.user_agents, ElementsAre("a", "b c"));
  const ReportFacts cuckoo3 = FactsOf(R"({"task_id":"x","signatures":[],
      "network":{"http":[{"request":{"headers":[
        {"key":"Host","value":"evil.example"},
        {"value":"Mozilla/5.0","key":"User-Agent"}]}}]}})");
  EXPECT_THAT(cuckoo3.user_agents, ElementsAre("Mozilla/5.0"));
}

TEST(ReportReaderFactsTest, MutexesAndKeysOfAllProcesses) {
  const ReportFacts cuckoo2 = FactsOf(R"({"info":{},"behavior":{
      "generic":[{"summary":{"mutex":["x"],"regkey_written":["x"]}}],
      "processes":[{"file_activities":{"mutexes":["x"]}}],
      "summary":{"mutex":["m","n","m"],"regkey_written":["HKEY_A\\b"],
                 "regkey_read":["HKEY_A\\c"],"regkey_opened":["HKEY_A\\d"],
                 "file_created":["C:\\e"]}}})");
  EXPECT_THAT(cuckoo2.mutexes, ElementsAre("m", "n"));
  EXPECT_THAT(cuckoo2.regkeys, ElementsAre("HKEY_A\\b"));
  EXPECT_THAT(cuckoo2.read_regkeys, IsEmpty());
  const ReportFacts cape = FactsOf(R"({"info":{},"CAPE":{},"behavior":{
      "summary":{"mutexes":["m"],"write_keys":["HKEY_A\\b"],
                 "read_keys":["HKEY_A\\c"],"delete_keys":["HKEY_A\\d"]}}})");
  EXPECT_THAT(cape.mutexes, ElementsAre("m"));
  EXPECT_THAT(cape.regkeys, ElementsAre("HKEY_A\\b"));
  EXPECT_THAT(cape.read_regkeys, ElementsAre("HKEY_A\\c"));
}

TEST(ReportReaderFactsTest, SignaturesOfCuckoo2) {
  const ReportFacts facts = FactsOf(R"({"info":{},"signatures":[
      {"families":["x"],"ttp":{"T1060":{"long":"T9999","short":"Run keys"},
                               "t1547.001":{},"other":{}},
       "marks":[{"category":"registry","ioc":"HKEY_A\\b","type":"ioc"},
                {"type":"call","call":{"api":"X","arguments":{"ioc":"x"}}},
                {"type":"generic","host":"x"},
                {"category":"file","ioc":"C:\\c","type":"ioc"},
                {"category":"file","ioc":"C:\\c","type":"ioc"},
                {"category":"file","ioc":{"md5":"x"},"type":"ioc"}],
       "severity":3,"description":"Runs on","name":"persistence_autorun"},
      {"name":"quiet","severity":1.5,"ttp":{}},{"severity":1,"marks":[]}]})");
  ASSERT_EQ(facts.signatures.size(), 2u);
  EXPECT_EQ(facts.signatures[0], (SignatureFacts{"persistence_autorun",
                                                 "Runs on",
                                                 3,
                                                 {"T1060", "T1547.001"},
                                                 {"HKEY_A\\b", "C:\\c"}}));
  EXPECT_EQ(facts.signatures[1], (SignatureFacts{"quiet", "", 1.5, {}, {}}));
}

TEST(ReportReaderFactsTest, SignaturesOfCapeAndCuckoo3) {
  // What all of them show stands at the end, or before them.
  const ReportFacts cape = FactsOf(R"({"info":{},"CAPE":{},
      "ttps":[{"ttp":"T1071","signature":"network"},
              {"ttps":["T1071","T1095"],"signature":"network"},
              {"ttp":"T1055","signature":"other"},{"ttp":"T1056"}],
      "signatures":[{"name":"network","description":"Talks","severity":2,
        "ttps":["T1071.001"],
        "data":[{"url":"http://a.example/"},{"type":"call","pid":1,"cid":2},
                {"Hit":"PID 664"},{"process":{"x":"y"},"call":"x"}],
        "new_data":[{"process":"x","signs":[{"type":"x","value":"x"}]}]}]})");
  ASSERT_EQ(cape.signatures.size(), 1u);
  EXPECT_EQ(cape.signatures[0],
            (SignatureFacts{"network",
                            "Talks",
                            2,
                            {"T1071.001", "T1071", "T1095"},
                            {"http://a.example/", "PID 664"}}));
  const ReportFacts cuckoo3 = FactsOf(R"({"task_id":"x","ttps":["T1"],
      "signatures":[{"name":"n","short_description":"x","description":"d",
        "score":8,"ttps":["T1055",{"id":"T1056"}],
        "iocs":[{"value":"v","description":"x"},{"process":"x"}]}]})");
  ASSERT_EQ(cuckoo3.signatures.size(), 1u);
  EXPECT_EQ(
      cuckoo3.signatures[0],
      (SignatureFacts{"n", "d", std::nullopt, {"T1055", "T1056"}, {"v"}}));
}

TEST(ReportReaderFactsTest, UrlsThatDocumentsName) {
  const ReportFacts facts = FactsOf(R"({"info":{},"signatures":[
      {"marks":[{"category":"url","ioc":"http://a.example/","type":"ioc"},
                {"category":"cmdline","ioc":"x","type":"ioc"},
                {"category":"url","ioc":"http://a.example/","type":"ioc"}],
       "name":"malicious_document_urls"},
      {"name":"another","marks":[{"category":"url","ioc":"http://x/"}]}]})");
  EXPECT_THAT(facts.document_urls, ElementsAre("http://a.example/"));
}

TEST(ReportReaderFactsTest, OfAListOnlyItsStart) {
  constexpr size_t kOver = 3;
  constexpr size_t kMany = ReportFacts::kMaxOfAList + kOver;
  const auto list = [](std::string_view element) {
    std::string json;
    for (size_t i = 0; i < kMany; ++i) {
      if (i > 0) json += ',';
      for (const char c : element) {
        c == '#' ? json.append(std::to_string(100'000 + i)) : json.append(1, c);
      }
    }
    // What comes again is not left out once more.
    return "[" + json + "," + json + "]";
  };
  const std::string json =
      R"({"info":{},"network":{"hosts":)" + list(R"("h#")") + R"(,"domains":)" +
      list(R"({"domain":"d#"})") + R"(,"dns":)" +
      list(R"({"request":"r#","answers":[{"type":"A","data":"192.0.2.1"}]})") +
      R"(,"http":)" + list(R"({"uri":"http://u/#","user-agent":"a#"})") +
      R"(},"dropped":)" +
      list(R"({"sha1":"0000000000000000000000000000000000#"})") +
      R"(,"suricata":{"files":)" +
      list(R"({"sha1":"0000000000000000000000000000000000#"})") +
      R"(},"behavior":{"summary":{"mutex":)" + list(R"("m#")") +
      R"(,"regkey_written":)" + list(R"("w#")") + R"(,"read_keys":)" +
      list(R"("r#")") + R"(}},"metadata":{"cfgextr":)" +
      list(R"({"family":"f#"})") +
      R"(},"signatures":[{"name":"malicious_document_urls","marks":)" +
      list(R"({"category":"url","ioc":"u#"})") + "}" + "]}";
  const ReportFacts facts = FactsOf(json);
  EXPECT_EQ(facts.hosts.size(), ReportFacts::kMaxOfAList);
  EXPECT_EQ(facts.hosts.back(), "h100999");
  EXPECT_EQ(facts.domains.size(), ReportFacts::kMaxOfAList);
  EXPECT_EQ(facts.dns_answers.size(), ReportFacts::kMaxOfAList);
  EXPECT_EQ(facts.urls.size(), ReportFacts::kMaxOfAList);
  EXPECT_EQ(facts.user_agents.size(), ReportFacts::kMaxOfAList);
  EXPECT_EQ(facts.dropped.size(), ReportFacts::kMaxOfAList);
  EXPECT_EQ(facts.ids_files.size(), ReportFacts::kMaxOfAList);
  EXPECT_EQ(facts.mutexes.size(), ReportFacts::kMaxOfAList);
  EXPECT_EQ(facts.regkeys.size(), ReportFacts::kMaxOfAList);
  EXPECT_EQ(facts.read_regkeys.size(), ReportFacts::kMaxOfAList);
  EXPECT_EQ(facts.document_urls.size(), ReportFacts::kMaxOfAList);
  // Configurations may be alike.
  EXPECT_EQ(facts.configs.size(), ReportFacts::kMaxOfAList);
  EXPECT_EQ(facts.left_out, 11 * kOver + (kMany + kOver));
  ASSERT_EQ(facts.signatures.size(), 1u);
  EXPECT_EQ(facts.signatures[0].marks.size(), SignatureFacts::kMaxMarks);
  EXPECT_EQ(facts.signatures[0].marks.back(), "u100009");
}

TEST(ReportReaderFactsTest, WhatIsLongIsNoName) {
  const std::string longest(4096, 'x');
  const std::string mark(200, 'y');
  const ReportFacts facts = FactsOf(
      R"({"info":{},"behavior":{"summary":{"mutex":[")" + longest + R"(",")" +
      longest + R"(x"]}},"signatures":[{"name":"n","data":[{"a":")" + mark +
      R"("},{"a":")" + mark + R"(y"}]}],"network":{"http_ex":[{"request":")" +
      std::string(5000, 'z') + R"(\nUser-Agent: a"}]}})");
  EXPECT_THAT(facts.mutexes, ElementsAre(longest));
  EXPECT_THAT(facts.signatures[0].marks, ElementsAre(mark));
  EXPECT_THAT(facts.user_agents, ElementsAre("a"));
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
