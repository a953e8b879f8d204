#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/support/drafting.h"
#include "tests/support/event_validity.h"

namespace mispsift {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

// A report that tells nothing but what is added to it.
ReportFields Bare() {
  ReportFields fields;
  fields.report_id = "00112233445566778899aabbccddeeff";
  fields.facts.started = "2024-01-02T03:04:05";
  return fields;
}

DraftSettings Everything() {
  DraftSettings settings;
  settings.modes = kAllSubmitModes;
  return settings;
}

DraftedEvent Drafted(const ReportFields& fields,
                     const DraftSettings& settings = Everything()) {
  DraftedEvent drafted = DraftEvent(fields, settings);
  EXPECT_THAT(ProblemsOf(drafted.event), IsEmpty());
  return drafted;
}

TEST(DraftLeftOutTest, WhatMispWouldRefuse) {
  ReportFields fields = Bare();
  fields.facts.hosts = {"not an address"};
  fields.facts.domains = {{"no domain", ""}};
  fields.facts.mutexes = {"\x01\x02", "", "kept"};
  const DraftedEvent drafted = Drafted(fields);
  EXPECT_THAT(LeftOutTexts(drafted),
              ElementsAre("domain no domain: invalid: no domain name",
                          "ip-dst not an address: invalid: no ip address or "
                          "network",
                          "mutex \x01\x02: invalid: control characters only"));
  EXPECT_THAT(Values(drafted.event), ElementsAre("mutex kept"));
  EXPECT_EQ(drafted.left_out[0].report_id, fields.report_id);
}

TEST(DraftLeftOutTest, WhatIsUndoneByStoringIsUndoneToTheEnd) {
  ReportFields fields = Bare();
  fields.facts.urls = {"hxxp://evil[[.].]example/"};
  fields.facts.domains = {{"EVIL[.]example", ""}};
  EXPECT_THAT(Values(Drafted(fields).event), Contains("domain evil.example"));
}

TEST(DraftLeftOutTest, BlacklistedWholeByHalfAndByTheHostOfAUrl) {
  ReportFields fields = Bare();
  fields.facts.urls = {"http://listed.example/x", "http://other.example/x",
                       "http://u:p@sub.below.example:8080/x",
                       "http://192.0.2.99/x"};
  fields.facts.domains = {{"listed.example", "192.0.2.1"},
                          {"other.example", "192.0.2.99"},
                          {"free.example", "192.0.2.2"}};
  fields.facts.hosts = {"192.0.2.1", "192.0.2.99"};
  fields.facts.mutexes = {"mtx"};
  DraftSettings settings = Everything();
  settings.ioc_blacklist = {"listed.example", ".below.example", "192.0.2.96/28",
                            "mtx"};
  const DraftedEvent drafted = Drafted(fields, settings);
  EXPECT_THAT(Values(drafted.event),
              ElementsAre("url http://other.example/x",
                          "domain|ip free.example|192.0.2.2"));
  EXPECT_THAT(
      LeftOutTexts(drafted),
      ElementsAre(
          "url http://listed.example/x: blacklisted: listed.example",
          "url http://u:p@sub.below.example:8080/x: blacklisted",
          "url http://192.0.2.99/x: blacklisted: 192.0.2.99",
          "domain|ip listed.example|192.0.2.1: blacklisted: listed.example",
          "domain|ip other.example|192.0.2.99: blacklisted: 192.0.2.99",
          "mutex mtx: blacklisted"));
}

TEST(DraftLeftOutTest, SafelistedByOursAndTheUsers) {
  ReportFields fields = Bare();
  fields.facts.urls = {"http://www.MSFTNCSI.com/ncsi.txt",
                       "http://safe.example/a", "http://safe.example/b"};
  fields.facts.domains = {{"time.windows.com", "198.51.100.9"},
                          {"evil.example", "8.8.8.8"},
                          {"ipv6.msftconnecttest.com", ""}};
  // Where a harmless domain is, is harmless; and is what it was asked for.
  fields.facts.hosts = {"198.51.100.9", "8.8.8.8", "192.0.2.5"};
  DraftSettings settings = Everything();
  settings.safelist = {"http://safe.example/a"};
  const DraftedEvent drafted = Drafted(fields, settings);
  EXPECT_THAT(Values(drafted.event),
              ElementsAre("url http://safe.example/b", "domain evil.example",
                          "ip-dst 192.0.2.5"));
  EXPECT_THAT(
      LeftOutTexts(drafted),
      ElementsAre("url http://www.MSFTNCSI.com/ncsi.txt: safelisted",
                  "url http://safe.example/a: safelisted",
                  "domain|ip time.windows.com|198.51.100.9: safelisted: "
                  "time.windows.com",
                  "domain|ip evil.example|8.8.8.8: safelisted: 8.8.8.8",
                  "domain ipv6.msftconnecttest.com: safelisted",
                  "ip-dst 8.8.8.8: safelisted"));
}

TEST(DraftLeftOutTest, ASafelistedTargetLeavesAllOut) {
  for (const size_t digits : {32, 40, 64, 128}) {
    DraftSettings settings = Everything();
    settings.safelist = {Hex('A', digits)};
    for (const bool objects : {false, true}) {
      settings.objects = objects;
      const SampleFile sample{"invoice.exe", "MZ"};
      const DraftedEvent drafted = DraftEvent(FullFields(), settings, &sample);
      EXPECT_EQ(AttributeCount(drafted.event), 0u);
      ASSERT_EQ(drafted.left_out.size(), 1u);
      EXPECT_EQ(drafted.left_out[0].reason, LeftOut::kSafelisted);
      EXPECT_EQ(drafted.left_out[0].value, Hex('a', digits));
    }
  }
}

TEST(DraftLeftOutTest, WarninglistedWholeByHalfAndByTheHostOfAUrl) {
  ReportFields fields = Bare();
  fields.facts.urls = {"http://Known.example/x", "http://free.example/"};
  fields.facts.domains = {{"known.example", "192.0.2.1"},
                          {"evil.example", "203.0.113.5"},
                          {"informed.example", "192.0.2.3"}};
  fields.facts.hosts = {"192.0.2.1", "203.0.113.5"};
  fields.warninglisted = {{{"known.example", {"Top 1000"}, true},
                           {"203.0.113.5", {"A CDN", "Another"}, true},
                           {"INFORMED.example", {"Top million"}, false}}};
  DraftSettings settings = Everything();
  DraftedEvent drafted = Drafted(fields, settings);
  EXPECT_THAT(Values(drafted.event),
              ElementsAre("url http://free.example/", "domain evil.example"));
  EXPECT_THAT(
      LeftOutTexts(drafted),
      ElementsAre("url http://Known.example/x: warninglisted: Top 1000",
                  "domain|ip known.example|192.0.2.1: warninglisted: Top 1000",
                  "domain|ip evil.example|203.0.113.5: warninglisted: A CDN, "
                  "Another",
                  "domain|ip informed.example|192.0.2.3: warninglisted: Top "
                  "million",
                  "ip-dst 203.0.113.5: warninglisted: A CDN, Another"));

  settings.submit_informed = true;
  drafted = Drafted(fields, settings);
  ASSERT_THAT(Values(drafted.event),
              ElementsAre("url http://free.example/", "domain evil.example",
                          "domain|ip informed.example|192.0.2.3"));
  EXPECT_EQ(drafted.event.attributes[0].comment, "");
  EXPECT_EQ(drafted.event.attributes[2].comment,
            "on warninglists: Top million");
}

TEST(DraftLeftOutTest, AddressesAndHostsOfNoUseToOthers) {
  const auto reason = [](const std::string& url) {
    ReportFields fields = Bare();
    fields.facts.urls = {url};
    const DraftedEvent drafted = Drafted(fields);
    return drafted.left_out.empty()
               ? std::string()
               : std::string(LeftOutName(drafted.left_out[0].reason));
  };
  for (const char* host :
       {"10.1.2.3", "172.31.0.1", "192.168.56.1", "127.0.0.1", "169.254.1.1",
        "100.64.0.1", "224.0.0.252", "255.255.255.255", "0.0.0.0", "[::1]",
        "[fe80::1]", "[fd00::1]", "[ff02::fb]", "[::ffff:10.0.0.1]", "[::]",
        // The same in the spellings that programs take.
        "127.1", "0x7f000001", "2130706433", "0300.0250.1.1", "192.168.1.01",
        // Names that nobody else knows.
        "wpad", "localhost", "printer.local", "dc.corp.internal", "nas.LAN",
        "1.1.168.192.in-addr.arpa", "WIN-7.workgroup", "host.local.",
        "localhost."}) {
    EXPECT_EQ(reason(fmt::format("http://{}/x", host)), "special_use") << host;
    EXPECT_EQ(reason(fmt::format("http://u@{}:8080", host)), "special_use")
        << host;
  }
  for (const char* host :
       {"192.0.2.1", "198.51.100.1", "203.0.113.1", "172.32.0.1", "100.128.0.1",
        "[2001:db8::1]", "evil.example", "3221226219", "local.example",
        "evil.onion"}) {
    EXPECT_EQ(reason(fmt::format("http://{}/x", host)), "") << host;
  }
}

TEST(DraftLeftOutTest, ADomainWithAnAddressOfNoUseIsSentAlone) {
  ReportFields fields = Bare();
  fields.facts.domains = {{"evil.example", "192.168.56.1"},
                          {"wpad", "192.0.2.1"},
                          {"dc.local", "192.0.2.2"}};
  fields.facts.hosts = {"192.168.56.1", "192.0.2.1", "192.0.2.2", "fe80::1"};
  const DraftedEvent drafted = Drafted(fields);
  // What a name of no use resolves to may be of use.
  EXPECT_THAT(Values(drafted.event),
              ElementsAre("domain evil.example", "ip-dst 192.0.2.1",
                          "ip-dst 192.0.2.2"));
  EXPECT_THAT(
      LeftOutTexts(drafted),
      ElementsAre(
          "domain|ip evil.example|192.168.56.1: special_use: 192.168.56.1",
          "domain|ip wpad|192.0.2.1: invalid: no domain and address",
          "domain|ip dc.local|192.0.2.2: special_use: dc.local",
          "ip-dst 192.168.56.1: special_use", "ip-dst fe80::1: special_use"));
}

TEST(DraftLeftOutTest, TheSandboxesOwnAddresses) {
  ReportFields fields = Bare();
  fields.facts.own_addresses = {"203.0.113.53", "192.168.56.101",
                                "2001:DB8::53"};
  fields.facts.hosts = {"203.0.113.53", "192.168.56.101", "2001:DB8:0::53",
                        "203.0.113.54"};
  fields.facts.urls = {"http://203.0.113.53/x"};
  fields.facts.dns_answers = {{"evil.example", "203.0.113.53"}};
  const DraftedEvent drafted = Drafted(fields);
  EXPECT_THAT(Values(drafted.event),
              ElementsAre("ip-dst 203.0.113.54", "domain evil.example"));
  EXPECT_THAT(
      LeftOutTexts(drafted),
      ElementsAre("url http://203.0.113.53/x: own_traffic: 203.0.113.53",
                  "ip-dst 203.0.113.53: own_traffic",
                  "ip-dst 192.168.56.101: own_traffic",
                  "ip-dst 2001:DB8:0::53: own_traffic",
                  "domain|ip evil.example|203.0.113.53: own_traffic: "
                  "203.0.113.53"));
}

TEST(DraftLeftOutTest, TheSameValueIsListedOnce) {
  ReportFields fields = Bare();
  fields.facts.urls = {"http://10.0.0.1/", "http://10.0.0.1/"};
  fields.facts.configs = {{"", {"http://10.0.0.1/"}, {}, {}}};
  EXPECT_THAT(LeftOutTexts(Drafted(fields)),
              ElementsAre("url http://10.0.0.1/: special_use: 10.0.0.1"));
}

TEST(DraftLeftOutTest, TheListsHoldForObjectsToo) {
  ReportFields fields = FullFields();
  fields.facts.domains.push_back({"evil.example", "10.0.0.1"});
  fields.warninglisted = {{{Hex('b', 64), {"Known files"}, true}}};
  DraftSettings settings = Everything();
  settings.objects = true;
  settings.ioc_blacklist = {"198.51.100.2", Hex('a', 40), "c2.example"};
  settings.safelist = {"lure.example"};
  const DraftedEvent drafted = Drafted(fields, settings);
  const std::vector<std::string> values = Values(drafted.event);
  for (const std::string& gone :
       {Hex('b', 64), Hex('a', 40), std::string("10.0.0.1"),
        std::string("198.51.100.2"), std::string("http://c2.example/gate"),
        std::string("c2.example"), std::string("http://lure.example/doc"),
        std::string("lure.example")}) {
    EXPECT_THAT(values, Not(Contains(testing::EndsWith(" " + gone))));
  }
  EXPECT_THAT(LeftOutTexts(drafted),
              UnorderedElementsAre(
                  "sha1 " + Hex('a', 40) + ": blacklisted",
                  "sha256 " + Hex('b', 64) + ": warninglisted: Known files",
                  "domain|ip evil.example|10.0.0.1: special_use: 10.0.0.1",
                  "url http://c2.example/gate: blacklisted: c2.example",
                  "url http://lure.example/doc: safelisted: lure.example",
                  "domain|ip named.example|198.51.100.2: blacklisted: "
                  "198.51.100.2"));
}

TEST(LeftOutTest, EveryReasonHasAName) {
  std::set<std::string_view> names;
  for (int i = 0; i < static_cast<int>(LeftOut::kCount); ++i) {
    names.insert(LeftOutName(static_cast<LeftOut>(i)));
  }
  EXPECT_EQ(names.size(), static_cast<size_t>(LeftOut::kCount));
}

}  // namespace
}  // namespace mispsift
