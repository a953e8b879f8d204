#include "mispsift/normalize/free_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <random>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "fmt/format.h"
// The source: this binary links no support library.
#include "tests/support/slow_free_text.h"

namespace mispsift {
namespace {

// "offset kind value" for every token, in the order of the visits.
std::vector<std::string> Cut(std::string_view text) {
  std::vector<std::string> tokens;
  FreeTextCutter cutter;
  cutter.Cut(text, [&tokens](const Token& token) {
    tokens.push_back(fmt::format("{} {} {}", token.offset, KindName(token.kind),
                                 token.value));
  });
  return tokens;
}

size_t CountTokens(std::string_view text) {
  size_t count = 0;
  FreeTextCutter cutter;
  cutter.Cut(text, [&count](const Token&) { ++count; });
  return count;
}

std::string Repeat(std::string_view piece, size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += piece;
  return text;
}

// "kind value" of the tokens that are no part of another.
std::vector<std::string> CutWholes(std::string_view text) {
  std::vector<std::string> tokens;
  FreeTextCutter cutter;
  cutter.Cut(text, [&tokens](const Token& token) {
    if (token.is_part) return;
    tokens.push_back(fmt::format("{} {}", KindName(token.kind), token.value));
  });
  return tokens;
}

struct Row {
  std::string text;
  std::vector<std::string> tokens;
};

void ExpectRows(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    EXPECT_THAT(Cut(row.text), testing::ElementsAreArray(row.tokens))
        << "text: " << row.text;
  }
}

const std::string kMd5 = "0123456789abcdef0123456789abcdef";
const std::string kSha1 = kMd5 + "01234567";
const std::string kSha224 = kSha1 + "89abcdef01234567";
const std::string kSha256 = kMd5 + kMd5;
const std::string kSha384 = kSha256 + kMd5;
const std::string kSha512 = kSha256 + kSha256;

TEST(FreeTextTest, WhatStandsInAUrlPathOrMailboxIsAPart) {
  const std::vector<Row> rows = {
      {"http://evil.example/" + kMd5 + "?ip=192.0.2.1",
       {"url http://evil.example/" + kMd5 + "?ip=192.0.2.1"}},
      {"http://192.0.2.1:80/a at evil.example",
       {"url http://192.0.2.1:80/a", "host evil.example"}},
      {"evil.example/a", {"url evil.example/a"}},
      {"192.0.2.1:80/a", {"url 192.0.2.1:80/a"}},
      {"eve@evil.example", {"email eve@evil.example"}},
      {"C:\\192.0.2.1\\a.exe", {"filepath C:\\192.0.2.1\\a.exe"}},
      {"evil.example 192.0.2.1:80",
       {"host evil.example", "ip 192.0.2.1", "ip-port 192.0.2.1|80"}},
  };
  for (const Row& row : rows) {
    EXPECT_THAT(CutWholes(row.text), testing::ElementsAreArray(row.tokens))
        << "text: " << row.text;
  }
}

TEST(FreeTextTest, Hashes) {
  ExpectRows({
      {kMd5, {"0 md5 " + kMd5}},
      {kSha1, {"0 sha1 " + kSha1}},
      {kSha224, {"0 sha224 " + kSha224}},
      {kSha256, {"0 sha256 " + kSha256}},
      {kSha384, {"0 sha384 " + kSha384}},
      {kSha512, {"0 sha512 " + kSha512}},
      {"0123456789ABCDEF0123456789ABCDEF", {"0 md5 " + kMd5}},
      {"md5=" + kMd5 + ", sha1:" + kSha1,
       {"4 md5 " + kMd5, "43 sha1 " + kSha1}},
      {"x_" + kMd5 + "_y-" + kMd5, {"2 md5 " + kMd5, "37 md5 " + kMd5}},
      {"\xE2\x80\x9C" + kMd5 + "\xE2\x80\x9D", {"3 md5 " + kMd5}},
      {"\xE5\x80\xBC" + kMd5, {"3 md5 " + kMd5}},
      // Longer, shorter, or no hex.
      {kMd5 + "0", {}},
      {kMd5.substr(1), {}},
      {"g" + kMd5, {}},
      {kMd5 + "Z", {}},
      {kMd5.substr(1) + "g", {}},
      // Inside a path, a url and a name.
      {"C:\\v\\" + kMd5, {"0 filepath C:\\v\\" + kMd5, "5 md5 " + kMd5}},
      {"http://a.example/" + kMd5,
       {"0 url http://a.example/" + kMd5, "7 host a.example",
        "17 md5 " + kMd5}},
      {kMd5 + ".exe", {"0 md5 " + kMd5, "0 host " + kMd5 + ".exe"}},
  });
}

TEST(FreeTextTest, Addresses) {
  ExpectRows({
      {"192.0.2.1", {"0 ip 192.0.2.1"}},
      {"to 192.0.2.1.", {"3 ip 192.0.2.1"}},
      {"..192.0.2.1...", {"2 ip 192.0.2.1"}},
      {"(192.0.2.1)", {"1 ip 192.0.2.1"}},
      {"0.0.0.0", {"0 ip 0.0.0.0"}},
      {"192.0.2.256", {}},
      {"192.0.02.1", {}},
      {"192.0.2", {}},
      {"v192.0.2.1", {}},
      {"192.0.2.1.5", {}},
      {"192.0.2.1-rc", {"0 host 192.0.2.1-rc"}},
      {"192.0.2.1_", {}},
      {"192.0..2.1", {}},
      {"192.0.2.1:80", {"0 ip 192.0.2.1", "0 ip-port 192.0.2.1|80"}},
      {"192.0.2.1:65535,", {"0 ip 192.0.2.1", "0 ip-port 192.0.2.1|65535"}},
      {"192.0.2.1:65536", {"0 ip 192.0.2.1"}},
      {"192.0.2.1:0", {"0 ip 192.0.2.1"}},
      {"192.0.2.1:080", {"0 ip 192.0.2.1"}},
      {"192.0.2.1:80a", {"0 ip 192.0.2.1"}},
      {"192.0.2.1:80:90", {"0 ip 192.0.2.1"}},
      {"192.0.2.1:80.5", {"0 ip 192.0.2.1"}},
      {"192.0.2.1:80.", {"0 ip 192.0.2.1", "0 ip-port 192.0.2.1|80"}},
      {"192.0.2.1.:80", {"0 ip 192.0.2.1"}},
      {"192.0.2.0/24", {"0 ip 192.0.2.0"}},
      {"root@192.0.2.1", {"5 ip 192.0.2.1"}},
      {"C:\\192.0.2.1\\x", {"0 filepath C:\\192.0.2.1\\x", "3 ip 192.0.2.1"}},
      {"2001:db8::1", {"0 ip 2001:db8::1"}},
      {"at 2001:DB8:0:0::1, then", {"3 ip 2001:db8::1"}},
      {"at 2001:db8::1. So", {"3 ip 2001:db8::1"}},
      {"2001:db8::1: no route", {"0 ip 2001:db8::1"}},
      {"2001:db8::", {"0 ip 2001:db8::"}},
      {"::ffff:192.0.2.1", {"0 ip 192.0.2.1"}},
      {"[2001:db8::1]:443", {"0 ip-port 2001:db8::1|443", "1 ip 2001:db8::1"}},
      {"[2001:db8::1]:0", {"1 ip 2001:db8::1"}},
      {"fe80::1%eth0", {"0 ip fe80::1"}},
      {"2001:db8::1x", {}},
      {"x2001:db8::1", {}},
      {"_2001:db8::1", {}},
      {"2001:db8::1::2", {}},
      {"12:30:45", {}},
      {"00:11:22:33:44:55", {}},
      {"00:11:22:33:44:55:66:77", {}},
      {"std::string", {}},
      {"a :: b", {}},
      {"f(::)", {}},
  });
}

TEST(FreeTextTest, Hosts) {
  ExpectRows({
      {"evil.example", {"0 host evil.example"}},
      {"EVIL.Example", {"0 host evil.example"}},
      {".evil.example.", {"1 host evil.example"}},
      {"*.evil.example", {"2 host evil.example"}},
      {"evil.example:8080", {"0 host evil.example"}},
      {"ping evil.example -n 1", {"5 host evil.example"}},
      {"a_b.evil-1.example", {"0 host a_b.evil-1.example"}},
      {"kernel32.dll", {"0 host kernel32.dll"}},
      {"b\xC3\xBC"
       "cher.example",
       {"0 host xn--bcher-kva.example"}},
      {"\xE2\x80\x9C"
       "evil.example\xE2\x80\x9D",
       {"3 host evil.example"}},
      {"\xEF\xBC\x9A"
       "evil.example\xEF\xBC\x8C",
       {"3 host evil.example"}},
      {"//evil.example", {"2 host evil.example"}},
      {"localhost", {}},
      {"evil..example", {}},
      {"evil.x", {}},
      {"evil.123", {}},
      {std::string(64, 'g') + ".example", {}},
      {std::string(63, 'a') + ".example",
       {"0 host " + std::string(63, 'a') + ".example"}},
      // Components of paths that are not whole.
      {"dir\\evil.example", {}},
      {"evil.example\\share", {}},
      {"dir/evil.example", {}},
      {"/evil.example", {}},
      {"dir//evil.example", {}},
  });
}

TEST(FreeTextTest, Emails) {
  ExpectRows({
      {"bob@evil.example", {"0 email bob@evil.example", "4 host evil.example"}},
      {"<Bob.X+y%z_-@evil.example>",
       {"1 email bob.x+y%z_-@evil.example", "13 host evil.example"}},
      {"mailto:b.ob@evil.example?subject=x.test",
       {"7 email b.ob@evil.example", "12 host evil.example", "33 host x.test"}},
      {"..bob@evil.example.",
       {"2 email bob@evil.example", "6 host evil.example"}},
      {"bob@evil.example/x",
       {"0 email bob@evil.example", "4 host evil.example"}},
      {kMd5 + "@evil.example",
       {"0 md5 " + kMd5, "0 email " + kMd5 + "@evil.example",
        "33 host evil.example"}},
      {"a.bc@d.example@e.example",
       {"5 email d.example@e.example", "15 host e.example"}},
      {"@evil.example", {"1 host evil.example"}},
      {"bob@evil", {}},
      {"first.last@evil", {"0 host first.last"}},
      {std::string(65, 'a') + "@evil.example", {"66 host evil.example"}},
  });
}

TEST(FreeTextTest, Urls) {
  ExpectRows({
      {"http://evil.example/x?y#z",
       {"0 url http://evil.example/x?y#z", "7 host evil.example"}},
      {"see https://evil.example/x.",
       {"4 url https://evil.example/x", "4 url https://evil.example/x.",
        "12 host evil.example"}},
      {"(http://evil.example/x)",
       {"1 url http://evil.example/x", "1 url http://evil.example/x)",
        "8 host evil.example"}},
      {"http://evil.example/a_(b)",
       {"0 url http://evil.example/a_(b)", "7 host evil.example"}},
      {"\"http://evil.example/x\" 'http://evil.example/y'",
       {"1 url http://evil.example/x", "8 host evil.example",
        "25 url http://evil.example/y", "32 host evil.example"}},
      {"http://u:p@evil.example:81/x",
       {"0 url http://u:p@evil.example:81/x", "11 host evil.example"}},
      {"http://good.example@evil.example/",
       {"0 url http://good.example@evil.example/", "20 host evil.example"}},
      {"tcp://192.0.2.1:81/x",
       {"0 url tcp://192.0.2.1:81/x", "6 ip 192.0.2.1",
        "6 ip-port 192.0.2.1|81"}},
      {"http://[2001:db8::1]:81/",
       {"0 url http://[2001:db8::1]:81/", "7 ip-port 2001:db8::1|81",
        "8 ip 2001:db8::1"}},
      {"http://a.example/?u=http://b.example/x",
       {"0 url http://a.example/?u=http://b.example/x", "7 host a.example",
        "20 url http://b.example/x", "27 host b.example"}},
      {"http://a.example/x,http://b.example/y",
       {"0 url http://a.example/x", "7 host a.example",
        "19 url http://b.example/y", "26 host b.example"}},
      {"http://a.example/x,y;z",
       {"0 url http://a.example/x,y;z", "7 host a.example"}},
      {"http://a.example/b.example?m=x@c.example",
       {"0 url http://a.example/b.example?m=x@c.example", "7 host a.example"}},
      {"http://a.example\\b.example",
       {"0 url http://a.example", "7 host a.example"}},
      {"http://a.example%2e.test/", {"0 url http://a.example%2e.test/"}},
      {"http://a.example/x\xE3\x80\x82"
       "b.example",
       {"0 url http://a.example/x", "7 host a.example", "21 host b.example"}},
      {"2http://a.example/x", {"1 url http://a.example/x", "8 host a.example"}},
      {"evil.example/x/y.z",
       {"0 host evil.example", "0 url evil.example/x/y.z"}},
      {"get evil.example:81/x, ok",
       {"4 host evil.example", "4 url evil.example:81/x",
        "4 url evil.example:81/x,"}},
      {"wget 192.0.2.1/x.sh", {"5 ip 192.0.2.1", "5 url 192.0.2.1/x.sh"}},
      {"http://", {}},
      {"http://...", {}},
      {"://evil.example", {"3 host evil.example"}},
      {"+-://evil.example", {"5 host evil.example"}},
  });
}

TEST(FreeTextTest, DefangedSchemesAreSchemes) {
  const std::vector<std::string> tokens = Cut("hxxp://evil.example/x");
  EXPECT_THAT(tokens, testing::Contains("0 url http://evil.example/x"));
  EXPECT_THAT(tokens, testing::Contains("7 host evil.example"));
}

TEST(FreeTextTest, WindowsPaths) {
  ExpectRows({
      {"C:\\a b\\c.d e",
       {"0 filepath C:\\a b\\c.d", "0 filepath C:\\a b\\c.d e"}},
      {"C:/a/b.txt", {"0 filepath C:/a/b.txt"}},
      {"\\\\srv\\share\\x.exe", {"0 filepath \\\\srv\\share\\x.exe"}},
      {"\\\\evil.example@SSL\\share\\x.exe",
       {"0 filepath \\\\evil.example@SSL\\share\\x.exe",
        "2 host evil.example"}},
      {"\\\\192.0.2.1\\share",
       {"0 filepath \\\\192.0.2.1\\share", "2 ip 192.0.2.1"}},
      {"\\??\\C:\\x\\evil.sys", {"0 filepath \\??\\C:\\x\\evil.sys"}},
      {"\\\\?\\C:\\x\\evil.sys", {"0 filepath \\\\?\\C:\\x\\evil.sys"}},
      {"\\Device\\HarddiskVolume1\\evil.sys",
       {"0 filepath \\Device\\HarddiskVolume1\\evil.sys"}},
      {"%APPDATA%\\evil.exe", {"0 filepath %APPDATA%\\evil.exe"}},
      {"%ProgramFiles(x86)%\\a b\\evil.exe",
       {"0 filepath %ProgramFiles(x86)%\\a b\\evil.exe"}},
      // The whole text, its blanks and commas included.
      {"C:\\Program Files\\a, b", {"0 filepath C:\\Program Files\\a, b"}},
      {"C:\\a\\b.dll,Start",
       {"0 filepath C:\\a\\b.dll", "0 filepath C:\\a\\b.dll,Start"}},
      {"C:\\a\\b.exe.",
       {"0 filepath C:\\a\\b.exe", "0 filepath C:\\a\\b.exe."}},
      {"C:\\a (b)", {"0 filepath C:\\a (b)"}},
      {"C:\\Bob's x\\y", {"0 filepath C:\\Bob's x\\y"}},
      // Quoted.
      {"x \"C:\\Program Files\\a b\" evil.example",
       {"3 filepath C:\\Program Files\\a b", "25 host evil.example"}},
      {"'C:\\Bob's x\\y.z'", {"1 filepath C:\\Bob's x\\y.z"}},
      {"\"C:\\a.exe evil.example\"",
       {"1 filepath C:\\a.exe", "1 filepath C:\\a.exe evil.example",
        "10 host evil.example"}},
      {"\"C:\\no end", {"1 filepath C:\\no end"}},
      // Up to what no path holds.
      {"del C:\\a\\b.exe>x", {"4 filepath C:\\a\\b.exe"}},
      {"(C:\\a\\b), (C:\\a[1])",
       {"1 filepath C:\\a\\b", "11 filepath C:\\a[1]"}},
      {"x C:\\a\\b;C:\\c\\d", {"2 filepath C:\\a\\b", "9 filepath C:\\c\\d"}},
      {"x=C:\\a\n evil.example", {"2 filepath C:\\a", "8 host evil.example"}},
      {"cd C:\\temp && x", {"3 filepath C:\\temp"}},
      // Over blanks.
      {"run C:\\Program Files\\a b\\x.exe /s",
       {"4 filepath C:\\Program Files\\a b\\x.exe"}},
      {"run C:\\a.exe -x evil.example",
       {"4 filepath C:\\a.exe", "4 filepath C:\\a.exe -x evil.example",
        "16 host evil.example"}},
      {"run C:\\a b C:\\c", {"4 filepath C:\\a b", "11 filepath C:\\c"}},
      {"run C:\\a b %X%\\c", {"4 filepath C:\\a b", "11 filepath %X%\\c"}},
      {"run C:\\a.bat b.cd e:1",
       {"4 filepath C:\\a.bat", "4 filepath C:\\a.bat b.cd", "13 host b.cd"}},
      {"run C:\\a b HKLM\\c", {"4 filepath C:\\a b", "11 regkey HKLM\\c"}},
      {"run C:\\a b: failed", {"4 filepath C:\\a b"}},
      {"run C:\\a.b c.d e.f g.h i.j k",
       {"4 filepath C:\\a.b", "4 filepath C:\\a.b c.d",
        "4 filepath C:\\a.b c.d e.f", "4 filepath C:\\a.b c.d e.f g.h",
        "4 filepath C:\\a.b c.d e.f g.h i.j k"}},
      {"run C:\\a.b" + Repeat(" x", 40), {"4 filepath C:\\a.b"}},
      // Doubled backslashes, as they stand and as they spell.
      {"(\"C:\\\\a\\\\b.exe\")",
       {"2 filepath C:\\a\\b.exe", "2 filepath C:\\\\a\\\\b.exe"}},
      {"u'C:\\a b\\c'", {"2 filepath C:\\a b\\c"}},
      // A stream, with its file.
      {"x C:\\a b\\c.exe:Zone.Identifier",
       {"2 filepath C:\\a b\\c.exe", "15 host zone.identifier"}},
      {"x C:\\c.exe:y", {"2 filepath C:\\c.exe", "2 filepath C:\\c.exe:y"}},
      // A pattern is no path.
      {"dir C:\\a\\*", {}},
      {"dir C:\\a\\b*.doc", {}},
      {"dir C:\\a\\b?.doc", {}},
      {"who is C:\\a.exe?", {"7 filepath C:\\a.exe"}},
      // No path starts here.
      {"C:\\", {}},
      {"C:\\ x", {}},
      {"xC:\\a", {}},
      {"C:a", {}},
      {"\\\\srv\\", {}},
      {"\\\\srv", {}},
      {"\\\\.\\.\\x", {}},
      {"a\\b\\c", {}},
      {"%A B%\\c", {}},
      {"%%\\c", {}},
      {"100%\\c", {}},
  });
}

TEST(FreeTextTest, UnixPaths) {
  ExpectRows({
      {"/etc/passwd", {"0 filepath /etc/passwd"}},
      {"cat /etc/passwd; x", {"4 filepath /etc/passwd"}},
      {"PATH=/usr/bin:/bin/x", {"5 filepath /usr/bin", "14 filepath /bin/x"}},
      {"(/tmp/.x/y.sh)", {"1 filepath /tmp/.x/y.sh"}},
      {"'/a b/c'", {"1 filepath /a b/c"}},
      {"/bin/sh -c x", {"0 filepath /bin/sh", "0 filepath /bin/sh -c x"}},
      {"/usr/bin/curl evil.example",
       {"0 filepath /usr/bin/curl", "0 filepath /usr/bin/curl evil.example",
        "14 host evil.example"}},
      {"x /tmp/a.out&&y", {"2 filepath /tmp/a.out"}},
      {"x /tmp/evil.example", {"2 filepath /tmp/evil.example"}},
      {"ls /a/b*", {}},
      {"is it /a/b?", {"6 filepath /a/b"}},
      {"/s", {}},
      {"x /s /etc/", {}},
      {"a/b/c", {}},
      {"</a/b>", {}},
      {"// x", {}},
      {"/*x/y*/", {}},
      {"/out=C:\\a.b", {"5 filepath C:\\a.b"}},
  });
}

TEST(FreeTextTest, RegistryKeys) {
  ExpectRows({
      {"HKEY_LOCAL_MACHINE\\Software\\A B",
       {"0 regkey HKEY_LOCAL_MACHINE\\Software\\A B"}},
      {"HKLM\\Software\\X.Y\\evil.example",
       {"0 regkey HKLM\\Software\\X.Y\\evil.example"}},
      {"hkcu\\a", {"0 regkey hkcu\\a"}},
      {"HKCR\\a", {"0 regkey HKCR\\a"}},
      {"HKU\\S-1-5\\a", {"0 regkey HKU\\S-1-5\\a"}},
      {"\\REGISTRY\\MACHINE\\a", {"0 regkey \\REGISTRY\\MACHINE\\a"}},
      {"reg add HKLM\\Software\\X Y /v foo /d C:\\a.b",
       {"8 regkey HKLM\\Software\\X Y", "36 filepath C:\\a.b"}},
      {"reg add \"HKLM\\Software\\X Y\" /v a.example",
       {"9 regkey HKLM\\Software\\X Y", "31 host a.example"}},
      {"see HKLM\\Software\\X Y.\nHKCU\\Z",
       {"4 regkey HKLM\\Software\\X Y", "23 regkey HKCU\\Z"}},
      {"gi HKCU:\\Software\\X -Name y", {"3 regkey HKCU\\Software\\X"}},
      {"RegWrite \"HKCU\\\\a\\\\b\"",
       {"10 regkey HKCU\\a\\b", "10 regkey HKCU\\\\a\\\\b"}},
      {"Registry::HKEY_USERS\\a", {"10 regkey HKEY_USERS\\a"}},
      {"HKLM\\a /x", {"0 regkey HKLM\\a", "0 regkey HKLM\\a /x"}},
      {"x HKLM\\a; y", {"2 regkey HKLM\\a"}},
      {"reg copy HKLM\\a b HKCU\\c",
       {"9 regkey HKLM\\a b", "18 regkey HKCU\\c"}},
      {"x HKLM\\a b C:\\c.d", {"2 regkey HKLM\\a b", "11 filepath C:\\c.d"}},
      {"x HKLM\\a" + Repeat(" x", 40), {}},
      {"HKLM", {}},
      {"HKLM\\", {}},
      {"HKLM\\ a", {}},
      {"xHKLM\\a", {}},
      {"HKLMX\\a", {}},
      {"HKLM Software", {}},
  });
}

TEST(FreeTextTest, NothingOverTheLimits) {
  const std::string rest(4096, 'a');
  EXPECT_THAT(Cut("http://evil.example/" + rest),
              testing::ElementsAre("7 host evil.example"));
  EXPECT_THAT(Cut("evil.example/" + rest),
              testing::ElementsAre("0 host evil.example"));
  EXPECT_THAT(Cut("C:\\" + rest + " evil.example"),
              testing::ElementsAre("4100 host evil.example"));
  EXPECT_THAT(Cut("/a/" + rest), testing::IsEmpty());
  EXPECT_THAT(Cut("HKLM\\" + rest), testing::IsEmpty());
  EXPECT_THAT(Cut(Repeat("a.", 4096) + "example"), testing::IsEmpty());
  EXPECT_THAT(Cut("\\" + kMd5 + "-" + rest),
              testing::ElementsAre("1 md5 " + kMd5));
}

// Text that a slip would make quadratic: it ends at all, well within ctest's
// patience, and gives no more tokens than the bytes allow.
TEST(FreeTextTest, HostileMegabytesStayLinear) {
  constexpr size_t kMegabyte = 1 << 20;
  for (const std::string_view piece : {"a.",
                                       "a.bc+",
                                       "a.bc@",
                                       "a+",
                                       "://",
                                       "a://",
                                       "a://b/",
                                       "http://a/,",
                                       "a,",
                                       "C:\\ ",
                                       "C:\\a ",
                                       "=C:\\a ",
                                       "b=\\Device\\x ",
                                       "\\\\a.bc\\b",
                                       "\\",
                                       "\"C:\\a.b c ",
                                       "'C:\\a.b' ",
                                       "%a",
                                       "%a%\\b ",
                                       "/a/b ",
                                       "/a/b:",
                                       "=/a",
                                       "(/a/",
                                       "/",
                                       "HKU\\a ",
                                       "=HKU\\a ",
                                       "'HKU\\a ",
                                       "1:",
                                       "::",
                                       "a:",
                                       "1.",
                                       "[::1]:1",
                                       "1.1.1.1/1,",
                                       "0",
                                       "0123456789abcdef",
                                       "\xE2\x80",
                                       "\xEF\xBC\x9A",
                                       "@",
                                       " ",
                                       "(",
                                       "a://b).",
                                       "x.yz/).",
                                       "C:\\a)) "}) {
    // A pattern behind it all is the worst end for a path.
    for (const char* end : {"", "*", "?x", "\"", "|"}) {
      const size_t size = *end == '\0' ? kMegabyte : kMegabyte / 4;
      const std::string text = Repeat(piece, size) + end;
      EXPECT_LT(CountTokens(text), 2 * text.size()) << piece << end;
    }
  }
  EXPECT_EQ(CountTokens("http://a/" + Repeat("http://a/", kMegabyte)), 9u);
  EXPECT_EQ(
      CountTokens(Repeat("http://a.bc/", 1200) + std::string(kMegabyte, 'g')),
      100u);
}

// ---- against the slow twin

constexpr std::string_view kFragments[] = {"evil.example",
                                           "a.b",
                                           "x.exe",
                                           "kernel32.dll",
                                           "bob",
                                           "www",
                                           "A.Example.",
                                           "192.0.2.1",
                                           "198.51.100.7",
                                           "1.2",
                                           "203.0.113.256",
                                           "2001:db8::1",
                                           "::ffff:192.0.2.9",
                                           "::",
                                           ":",
                                           "fe80::",
                                           "00:11:22:33:44:55:66:77",
                                           "12:30",
                                           "80",
                                           "443",
                                           "65536",
                                           "0",
                                           "http",
                                           "https",
                                           "hxxp",
                                           "://",
                                           "http://",
                                           "ftp://u:p@",
                                           "git+ssh://",
                                           "/x?y=z#w",
                                           "/a/b.php",
                                           "/etc/passwd",
                                           "/s",
                                           "C:\\",
                                           "c:/",
                                           "D:\\Program Files\\a b\\x.exe",
                                           "\\\\srv\\share",
                                           "\\\\evil.example@SSL\\dav",
                                           "\\??\\",
                                           "\\\\?\\",
                                           "\\Device\\Vol1\\",
                                           "%TEMP%\\",
                                           "%ProgramFiles(x86)%\\",
                                           "\\",
                                           "/",
                                           "//",
                                           "\\REGISTRY\\",
                                           "HKLM\\",
                                           "HKEY_CURRENT_USER\\Software\\X Y",
                                           "HKU:\\",
                                           "\\REGISTRY\\USER\\a",
                                           "Run",
                                           ".",
                                           "..",
                                           ",",
                                           ";",
                                           "-",
                                           "_",
                                           "+",
                                           "%",
                                           "@",
                                           "=",
                                           "(",
                                           ")",
                                           "[",
                                           "]",
                                           "]:",
                                           "{",
                                           "}",
                                           "|",
                                           "<",
                                           ">",
                                           "?",
                                           "*",
                                           "!",
                                           "#",
                                           "&&",
                                           " & ",
                                           "\"",
                                           "'",
                                           "`",
                                           "^",
                                           " ",
                                           " ",
                                           " ",
                                           "  ",
                                           " /v ",
                                           " -x ",
                                           ": ",
                                           "\n",
                                           "\r\n",
                                           "\t",
                                           "\x01",
                                           "\x7F",
                                           "\xC3\xA9",
                                           "\xE4\xBD\xA0",
                                           "\xE2\x80\x9C",
                                           "\xE2\x80\x9D",
                                           "\xEF\xBC\x9A",
                                           "\xE3\x80\x82",
                                           "\xE3\x80\x85",
                                           "\xC2\xA0",
                                           "\xE2",
                                           "\x80",
                                           "\xFF",
                                           "\xEF\xBC",
                                           "x",
                                           "Z",
                                           "g",
                                           "9",
                                           "f"};

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}
  size_t Below(size_t limit) { return engine_() % limit; }

  std::string Text() {
    std::string text;
    const size_t pieces = 1 + Below(14);
    for (size_t i = 0; i < pieces; ++i) {
      if (Below(12) == 0) {
        text += Hex();
      } else {
        text += kFragments[Below(std::size(kFragments))];
      }
    }
    // Damage: a byte less, a byte more, another byte.
    while (!text.empty() && Below(4) == 0) {
      const size_t at = Below(text.size());
      switch (Below(3)) {
        case 0:
          text.erase(at, 1);
          break;
        case 1:
          text.insert(at, 1, text[Below(text.size())]);
          break;
        default:
          text[at] = static_cast<char>(Below(256));
      }
    }
    return text;
  }

 private:
  std::string Hex() {
    constexpr size_t kLengths[] = {32, 40, 56, 64, 96, 128};
    std::string hex(kLengths[Below(std::size(kLengths))] + Below(3) - 1, '0');
    for (char& c : hex) c = "0123456789abcdefABCDEF"[Below(22)];
    return hex;
  }

  std::mt19937_64 engine_;
};

std::vector<SlowToken> FastCut(FreeTextCutter* cutter, std::string_view text) {
  std::vector<SlowToken> tokens;
  cutter->Cut(text, [&tokens](const Token& token) {
    tokens.push_back({token.offset, token.kind, std::string(token.value)});
  });
  return tokens;
}

std::string Show(const std::vector<SlowToken>& tokens) {
  std::string lines;
  for (const SlowToken& token : tokens) {
    lines += fmt::format("  {} {} {}\n", token.offset, KindName(token.kind),
                         token.value);
  }
  return lines;
}

// Each token once, by offset and kind, and nothing lost on the way.
void ExpectOrdered(const std::string& text) {
  FreeTextCutter cutter;
  const std::vector<SlowToken> seen = FastCut(&cutter, text);
  ASSERT_GT(seen.size(), 1000u);
  for (size_t i = 1; i < seen.size(); ++i) {
    ASSERT_LE(std::tie(seen[i - 1].offset, seen[i - 1].kind),
              std::tie(seen[i].offset, seen[i].kind));
    ASSERT_NE(seen[i - 1], seen[i]);
  }
  EXPECT_TRUE(seen == SlowCut(text));
}

TEST(FreeTextTest, VisitsByOffsetThenKindEachOnce) {
  ExpectOrdered(
      Repeat("x+" + kMd5 +
                 "@a.example http://b.example/?http://c.example/.) C:\\a.b "
                 "c.d /e [2001:db8::1]:80 HKLM\\a /b\n",
             20000));
  // Mailboxes start before what is found in them, and nothing here is a break;
  // the first hosts move the moment at which the queue is full.
  for (size_t hosts = 0; hosts < 4; ++hosts) {
    ExpectOrdered(Repeat("+a.example", 10 * hosts) +
                  Repeat("z+" + kMd5 + "@a.example", 40000));
  }
}

TEST(FreeTextTest, AgreesWithTheSlowTwin) {
  constexpr uint64_t kSeed = 20240229;
  constexpr int kTexts = 30000;
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  Random random(kSeed);
  FreeTextCutter cutter;
  size_t tokens = 0;
  for (int i = 0; i < kTexts; ++i) {
    const std::string text = random.Text();
    const std::vector<SlowToken> fast = FastCut(&cutter, text);
    const std::vector<SlowToken> slow = SlowCut(text);
    tokens += slow.size();
    ASSERT_EQ(fast, slow) << "text " << i << ": \"" << text << "\"\nfast:\n"
                          << Show(fast) << "slow:\n"
                          << Show(slow);
  }
  EXPECT_GT(tokens, static_cast<size_t>(kTexts));
}

// Long texts reach what short ones do not: full queues, counted limits.
TEST(FreeTextTest, AgreesWithTheSlowTwinOnLongTexts) {
  constexpr uint64_t kSeed = 20240301;
  constexpr std::string_view kGlue[] = {"", "+", " ", "=", "@"};
  std::printf("seed %llu\n", static_cast<unsigned long long>(kSeed));
  Random random(kSeed);
  FreeTextCutter cutter;
  for (int i = 0; i < 60; ++i) {
    std::string text;
    const std::string_view glue = kGlue[random.Below(std::size(kGlue))];
    while (text.size() < 3000) {
      const std::string piece = random.Text();
      for (size_t n = random.Below(20); n > 0; --n) {
        text.append(piece).append(glue);
      }
    }
    const std::vector<SlowToken> fast = FastCut(&cutter, text);
    const std::vector<SlowToken> slow = SlowCut(text);
    ASSERT_EQ(fast, slow) << "text " << i << ": \"" << text << "\"";
  }
}

}  // namespace
}  // namespace mispsift
