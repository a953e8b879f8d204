#include "mispsift/cuckoo/report_reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "tests/support/observations.h"

namespace mispsift {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::string_view kMd5 = "00112233445566778899aabbccddeeff";
constexpr std::string_view kSha1 = "00112233445566778899aabbccddeeff00112233";

// A report with one more section.
std::string With(std::string_view section) {
  return fmt::format(R"({{"info":{{"id":7}},"target":{{}},{}}})", section);
}

std::vector<std::string> Seen(std::string_view json,
                              ScanDepth depth = ScanDepth::kFull) {
  const ReadResult read = ReadReport(json, depth);
  EXPECT_EQ(read.outcome.reject, Reject::kNone) << read.outcome.detail << "\n"
                                                << json;
  return ToText(read.all);
}

struct FieldCase {
  std::string section;
  std::vector<std::string> expected;  // each must be among what is seen
};

void ExpectSeen(const std::vector<FieldCase>& cases) {
  for (const FieldCase& c : cases) {
    const std::vector<std::string> seen = Seen(With(c.section));
    for (const std::string& expected : c.expected) {
      EXPECT_THAT(seen, Contains(expected)) << c.section;
    }
  }
}

TEST(ReportReaderTest, HashesStandUnderTheirNamesEverywhere) {
  const std::string md5(kMd5);
  ExpectSeen({
      {fmt::format(R"("target":{{"file":{{"md5":"{}"}}}})", md5),
       {"md5 value field target $.target.file.md5 " + md5}},
      {fmt::format(R"("file":{{"md5":"{}"}})", md5),
       {"md5 value field target $.file.md5 " + md5}},
      {fmt::format(R"("dropped":[{{"sha1":"{}"}}])", kSha1),
       {fmt::format("sha1 value field dropped $.dropped[0].sha1 {}", kSha1)}},
      {fmt::format(R"("CAPE":{{"payloads":[{{"md5":"{}"}}]}})", md5),
       {"md5 value field memory $.CAPE.payloads[0].md5 " + md5}},
      {fmt::format(R"("procdump":[{{"pe":{{"imphash":"{}"}}}}])", md5),
       {"imphash value field static $.procdump[0].pe.imphash " + md5}},
      {fmt::format(R"("static":{{"pe_imphash":"{}"}})", md5),
       {"imphash value field static $.static.pe_imphash " + md5}},
      {fmt::format(R"("suricata":{{"files":[{{"file_info":{{"md5":"{}"}}}}]}})",
                   md5),
       {"md5 value field network $.suricata.files[0].file_info.md5 " + md5}},
      {fmt::format(R"("suricata":{{"tls":[{{"ja3":{{"hash":"{}"}}}}]}})", md5),
       {"ja3 value field network $.suricata.tls[0].ja3.hash " + md5}},
      {R"("strings":["x 00112233445566778899AABBCCDDEEFF y"])",
       {"md5 value token strings $.strings[0] " + md5}},
  });
}

TEST(ReportReaderTest, HashOfACertificateIsNoFileHash) {
  const std::vector<std::string> all = Seen(With(fmt::format(
      R"("static":{{"signature":[{{"sha1":"{}"}}]}},
         "suricata":{{"tls":[{{"fingerprint":"00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:00:11:22:33"}}]}})",
      kSha1)));
  EXPECT_THAT(all, Contains(fmt::format("x509-fingerprint value field static "
                                        "$.static.signature[0].sha1 {}",
                                        kSha1)));
  EXPECT_THAT(all, Contains(fmt::format("x509-fingerprint value field network "
                                        "$.suricata.tls[0].fingerprint {}",
                                        kSha1)));
  EXPECT_THAT(all, Not(Contains(HasSubstr("sha1 value field"))));
}

TEST(ReportReaderTest, WhatAnApiCallPassedIsReadAsTheBytesThatItWas) {
  ExpectSeen({
      {R"("behavior":{"processes":[{"calls":[{"arguments":[
          {"name":"Buffer","value":"\\x00evil.example\\x00\\r\\nx"}]}]}]})",
       {"host value token behavior "
        "$.behavior.processes[0].calls[0].arguments[0].value evil.example"}},
      {R"("behavior":{"processes":[{"calls":[{"arguments":{
          "buffer":"e\u0000v\u0000i\u0000l\u0000.\u0000t\u0000e\u0000s\u0000t\u0000"}}]}]})",
       {"host value token behavior "
        "$.behavior.processes[0].calls[0].arguments.buffer evil.test"}},
  });
}

// A kind is one comparison space: an import hash or a certificate's
// fingerprint is no hash of a file.
TEST(ReportReaderTest, OtherHashesAreNoTokens) {
  const std::string hash = "0123456789abcdef0123456789abcdef";
  for (const char* section :
       {R"("static":{{"pe_imphash":"{}"}})",
        R"("suricata":{{"tls":[{{"ja3":{{"hash":"{}"}}}}]}})"}) {
    for (const std::string& seen :
         Seen(With(fmt::format(fmt::runtime(section), hash)))) {
      EXPECT_FALSE(seen.starts_with("md5 ")) << seen;
    }
  }
}

TEST(ReportReaderTest, VersionsAreNoAddresses) {
  for (const char* section :
       {R"("static":{"pe_versioninfo":[{"name":"FileVersion","value":"%"}]})",
        R"("target":{"file":{"pe":{"versioninfo":[{"value":"%"}]}}})"}) {
    const std::string json =
        absl::StrReplaceAll(section, {{"%", "203.0.113.7 of evil.example"}});
    const std::string all = absl::StrJoin(Seen(With(json)), "\n");
    EXPECT_THAT(all, Not(HasSubstr("ip value")));
    EXPECT_THAT(all, HasSubstr("host value token"));
  }
}

// What is said of its host must not make a second url of it.
TEST(ReportReaderTest, ARequestToAProxyIsOneUrl) {
  std::vector<std::string> urls =
      Seen(With(R"("network":{"http_ex":[{"protocol":"http","host":"b.example",
          "dport":8080,"uri":"http://192.0.2.1:4444/x"}]})"));
  std::erase_if(urls, [](const std::string& seen) {
    return !seen.starts_with("url value assembled ");
  });
  EXPECT_THAT(urls,
              ElementsAre("url value assembled network "
                          "$.network.http_ex[0] http://192.0.2.1:4444/x"));
}

TEST(ReportReaderTest, NetworkOfAllDialects) {
  ExpectSeen({
      {R"("network":{"https_ex":[{"request":"GET / HTTP/1.1\r\nUser-Agent:  Evil/1 \r\n"}]})",
       {"user-agent value field network $.network.https_ex[0].request Evil/1"}},
      // A proxy is asked for the whole url.
      {R"("network":{"http_ex":[{"protocol":"http","host":"b.example","dport":8080,
          "uri":"http://a.example/x"}]})",
       {"url value assembled network $.network.http_ex[0] http://a.example/x"}},
      {R"("network":{"hosts":["192.0.2.1"]})",
       {"ip value field network $.network.hosts[0] 192.0.2.1"}},
      {R"("network":{"hosts":[{"ip":"192.0.2.1","hostname":"a.example"}]})",
       {"ip value field network $.network.hosts[0].ip 192.0.2.1",
        "host value field network $.network.hosts[0].hostname a.example"}},
      {R"("network":{"host":["192.0.2.1"],"domain":["A.example."]})",
       {"ip value field network $.network.host[0] 192.0.2.1",
        "host value field network $.network.domain[0] a.example"}},
      {R"("network":{"domains":[{"ip":"192.0.2.1","domain":"a.example"}]})",
       {"ip value field network $.network.domains[0].ip 192.0.2.1",
        "host value field network $.network.domains[0].domain a.example"}},
      {R"("network":{"dns":[{"request":"a.example",
          "answers":[{"data":"192.0.2.1","type":"A"},
                     {"type":"CNAME","data":"b.example"}]}]})",
       {"host value field network $.network.dns[0].request a.example",
        "ip value field network $.network.dns[0].answers[0].data 192.0.2.1",
        "host value field network $.network.dns[0].answers[1].data "
        "b.example"}},
      {R"("network":{"dns":[{"hostname":"a.example","ip":"192.0.2.1"}]})",
       {"host value field network $.network.dns[0].hostname a.example",
        "ip value field network $.network.dns[0].ip 192.0.2.1"}},
      {R"("network":{"dns":{"query":[{"name":"a.example"}],
          "response":[{"data":"b.example","type":"CNAME"}]}})",
       {"host value field network $.network.dns.query[0].name a.example",
        "host value field network $.network.dns.response[0].data b.example"}},
      {R"("network":{"http":[{"uri":"http://a.example/x","host":"a.example:81",
          "path":"/x","user-agent":"Evil/1"}]})",
       {"url value field network $.network.http[0].uri http://a.example/x",
        "host value assembled network $.network.http[0].uri a.example",
        "host value field network $.network.http[0].host a.example",
        "uri value field network $.network.http[0].path /x",
        "user-agent value field network $.network.http[0].user-agent "
        "Evil/1"}},
      {R"("network":{"http":[{"request":{"url":"http://a.example/x",
          "headers":[{"value":"Evil/1","key":"User-Agent"}]}}]})",
       {"url value field network $.network.http[0].request.url "
        "http://a.example/x",
        "user-agent value field network "
        "$.network.http[0].request.headers[0].value Evil/1"}},
      {R"("network":{"tcp":[{"dport":4444,"sport":1025,"dst":"192.0.2.1",
          "src":"2001:db8::2"}]})",
       {"ip value field network $.network.tcp[0].dst 192.0.2.1",
        "ip-port value assembled network $.network.tcp[0] 192.0.2.1|4444",
        "ip-port value assembled network $.network.tcp[0] 2001:db8::2|1025"}},
      {R"("network":{"udp":[{"dstip":"192.0.2.1","dstport":"53"}]})",
       {"ip-port value assembled network $.network.udp[0] 192.0.2.1|53"}},
      {R"("network":{"dead_hosts":[["192.0.2.1",8080]]})",
       {"ip value field network $.network.dead_hosts[0][0] 192.0.2.1",
        "ip-port value assembled network $.network.dead_hosts[0] "
        "192.0.2.1|8080"}},
      {R"("network":{"smtp_ex":[{"req":{"mail_from":"Eve <Eve@a.example>",
          "mail_to":["b@b.example"]}}]})",
       {"email value field network $.network.smtp_ex[0].req.mail_from "
        "eve@a.example",
        "email value field network $.network.smtp_ex[0].req.mail_to[0] "
        "b@b.example"}},
      {R"("suricata":{"http":[{"hostname":"a.example","uri":"/x","ua":"E/1"}],
          "tls":[{"sni":"b.example"}]})",
       {"host value field network $.suricata.http[0].hostname a.example",
        "uri value field network $.suricata.http[0].uri /x",
        "user-agent value field network $.suricata.http[0].ua E/1",
        "host value field network $.suricata.tls[0].sni b.example"}},
      {R"("snort":{"alerts":[{"dst_ip":"192.0.2.1"}]})",
       {"ip value field network $.snort.alerts[0].dst_ip 192.0.2.1"}},
  });
}

TEST(ReportReaderTest, UrlIsAssembledWhenItsObjectEnds) {
  const std::string section = R"("network":{"https_ex":[{"uri":"/x",
      "dport":8443,"host":"a.example","protocol":"https","path":"/srv/x"}]})";
  const std::vector<std::string> all = Seen(With(section));
  const std::string at = "assembled network $.network.https_ex[0] ";
  EXPECT_THAT(all, Contains("url value " + at + "https://a.example/x"));
  EXPECT_THAT(all, Contains("url value " + at + "https://a.example:8443/x"));
  EXPECT_THAT(all, Contains("host value " + at + "a.example"));
  EXPECT_THAT(all, Not(Contains(HasSubstr("/srv/x"))));
  // Early Cuckoo 2 has no protocol; the usual port is not spelled out.
  const std::vector<std::string> early = Seen(With(
      R"("network":{"http_ex":[{"uri":"/x","dport":80,"host":"a.example"}]})"));
  EXPECT_THAT(early, Contains("url value assembled network "
                              "$.network.http_ex[0] http://a.example/x"));
  EXPECT_THAT(early, Not(Contains(HasSubstr("a.example:80"))));
}

TEST(ReportReaderTest, WhatIsNoPathIsNotGluedToAHost) {
  for (const char* uri : {"*", "b/x", "other.example:443", ".evil.example/"}) {
    const std::vector<std::string> all = Seen(With(fmt::format(
        R"("network":{{"http_ex":[{{"uri":"{}","host":"a.example","dport":81}}]}})",
        uri)));
    EXPECT_THAT(all, Not(Contains(HasSubstr("url value assembled")))) << uri;
  }
  for (const char* parts : {R"("protocol":"http://b","host":"a.example")",
                            R"("protocol":"http","host":"a.example/x")",
                            R"("protocol":"http","host":"a?b.example")",
                            // Wide ones, which folding makes of ASCII.
                            R"("protocol":"http","host":"a.example\uff0fx")",
                            R"("protocol":"http","host":"a.example\uff1fx")",
                            R"("protocol":"http","host":"a\u2100.example")",
                            R"("protocol":"http","host":"x[hxxp:")",
                            R"("protocol":"http","host":"x[.]y(do")",
                            R"("protocol":"","host":"a.example")"}) {
    const std::vector<std::string> all = Seen(With(fmt::format(
        R"("network":{{"http_ex":[{{"uri":"/x","dport":81,{}}}]}})", parts)));
    EXPECT_THAT(all, Not(Contains(HasSubstr("url value assembled")))) << parts;
  }
  for (const char* host : {"evil[.]example", "[2001:db8::1]", "\u00e9.example",
                           "\U0001D41E.example"}) {
    const std::vector<std::string> all = Seen(With(fmt::format(
        R"("network":{{"http_ex":[{{"uri":"/x","host":"{}"}}]}})", host)));
    EXPECT_THAT(all, Contains(HasSubstr("url value assembled"))) << host;
  }
  for (const char* uri : {"", "/", "?q", "#f"}) {
    const std::vector<std::string> all = Seen(With(fmt::format(
        R"("network":{{"http_ex":[{{"uri":"{}","host":"a.example"}}]}})",
        uri)));
    EXPECT_THAT(all, Contains(HasSubstr("url value assembled"))) << uri;
  }
}

TEST(ReportReaderTest, BehaviorOfAllDialects) {
  ExpectSeen({
      {R"("behavior":{"summary":{"files":["C:\\a\\evil.exe"]}})",
       {"filepath value field behavior $.behavior.summary.files[0] "
        "C:\\a\\evil.exe",
        "filename value basename behavior $.behavior.summary.files[0] "
        "evil.exe"}},
      {R"("behavior":{"generic":[{"summary":{"file_moved":[["C:\\a\\b.exe"]],
          "mutex":["EvilMutex"],"regkey_written":["HKEY_USERS\\Evil"],
          "connects_host":["a.example"],"fetches_url":["http://a.example/"]}}]})",
       {"filepath value field behavior "
        "$.behavior.generic[0].summary.file_moved[0][0] C:\\a\\b.exe",
        "mutex value field behavior $.behavior.generic[0].summary.mutex[0] "
        "EvilMutex",
        "regkey value field behavior "
        "$.behavior.generic[0].summary.regkey_written[0] HKEY_USERS\\Evil",
        "host value field behavior "
        "$.behavior.generic[0].summary.connects_host[0] a.example",
        "url value field behavior "
        "$.behavior.generic[0].summary.fetches_url[0] http://a.example/"}},
      {R"("behavior":{"summary":{"file_read":["\\\\.\\pipe\\evil"]}})",
       {"named-pipe value field behavior $.behavior.summary.file_read[0] "
        "\\\\.\\pipe\\evil"}},
      {R"("behavior":{"processtree":[{"children":[{"process_name":"e.exe"}]}]})",
       {"filename value field behavior "
        "$.behavior.processtree[0].children[0].process_name e.exe"}},
      {R"("processes":[{"image":"C:\\e.exe"}])",
       {"filepath value field behavior $.processes[0].image C:\\e.exe"}},
      {R"("dropped":[{"name":"0123456789abcdef_evil.exe",
          "guest_paths":["7;?C:\\a\\evil.exe;?C:\\b\\m.dll;?0x5C;?"]}])",
       {"filename value basename dropped $.dropped[0].name evil.exe",
        "filepath value field dropped $.dropped[0].guest_paths[0] "
        "C:\\a\\evil.exe",
        "filepath value field dropped $.dropped[0].guest_paths[0] "
        "C:\\b\\m.dll"}},
      {R"("droidmon":{"connected_urls":["http://a.example:81/x"]})",
       {"url value field behavior $.droidmon.connected_urls[0] "
        "http://a.example:81/x"}},
  });
}

TEST(ReportReaderTest, ArgumentsOfCalls) {
  const std::string call = "$.behavior.processes[0].calls[0].arguments";
  const auto section = [](std::string_view arguments) {
    return fmt::format(
        R"("behavior":{{"processes":[{{"calls":[{{"arguments":{}}}]}}]}})",
        arguments);
  };
  ExpectSeen({
      {section(R"({"regkey":"HKEY_USERS\\Run","value":"evil.exe"})"),
       {"regkey value field behavior " + call + ".regkey HKEY_USERS\\Run",
        "regkey-value value assembled behavior " + call +
            " HKEY_USERS\\Run|evil.exe"}},
      {section(R"({"value":5,"regkey":"HKEY_USERS\\Run"})"),
       {"regkey-value value assembled behavior " + call +
        " HKEY_USERS\\Run|5"}},
      {section(R"([{"value":"evil.exe","name":"Buffer"},
                   {"name":"FullName","value":"HKEY_USERS\\Run"}])"),
       {"regkey value field behavior " + call + "[1].value HKEY_USERS\\Run",
        "regkey-value value assembled behavior " + call +
            " HKEY_USERS\\Run|evil.exe"}},
      {section(R"({"ip_address":"192.0.2.1","port":4444})"),
       {"ip value field behavior " + call + ".ip_address 192.0.2.1",
        "ip-port value assembled behavior " + call + " 192.0.2.1|4444"}},
      {section(R"([{"name":"ip","value":"192.0.2.1"},
                   {"name":"port","value":"4444"}])"),
       {"ip-port value assembled behavior " + call + " 192.0.2.1|4444"}},
      {section(R"([{"name":"MutexName","value":"EvilMutex"}])"),
       {"mutex value field behavior " + call + "[0].value EvilMutex"}},
      {section(R"([{"name":"hKey","value":"HKEY_CURRENT_USER"},
                   {"name":"lpSubKey","value":"Software\\Evil"}])"),
       {"regkey value assembled behavior " + call +
        " HKEY_CURRENT_USER\\Software\\Evil"}},
      {section(R"([{"name":"Registry","value":"0x80000002"},
                   {"name":"SubKey","value":"Software\\Evil"}])"),
       {"regkey value assembled behavior " + call +
        " HKEY_LOCAL_MACHINE\\Software\\Evil"}},
      {section(R"({"command_line":"cmd /c http://a.example/x"})"),
       {"url value token behavior " + call +
        ".command_line http://a.example/x"}},
      {section(R"({"anything":"EvilMutex"})"),
       {"any whole whole behavior " + call + ".anything EvilMutex"}},
  });
}

// A part of the value that is looked for would stand in neither of the two.
TEST(ReportReaderTest, AKeyIsPutTogetherBehindItsHiveAlone) {
  for (const char* hive :
       {R"(HKEY_CURRENT_USER\\Software)", "HKEY_CURRENT_USER\uff3cSoftware",
        R"(HKEY_X\"Software)", "HKEY_X/Software", "HKEY_CURRENT_USER ",
        "HKCU"}) {
    const std::string all =
        absl::StrJoin(Seen(With(fmt::format(
                          R"("behavior":{{"processes":[{{"calls":[{{"arguments":
            [{{"name":"hKey","value":"{}"}},
             {{"name":"lpSubKey","value":"Evil"}}]}}]}}]}})",
                          hive))),
                      "\n");
    EXPECT_THAT(all, Not(HasSubstr("assembled"))) << hive;
  }
}

TEST(ReportReaderTest, SignaturesAndConfigurations) {
  ExpectSeen({
      {R"("signatures":[{"marks":[{"ioc":"EvilMutex","category":"mutex"}]}])",
       {"mutex value field signature $.signatures[0].marks[0].ioc EvilMutex"}},
      {R"("signatures":[{"marks":[{"call":{"arguments":
          {"filepath":"C:\\a\\e.exe"}}}]}])",
       {"filepath value field signature "
        "$.signatures[0].marks[0].call.arguments.filepath C:\\a\\e.exe"}},
      {R"("signatures":[{"marks":[{"config":{"cnc":["a.example:443"]}}]}])",
       {"host value field config $.signatures[0].marks[0].config.cnc[0] "
        "a.example"}},
      {R"("signatures":[{"data":[{"regkey":"HKEY_USERS\\Evil"}]}])",
       {"regkey value field signature $.signatures[0].data[0].regkey "
        "HKEY_USERS\\Evil"}},
      {R"("signatures":[{"iocs":[{"value":"C:\\a\\e.exe"}]}])",
       {"filepath value token signature $.signatures[0].iocs[0].value "
        "C:\\a\\e.exe"}},
      {R"("metadata":{"cfgextr":[{"family":"Evil","url":["http://a.example/x"],
          "mutex":["EvilMutex"],"user_agent":["Evil/1"]}]})",
       {"url value field config $.metadata.cfgextr[0].url[0] "
        "http://a.example/x",
        "mutex value field config $.metadata.cfgextr[0].mutex[0] EvilMutex",
        "user-agent value field config $.metadata.cfgextr[0].user_agent[0] "
        "Evil/1"}},
      {R"("CAPE":{"configs":[{"Evil":{"C2":["192.0.2.1:443"],
          "Notify":"http://a.example/n","Backup":"192.0.2.2:80"}}]})",
       {"ip-port value assembled config $.CAPE.configs[0].Evil.C2[0] "
        "192.0.2.1|443",
        "url value field config $.CAPE.configs[0].Evil.Notify "
        "http://a.example/n",
        "ip-port value field config $.CAPE.configs[0].Evil.Backup "
        "192.0.2.2|80"}},
      {R"("static":{"pdb_path":"D:\\evil.pdb"})",
       {"pdb value field static $.static.pdb_path D:\\evil.pdb"}},
      {R"("procmemory":[{"urls":["http://a.example/x"]}])",
       {"url value field memory $.procmemory[0].urls[0] "
        "http://a.example/x"}},
  });
}

TEST(ReportReaderTest, NeverObserved) {
  for (
      const std::string section : {
          R"("misp":[{"iocs":["secret.example"]}])",
          R"("virustotal":{"permalink":"https://secret.example"})",
          R"("target":{"file":{"virustotal":{"x":"secret.example"}}})",
          R"("dropped":[{"misp":{"x":["secret.example"]}}])",
          R"("target":{"file":{"path":"/home/secret.example/x"}})",
          R"("signatures":[{"marks":[{"file":{"path":"/s/secret.example"}}]}])",
          R"("procmemory":[{"file":"/home/secret.example/1.dmp"}])",
          R"("screenshots":[{"path":"/home/secret.example/1.jpg"}])",
          R"("network":{"dns_servers":["secret.example"]})",
          R"("network":{"pcap_sha256":"secret.example"})",
          R"("network":{"sorted_pcap_sha256":"secret.example"})",
          R"("metadata":{"output":{"pcap":{"sha256":"secret.example"}}})",
          R"("strings":{"secret.example":1})",
      }) {
    EXPECT_THAT(Seen(With(section)), Not(Contains(HasSubstr("secret"))))
        << section;
  }
}

TEST(ReportReaderTest, EachStringGivesFieldThenTokensThenWhole) {
  EXPECT_THAT(
      Seen(R"({"behavior":{"summary":{"files":["C:\\a\\e.exe"]}}})"),
      ElementsAre("filepath value field behavior $.behavior.summary.files[0] "
                  "C:\\a\\e.exe",
                  "filename value basename behavior "
                  "$.behavior.summary.files[0] e.exe",
                  // The token of the same path is not given again.
                  "any whole whole behavior $.behavior.summary.files[0] "
                  "C:\\a\\e.exe"));
}

// Wants to know of no second place of anything but one value.
class WantsOne : public ObservationSink {
 public:
  explicit WantsOne(std::string_view wanted) : wanted_(wanted) {}
  bool Observe(const Observation& seen, const JsonPath& path) override {
    all.push_back(fmt::format("{} {}", path.ToString(), seen.value));
    return seen.value == wanted_;
  }
  std::vector<std::string> all;

 private:
  std::string_view wanted_;
};

TEST(ReportReaderTest, LeavesOutWhatSaysNothingMore) {
  PaddedBytes report;
  // In another field it is something else; in another report it is new.
  report.Assign(With(
      R"("strings":["x","x","is evil.example","x","is evil.example"],
         "behavior":{"summary":{"mutex":["x","y","x"]}})"));
  ReportReader reader(ScanDepth::kFull);
  ReportFacts facts;
  for (int i = 0; i < 2; ++i) {
    WantsOne sink("evil.example");
    ASSERT_EQ(reader.Read(report, &sink, &facts).reject, Reject::kNone);
    EXPECT_THAT(
        sink.all,
        ElementsAre(
            "$.strings[0] x", "$.strings[2] evil.example",
            "$.strings[2] is evil.example", "$.strings[4] evil.example",
            "$.strings[4] is evil.example", "$.behavior.summary.mutex[0] x",
            "$.behavior.summary.mutex[0] x", "$.behavior.summary.mutex[1] y",
            "$.behavior.summary.mutex[1] y"));
  }
}

TEST(ReportReaderTest, WholeStringsAreShortAndTrimmed) {
  const std::string longest(1024, 'x');
  EXPECT_THAT(Seen(With(R"("strings":["  Evil Mutex\n"," "])")),
              ElementsAre("any whole whole strings $.strings[0] Evil Mutex"));
  EXPECT_THAT(Seen(With("\"strings\":[\"" + longest + "\"]")),
              ElementsAre("any whole whole strings $.strings[0] " + longest));
  EXPECT_THAT(Seen(With("\"strings\":[\"" + longest + "x\"]")), IsEmpty());
}

TEST(ReportReaderTest, FieldsDepthSkipsCallsStringsAndFreeText) {
  const std::string json = With(
      R"("behavior":{"processes":[{"process_path":"C:\\a\\e.exe","calls":[
           {"arguments":{"url":"http://call.example/"}}]}],
           "summary":{"command_line":["http://free.example/"]}},
         "strings":["string.example"],"debug":{"log":"debug.example"},
         "network":{"tcp":[{"dst":"192.0.2.1","dport":80}]})");
  EXPECT_THAT(
      Seen(json, ScanDepth::kFields),
      ElementsAre(
          "filepath value field behavior "
          "$.behavior.processes[0].process_path C:\\a\\e.exe",
          "filename value basename behavior "
          "$.behavior.processes[0].process_path e.exe",
          "ip value field network $.network.tcp[0].dst 192.0.2.1",
          "ip-port value assembled network $.network.tcp[0] 192.0.2.1|80"));
  EXPECT_THAT(Seen(json), Contains(HasSubstr("call.example")));
}

TEST(ReportReaderTest, StringsAreUnescapedAndKeysQuoted) {
  EXPECT_THAT(Seen(With(R"("other":{"a\u002eb":["\u0065vil\/\ud83d\ude00"]})")),
              Contains("any whole whole debug $.other[\"a.b\"][0] "
                       "evil/\xF0\x9F\x98\x80"));
  // Half a surrogate pair, as Python 2 writes it, in values and keys.
  EXPECT_THAT(
      Seen(With(R"("\udc00":["x\ud800","\ud800\u0041","\udc00\ud83d\ude00"])")),
      ElementsAre("any whole whole debug $[\"\xEF\xBF\xBD\"][0] x\xEF\xBF\xBD",
                  "any whole whole debug $[\"\xEF\xBF\xBD\"][1] "
                  "\xEF\xBF\xBD"
                  "A",
                  "any whole whole debug $[\"\xEF\xBF\xBD\"][2] "
                  "\xEF\xBF\xBD\xF0\x9F\x98\x80"));
}

TEST(ReportReaderTest, ReadsWhatPythonAndWindowsAdd) {
  for (const std::string& json :
       {With(R"("x":[NaN,Infinity,-Infinity,123456789012345678901234567890])"),
        "\xEF\xBB\xBF" + With("\"x\":1"), " \r\n" + With("\"x\":1") + "\n ",
        With(R"("x":"\u0000","x":"twice")")}) {
    EXPECT_EQ(ReadReport(json, ScanDepth::kFull).outcome.reject, Reject::kNone)
        << json;
  }
}

TEST(ReportReaderTest, SaysWhatOfItIsNoJson) {
  // At either half of a string that was cut in two, the string is told.
  const std::string json =
      "\xEF\xBB\xBF" +
      With(
          R"("\ud800":["\udc00\udc00","\ud83d\ude00"],"misp":[NaN,-Infinity])");
  const ReadResult read = ReadReport(json, ScanDepth::kFull);
  EXPECT_EQ(read.outcome.reject, Reject::kNone) << read.outcome.detail;
  Oddities expected;
  expected.Add(Oddity::kByteOrderMark, 0);
  expected.Add(Oddity::kLoneSurrogate, json.find("\\ud800"), 2);
  expected.Add(Oddity::kNotANumber, json.find("NaN"), 2);
  EXPECT_TRUE(read.outcome.oddities == expected);
  // And of the next report nothing is said.
  ReportReader reader(ScanDepth::kFull);
  ReadReport(json, ScanDepth::kFull, &reader);
  EXPECT_TRUE(
      ReadReport(With("\"x\":1"), ScanDepth::kFull, &reader).outcome.oddities ==
      Oddities());
}

TEST(ReportReaderTest, BothOfTwoMembersWithOneKeyAreRead) {
  const std::vector<std::string> seen =
      Seen(With(R"("network":{"hosts":["192.0.2.1"],"hosts":["192.0.2.2"]},
                   "network":{"hosts":["192.0.2.3"]})"));
  for (const char* ip : {"192.0.2.1", "192.0.2.2", "192.0.2.3"}) {
    EXPECT_THAT(seen, Contains(std::string("ip value field network "
                                           "$.network.hosts[0] ") +
                               ip));
  }
}

std::string Nested(size_t levels) {
  return With("\"x\":" + std::string(levels, '[') + std::string(levels, ']'));
}

TEST(ReportReaderTest, RejectsForANamedReason) {
  const struct {
    std::string json;
    Reject expected;
  } cases[] = {
      {"", Reject::kEmpty},
      {" \n", Reject::kEmpty},
      {"\xEF\xBB\xBF", Reject::kEmpty},
      {With("\"x\":1") + "}", Reject::kNotJson},
      {With("\"x\":1") + " trailing", Reject::kNotJson},
      {With("\"x\":1") + With("\"x\":1"), Reject::kNotJson},
      {With("\"x\":tru"), Reject::kNotJson},
      {With("\"x\":nulll"), Reject::kNotJson},
      {With("\"x\":01"), Reject::kNotJson},
      {With("\"x\":1."), Reject::kNotJson},
      {With("\"x\":+1"), Reject::kNotJson},
      {With("\"x\":.5"), Reject::kNotJson},
      {With("\"x\":1e"), Reject::kNotJson},
      {With("\"x\":-"), Reject::kNotJson},
      {With("\"x\":[1,]"), Reject::kNotJson},
      {With("\"x\":[1 2]"), Reject::kNotJson},
      {With("\"x\":[1}"), Reject::kNotJson},
      {With("\"x\":{\"y\"}"), Reject::kNotJson},
      {With("\"x\":{1:2}"), Reject::kNotJson},
      {With("\"x\":1,"), Reject::kNotJson},
      {With("\"x\":"), Reject::kNotJson},
      {With("\"misp\":[tru]"), Reject::kNotJson},  // hidden, but checked
      {With(R"("x":"\x41")"), Reject::kNotJson},
      {With(R"("x":"\u12")"), Reject::kNotJson},
      {With(R"("\q":1)"), Reject::kNotJson},
      {With("\"x\":\"a\nb\""), Reject::kNotJson},
      {"]", Reject::kNotJson},
      {"nonsense", Reject::kNotJson},
      {"<html></html>", Reject::kNotJson},
      {"\"a\" \"b\"", Reject::kNotJson},
      {With("\"x\":\"\xFF\""), Reject::kNotUtf8},
      {With("\"x\":\"\xED\xA0\x80\""), Reject::kNotUtf8},
      {R"({"info":{"id":1},"target":{"file":{"md5":"0011)", Reject::kTruncated},
      {R"({"info":{"id":1},"target":{"file":)", Reject::kTruncated},
      {R"({"info":{"id":1},"target":{"file":{})", Reject::kTruncated},
      {R"({"info":{"id":1)", Reject::kTruncated},
      {"{", Reject::kTruncated},
      {"[[", Reject::kTruncated},
      {std::string(2'000'000, '['), Reject::kTruncated},
      {Nested(511), Reject::kNone},
      {Nested(512), Reject::kTooDeep},
      {Nested(100'000), Reject::kTooDeep},
      {"{}", Reject::kNotAReport},
      {"[]", Reject::kNotAReport},
      {"[{\"info\":{}}]", Reject::kNotAReport},
      {"1", Reject::kNotAReport},
      {"\"text\"", Reject::kNotAReport},
      {"null", Reject::kNotAReport},
      {R"({"Event":{"info":"x","Attribute":[]}})", Reject::kNotAReport},
      {R"({"info":"x","target":{}})", Reject::kNotAReport},
      {R"({"info":{},"target":"x"})", Reject::kNotAReport},
      {R"({"category":"file","id":1,"target":"/tmp/x"})", Reject::kNotAReport},
      {R"({"analysis_id":"x","kind":"standard"})", Reject::kNotAReport},
      {R"({"tid":1,"info":{},"target":{},"signatures":[],"process_tree":{}})",
       Reject::kNotAReport},
  };
  ReportReader reader(ScanDepth::kFull);
  for (const auto& c : cases) {
    const ReadResult read = ReadReport(c.json, ScanDepth::kFull, &reader);
    EXPECT_EQ(RejectName(read.outcome.reject), RejectName(c.expected))
        << c.json.substr(0, 200) << " " << read.outcome.detail;
    EXPECT_EQ(read.outcome.detail.empty(), c.expected == Reject::kNone);
  }
  // And the reader is as good as new.
  EXPECT_EQ(
      ReadReport(With("\"x\":1"), ScanDepth::kFull, &reader).outcome.reject,
      Reject::kNone);
}

TEST(ReportReaderTest, HowDeepItReadsIsALimit) {
  for (const size_t levels :
       {size_t{2}, size_t{3}, size_t{512}, ReportReader::kMostLevels}) {
    ReportReader reader(ScanDepth::kFull, levels);
    for (const size_t more : {0, 1}) {
      // One is the report's own.
      const ReadResult read =
          ReadReport(Nested(levels - 1 + more), ScanDepth::kFull, &reader);
      EXPECT_EQ(RejectName(read.outcome.reject), more ? "too_deep" : "none")
          << levels;
    }
  }
}

TEST(ReportReaderTest, DetailSaysAtWhichByte) {
  EXPECT_THAT(ReadReport(R"({"info":tru})", ScanDepth::kFull).outcome.detail,
              HasSubstr("at byte 8"));
  EXPECT_THAT(
      ReadReport("\xEF\xBB\xBF{\"info\":tru}", ScanDepth::kFull).outcome.detail,
      HasSubstr("at byte 11"));
}

// Every prefix of a report is told to be cut short, at either depth.
TEST(ReportReaderTest, EveryPrefixIsTruncated) {
  const std::string json = With(
      R"("network":{"hosts":["192.0.2.1","x\"\\"],"tcp":[{"dport":80}]},
         "strings":["a",{"b":[]}])");
  for (const ScanDepth depth : {ScanDepth::kFields, ScanDepth::kFull}) {
    ReportReader reader(depth);
    for (size_t size = 1; size < json.size(); ++size) {
      EXPECT_EQ(
          RejectName(
              ReadReport(json.substr(0, size), depth, &reader).outcome.reject),
          "truncated")
          << json.substr(0, size);
    }
  }
}

}  // namespace
}  // namespace mispsift
