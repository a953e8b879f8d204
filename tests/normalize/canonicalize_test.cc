// The canonical form of a report's values, and that it meets the attribute's.

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mispsift/normalize/normalize.h"
#include "rapidcheck/gtest.h"

namespace mispsift {
namespace {

using K = IndicatorKind;

std::string Hex(size_t digits) { return std::string(digits, 'a'); }

struct Case {
  K kind;
  std::string text;
  K canonical_kind;
  std::string canonical;
};

TEST(Canonicalize, AHashMaySayWhatItIs) {
  IndicatorKind kind = IndicatorKind::kSha256;
  std::string canonical;
  EXPECT_TRUE(
      Canonicalize("SHA256:" + std::string(64, 'A'), &kind, &canonical));
  EXPECT_EQ(canonical, std::string(64, 'a'));
  EXPECT_FALSE(Canonicalize("sha1:" + std::string(64, 'A'), &kind, &canonical));
}

TEST(Canonicalize, WritesEachValueOneWay) {
  const Case cases[] = {
      {K::kMd5, " " + std::string(32, 'A') + "\n", K::kMd5, Hex(32)},
      {K::kTlsh, "T1" + std::string(70, 'A'), K::kTlsh, Hex(70)},
      {K::kX509Fingerprint, "AA:" + Hex(30), K::kX509Fingerprint, Hex(32)},
      {K::kX509Fingerprint, Hex(64), K::kX509Fingerprint, Hex(64)},
      {K::kIp, "192[.]0.2.1", K::kIp, "192.0.2.1"},
      {K::kIp, "2001:DB8:0::1", K::kIp, "2001:db8::1"},
      {K::kIp, "::FFFF:C000:0201", K::kIp, "192.0.2.1"},
      {K::kIpPort, "192.0.2.1:80", K::kIpPort, "192.0.2.1|80"},
      {K::kIpPort, "192.0.2.1|080", K::kIpPort, "192.0.2.1|80"},
      {K::kIpPort, "[2001:DB8::1]:80", K::kIpPort, "2001:db8::1|80"},
      {K::kIpPort, "2001:DB8::1|80", K::kIpPort, "2001:db8::1|80"},
      {K::kIpPort, "[::ffff:192.0.2.1]:80", K::kIpPort, "192.0.2.1|80"},
      {K::kHost, "WWW.Evil.example.", K::kHost, "www.evil.example"},
      {K::kHost, "192.0.2.1", K::kIp, "192.0.2.1"},
      {K::kHost, "192.0.2.1.", K::kIp, "192.0.2.1"},
      {K::kHost, "[2001:DB8::1]", K::kIp, "2001:db8::1"},
      {K::kHost, "2001:DB8::1", K::kIp, "2001:db8::1"},
      {K::kUrl, "hxxp://x[.]example/", K::kUrl, "http://x.example/"},
      {K::kUrl, "Evil.example", K::kHost, "evil.example"},
      {K::kUrl, "192.0.2.1", K::kIp, "192.0.2.1"},
      {K::kUrl, "Evil.example:80", K::kUrl, "Evil.example:80"},
      {K::kUrl, "Evil.example?x", K::kUrl, "Evil.example?x"},
      {K::kUrl, "hxxp[:]x", K::kUrl, "http:x"},
      {K::kEmail, "A[at]Evil[.]example", K::kEmail, "a@evil.example"},
      {K::kFilename, "a\\b", K::kFilepath, "a\\b"},
      {K::kFilepath, "b", K::kFilename, "b"},
      {K::kRegkeyValue, "K \t|\t v", K::kRegkeyValue, "K|v"},
      {K::kRegkeyValue, "K|", K::kRegkeyValue, "K|"},
      {K::kMutex, "\t a\nb ", K::kMutex, "a\nb"},
  };
  std::string canonical = "left over";
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    K kind = c.kind;
    EXPECT_TRUE(Canonicalize(c.text, &kind, &canonical));
    EXPECT_EQ(KindName(kind), KindName(c.canonical_kind));
    EXPECT_EQ(canonical, c.canonical);
    // And that is the end of it.
    std::string again;
    EXPECT_TRUE(Canonicalize(canonical, &kind, &again));
    EXPECT_EQ(KindName(kind), KindName(c.canonical_kind));
    EXPECT_EQ(again, canonical);
  }
}

TEST(Canonicalize, RefusesWhatIsNoValueOfTheKind) {
  const struct {
    K kind;
    std::string text;
  } cases[] = {
      {K::kMd5, ""},
      {K::kMd5, Hex(40)},
      {K::kMd5, Hex(31) + "g"},
      {K::kMd5, Hex(31) + std::string(1, '\0') + "a"},
      {K::kTelfhash, Hex(72)},
      {K::kX509Fingerprint, Hex(33)},
      {K::kIp, "192.0.2.0/24"},
      {K::kIp, "192.0.2"},
      {K::kIp, "0xc0000201"},
      {K::kIp, "[2001:db8::1]"},
      {K::kIpPort, "192.0.2.1"},
      {K::kIpPort, "192.0.2.1:"},
      {K::kIpPort, "192.0.2.1:0"},
      {K::kIpPort, "192.0.2.1:65536"},
      {K::kIpPort, "192.0.2.1:80:80"},
      {K::kIpPort, "[2001:db8::1]"},
      {K::kIpPort, "evil.example:80"},
      {K::kHost, "localhost"},
      {K::kHost, "."},
      {K::kHost, "[]"},
      {K::kHost, "["},
      {K::kHost, "[192.0.2.1]"},
      {K::kHost, "evil.example:80"},
      {K::kHost, "evil.example/"},
      {K::kHost, "evil_tld.a_b"},
      {K::kHost, "\xff.example"},
      {K::kUrl, "http://x/\ny"},
      {K::kEmail, "a b@evil.example"},
      {K::kFilename, "a\nb"},
      {K::kRegkeyValue, "K"},
      {K::kRegkeyValue, "|v"},
      {K::kRegkeyValue, "K|v|w"},
      {K::kMutex, "\x01\x7f"},
      {K::kMutex, " "},
      {K::kCount, "x"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    K kind = c.kind;
    std::string canonical;
    EXPECT_FALSE(Canonicalize(c.text, &kind, &canonical)) << canonical;
  }
}

TEST(Canonicalize, PartsOfPathsAndUrls) {
  EXPECT_EQ(Basename("C:\\a\\b.exe"), "b.exe");
  EXPECT_EQ(Basename("/a/b"), "b");
  EXPECT_EQ(Basename("C:\\a/b\\c"), "c");
  EXPECT_EQ(Basename("C:\\a\\"), "");
  EXPECT_EQ(WithoutScheme("http://x.example/a"), "x.example/a");
  EXPECT_EQ(WithoutScheme("svn+ssh://x"), "x");
  EXPECT_EQ(WithoutScheme("http://"), "");
  EXPECT_EQ(WithoutScheme("x.example/?u=http://y"), "");
  EXPECT_EQ(WithoutScheme("x.example:80/?u=http://y"), "");
  EXPECT_EQ(WithoutScheme("://x"), "");
  EXPECT_EQ(WithoutScheme("mailto:x"), "");
}

TEST(Canonicalize, NetworksOfAddresses) {
  std::string network;
  NetworkOf("192.0.2.77", 24, &network);
  EXPECT_EQ(network, "192.0.2.0/24");
  NetworkOf("192.0.2.77", 32, &network);
  EXPECT_EQ(network, "192.0.2.77/32");
  NetworkOf("192.0.2.77", 0, &network);
  EXPECT_EQ(network, "0.0.0.0/0");
  NetworkOf("2001:db8:ffff::1", 33, &network);
  EXPECT_EQ(network, "2001:db8:8000::/33");
  EXPECT_TRUE(IsIpv6("2001:db8::1"));
  EXPECT_FALSE(IsIpv6("192.0.2.1"));
}

TEST(Canonicalize, AddressesOfSpecialUse) {
  for (const char* special :
       {"0.0.0.0",         "10.0.0.1",    "10.0.0.0/8",  "10.1.0.0/16",
        "100.64.0.1",      "127.0.0.1",   "169.254.1.1", "172.16.0.1",
        "172.31.255.255",  "192.168.0.1", "224.0.0.251", "239.255.255.250",
        "255.255.255.255", "::",          "::1",         "fc00::1",
        "fdff::1",         "fe80::1",     "ff02::1",     "fd00::/8"}) {
    EXPECT_TRUE(IsSpecialUse(special)) << special;
  }
  for (const char* common :
       {"0.0.0.1", "9.255.255.255", "11.0.0.0", "10.0.0.0/7", "100.128.0.0",
        "172.32.0.0", "192.0.2.1", "198.51.100.1", "203.0.113.1",
        "223.255.255.255", "240.0.0.1", "0.0.0.0/0", "2001:db8::1", "::2",
        "::/0", "fec0::1"}) {
    EXPECT_FALSE(IsSpecialUse(common)) << common;
  }
}

// --- What a report shows of an attribute meets what it is looked for by.

std::string OneOf(const std::vector<std::string>& choices) {
  return *rc::gen::elementOf(choices);
}

std::string Repeated(size_t count, const std::string& characters) {
  return *rc::gen::container<std::string>(count,
                                          rc::gen::elementOf(characters));
}

std::string Text(const std::string& characters) {
  return Repeated(*rc::gen::inRange<size_t>(1, 12), characters);
}

const std::string kHexDigits = "0123456789abcdefABCDEF";
const std::string kLetters = "abzABZ019-_";
const std::string kAnything = "aZ0 \\/|:.[]()@%\t\x01\xc3\xa9\xf0\x9f\x98\x80";

std::string AnyHost() {
  std::string host = Text(kLetters);
  for (int i = *rc::gen::inRange(0, 3); i > 0; --i)
    host += "." + Text(kLetters);
  return host +
         OneOf({".example", ".TEST", ".xn--p1ai",
                ".b\xc3\xbc"
                "cher"}) +
         OneOf({"", ".", " "});
}

std::string AnyIp() {
  return OneOf({"192.0.2." + std::to_string(*rc::gen::inRange(0, 256)),
                "2001:DB8::" + Repeated(3, kHexDigits), "2001:db8:0:0:0:0:0:1",
                "::ffff:192.0.2.1"});
}

struct Attribute {
  std::string type;
  std::string value;
  IndicatorKind kind;
};

Attribute AnyAttribute() {
  const std::string hex = OneOf({"", " "}) + Repeated(32, kHexDigits);
  const std::string port = std::to_string(*rc::gen::inRange(0, 65537));
  const std::vector<Attribute> choices = {
      {"md5", hex, K::kMd5},
      {"imphash", hex, K::kImphash},
      {"x509-fingerprint-md5", ":" + hex, K::kX509Fingerprint},
      {"ssdeep", "3:" + Text("aZ0+/") + ":" + Text("aZ0+/:"), K::kSsdeep},
      {"tlsh", OneOf({"", "T1", "t1"}) + hex + "0000", K::kTlsh},
      {"vhash", Text(kAnything), K::kVhash},
      {"domain", AnyHost(), K::kHost},
      {"hostname", AnyHost(), K::kHost},
      {"ip-dst", AnyIp(), K::kIp},
      {"ip-dst|port", AnyIp() + "|" + port, K::kIpPort},
      {"ip-dst|port", "[" + AnyIp() + "]:" + port, K::kIpPort},
      {"url",
       OneOf({"hXXp://", "https://", "", "ftp://"}) + AnyHost() +
           OneOf({"", "/" + Text(kAnything)}),
       K::kUrl},
      {"url", Text(kAnything), K::kUrl},
      {"uri", "/" + Text(kAnything), K::kUri},
      {"email-src", Text(kAnything) + "@" + AnyHost(), K::kEmail},
      {"filename", Text(kAnything), K::kFilename},
      {"mutex", Text(kAnything), K::kMutex},
      {"regkey", Text(kAnything), K::kRegkey},
      {"regkey|value", Text(kAnything) + "|" + Text(kAnything),
       K::kRegkeyValue},
      {"user-agent", Text(kAnything), K::kUserAgent},
      {"named pipe", Text(kAnything), K::kNamedPipe},
      {"pdb", Text(kAnything), K::kPdb},
  };
  return choices[*rc::gen::inRange<size_t>(0, choices.size())];
}

RC_GTEST_PROP(Canonicalize, MeetsTheIndicatorOfTheSameText, ()) {
  const Attribute attribute = AnyAttribute();
  std::vector<Indicator> indicators;
  const bool matchable = IndicatorsOf(attribute.type, attribute.value,
                                      &indicators) == Unmatchable::kNo;
  RC_CLASSIFY(matchable);
  if (!matchable) return;
  K kind = attribute.kind;
  std::string canonical;
  RC_ASSERT(Canonicalize(attribute.value, &kind, &canonical));
  RC_ASSERT(KindName(kind) == std::string(KindName(indicators[0].kind)));
  RC_ASSERT(canonical == indicators[0].value);
}

// What MISP gives back is a value that is looked for by the same keys.
RC_GTEST_PROP(Canonicalize, MeetsTheIndicatorOfWhatMispStored, ()) {
  const Attribute attribute = AnyAttribute();
  const MispStored stored = StoreLikeMisp(attribute.type, attribute.value);
  if (!stored.kept) return;
  std::vector<Indicator> sent;
  std::vector<Indicator> kept;
  RC_ASSERT(IndicatorsOf(attribute.type, attribute.value, &sent) ==
            IndicatorsOf(attribute.type, stored.value, &kept));
  RC_ASSERT(sent.size() == kept.size());
  std::string scratch;
  for (size_t i = 0; i < sent.size(); ++i) {
    RC_ASSERT(KeyDigest(sent[i].kind, sent[i].form, sent[i].value, &scratch) ==
              KeyDigest(kept[i].kind, kept[i].form, kept[i].value, &scratch));
  }
}

RC_GTEST_PROP(Canonicalize, IsIdempotentOnAnyBytes, (std::string text)) {
  for (size_t i = 0; i < static_cast<size_t>(K::kCount); ++i) {
    K kind = static_cast<K>(i);
    std::string once;
    if (!Canonicalize(text, &kind, &once)) continue;
    K same = kind;
    std::string twice;
    RC_ASSERT(Canonicalize(once, &same, &twice));
    RC_ASSERT(same == kind);
    RC_ASSERT(twice == once);
  }
}

}  // namespace
}  // namespace mispsift
