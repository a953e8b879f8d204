#include "mispsift/normalize/spell_out.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "mispsift/normalize/normalize.h"
#include "tests/support/slow_spelling.h"

namespace mispsift {
namespace {

using K = IndicatorKind;

std::string Spelled(K kind, const std::string& canonical) {
  std::string out;
  return SpellOut(kind, KeyForm::kValue, canonical, &out) ? out : canonical;
}

struct Case {
  K kind;
  const char* canonical;
  const char* spelled;
};

TEST(SpellOutTest, OneThingIsSpelledOneWay) {
  const Case cases[] = {
      {K::kUrl, "http://evil.example/a", "evil.example/a"},
      {K::kUrl, "HTTPS://EVIL.example.:443/A", "evil.example/A"},
      {K::kUrl, "https://evil.example:80/a", "evil.example:80/a"},
      {K::kUrl, "evil.example:80/a", "evil.example/a"},
      {K::kUrl, "ftp://evil.example:21/", "evil.example"},
      {K::kUrl, "http://evil.example", "evil.example"},
      {K::kUrl, "http://evil.example:/", "evil.example"},
      {K::kUrl, "http://evil.example?q", "evil.example/?q"},
      {K::kUrl, "http://evil.example/?q=/", "evil.example/?q=/"},
      {K::kUrl, "http://evil.example/a//", "evil.example/a/"},
      {K::kUrl, "http://evil.example/a#b/c?d", "evil.example/a"},
      {K::kUrl, "http://evil.example#b", "evil.example"},
      {K::kUrl, "http://evil.example/%41%2f%7E", "evil.example/A%2F~"},
      {K::kUrl, "http://evil.example/%4", "evil.example/%4"},
      {K::kUrl, "http://evil.example/%", "evil.example/%"},
      {K::kUrl, "http://evil.example/%zz", "evil.example/%zz"},
      {K::kUrl, "http://Eve:Pw@evil.example/", "Eve:Pw@evil.example"},
      {K::kUrl, "http://[2001:DB8::1]:80/x", "[2001:db8::1]/x"},
      {K::kUrl, "http://m\xc3\xbcller.example/x", "xn--mller-kva.example/x"},
      // What is no name stays as it is, and so does what folding ends early.
      {K::kUrl, "http://\u0434\u043e\u043c.test -x:80/a",
       "\u0434\u043e\u043c.test -x/a"},
      {K::kUrl, "http://Evil.example\uff0fx:80?q", "Evil.example\uff0fx:80?q"},
      {K::kUrl, "http://e\uff20m\u00fc.example.:80/",
       "e\uff20m\u00fc.example.:80"},
      {K::kUrl, "evil.example/?u=http://x", "evil.example/?u=http://x"},
      {K::kUrl, "mailto:eve@evil.example", "mailto:eve@evil.example"},
      {K::kUrl, "http://", "http://"},
      {K::kRegkey, R"(HKLM\Software\x)", R"(HKEY_LOCAL_MACHINE\Software\x)"},
      {K::kRegkey, R"(hklm:\Software\x\\)", R"(HKEY_LOCAL_MACHINE\Software\x)"},
      {K::kRegkey, R"(Computer\HKEY_CURRENT_USER\x)", R"(HKEY_CURRENT_USER\x)"},
      {K::kRegkey, R"(\REGISTRY\MACHINE\SYSTEM\ControlSet002\x)",
       R"(HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\x)"},
      {K::kRegkey, R"(HKLM\SYSTEM\ControlSet0012\x)",
       R"(HKEY_LOCAL_MACHINE\SYSTEM\ControlSet0012\x)"},
      {K::kRegkey, R"(HKU\S-1-5-21-1-2-3-1000\x)", R"(HKEY_CURRENT_USER\x)"},
      {K::kRegkey, R"(HKU\S-1-5-21-1-2_Classes\x)",
       R"(HKEY_CURRENT_USER\Software\Classes\x)"},
      {K::kRegkey, R"(HKU\S-1-5-21-1-2_ClassesX\x)",
       R"(HKEY_USERS\S-1-5-21-1-2_ClassesX\x)"},
      {K::kRegkey, R"(HKU\S-1-5-18\x)", R"(HKEY_USERS\S-1-5-18\x)"},
      {K::kRegkey, R"(HKLMX\x)", R"(HKLMX\x)"},
      {K::kRegkey, R"(Software\x)", R"(Software\x)"},
      {K::kRegkeyValue, R"(HKLM\x\|v\)", R"(HKEY_LOCAL_MACHINE\x|v\)"},
      {K::kMutex, R"(Global\x)", "x"},
      {K::kMutex, R"(\BaseNamedObjects\Local\x)", "x"},
      {K::kMutex, R"(\Sessions\12\BaseNamedObjects\x)", "x"},
      {K::kMutex, R"(\Sessions\x\BaseNamedObjects\x)",
       R"(\Sessions\x\BaseNamedObjects\x)"},
      {K::kMutex, R"(Global\)", R"(Global\)"},
      {K::kMutex, "Globalx", "Globalx"},
      {K::kNamedPipe, R"(\\.\pipe\x)", "x"},
      {K::kNamedPipe, R"(\??\PIPE\x\y)", R"(x\y)"},
      {K::kNamedPipe, R"(\\server\pipe\x)", R"(\\server\pipe\x)"},
      {K::kNamedPipe, R"(\\.\pipe\)", R"(\\.\pipe\)"},
      {K::kUri, "/%41", "/%41"},
      {K::kFilename, R"(Global\x)", R"(Global\x)"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Spelled(c.kind, c.canonical), c.spelled) << c.canonical;
    EXPECT_EQ(SlowSpelling(c.kind, c.canonical), c.spelled) << c.canonical;
  }
}

// What a pipe is asked for by.
TEST(SpellOutTest, APipePathIsOne) {
  EXPECT_TRUE(IsPipePath(R"(\\.\pipe\x)"));
  EXPECT_TRUE(IsPipePath(R"(\device\namedpipe\x)"));
  EXPECT_FALSE(IsPipePath(R"(\\.\pipe\)"));
  EXPECT_FALSE(IsPipePath(R"(C:\pipe\x)"));
}

RC_GTEST_PROP(SpellOutTest, AgreesWithTheSlowTwin, ()) {
  static const std::vector<std::string> kUrlParts = {"http",
                                                     "HTTPS",
                                                     "ftp",
                                                     "://",
                                                     ":",
                                                     ":80",
                                                     ":443",
                                                     ":21",
                                                     "/",
                                                     "//",
                                                     "?",
                                                     "#",
                                                     "%41",
                                                     "%2f",
                                                     "%",
                                                     "evil.example",
                                                     "EVIL.example.",
                                                     ".",
                                                     "@",
                                                     "a",
                                                     "[2001:DB8::1]",
                                                     "m\xc3\xbcller.example",
                                                     "-",
                                                     "B"};
  static const std::vector<std::string> kOtherParts = {"\\",
                                                       "HKLM",
                                                       "hkcu",
                                                       "HKU",
                                                       "HKEY_LOCAL_MACHINE",
                                                       "HKEY_USERS",
                                                       ":",
                                                       "\\REGISTRY\\MACHINE",
                                                       "\\REGISTRY\\USER",
                                                       "\\S-1-5-21-1-2",
                                                       "_Classes",
                                                       "\\SYSTEM\\ControlSet",
                                                       "001",
                                                       "Computer\\",
                                                       "x",
                                                       "\\BaseNamedObjects\\",
                                                       "Global\\",
                                                       "Local\\",
                                                       "\\Sessions\\1",
                                                       "\\\\.\\pipe\\",
                                                       "\\??\\pipe\\",
                                                       "\\Device\\NamedPipe\\",
                                                       "|",
                                                       "v"};
  const bool is_url = *rc::gen::arbitrary<bool>();
  const auto parts = *rc::gen::container<std::vector<std::string>>(
      rc::gen::elementOf(is_url ? kUrlParts : kOtherParts));
  std::string text;
  for (const std::string& part : parts) text += part;
  const std::vector<K> kinds = is_url
                                   ? std::vector<K>{K::kUrl}
                                   : std::vector<K>{K::kRegkey, K::kRegkeyValue,
                                                    K::kMutex, K::kNamedPipe};
  for (K kind : kinds) {
    std::string canonical;
    if (!Canonicalize(text, &kind, &canonical)) continue;
    RC_ASSERT(Spelled(kind, canonical) == SlowSpelling(kind, canonical));
    std::string compared;
    std::string expected;
    ComparedForm(kind, KeyForm::kValue, canonical, &compared);
    Fold(kind, KeyForm::kValue, SlowSpelling(kind, canonical), &expected);
    RC_ASSERT(compared == expected);
  }
}

}  // namespace
}  // namespace mispsift
