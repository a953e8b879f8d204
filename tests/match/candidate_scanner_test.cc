#include "mispsift/match/candidate_scanner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "mispsift/match/index.h"
#include "tests/support/snapshots.h"
#include "tests/support/ssdeep.h"

namespace mispsift {
namespace {

using K = IndicatorKind;
constexpr size_t kNowhere = std::string::npos;

bool MayMatch(const std::vector<Indicator>& indicators,
              const std::string& json) {
  CandidateFilter::Builder builder;
  for (const Indicator& indicator : indicators) {
    builder.Add(indicator);
    if (indicator.kind == K::kSsdeep) {
      builder.AddSimilarTo(SsdeepTableOf({indicator.value}));
    }
  }
  const CandidateFilter filter = std::move(builder).Build();
  PaddedBytes report;
  report.Assign(json);
  return CandidateScanner(&filter).MayMatch(report);
}

struct Case {
  K kind;
  KeyForm form;
  std::string value;
  std::string json;
};

TEST(CandidateScannerTest, SeesAValueInEverySpelling) {
  constexpr KeyForm kValue = KeyForm::kValue;
  const std::vector<Case> cases = {
      {K::kHost, kValue, "evil.example", R"({"a":"EVIL.example."})"},
      {K::kHost, kValue, "t.co", R"(["x\nt.co"])"},
      {K::kHost, kValue, "t.co", R"(["...t.co..."])"},
      {K::kHost, kValue, "evil.example", R"(["\u0065vil.example"])"},
      {K::kHost, kValue, "evil.example", R"(["evil[.]example"])"},
      {K::kHost, kValue, "evil.example", R"(["evil[dot]example"])"},
      {K::kHost, kValue, "evil.example", R"(["evil(dot)example"])"},
      {K::kEmail, kValue, "eve@evil.example", R"(["eve[@]evil.example"])"},
      {K::kEmail, kValue, "eve@evil.example", R"(["eve[at]evil.example"])"},
      {K::kUrl, kValue, "http://x:8080/evil", R"(["http://x[:]8080/evil"])"},
      {K::kUrl, kValue, "http://lure.example/evil",
       R"(["http://%6Cure[.]example/evil"])"},
      {K::kIp, kValue, "2001:db8::beef",
       R"({"host":"2001\uff1adb8\uff1a\uff1abeef:80"})"},
      {K::kUrl, kValue, "http://x/evil", R"(["[hxxp://]x/evil"])"},
      {K::kHost, kValue, "xn--mller-kva.example",
       "[\"m\xC3\xBCller.example\"]"},
      // One label in punycode, another in its script.
      {K::kHost, kValue, "xn--mller-kva.xn--9ca.example",
       R"(["m\u00fcller.XN--9CA.example"])"},
      {K::kHost, kValue, "xn--mller-kva.xn--9ca.example",
       R"(["www.xn--mller-kva.\u00c9.example"])"},
      {K::kHost, kValue, "xn--9ca.xn--9ca", R"(["\u00e9.xn--9ca"])"},
      {K::kHost, kValue, "xn--9ca.xn--9ca", R"(["a.b.xn--9ca.\u00e9"])"},
      {K::kHost, kValue, "xn--9ca.xn--9ca.xn--9ca.xn--9ca.xn--9ca.xn--9ca",
       R"(["xn--9ca.\u00e9.\u00e9.xn--9ca.\u00e9.\u00e9"])"},
      {K::kUrl, kValue, "http://xn--mller-kva.xn--9ca.example/a",
       R"(["http://m\u00fcller.xn--9ca.example/a"])"},
      {K::kHost, kValue, "t.co", R"(["\\x00t.co\\r\\n"])"},
      {K::kUrl, kValue, "http://evil.example/a",
       R"({"protocol":"http","host":"evil.example","uri":"\/a"})"},
      {K::kUrl, kValue, "evil.example/long/path/of/it.php",
       R"({"host":"evil.example","uri":"/long/path/of/it.php"})"},
      // What is looked for begins in the midst of a word.
      {K::kUrl, kValue, "evil.example/long/path/of/it.php",
       R"(["http://evil.example/long/path/of/it.php"])"},
      {K::kFilepath, kValue, R"(C:\temp\of\some\length\evildropper.exe)",
       R"(["c:\\temp\\of\\some\\length\\evildropper.exe"])"},
      {K::kUrl, kValue, "http:/evil/a", R"(["hxxp:/evil/a"])"},
      {K::kUrl, kValue, "http:/", R"(["h[tt]p:/"])"},
      {K::kUrl, kValue, "http\xEF\xBF\xBD:/evil/a",
       "[\"hxxp\xEF\xBF\xBD:/evil/a\"]"},
      {K::kUrl, kValue, "http-x:/", R"(["meow-x:/"])"},
      {K::kUrl, kValue, "httpevil.example/a", R"(["HXXPevil.example/a"])"},
      {K::kHost, kValue, "httpevil.example", R"(["h[tt]pevil.example/a"])"},
      {K::kFilepath, kValue, R"(C:\temp\evil.exe)",
       R"(["c:\\temp\\EVIL.exe"])"},
      {K::kFilepath, kValue, R"(C:\temp\evil.exe)",
       R"(["\"c:\\\\temp\\\\evil.exe\""])"},
      {K::kFilename, kValue, "a.b", R"(["C:\\x\\a.b"])"},
      {K::kFilename, kValue, "a.b", R"(["0123456789abcdef_a.b"])"},
      {K::kMutex, KeyForm::kWholeString, "m", R"([" m\n"])"},
      {K::kMutex, KeyForm::kWholeString, "\xC3\xA9vil", R"(["EVIL"])"},
      {K::kMutex, KeyForm::kWholeString, "m", std::string("[\"\0m\"]", 6)},
      // Letters that are none of ASCII's, in the other case.
      {K::kMutex, KeyForm::kWholeString, "\u0434\u043e\u043c",
       "[\"\u0414\u041e\u041c\"]"},
      {K::kMutex, KeyForm::kWholeString,
       "zz\u0434 a very long name that finishes",
       "[\"ZZ\u0414 a very long name that finishes\"]"},
      {K::kRegkey, kValue, R"(HKEY_CURRENT_USER\Software\Evil)",
       R"({"hive":"0x80000001","key":"Software\\Evil"})"},
      {K::kIpPort, kValue, "192.0.2.9|80", R"({"dst":"192.0.2.9","dport":80})"},
      {K::kIp, KeyForm::kNetwork, "192.0.2.0/24", R"(["at 192.0.2.9."])"},
      {K::kIp, kValue, "2001:db8::1", R"(["[2001:DB8:0:0:0::1]:80"])"},
      {K::kIp, kValue, "192.0.2.9", R"(["::ffff:c000:209"])"},
      {K::kIp, KeyForm::kNetwork, "2001:db8::/32", R"(["2001:db8::1"])"},
      {K::kX509Fingerprint, kValue, "da39a3ee5e6b4b0d3255bfef95601890afd80709",
       R"(["DA:39:A3:EE:5E:6B:4B:0D:32:55:BF:EF:95:60:18:90:AF:D8:07:09"])"},
      {K::kMutex, KeyForm::kWholeString, "***", R"(["nothing of the kind"])"},
      // A url is refanged, and its host then.
      {K::kHost, kValue, "evil.example", R"(["http://evil[(dot)]example/x"])"},
      {K::kIp, kValue, "192.0.2.9", R"(["http://192.0.2[[.]]9/"])"},
      // A script that begins as what is undone at the head of a url.
      {K::kHost, kValue, "xn--http-epa.example", R"(["hxxp\u00e9.example"])"},
      {K::kUrl, kValue, "http://xn--http-epa.example/x",
       R"(["meow\u00e9.example/x"])"},
      {K::kIp, kValue, "2001:db8::1", R"([".2001\uff1adb8\uff1a\uff1a1.:80"])"},
      {K::kHost, kValue, "evil.example",
       R"(["\ud835\udc1evil.example\u3002Next"])"},
      {K::kHost, kValue, "a.test", R"(["\u201c\ud835\udc1a.test"])"},
      // Less than a window, behind what belongs to one.
      {K::kRegkey, kValue, "HKEY_LOCAL_MACHINE", R"([".HKLM\\"])"},
      {K::kRegkey, kValue, "HKEY_USERS", R"(["x-HKU\\"])"},
      {K::kEmail, kValue, "abcdef@i.\u00e9", R"([".abcdef@i.\u00e9"])"},
      // What begins as what is dropped behind a backslash.
      {K::kFilename, kValue, R"("evil.exe")", R"(["C:\\\"evil.exe\""])"},
      {K::kMutex, KeyForm::kWholeString, "/ab", R"(["Global\\/ab"])"},
      {K::kMutex, KeyForm::kWholeString, R"(\ab)", R"(["Global\\\\ab"])"},
      {K::kRegkey, kValue, "HKEY_CURRENT_USER",
       R"({"hkey":"0x80000001","subkey":"\\"})"},
      {K::kRegkeyValue, kValue, "HKCU\\A\uff5cxyz|ylongylongylong",
       R"({"regkey":"HKCU\\A\uff5cxyz","value":"ylongylongylong"})"},
      {K::kRegkeyValue, kValue, "HKCU\\A|xlongxlong\uff5cyzyzyzyzyz",
       R"({"regkey":"HKCU\\A\uff5cxlongxlong","value":"yzyzyzyzyz"})"},
      // What a report has in two fields.
      {K::kUrl, kValue, "2001:db8::1/longpath/moreandmore.bin",
       R"({"host":"2001:db8::1","uri":"/longpath/moreandmore.bin"})"},
      {K::kUrl, kValue, "localhost:abc/gate.php",
       R"({"host":"localhost:abc","uri":"/gate.php"})"},
      {K::kUrl, kValue, "fe80:abcd::1:8080/x",
       R"({"host":"fe80:abcd::1","uri":"/x","dport":8080})"},
      {K::kUrl, kValue, "2001:\U0001d403\U0001d4018::1/gate.php?id=1",
       R"({"host":"2001:\ud835\udc03\ud835\udc018::1","uri":"/gate.php?id=1"})"},
      // A host that IDNA makes to end early.
      {K::kUrl, kValue, "evil.example\uff0flongpath?query=12345",
       R"(["http://evil.example\uff0flongpath?query=12345"])"},
      {K::kUrl, kValue, "\uff1f?a", R"({"url":"\uff1f?a"})"},
      {K::kUrl, kValue, "evil.example\uff0fx:80/abcdefghijklmnop",
       R"({"url":"http://evil.example\uff0fx:80/abcdefghijklmnop"})"},
      {K::kUrl, kValue, "\uff0fftp://evil.example/x",
       R"({"url":"\uff0fftp://evil.example\/x"})"},
      {K::kUrl, kValue,
       "ftp\uff1a\uff0f\uff0fuser\uff20b\uff0e\u00df\uff0ecdn\uff0eco\uff0f"
       "\uff0fevil",
       R"({"url":"ftp\uff1a\uff0f\uff0fuser\uff20b\uff0e\u00df\uff0ecdn\uff0eco\uff0f\uff0fevil"})"},
      // What is known shows what parts it once it is folded.
      {K::kUrl, kValue, "x\uff0eru\uff0fabcde\uff0ephp",
       R"({"host":"x.ru","uri":"/abcde.php"})"},
      {K::kUrl, kValue, "user\uff20lure.xn--p1ai\uff0fa",
       R"(["http://user@lure.\u0440\u0444/a"])"},
      {K::kUrl, kValue, "http://evil.example/\U0001f600abcdefghijklmnop",
       R"(["http://evil.example?abcdefghijklmnop"])"},
      {K::kUrl, kValue, "http://evil.example/\uff1fquery=longlonglonglong",
       R"(["http://evil.example?query=longlonglonglong"])"},
      {K::kUrl, kValue, "h\u0163tpa,8.8.8.8/", R"({"url":"hxxpa,8.8.8.8/"})"},
      {K::kUrl, kValue, "\U0001d426:\U0001d41e@\U0001d42d.\U0001d41c\U0001d428",
       R"({"url":"\ud835\udc26:\ud835\udc1e@\ud835\udc2d.\ud835\udc1c\ud835\udc28"})"},
      // As it is: it names its scheme, or so it seems.
      {K::kUrl, kValue, "user:pw@evil.example/longlonglonglong",
       R"(["http://user:pw@evil.example:80/longlonglonglong"])"},
      {K::kUrl, kValue, "user:pw@evil.example/?qqqqqqqqqqqqqqqqqqqqqq",
       R"(["http://user:pw@evil.example?qqqqqqqqqqqqqqqqqqqqqq"])"},
      {K::kUrl, kValue, "user:pw@xn--9ca.example/x",
       R"(["http://user:pw@\u00e9.example/x"])"},
      // Brackets that JSON may write with backslashes in them.
      {K::kUrl, kValue, "http://x/?u=http://evil.example/",
       R"(["http:\/\/x\/?u=[hxxp:\/\/]evil.example\/"])"},
      {K::kUrl, kValue, "http://x/?u=http://evil.example/",
       R"(["http://x/?u=[hxxp:/\/]evil.example/"])"},
      // A host that begins as a url's head, refanged twice.
      {K::kHost, kValue, "meow.evil.example",
       R"({"host":"meow[[.]]evil.example"})"},
      // Labels in two spellings, behind which a word ends before a window does.
      {K::kHost, kValue, "xn--d1aqf.xn--9ca.abcde_.co",
       R"(["\u0434\u043e\u043c.xn--9ca.abcde_.co"])"},
      {K::kUrl, kValue, "http://\u0434\u043e\u043c.test -x/",
       R"({"url":"http://\u0434\u043e\u043c.test -x/"})"},
      // Marks in another order than a name has them.
      {K::kHost, kValue, "xn--12c0f3b6c.com",
       R"(["\u0e01\u0e48\u0e38\u0e27.com"])"},
      {K::kFilepath, kValue, R"(C:\$)", R"(["-C:\\$"])"},
      // A script without a word.
      {K::kUrl, kValue, "http://_\u0301/", R"({"url":"http://_\u0301/"})"},
      {K::kUrl, kValue, "http://\u2260/", R"({"url":"http://\u2260/"})"},
      // A url that is cut out of the midst of what would be undone.
      {K::kUrl, kValue, "http://]http://-", R"(["[hxxp://][hxxp://]-"])"},
      {K::kUrl, kValue, "http://]eviller.example[hxxp://]/x",
       R"(["see [hxxp://]eviller[.]example[hxxp://]/x"])"},
      {K::kX509Fingerprint, kValue, "da39a3ee5e6b4b0d3255bfef95601890afd80709",
       R"(["::::::::::::::::::::::::::::::::::::::::DA39A3EE5E6B4B0D3255::::::::::::::::::::::::::::::::::::::::::::::::::::::BFEF95601890AFD80709"])"},
  };
  for (const Case& c : cases) {
    EXPECT_TRUE(MayMatch({{c.kind, c.form, c.value}}, c.json))
        << c.value << " in " << c.json;
  }
}

TEST(CandidateScannerTest, SaysNothingWhereNothingIs) {
  constexpr KeyForm kValue = KeyForm::kValue;
  const std::vector<Case> cases = {
      {K::kHost, kValue, "evil.example", R"(["xevil.example"])"},
      {K::kHost, kValue, "evil.example", R"(["evil.examples"])"},
      {K::kMd5, kValue, "d41d8cd98f00b204e9800998ecf8427e",
       R"(["0d41d8cd98f00b204e9800998ecf8427e"])"},
      {K::kMutex, KeyForm::kWholeString, "update", R"(["an update"])"},
      {K::kFilename, kValue, "a.exe", R"(["data.exe", "x-a.exe"])"},
      {K::kFilepath, kValue, R"(C:\temp\evil.exe)",
       R"(["c:\\other\\evil.exe"])"},
      {K::kIp, KeyForm::kNetwork, "192.0.2.0/24", R"(["192.0.3.9"])"},
      {K::kIp, kValue, "2001:db8::1", R"(["12:34:56", "2001:db8::2"])"},
      {K::kUrl, kValue, "http://evil.example/long/path/of/it.php",
       R"(["http://evil.example/", "http://other.example/it.php"])"},
  };
  for (const Case& c : cases) {
    EXPECT_FALSE(MayMatch({{c.kind, c.form, c.value}}, c.json))
        << c.value << " in " << c.json;
  }
}

// What it says of brackets, and in which order, whoever draws an outline relies
// on.
TEST(CandidateScannerTest, TellsWhereTheBracketsAre) {
  CandidateFilter::Builder builder;
  builder.Add({K::kHost, KeyForm::kValue, "evil.example"});
  const CandidateFilter filter = std::move(builder).Build();
  CandidateScanner scanner(&filter);
  std::string json = "[";
  for (int i = 0; json.size() < 100'000; ++i) {
    json += R"({"a":["]\"{"],"b":")" + std::string(i % 97, '[') + "\"},";
  }
  json += "0]";
  std::string brackets;  // of the text, and blanks for all else
  for (bool in_string = false; const char c : json) {
    if (c == '"' && !brackets.ends_with('\\')) in_string = !in_string;
    const bool counts = !in_string && std::string("{[]}").find(c) != kNowhere;
    brackets.push_back(counts || c == '\\' ? c : ' ');
  }
  std::ranges::replace(brackets, '\\', ' ');
  std::string told;
  const auto take = [&](const JsonBrackets& batch, size_t blocks) {
    for (size_t i = 0; i < blocks; ++i) {
      for (size_t bit = 0; bit < JsonBrackets::kBlockBytes; ++bit) {
        const bool opens = (batch.opening[i] >> bit & 1) != 0;
        const bool closes = (batch.closing[i] >> bit & 1) != 0;
        const char c = told.size() < json.size() ? json[told.size()] : ' ';
        ASSERT_TRUE(!opens || c == '{' || c == '[');
        ASSERT_TRUE(!closes || c == '}' || c == ']');
        told.push_back(opens || closes ? c : ' ');
      }
    }
  };
  PaddedBytes report;
  report.Assign(json);
  EXPECT_FALSE(scanner.MayMatch(report, take));
  ASSERT_GE(told.size(), json.size());
  told.resize(json.size());
  EXPECT_EQ(told, brackets);
}

// Wherever a value stands against the borders of blocks and of what is
// classified at a time, in text and behind an odd string.
TEST(CandidateScannerTest, BordersHideNothing) {
  const std::vector<Indicator> host = {
      {K::kHost, KeyForm::kValue, "a-long-name-of.evil.example"}};
  const std::vector<Indicator> network = {
      {K::kIp, KeyForm::kNetwork, "192.0.2.0/24"}};
  for (size_t before = 0; before < 4300; before += before < 200 ? 1 : 61) {
    for (const char* odd : {"", "\\u00e9 \\\\"}) {
      const std::string head = "[\"" + std::string(before, 'x') + odd + " ";
      EXPECT_TRUE(MayMatch(host, head + "a-long-name-of.evil.example\"]"))
          << before;
      EXPECT_TRUE(MayMatch(network, head + "192.0.2.200\"]")) << before;
      EXPECT_FALSE(MayMatch(host, head + "a-longname-of.evil.example\"]"))
          << before;
    }
  }
}

const Indicator kDigest = {K::kSsdeep, KeyForm::kValue,
                           "96:abc/efghijklmnop+rs:ABC/EFGHIJKLMNOP"};

TEST(CandidateScannerTest, SeesAnSsdeepThatIsLikeOne) {
  for (const char* json : {
           R"({"ssdeep":"96:abc/efghijklmnop+rT:ABC/EFGHIJKLMNOQ"})",
           R"({"ssdeep": "96:abc\/efghijklmnop+rT:ABC\/EFGHIJKLMNOQ"})",
           R"({"ssdeep":"\n96:abc/efghijklmnop+rT:ABC/EFGHIJKLMNOQ\n"})",
           R"({"ssdeep":"\u0039\u0036\u003aabc\u002fefghijklmnop+rT:x"})",
           "{\"ssdeep\":\"\t96:abc/efghijklmnop+rT:x\\t\"}",
           R"({"ssdeep":"96:abc/efghijklmnop+rT:"})",
           R"({"ssdeep":"96::ABC/EFGHIJKLMNOQ"})",
           R"({"ssdeep":"96:\/\/\/\/\/\/:ABC\/EFGHIJKLMNOQ"})",
           R"({"ssdeep":"96:12345:ABC/EFGHIJKLMNOQ"})",
           R"({"ssdeep":"192:ABC/EFGHIJKLMNOQ:x"})",
           R"({"ssdeep":"48:x:abc/efghijklmnop+rT"})",
           R"({"a":"12:34:56","ssdeep":"96:abc/efghijklmnop+rT:x"})",
       }) {
    EXPECT_TRUE(MayMatch({kDigest}, json)) << json;
  }
}

// An index asks for what is like its own values, not for what it suppresses.
TEST(CandidateScannerTest, AnIndexAsksForItsSsdeepValues) {
  for (const bool to_ids : {true, false}) {
    const Snapshot snapshot =
        SnapshotOf({{"filename|ssdeep", "evil.exe|" + kDigest.value, to_ids}});
    CandidateFilter::Builder builder;
    Index::Build(snapshot, {}, &builder);
    const CandidateFilter filter = std::move(builder).Build();
    PaddedBytes report;
    report.Assign(R"({"ssdeep":"96:abc/efghijklmnop+rT:x"})");
    EXPECT_EQ(CandidateScanner(&filter).MayMatch(report), to_ids);
  }
}

// Every report has some.
TEST(CandidateScannerTest, AnSsdeepThatIsLikeNoneSaysNothing) {
  for (const char* json : {
           R"({"ssdeep":"96:qwertzuiopasdfghjkl:QWERTZUIOPASDFGH"})",
           R"({"ssdeep":"192:abc/efghijklmnop+rT:x"})",
           R"({"ssdeep":"96:abc/efgQWERTZUIOPASDFYXCVBNM123:x"})",
           R"({"ssdeep":"96:ABC/EFGHIJKLMNOP:x"})",
           R"({"ssdeep":"96:Abc/Efghijklmnop+Rs"})",
           R"({"ssdeep":"x:abc/efghijklmnop+rT:x"})",
           R"({"ssdeep":"96:abc/efghijklmnop+rT"})",
           R"({"url":"http://abc/efghijklmnop+rT:80"})",
       }) {
    EXPECT_FALSE(MayMatch({kDigest}, json)) << json;
  }
}

TEST(CandidateScannerTest, BordersHideNoSsdeep) {
  for (size_t before = 0; before < 4300; before += before < 200 ? 1 : 61) {
    for (const char* odd : {"", "\\u00e9 \\\\"}) {
      const std::string head = "[\"" + std::string(before, 'x') + odd + "\",";
      EXPECT_TRUE(MayMatch(
          {kDigest}, head + "\"96:abc\\/efghijklmnop+rT:ABC/EFGHIJKLMNO\"]"))
          << before;
      EXPECT_TRUE(
          MayMatch({kDigest}, head + "\"48:ab\\/12:abc/efghijklmnop\"]"))
          << before;
      EXPECT_FALSE(MayMatch({kDigest}, head + "\"48:abc/efghijklmnop:x\"]"))
          << before;
    }
  }
}

// As above: each byte is looked at a few times, whatever follows it.
TEST(CandidateScannerTest, WhatLooksLikeAnSsdeepCostsWhatItIs) {
  constexpr size_t kMany = 4 << 20;
  const std::string longest(kMany, 'a');
  const std::string digits(kMany, '1');
  MayMatch({kDigest}, "\"1:" + longest + ":" + longest + "\"");
  MayMatch({kDigest}, "\"" + digits + ":" + digits + ":" + digits + ":aaaaaaa");
  std::string hashes = "\"";
  std::string colons = "\"";
  while (hashes.size() < kMany) hashes += "1:abcdefg:1";
  while (colons.size() < kMany) colons += "a:abcdefg";
  MayMatch({kDigest}, hashes);
  MayMatch({kDigest}, colons);
  for (const char* text :
       {"1:", "1:\\/", ":abcdefg", "1:abcdefg", "1:a:abcdefg", "1::abcdefg",
        "1:abcdefg:", "\\/:abcdefg"}) {
    MayMatch({kDigest}, text);
  }
}

TEST(CandidateScannerTest, CountsWhatItCannotLookFor) {
  CandidateFilter::Builder builder;
  builder.Add({K::kMutex, KeyForm::kWholeString, "***"});
  builder.Add({K::kMutex, KeyForm::kWholeString, "m"});
  EXPECT_EQ(std::move(builder).Build().unseen_count(), 1u);
}

// As a report has it that was not mended yet.
TEST(CandidateScannerTest, Utf16IsReadByItsNulsHoweverTheyAreWritten) {
  const std::vector<Indicator> host = {
      {K::kHost, KeyForm::kValue, "evil.example"}};
  for (const std::string& nul :
       {std::string(1, '\0'), std::string("\\u0000"), std::string("\\\\x00")}) {
    std::string wide;
    for (const char c : std::string_view("evil.example")) wide += c + nul;
    EXPECT_TRUE(MayMatch(host, "[\"" + wide + "\"]")) << nul.size();
  }
}

TEST(CandidateScannerTest, TextOfAnySortEndsIt) {
  const std::vector<Indicator> host = {
      {K::kHost, KeyForm::kValue, "evil.example"}};
  for (const char* text : {"", "\"", "\\", "\"\\", "\xFF", "\\u", "\"\\ud800",
                           "::::", "....", "[\"\xC3", "\"a\\\\\\"}) {
    MayMatch(host, text);
  }
}

// An address in a long string that is passed over by itself must not end the
// pass over that string.
TEST(CandidateScannerTest, AnAddressInALongOddStringEndsNothing) {
  const std::vector<Indicator> wanted = {
      {K::kHost, KeyForm::kValue, "evil.example"},
      {K::kIp, KeyForm::kNetwork, "192.0.2.0/24"}};
  for (size_t gap = 4000; gap < 4100; ++gap) {
    const std::string json = R"(["\u0041 ::ffff:c633:6401 ::ffff:c633:6402 )" +
                             std::string(gap, '-') + R"( \u0065vil.example"])";
    EXPECT_TRUE(MayMatch(wanted, json)) << gap;
  }
}

// A scan that ends early leaves strings behind that were not read yet.
TEST(CandidateScannerTest, WhatIsLeftOfAReportIsNoneOfTheNext) {
  CandidateFilter::Builder builder;
  builder.Add({K::kHost, KeyForm::kValue, "evil.example"});
  builder.Add({K::kHost, KeyForm::kValue, "b\u00e4se.example"});
  const CandidateFilter filter = std::move(builder).Build();
  CandidateScanner scanner(&filter);
  PaddedBytes report;
  for (const char* odd :
       {R"(\u0065vil.example)", R"(b\u00e4se.example)", R"(evil[.]example)",
        R"(\\x65vil.example)", R"(\u0065vil.example \u12g4)"}) {
    // So far behind that it is another batch's.
    report.Assign("[\"" + std::string(odd) + "\"," + std::string(20'000, ' ') +
                  "\"evil.example\"]");
    EXPECT_TRUE(scanner.MayMatch(report));
    report.Assign(R"(["\u0065", "good.example"])");
    EXPECT_FALSE(scanner.MayMatch(report)) << odd;
  }
}

// A string is found by its quotes wherever it begins and ends, in the batch
// that is looked at or not.
TEST(CandidateScannerTest, OddStringsOfAnyLengthAreReadWhole) {
  const std::vector<Indicator> host = {
      {K::kHost, KeyForm::kValue, "evil.example"}};
  for (const size_t before : {0, 1, 62, 63, 64, 16'300, 16'383, 16'384}) {
    for (const size_t within : {0, 1, 50, 63, 64, 128, 16'384, 40'000}) {
      const std::string head = "[\"" + std::string(before, 'a') + "\",\"";
      const std::string middle(within, '-');
      EXPECT_TRUE(MayMatch(host, head + "\\u0065vil.example" + middle + "\"]"));
      EXPECT_TRUE(MayMatch(host, head + middle + "\\u0065vil.example\"]"));
      EXPECT_TRUE(
          MayMatch(host, head + "\\\"" + middle + "\\u0065vil.example\"]"));
      EXPECT_FALSE(MayMatch(host, head + "\\u0065vil" + middle +
                                      "\",\".example" + middle + "\"]"));
      // A key is none of the string behind it.
      EXPECT_FALSE(MayMatch(
          host, head + "\",{\"evil.example\":\"" + middle + "\\u0065\"}]"));
    }
  }
}

// What stands around a value may make it another one.
TEST(CandidateScannerTest, WhatGoesOnIsAnother) {
  const std::pair<Indicator, const char*> cases[] = {
      {{K::kHost, KeyForm::kValue, "evil.example"}, "evil.example.test"},
      {{K::kHost, KeyForm::kValue, "evil.example"}, "notevil.example"},
      {{K::kIp, KeyForm::kValue, "192.0.2.9"}, "192.0.2.9.5"},
      {{K::kMutex, KeyForm::kWholeString, "evil"}, "evil-2"},
      {{K::kMutex, KeyForm::kWholeString, "evil"}, "an evil"},
      {{K::kMd5, KeyForm::kValue, "d41d8cd98f00b204e9800998ecf8427e"},
       "00d41d8cd98f00b204e9800998ecf8427e"},
  };
  for (const auto& [indicator, text] : cases) {
    EXPECT_FALSE(MayMatch({indicator}, "[\"" + std::string(text) + "\"]"))
        << indicator.value << " in " << text;
    EXPECT_FALSE(
        MayMatch({indicator}, "[\"\xC3\xA9 " + std::string(text) + "\"]"))
        << indicator.value << " in " << text;
  }
  EXPECT_TRUE(MayMatch({{K::kHost, KeyForm::kValue, "evil.example"}},
                       R"(["evil.example.", "a"])"));
}

// Of what is assembled, a part may be a number of JSON's.
TEST(CandidateScannerTest, NumbersAreAskedForWhereTheyMayBePartOfAValue) {
  constexpr KeyForm kValue = KeyForm::kValue;
  const std::string json =
      R"({"host":8080,"uri":"/x","regkey" : 12345,"data":"evil","n":[77,78]})";
  EXPECT_TRUE(MayMatch({{K::kUrl, kValue, "http://8080/x"}}, json));
  EXPECT_TRUE(MayMatch({{K::kRegkeyValue, kValue, "12345|evil"}}, json));
  EXPECT_TRUE(MayMatch({{K::kRegkeyValue, kValue, "12345|77"}}, json));
  EXPECT_TRUE(
      MayMatch({{K::kRegkey, kValue, R"(HKEY_LOCAL_MACHINE\12345)"}}, json));
  EXPECT_FALSE(MayMatch({{K::kRegkeyValue, kValue, "45|77"}}, json));
  EXPECT_FALSE(MayMatch({{K::kFilename, kValue, "12345"}}, json));
}

// A key names a value; it is none.
TEST(CandidateScannerTest, KeysAreNotAskedFor) {
  const std::vector<Indicator> host = {
      {K::kHost, KeyForm::kValue, "evil.example"}};
  EXPECT_FALSE(MayMatch(host, R"({"evil.example":1})"));
  EXPECT_TRUE(MayMatch(host, R"({"a":"\"evil.example\":1"})"));
  EXPECT_TRUE(MayMatch(host, R"({"a":"evil.example"})"));
}

// Bytes that make a string odd, where no string is: looked at once, not once
// for each of them. Else this runs for hours, into the limit of the test.
TEST(CandidateScannerTest, OddBytesInRunsCostWhatTheyAre) {
  constexpr size_t kMany = 4 << 20;
  const std::vector<Indicator> host = {
      {K::kHost, KeyForm::kValue, "evil.example"}};
  const std::string a_string = "\"" + std::string(kMany, 'a') + "\"";
  MayMatch(host, a_string + std::string(kMany, '\xFF'));
  MayMatch(host, std::string(kMany, '\xFF') + a_string);
  MayMatch(host, "\"" + std::string(kMany, '\\') + std::string(kMany, '\xFF'));
  std::string escapes = "\"";
  for (size_t i = 0; i < kMany / 8; ++i) escapes += R"(\u0041\")";
  MayMatch(host, escapes);
  MayMatch(host, std::string(kMany, '['));
  MayMatch(host, std::string(kMany, ':'));
}

}  // namespace
}  // namespace mispsift
