#include "mispsift/normalize/value_list.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "mispsift/normalize/normalize.h"
#include "mispsift/normalize/refang.h"

namespace mispsift {
namespace {

using K = IndicatorKind;

struct Case {
  std::string entry;
  K kind;
  std::string value;
  bool held;
  KeyForm form = KeyForm::kValue;
};

TEST(ValueListTest, AnEntryListsWhatItsFormSays) {
  const Case cases[] = {
      // A value is the whole of it.
      {"evil.example", K::kHost, "evil.example", true},
      {"evil.example", K::kHost, "www.evil.example", false},
      {"  evil.example\t", K::kHost, "evil.example", true},
      {"EVIL.example", K::kHost, "evil.example", true},
      {"203.0.113.7", K::kIp, "203.0.113.7", true},
      {"203.0.113.7", K::kIpPort, "203.0.113.7|80", false},
      {"203.0.113.7:80", K::kIpPort, "203.0.113.7|80", true},
      // A network is what lies in it.
      {"203.0.113.0/24", K::kIp, "203.0.113.7", true},
      {"203.0.113.9/24", K::kIp, "203.0.113.7", true},
      {"203.0.113.0/24", K::kIp, "203.0.114.7", false},
      {"203.0.113.7/32", K::kIp, "203.0.113.7", true},
      {"203.0.113.7/32", K::kIp, "203.0.113.6", false},
      {"0.0.0.0/0", K::kIp, "203.0.113.7", true},
      {"0.0.0.0/0", K::kIp, "2001:db8::7", false},
      {"203.0.113.0/24", K::kIpPort, "203.0.113.7|80", true},
      {"203.0.113.0/24", K::kIpPort, "203.0.114.7|80", false},
      {"203.0.113.0/24", K::kIp, "203.0.113.0/24", true, KeyForm::kNetwork},
      {"203.0.113.0/24", K::kIp, "203.0.113.128/25", true, KeyForm::kNetwork},
      {"203.0.113.0/24", K::kIp, "203.0.112.0/23", false, KeyForm::kNetwork},
      {"203.0.113.0/24", K::kIp, "203.0.114.0/25", false, KeyForm::kNetwork},
      {"2001:db8::/32", K::kIp, "2001:db8:1::7", true},
      {"2001:db8::/32", K::kIp, "2001:db9::7", false},
      {"2001:db8::/32", K::kIpPort, "2001:db8::7|443", true},
      {"2001:db8::/32", K::kIp, "2001:db8:5::/48", true, KeyForm::kNetwork},
      {"203.0.113.0/33", K::kIp, "203.0.113.7", false},
      {"203.0.113.0/24", K::kHost, "evil.example", false},
      // A suffix is a domain and all below it.
      {".evil.example", K::kHost, "evil.example", true},
      {".evil.example", K::kHost, "a.b.evil.example", true},
      {".evil.example", K::kHost, "notevil.example", false},
      {".evil.example", K::kHost, "example", false},
      {".Evil.Example.", K::kHost, "www.evil.example", true},
      {".b\xc3\xbc"
       "cher.example",
       K::kHost, "www.xn--bcher-kva.example", true},
      {".example", K::kHost, "www.evil.example", true},
      {".ample", K::kHost, "www.evil.example", false},
      {".evil.example", K::kUrl, "http://www.Evil.example:8080/a?b", true},
      {".evil.example", K::kUrl, "http://user:word@www.evil.example/", true},
      {".evil.example", K::kUrl, "http://other.example/www.evil.example",
       false},
      {".evil.example", K::kUrl, "http://www.evil.example.other.example/",
       false},
      {".evil.example", K::kUrl, "www.evil.example/a", true,
       KeyForm::kValue},
      {".evil.example", K::kEmail, "a@mail.evil.example", true},
      {".evil.example", K::kEmail, "evil.example@other.example", false},
      {".evil.example", K::kFilename, "www.evil.example", false},
      {".0.113.7", K::kIp, "203.0.113.7", false},
      // A regex is found anywhere.
      {"/vil\\.ex/", K::kHost, "evil.example", true},
      {"/^vil/", K::kHost, "evil.example", false},
      {"/VIL/", K::kHost, "evil.example", false},
      {"/VIL/i", K::kHost, "evil.example", true},
      {"/\\|80$/", K::kIpPort, "203.0.113.7|80", true},
      {"/\\/24$/", K::kIp, "203.0.113.0/24", true, KeyForm::kNetwork},
      {"/^C:\\\\Temp\\\\/", K::kFilepath, "C:\\Temp\\a.exe", true},
      {"/a/b/", K::kUri, "/x/a/b/c", true},
      {"/^mu/", K::kMutex, "mutex", true, KeyForm::kWholeString},
      // No regex: a uri.
      {"/gate.php", K::kUri, "/gate.php", true},
      {"/gate.php", K::kUri, "/gate.php2", false},
      {"", K::kHost, "evil.example", false},
      {" ", K::kMutex, " ", false},
  };
  for (const Case& c : cases) {
    ASSERT_TRUE(ValueList::Check({c.entry}).ok()) << c.entry;
    const ValueList list({c.entry});
    EXPECT_EQ(list.Holds(c.kind, c.form, c.value), c.held)
        << c.entry << " " << c.value;
    // Whatever stands beside it.
    const ValueList more({"x.example", c.entry, "198.51.100.0/28", "/zz/"});
    EXPECT_EQ(more.Holds(c.kind, c.form, c.value), c.held)
        << c.entry << " " << c.value;
  }
  EXPECT_TRUE(ValueList({"", " "}).empty());
  for (const char* entry : {"a", "/a/", ".example", "192.0.2.0/24"}) {
    EXPECT_FALSE(ValueList({entry}).empty()) << entry;
  }
}

TEST(ValueListTest, AnAttributeIsListedByAnyOfItsParts) {
  const ValueList list({"203.0.113.0/24", ".evil.example", "/^quiet/"});
  EXPECT_TRUE(list.HoldsAnyOf("domain|ip", "a.example|203.0.113.7"));
  EXPECT_TRUE(list.HoldsAnyOf("domain|ip", "a.evil.example|198.51.100.1"));
  EXPECT_FALSE(list.HoldsAnyOf("domain|ip", "a.example|198.51.100.1"));
  EXPECT_TRUE(list.HoldsAnyOf("url", "https://a.evil.example/x"));
  EXPECT_TRUE(list.HoldsAnyOf("mutex", "quiet one"));
  EXPECT_FALSE(list.HoldsAnyOf("comment", "quiet one"));
}

TEST(ValueListTest, WhatIsNoRegexIsNamed) {
  for (const char* entry : {"/(/", "/[a/i", " /a{2000}/ ", "//", "//i"}) {
    const absl::Status status = ValueList::Check({"good.example", entry});
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << entry;
    EXPECT_NE(
        std::string(status.message()).find(std::string(TrimBlanks(entry))),
        std::string::npos)
        << status;
  }
  EXPECT_TRUE(ValueList::Check({"/", "/a", "a/", "/(/x", "/a/ix", "(/"}).ok());
}

}  // namespace
}  // namespace mispsift
