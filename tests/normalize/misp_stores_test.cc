// What StoreLikeMisp keeps and what it refuses, rule by rule.

#include <string>

#include "gtest/gtest.h"
#include "mispsift/normalize/attribute_types.h"
#include "mispsift/normalize/normalize.h"

namespace mispsift {
namespace {

using std::string_literals::operator""s;

std::string Hex(size_t digits) { return std::string(digits, 'a'); }

struct Kept {
  const char* type;
  std::string sent;
  std::string stored;
};

TEST(MispStores, Keeps) {
  const std::string huge(65535, 'x');
  const Kept cases[] = {
      // Blanks at the ends, and no more of them.
      {"mutex", " \t\r\nGlobal\\ m \x0b\0"s, "Global\\ m"},
      {"mutex", "two\nlines", "two\nlines"},
      {"mutex", "\xc2\xa0m", "\xc2\xa0m"},
      {"text", huge, huge},
      // Four bytes of UTF-8 are one question mark, three stay.
      {"comment", "\xf0\x9f\x98\x80!", "?!"},
      {"filename", "a\xf0\x9f\x98\x80\xf0\x9f\x98\x80.exe", "a??.exe"},
      {"filename", "\xe5\xb8\xb8.exe", "\xe5\xb8\xb8.exe"},
      // Undone for some types, once and in the right places.
      {"url", "hXXps[:]//evil[.]example[dot]test/(dot)",
       "https://evil.example.test/."},
      {"url", "meow://evil.example/hxxp", "http://evil.example/hxxp"},
      {"url", "h[tt]p://evil.example/", "http://evil.example/"},
      {"url", "[hxxp://]evil.example", "http://evil.example"},
      {"url", "[[.]]", "[.]"},
      {"url", "http://evil.example/[at]", "http://evil.example/[at]"},
      {"link", "hxxp://evil[.]example/", "http://evil.example/"},
      {"uri", "hxxp[:]//evil[.]example", "hxxp[:]//evil[.]example"},
      {"ip-src", "192[.]0[.]2(dot)1", "192.0.2.1"},
      {"email-src", "A[@]evil[.]example", "a@evil.example"},
      {"email", "a[at]evil[dot]example", "a@evil.example"},
      {"target-email", "A[x]@evil.example", "a[x]@evil.example"},
      {"eppn", "A@Evil.example", "A@Evil.example"},
      // Hashes.
      {"md5", std::string(32, 'A'), Hex(32)},
      {"sha512/224", std::string(56, 'A'), Hex(56)},
      {"jarm-fingerprint", std::string(62, 'A'), Hex(62)},
      {"git-commit-id", std::string(40, 'A'), std::string(40, 'A')},
      {"cdhash", std::string(41, 'A'), Hex(41)},
      {"tlsh", "T1" + std::string(70, 'A'), "t1" + Hex(70)},
      {"telfhash", std::string(72, 'A'), Hex(72)},
      {"ssdeep", "3:AbC+/:d", "3:AbC+/:d"},
      {"ssdeep", "3::", "3::"},
      {"impfuzzy", "24:AbC:d", "24:AbC:d"},
      {"x509-fingerprint-sha1", "AA:" + std::string(38, 'A'), Hex(40)},
      {"ssh-fingerprint", "MD5:" + Hex(32), "MD5:" + Hex(32)},
      {"ssh-fingerprint", "SHA256:" + std::string(43, 'A'),
       "SHA256:" + std::string(43, 'A')},
      {"filename|md5", "A.EXE|" + std::string(32, 'A'), "A.EXE|" + Hex(32)},
      {"filename|ssdeep", "A.EXE|3:AbC:d", "A.EXE|3:AbC:d"},
      {"filename|vhash", "A.EXE|0A", "A.EXE|0a"},
      {"malware-sample", "A.EXE|no hash", "A.EXE|no hash"},
      // Addresses.
      {"ip-dst", "192.0.2.1/32", "192.0.2.1"},
      {"ip-dst", "192.0.2.1/24", "192.0.2.1/24"},
      {"ip-dst", "2001:0DB8:0:0::1", "2001:db8::1"},
      {"ip-dst", "2001:DB8::1/128", "2001:db8::1"},
      {"ip-dst", "2001:DB8::1/32", "2001:db8::1/32"},
      {"ip-dst", "::FFFF:192.0.2.1", "::ffff:192.0.2.1"},
      {"ip-dst|port", "192.0.2.1:80", "192.0.2.1|80"},
      {"ip-dst|port", "[2001:db8::1]:80", "2001:db8::1|80"},
      {"ip-dst|port", "2001:DB8::1|80", "2001:db8::1|80"},
      {"ip-dst|port", "2001:db8::1.80", "2001:db8::1|80"},
      {"ip-dst|port", "2001:db8::1 port 80", "2001:db8::1|80"},
      {"ip-dst|port", "2001:db8::1p80", "2001:db8::1|80"},
      {"ip-dst|port", "2001:db8::1#80", "2001:db8::1|80"},
      {"ip-dst|port", "2001:db8::1:80", "2001:db8::1|80"},
      {"mac-address", "AA-BB.CC DD:EE:FF", "aa:bb:cc:dd:ee:ff"},
      {"mac-eui-64", "AABBCCDDEEFF0011", "aa:bb:cc:dd:ee:ff:00:11"},
      {"AS", "as64496", "64496"},
      {"AS", "1.10", "65546"},
      // Hosts.
      {"domain", "..EVIL.Example..", "evil.example"},
      {"domain",
       "b\xc3\xbc"
       "cher.example",
       "xn--bcher-kva.example"},
      {"domain", "_dmarc.evil.example", "_dmarc.evil.example"},
      {"hostname", "WWW.Evil.example", "www.evil.example"},
      {"domain|ip", "Evil.example.|2001:DB8::1", "evil.example|2001:db8::1"},
      {"hostname|port", "Evil.example:80", "evil.example|80"},
      {"onion-address", std::string(16, 'A') + ".ONION",
       std::string(16, 'a') + ".onion"},
      // The rest.
      {"AS", "0", "0"},
      {"hex", "00ff", "00FF"},
      {"http-method", "get", "GET"},
      {"vulnerability",
       "cve\xe2\x80\x93"
       "2020-0001",
       "CVE-2020-0001"},
      {"weakness", "cwe-79", "CWE-79"},
      {"phone-number", "0049 (0)30 123", "+4930123"},
      {"cc-number", "4111-1111", "41111111"},
      {"iban", "de00 1234", "DE001234"},
      {"datetime", "2024-02-29", "2024-02-29T00:00:00.000000+0000"},
      {"datetime", "2024-02-29 12:30", "2024-02-29T12:30:00.000000+0000"},
      {"datetime", "2024-02-29T12:30:01.5+02:00",
       "2024-02-29T12:30:01.500000+0200"},
      {"boolean", "TRUE", "1"},
      {"boolean", "false", "0"},
      {"float", "-1.5e3", "-1.5e3"},
      {"regkey|value", "HKLM\\x|", "HKLM\\x|"},
      {"windows-service-name", std::string(256, 'x'), std::string(256, 'x')},
  };
  for (const Kept& c : cases) {
    SCOPED_TRACE(std::string(c.type) + ": " + c.sent.substr(0, 80));
    const MispStored stored = StoreLikeMisp(c.type, c.sent);
    EXPECT_TRUE(stored.kept) << stored.refusal;
    EXPECT_EQ(stored.value, c.stored);
    EXPECT_EQ(stored.refusal, "");
  }
}

struct Refused {
  const char* type;
  std::string sent;
};

TEST(MispStores, Refuses) {
  const Refused cases[] = {
      {"no-such-type", "x"},
      {"MD5", Hex(32)},
      {"text", ""},
      {"text", " \t\n"},
      {"text", "\x01\x02"},
      {"text", std::string(65536, 'x')},
      {"regkey|value", "HKLM\\x"},
      {"regkey|value", "a|b|c"},
      {"regkey|value", "a|\x01"},
      {"regkey|value", "a|b\nc"},
      {"malware-sample", "a.exe"},
      {"md5", Hex(31)},
      {"md5", Hex(31) + "g"},
      {"md5", Hex(31) + "\n"},
      {"sha1", Hex(32)},
      {"git-commit-id", Hex(39)},
      {"cdhash", Hex(39)},
      {"tlsh", "t1" + Hex(30)},
      {"tlsh", "t" + Hex(40) + "x"},
      {"telfhash", Hex(71)},
      {"ssdeep", "3:a"},
      {"ssdeep", "x:a:b"},
      {"ssdeep", "3:a:b,\"name\""},
      {"impfuzzy", "x:a:b"},
      {"impfuzzy", "24:a:b:c"},
      {"x509-fingerprint-md5", Hex(40)},
      {"ssh-fingerprint", "SHA256:x"},
      {"filename|md5", "a.exe|" + Hex(31)},
      {"filename|md5", "|" + Hex(32)},
      {"filename|md5", "a\nb|" + Hex(32)},
      {"filename|md5", "a|b|" + Hex(32)},
      {"filename|vhash", "a.exe|"},
      {"filename", "a\nb"},
      {"user-agent", "a\nb"},
      {"url", "http://evil.example/\nx"},
      {"ip-dst", "192.0.2.256"},
      {"ip-dst", "192.0.2.01"},
      {"ip-dst", "192.0.2"},
      {"ip-dst", "192.0.2.1:80"},
      {"ip-dst", "192.0.2.1/33"},
      {"ip-dst", "192.0.2.1/"},
      {"ip-dst", "192.0.2.1/-1"},
      {"ip-dst", "192.0.2.1/99999999999999999999999"},
      {"ip-dst", "2001:db8::1/129"},
      {"ip-dst", "2001:db8::1%eth0"},
      {"ip-dst", "192.0.2.1\0"s + "x"},
      {"ip-dst|port", "192.0.2.1"},
      {"ip-dst|port", "192.0.2.1|0"},
      {"ip-dst|port", "192.0.2.1|65536"},
      {"ip-dst|port", "192.0.2.1|http"},
      {"ip-dst|port", "[2001:db8::1]"},
      {"ip-dst|port", "[2001:db8::1"},
      {"ip-dst|port", "192[.]0.2.1|80"},
      {"domain", "single"},
      {"domain", "evil.c"},
      {"domain", "*.evil.example"},
      {"domain", "evil.example/x"},
      {"domain", "evil.example:80"},
      {"domain", "evil .example"},
      {"domain", "...."},
      {"domain", "\xff\xfe.example"},
      {"domain", "\xf0\x9f\x98\x80.example"},
      {"hostname", "evil.example."},
      {"hostname",
       "b\xc3\xbc"
       "cher.example"},
      {"domain|ip", "evil.example|192.0.2.0/24"},
      {"domain|ip", "evil.example"},
      {"domain|ip", "192.0.2.1|evil.example"},
      {"hostname|port", "evil.example"},
      {"hostname|port", "evil.example|99999"},
      {"onion-address", "short.onion"},
      {"onion-address", std::string(56, 'a')},
      {"link", "evil.example/x"},
      {"link", "http://evil_host.example/"},
      {"link", "http:///x"},
      {"link", "http://evil.example/\xc3\xbc"},
      {"email", "@evil.example"},
      {"email", "a@evil"},
      {"email", "Bob <b@evil.example>"},
      {"email", "a@evil.example\nx"},
      {"jabber-id", "nobody"},
      {"mac-address", "aa:bb:cc:dd:ee"},
      {"mac-address", "aa:bb:cc:dd:ee:fg"},
      {"AS", "4294967296"},
      {"AS", "AS"},
      {"hex", "0x1"},
      {"http-method", "FETCH"},
      {"vulnerability", "CVE-2020-1"},
      {"vulnerability", "CVE-20-0001"},
      {"weakness", "CWE-"},
      {"phone-number", "none"},
      {"phone-number", "+"},
      {"btc", "1A1z P1"},
      {"float", "1e"},
      {"float", "."},
      {"integer", "1.5"},
      {"counter", "-1"},
      {"port", "0"},
      {"port", "080808"},
      {"datetime", "2023-02-29"},
      {"datetime", "2023-13-01"},
      {"datetime", "2023-01-01T25:00"},
      {"datetime", "2023-01-01x"},
      {"windows-service-name", "a/b"},
      {"windows-service-name", std::string(257, 'x')},
  };
  for (const Refused& c : cases) {
    SCOPED_TRACE(std::string(c.type) + ": " + c.sent.substr(0, 80));
    const MispStored stored = StoreLikeMisp(c.type, c.sent);
    EXPECT_FALSE(stored.kept) << stored.value;
    EXPECT_EQ(stored.value, "");
    EXPECT_NE(stored.refusal, "");
  }
}

TEST(MispStores, LongHostileValuesOfEveryTypeAreQuick) {
  const std::string pieces[] = {
      "[", "(",        "a.",           ".",        ":",
      "|", "00",       "(0)",          "[hxxp://", "@.",
      "/", "\xc2\xa0", "\xe2\x80\x93", "\xff",     "\xf0\x9f\x98\x80"};
  for (const std::string& piece : pieces) {
    std::string value = "a@";
    while (value.size() < 100000) value += piece;
    for (const AttributeType& type : AttributeTypes()) {
      StoreLikeMisp(type.name, value);
    }
  }
}

TEST(AttributeTypes, AreMispsTable) {
  EXPECT_EQ(AttributeTypes().size(), 194u);
  const AttributeType* const type = FindAttributeType("filename|sha256");
  ASSERT_NE(type, nullptr);
  EXPECT_EQ(type->default_category, "Payload delivery");
  EXPECT_TRUE(type->default_to_ids);
  EXPECT_TRUE(type->composite);
  EXPECT_FALSE(type->refang);
  EXPECT_EQ(type->first, IndicatorKind::kFilename);
  EXPECT_EQ(type->second, IndicatorKind::kSha256);
  EXPECT_EQ(FindAttributeType(""), nullptr);
  EXPECT_EQ(FindAttributeType("zz"), nullptr);
  EXPECT_EQ(FindAttributeType("md"), nullptr);
  for (const AttributeType& row : AttributeTypes()) {
    EXPECT_EQ(FindAttributeType(row.name), &row);
  }
}

}  // namespace
}  // namespace mispsift
