// When two canonical values are one, and their keys.

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mispsift/base/utf8.h"
#include "mispsift/normalize/normalize.h"
#include "rapidcheck/gtest.h"
#include "tests/support/on_each_machine.h"
#include "tests/support/test_seed.h"

namespace mispsift {
namespace {

using K = IndicatorKind;
using F = KeyForm;

std::string Folded(const std::string& text) {
  std::string folded = "left over";
  Fold(K::kMutex, F::kValue, text, &folded);
  return folded;
}

TEST(Fold, MakesOneOfWhatMispComparesEqual) {
  const struct {
    std::string a;
    std::string b;
  } cases[] = {
      {"EvilM", "evilm"},
      {"evil  ", "evil"},
      {"", "   "},
      {"r\u00e9sum\u00e9", "RESUME"},
      {"re\u0301sume", "resume"},
      {"stra\u00dfe", "STRASSE"},
      {"\ufb01le", "file"},
      {"\uff26\uff35\uff2c\uff2c", "full"},
      {"\uff76", "\u30ab"},
      {"\u0130stanbul", "istanbul"},
      {"\u03ac\u03c2", "\u0391\u03a3"},
      {"\u0439", "\u0418"},
      {"\u2167", "viii"},
      {"\u2460", "1"},
      {"\u3042", "\u30a2"},
      {"\u00c6\u0153", "aeOE"},
      {"zero\u200bwidth", "zerowidth"},
      {"evil\u00a0\u200b", "evil"},
      {"m\U0001F600", "m?"},
      {"m\U0001F600", "m\U0001F601"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(Folded(c.a), Folded(c.b)) << c.a << " and " << c.b;
  }
}

TEST(Fold, KeepsApartWhatMispComparesDifferent) {
  const struct {
    std::string a;
    std::string b;
  } cases[] = {
      {"\u0440\u0430ypal", "paypal"},
      {"\u00f8", "o"},
      {"\u0142", "l"},
      {"\u0111", "d"},
      {"soft\u00adhyphen", "softhyphen"},
      {"a  b", "a b"},
      {"a\tb", "a b"},
      {" a", "a"},
      {"a\t", "a"},
      {"a-b", "a_b"},
      {"a.b", "ab"},
      {"\u0915\u093e", "\u0915"},  // an Indic vowel sign is a letter
      {"\u0e01\u0e38", "\u0e01"},  // and so is a Thai one
  };
  for (const auto& c : cases) {
    EXPECT_NE(Folded(c.a), Folded(c.b)) << c.a << " and " << c.b;
  }
}

TEST(Fold, LeavesWhatIsFoldedByNature) {
  std::string folded;
  for (const K kind : {K::kSsdeep, K::kMd5, K::kIp, K::kIpPort, K::kHost}) {
    Fold(kind, F::kValue, "3:AbC ", &folded);
    EXPECT_EQ(folded, "3:AbC ");
  }
  Fold(K::kIp, F::kNetwork, "192.0.2.0/24", &folded);
  EXPECT_EQ(folded, "192.0.2.0/24");
  Fold(K::kUrl, F::kValue, "Evil.example/A", &folded);
  EXPECT_EQ(folded, "evil.example/a");
}

TEST(Fold, TakesBytesThatAreNotUtf8) {
  EXPECT_EQ(Folded("A\xff"), "a\xef\xbf\xbd");
  EXPECT_EQ(Folded("A\xf0\x9f\x98"), "a\xef\xbf\xbd");
  EXPECT_EQ(Folded("\xed\xa0\x80"), Folded("\xff\xff\xff"));
}

RC_GTEST_PROP(Fold, FoldsAnyBytesOnce, (std::string text)) {
  RC_ASSERT(Folded(Folded(text)) == Folded(text));
}

RC_GTEST_PROP(Fold, IsQuickPathAndSlowPathAlike, ()) {
  const std::string text =
      *rc::gen::container<std::string>(rc::gen::inRange<char>(1, 127));
  // A zero-width space takes the other path and counts for nothing.
  RC_ASSERT(Folded(text + "\u200b") == Folded(text));
}

Digest Key(K kind, F form, const std::string& value) {
  std::string scratch;
  return KeyDigest(kind, form, value, &scratch);
}

TEST(FoldEveryWay, GivesEachFoldThatSaysSomethingElse) {
  using testing::ElementsAre;
  const auto folds_of = [](std::string_view text) {
    std::array<std::string, 4> folds;
    const size_t count = FoldEveryWay(text, &folds);
    return std::vector<std::string>(folds.begin(), folds.begin() + count);
  };
  EXPECT_THAT(folds_of("\u00e9vil"), ElementsAre("evil"));
  EXPECT_THAT(folds_of("\u00e9vil\u201cx"),
              ElementsAre("evil\u201cx", "evil\x01x"));
  EXPECT_THAT(folds_of("\u00e9vil\u3002x"),
              ElementsAre("evil\u3002x", "evil\x01x", "evil.x"));
  EXPECT_THAT(folds_of("\U0001D41Evil.example"),
              ElementsAre("?vil.example", "evil.example"));
  EXPECT_THAT(folds_of("\u0e01\u0e48\u0e38"),
              ElementsAre("\u0e01\u0e48\u0e38", "\u0e01"));
  EXPECT_THAT(folds_of("\U0001D41Evil.example\u3002x"),
              ElementsAre("?vil.example\u3002x", "?vil.example\x01x",
                          "evil.example.x", "evil.example\x01x"));
}

// Of every character, by what FoldText() leaves of it.
TEST(WideCharacters, TellWhereAFoldSaysMore) {
  // Two letters of Cyrillic, and what bytes become that are no UTF-8.
  const std::vector<std::string> wanted = {"\u0434", "\u043e", "\ufffd"};
  WideCharacters folded;
  AddWideCharacters("a" + wanted[0] + wanted[1] + "b" + wanted[2], &folded);
  EXPECT_EQ(folded.count(), 3);
  const WideCharacters telling = FoldedTo(folded);
  size_t silent = 0;
  for (char32_t c = 0x80; c < telling.size(); ++c) {
    if (IsSurrogate(c)) continue;
    std::string character;
    AppendUtf8(c, &character);
    bool tells = false;
    for (const TextFold fold : {TextFold::kDatabase, TextFold::kWords,
                                TextFold::kHosts, TextFold::kHostWords}) {
      std::string left;
      FoldText(fold, character, &left);
      // ASCII, or what begins a character of four bytes.
      tells |= left.empty() || std::ranges::any_of(left, [](char byte) {
                 return static_cast<unsigned char>(byte) < 0x80 ||
                        static_cast<unsigned char>(byte) >= 0xF0;
               });
      // UTF-8 has none of these anywhere but where it is one.
      for (const std::string& one : wanted) {
        tells |= left.find(one) != std::string::npos;
      }
    }
    ASSERT_EQ(telling[c], tells) << static_cast<uint32_t>(c);
    ASSERT_EQ(FindWide("a" + character + "b", 0, telling),
              tells ? 1 : std::string_view::npos);
    silent += tells ? 0 : 1;
  }
  EXPECT_GT(silent, 50'000);
}

TEST(WideCharacters, AreThoseOfATextAsItIsRead) {
  WideCharacters none;
  EXPECT_EQ(FindWide("evil", 0, none), std::string_view::npos);
  EXPECT_EQ(FindWide("\u00e9vil", 0, none), std::string_view::npos);
  EXPECT_EQ(FindWide("evil\xff\xe9", 0, none), std::string_view::npos);
  EXPECT_EQ(FindWide("evil\U0001F600", 0, none), 4);  // "?" in the database
  WideCharacters some;
  AddWideCharacters("\ufffd", &some);
  EXPECT_EQ(FindWide("evil\xff", 0, some), 4);
  EXPECT_EQ(FindWide("evil\xe2\x82", 0, some), 4);  // cut off
  EXPECT_EQ(FindWide("evil\u20ac", 0, some), std::string_view::npos);
}

// Against a look at each character in turn.
TEST(WideCharacters, AreFoundOnEveryMachineWhereverTheyStand) {
  constexpr std::string_view kPieces[] = {
      "\u00e9",     "\u00fc",     "\u0434",   "\u20ac",   "\u00b7",
      "\U0001F600", "\U0010FFFF", "\xc3",     "\xe2\x82", "\xf0\x9f",
      "\x80",       "\xff",       "\xf5\x80", "\xc1\xbf"};
  std::mt19937_64 random(TestSeed());
  const auto pick = [&random](size_t below) { return random() % below; };
  size_t found = 0;
  for (int i = 0; i < 4'000; ++i) {
    WideCharacters some;
    AddWideCharacters(kPieces[pick(5)], &some);
    if (pick(8) == 0) some.set(0xFFFD);
    std::string text;
    const size_t kinds = 1 + pick(std::size(kPieces));
    const size_t first = pick(std::size(kPieces));
    for (size_t pieces = pick(40); pieces > 0; --pieces) {
      text += kPieces[(first + pick(kinds)) % std::size(kPieces)];
      if (pick(3) == 0) text.append(pick(70), 'a');
    }
    size_t at = pick(2) == 0 ? 0 : std::min(text.find('a'), text.size());
    const size_t from = at;
    for (size_t bytes = 0; at < text.size(); at += bytes) {
      const auto rest = std::string_view(text).substr(at);
      const char32_t character = FirstCharacter(rest, &bytes);
      if (character >= some.size() || some[character]) break;
    }
    const size_t expected = at < text.size() ? at : std::string_view::npos;
    found += at < text.size() ? 1 : 0;
    OnEachMachine([&] { ASSERT_EQ(FindWide(text, from, some), expected); });
    ASSERT_FALSE(HasFatalFailure()) << text;
  }
  EXPECT_GT(found, 1'000);
  EXPECT_LT(found, 3'500);
}

TEST(KeyDigest, ParksEachKindAndFormInItsOwnSpace) {
  EXPECT_EQ(Key(K::kMutex, F::kValue, "M"), Key(K::kMutex, F::kValue, "m "));
  EXPECT_NE(Key(K::kMutex, F::kValue, "m"), Key(K::kPdb, F::kValue, "m"));
  EXPECT_NE(Key(K::kMutex, F::kValue, "m"),
            Key(K::kMutex, F::kWholeString, "m"));
  EXPECT_EQ(Key(K::kMutex, F::kWholeString, "M"),
            Key(K::kPdb, F::kWholeString, "m"));
  // The kind means nothing to a whole string, folded by nature or not.
  EXPECT_EQ(Key(K::kMutex, F::kWholeString, "M"),
            Key(K::kMd5, F::kWholeString, "m"));
  EXPECT_EQ(Key(K::kUrl, F::kValue, "http://x.example/"),
            Key(K::kUrl, F::kValue, "x.example"));
  EXPECT_NE(Key(K::kMd5, F::kValue, "x"), Key(K::kJa3, F::kValue, "x"));
}

TEST(KeyDigest, KeepsItsScratchFromCallToCall) {
  std::string scratch;
  KeyDigest(K::kUrl, F::kValue, std::string(1000, 'x'), &scratch);
  const char* const buffer = scratch.data();
  for (const char* value : {"http://evil.example/A", "m\u00fctex"}) {
    KeyDigest(K::kUrl, F::kValue, value, &scratch);
    KeyDigest(K::kMd5, F::kValue, value, &scratch);
    EXPECT_EQ(scratch.data(), buffer);
  }
}

}  // namespace
}  // namespace mispsift
