// What an attribute is looked for by.

#include <ostream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mispsift/normalize/attribute_types.h"
#include "mispsift/normalize/normalize.h"

namespace mispsift {

void PrintTo(const Indicator& indicator, std::ostream* out) {
  *out << KindName(indicator.kind) << '/' << static_cast<int>(indicator.form)
       << ' ' << indicator.value;
}

namespace {

using K = IndicatorKind;
using F = KeyForm;

std::string Hex(size_t digits) { return std::string(digits, 'a'); }

struct Case {
  const char* type;
  std::string value;
  std::vector<Indicator> indicators;
};

void ExpectIndicators(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.type) + ": " + c.value);
    std::vector<Indicator> indicators = {{K::kMd5, F::kValue, "left over"}};
    EXPECT_EQ(IndicatorsOf(c.type, c.value, &indicators), Unmatchable::kNo);
    EXPECT_EQ(indicators, c.indicators);
  }
}

TEST(Indicators, OfHashes) {
  ExpectIndicators({
      {"md5", " " + std::string(32, 'A'), {{K::kMd5, F::kValue, Hex(32)}}},
      {"sha512/256", Hex(64), {{K::kSha512_256, F::kValue, Hex(64)}}},
      {"sha3-384", Hex(96), {{K::kSha3_384, F::kValue, Hex(96)}}},
      {"ssdeep", "3:AbC+/:d", {{K::kSsdeep, F::kValue, "3:AbC+/:d"}}},
      {"tlsh", "T1" + Hex(70), {{K::kTlsh, F::kValue, Hex(70)}}},
      {"tlsh", Hex(70), {{K::kTlsh, F::kValue, Hex(70)}}},
      {"telfhash", "T1" + Hex(70), {{K::kTelfhash, F::kValue, Hex(70)}}},
      {"vhash", "01E?Z", {{K::kVhash, F::kValue, "01e?z"}}},
      {"x509-fingerprint-sha1",
       "AA:" + std::string(38, 'A'),
       {{K::kX509Fingerprint, F::kValue, Hex(40)}}},
      {"ja3-fingerprint-md5", Hex(32), {{K::kJa3, F::kValue, Hex(32)}}},
  });
}

TEST(Indicators, OfNamesAndHashes) {
  ExpectIndicators({
      {"filename|md5",
       "A.exe|" + std::string(32, 'A'),
       {{K::kFilename, F::kValue, "A.exe"},
        {K::kFilename, F::kWholeString, "A.exe"},
        {K::kMd5, F::kValue, Hex(32)}}},
      {"filename|sha1",
       "%TEMP%\\A.exe|" + Hex(40),
       {{K::kFilepath, F::kValue, "%TEMP%\\A.exe"},
        {K::kSha1, F::kValue, Hex(40)}}},
      {"malware-sample",
       "/tmp/a|" + Hex(32),
       {{K::kFilepath, F::kValue, "/tmp/a"}, {K::kMd5, F::kValue, Hex(32)}}},
      // MISP takes any text for the second half.
      {"malware-sample",
       "a|unknown",
       {{K::kFilename, F::kValue, "a"}, {K::kFilename, F::kWholeString, "a"}}},
      {"attachment",
       "a.doc",
       {{K::kFilename, F::kValue, "a.doc"},
        {K::kFilename, F::kWholeString, "a.doc"}}},
  });
}

TEST(Indicators, OfHosts) {
  const Indicator evil = {K::kHost, F::kValue, "evil.example"};
  const Indicator bucher = {K::kHost, F::kValue, "xn--bcher-kva.example"};
  const Indicator address = {K::kIp, F::kValue, "192.0.2.10"};
  ExpectIndicators({
      {"domain", "Evil[.]example", {evil}},
      {"hostname", ".Evil.example.", {evil}},
      {"hostname",
       "B\xc3\xbc"
       "cher.example",
       {bucher}},
      {"domain",
       "B\xc3\x9c"
       "CHER.example",
       {bucher}},
      {"domain",
       "evil\xef\xbc\x8e"
       "example\xe3\x80\x82",
       {evil}},
      {"domain",
       "\xc2\xa0"
       "evil.example\xc2\xa0",
       {evil}},
      {"domain", "evil.zip", {{K::kHost, F::kValue, "evil.zip"}}},
      {"hostname", "192.0.2.10", {address}},
      {"hostname", "[2001:DB8::0:1]", {{K::kIp, F::kValue, "2001:db8::1"}}},
      {"hostname|port", "Evil.example.:80", {evil}},
      {"hostname|port",
       "b\xc3\xbc"
       "cher.example|80",
       {bucher}},
      {"hostname|port", "192.0.2.10|80", {address}},
      {"domain|ip", "evil.example.|192.0.2.10", {evil, address}},
      {"domain|ip", "192.0.2.10|192.0.2.10", {address}},
      {"onion-address",
       "EvilEvilEvilEvil.onion",
       {{K::kHost, F::kValue, "evilevilevilevil.onion"}}},
  });
}

TEST(Indicators, OfAddresses) {
  ExpectIndicators({
      {"ip-src", "192.0.2.9", {{K::kIp, F::kValue, "192.0.2.9"}}},
      {"ip-dst", "192.0.2.9/32", {{K::kIp, F::kValue, "192.0.2.9"}}},
      {"ip-dst", "192.0.2.9/24", {{K::kIp, F::kNetwork, "192.0.2.0/24"}}},
      {"ip-dst", "192.0.2.9/0", {{K::kIp, F::kNetwork, "0.0.0.0/0"}}},
      {"ip-dst", "192.0.2.15/30", {{K::kIp, F::kNetwork, "192.0.2.12/30"}}},
      {"ip-dst", "2001:DB8::9", {{K::kIp, F::kValue, "2001:db8::9"}}},
      {"ip-dst",
       "2001:db8:0:ff::9/49",
       {{K::kIp, F::kNetwork, "2001:db8::/49"}}},
      {"ip-dst", "::ffff:192.0.2.9", {{K::kIp, F::kValue, "192.0.2.9"}}},
      {"ip-dst",
       "::ffff:192.0.2.9/120",
       {{K::kIp, F::kNetwork, "192.0.2.0/24"}}},
      {"ip-dst|port",
       "192.0.2.9:4444",
       {{K::kIpPort, F::kValue, "192.0.2.9|4444"}}},
      {"ip-src|port",
       "[2001:DB8::1]:0443",
       {{K::kIpPort, F::kValue, "2001:db8::1|443"}}},
  });
}

TEST(Indicators, OfUrls) {
  ExpectIndicators({
      {"url",
       "hxxp://Evil[.]example/A%20b ",
       {{K::kUrl, F::kValue, "http://Evil.example/A%20b"}}},
      {"url",
       "http://evil.example",
       {{K::kUrl, F::kValue, "http://evil.example"}}},
      {"url", "Evil[.]example", {{K::kHost, F::kValue, "evil.example"}}},
      {"url", "192.0.2.9", {{K::kIp, F::kValue, "192.0.2.9"}}},
      {"url", "evil.example/", {{K::kUrl, F::kValue, "evil.example/"}}},
      {"url", "evil.example:80", {{K::kUrl, F::kValue, "evil.example:80"}}},
      {"url",
       "evil.example/?u=http://x",
       {{K::kUrl, F::kValue, "evil.example/?u=http://x"}}},
      {"url",
       "mailto:a@evil.example",
       {{K::kUrl, F::kValue, "mailto:a@evil.example"}}},
      {"link",
       "https://evil.example/x",
       {{K::kUrl, F::kValue, "https://evil.example/x"}}},
      {"link", "evil.example/x", {{K::kUrl, F::kValue, "evil.example/x"}}},
      {"uri", "/a?b", {{K::kUri, F::kValue, "/a?b"}}},
  });
}

TEST(Indicators, OfTheRest) {
  ExpectIndicators({
      {"email-src",
       "A[@]Evil.example",
       {{K::kEmail, F::kValue, "a@evil.example"}}},
      {"dns-soa-email",
       "A@Evil.example",
       {{K::kEmail, F::kValue, "a@evil.example"}}},
      {"filename", "C:\\x.exe", {{K::kFilepath, F::kValue, "C:\\x.exe"}}},
      {"regkey", "HKLM\\X\\", {{K::kRegkey, F::kValue, "HKLM\\X\\"}}},
      {"regkey|value",
       "HKLM\\X | a b ",
       {{K::kRegkeyValue, F::kValue, "HKLM\\X|a b"}}},
      {"regkey|value", "HKLM\\X|", {{K::kRegkeyValue, F::kValue, "HKLM\\X|"}}},
      {"mutex",
       "Global\\M\xf0\x9f\x98\x80",
       {{K::kMutex, F::kValue, "Global\\M\xf0\x9f\x98\x80"},
        {K::kMutex, F::kWholeString, "Global\\M\xf0\x9f\x98\x80"}}},
      {"named pipe",
       "\\\\.\\pipe\\x",
       {{K::kNamedPipe, F::kValue, "\\\\.\\pipe\\x"},
        {K::kNamedPipe, F::kWholeString, "\\\\.\\pipe\\x"}}},
      {"user-agent",
       "Evil/1.0",
       {{K::kUserAgent, F::kValue, "Evil/1.0"},
        {K::kUserAgent, F::kWholeString, "Evil/1.0"}}},
      {"pdb",
       "c:\\x.pdb",
       {{K::kPdb, F::kValue, "c:\\x.pdb"},
        {K::kPdb, F::kWholeString, "c:\\x.pdb"}}},
  });
}

TEST(Indicators, SaysWhyThereAreNone) {
  struct {
    const char* type;
    std::string value;
    Unmatchable reason;
  } const cases[] = {
      {"no-such-type", "x", Unmatchable::kUnknownType},
      {"comment", Hex(32), Unmatchable::kNotAValue},
      {"text", "evil.example", Unmatchable::kNotAValue},
      {"yara", "rule x {}", Unmatchable::kNotAValue},
      {"windows-service-name", "x", Unmatchable::kNotAValue},
      {"md5", Hex(31), Unmatchable::kInvalidValue},
      {"md5", "", Unmatchable::kInvalidValue},
      {"x509-fingerprint-md5", Hex(40), Unmatchable::kInvalidValue},
      {"filename|md5", "a.exe|" + Hex(31), Unmatchable::kInvalidValue},
      {"filename|md5", "a|b|" + Hex(32), Unmatchable::kInvalidValue},
      {"domain", "single", Unmatchable::kInvalidValue},
      {"domain", "*.evil.example", Unmatchable::kInvalidValue},
      {"domain", "evil.example/x", Unmatchable::kInvalidValue},
      {"domain|ip", "evil.example|x", Unmatchable::kInvalidValue},
      {"domain|ip", "evil.example|192.0.2.1|x", Unmatchable::kNo},
      {"hostname|port", "evil.example|0", Unmatchable::kInvalidValue},
      {"hostname|port", "evil.example|80|81", Unmatchable::kInvalidValue},
      {"hostname|port", "evil.example", Unmatchable::kInvalidValue},
      {"ip-dst", "192.0.2.1:80", Unmatchable::kInvalidValue},
      {"ip-dst", "evil.example", Unmatchable::kInvalidValue},
      {"url", "http://evil.example/\nx", Unmatchable::kInvalidValue},
      {"email-src", "Bob <b@evil.example>", Unmatchable::kInvalidValue},
      {"mutex", std::string(65536, 'x'), Unmatchable::kInvalidValue},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(std::string(c.type) + ": " + c.value.substr(0, 80));
    std::vector<Indicator> indicators;
    EXPECT_EQ(UnmatchableName(IndicatorsOf(c.type, c.value, &indicators)),
              UnmatchableName(c.reason));
    EXPECT_EQ(indicators.empty(), c.reason != Unmatchable::kNo);
  }
}

TEST(Indicators, OfLongHostileValuesOfEveryTypeAreQuick) {
  for (const std::string piece :
       {"a.", "[.]", "|", ":", "\xc2\xa0", "\xc3\xbc.", "/", "@"}) {
    std::string value;
    while (value.size() < 65000) value += piece;
    std::vector<Indicator> indicators;
    for (const AttributeType& type : AttributeTypes()) {
      IndicatorsOf(type.name, value, &indicators);
    }
  }
}

}  // namespace
}  // namespace mispsift
