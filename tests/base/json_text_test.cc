#include "mispsift/base/json_text.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

#include "mispsift/base/utf8.h"
#include "tests/support/on_each_machine.h"
#include "tests/support/test_seed.h"

namespace mispsift {
namespace {

// One escape after the other.
bool SlowUnescapeJson(std::string_view raw, std::string* out, bool* has_units) {
  out->clear();
  for (size_t at = 0; at < raw.size();) {
    if (raw[at] != '\\') {
      out->push_back(raw[at++]);
      continue;
    }
    const bool is_unit = raw.substr(at).starts_with("\\u");
    char32_t code_point = 0;
    if (!ReadJsonEscape(raw, &at, &code_point)) return false;
    *has_units = *has_units || is_unit;
    AppendUtf8(IsSurrogate(code_point) ? U'\uFFFD' : code_point, out);
  }
  return true;
}

TEST(EndsControlEscapeTest, IsTrueBehindTheLetterOfOne) {
  for (const std::string_view text :
       {R"(\b)", R"(\f)", R"(\n)", R"(a\r)", R"(\\\t)"}) {
    EXPECT_TRUE(EndsControlEscape(text, text.size())) << text;
  }
  for (const std::string_view text :
       {"", "n", R"(\)", R"(\\n)", R"(\u)", R"(\/)", R"(\na)"}) {
    EXPECT_FALSE(EndsControlEscape(text, text.size())) << text;
  }
}

TEST(UnescapeJsonTest, EachEscapeStandsForItsCharacter) {
  std::string out;
  bool has_units = false;
  EXPECT_TRUE(
      AppendUnescapedJson(R"(\"\\\/\b\f\n\r\t nb\\\\n)", &out, &has_units));
  EXPECT_EQ(out, "\"\\/\b\f\n\r\t nb\\\\n");
  EXPECT_FALSE(has_units);
  out = "behind ";
  EXPECT_TRUE(AppendUnescapedJson(R"(\u0041\u00e9\ud83d\ude00\ud83d!)", &out,
                                  &has_units));
  EXPECT_EQ(out, "behind A\u00e9\U0001F600\uFFFD!");
  EXPECT_TRUE(has_units);
  for (const auto& [raw, character] :
       {std::pair(R"(\u0041)", "A"), std::pair(R"(\u00e9)", "\u00e9"),
        std::pair(R"(\u0141)", "\u0141"), std::pair(R"(\u1041)", "\u1041")}) {
    EXPECT_TRUE(UnescapeJson(raw, &out));
    EXPECT_EQ(out, character);
  }
  for (const std::string_view bad : {R"(\)", R"(a\\\)", R"(\x)", R"(\u12g4)"}) {
    EXPECT_FALSE(UnescapeJson(bad, &out)) << bad;
  }
}

TEST(UnescapeJsonTest, EveryMachineFindsWhatOneByOneIsFound) {
  std::mt19937_64 random(TestSeed());
  constexpr std::string_view kPieces[] = {
      "\\\\",    "\\\"",    "\\/",     "\\n",     "\\r",
      "\\t",     "\\b",     "\\f",     "n",       "\xc3",
      "u",       "\\u00e9", "\\u1041", "\\ud83d", "\\ude00",
      "x41",     "\\u0000", "\\u007f", "\\u0080", "\\u07fF",
      "\\u0800", "\\uFfFf", "\\ud7ff", "\\ue000", "\\uDFab"};
  const auto pick = [&random](size_t below) { return random() % below; };
  for (int i = 0; i < 3'000; ++i) {
    std::string raw;
    // Mostly whole escapes, here and there one that is none, or cut off.
    const size_t kinds = 1 + pick(std::size(kPieces));
    for (size_t pieces = pick(200); pieces > 0; --pieces) {
      raw += kPieces[pick(kinds)];
      if (pick(4) == 0) raw.append(pick(80), 'a');
      if (pick(1'000) == 0) raw += "\\x";
    }
    if (pick(8) == 0) raw.resize(pick(raw.size() + 1));
    std::string expected;
    bool expected_units = false;
    const bool is_json = SlowUnescapeJson(raw, &expected, &expected_units);
    OnEachMachine([&] {
      std::string out = "left over";
      ASSERT_EQ(UnescapeJson(raw, &out), is_json) << raw;
      bool has_units = false;
      std::string behind = "before ";
      ASSERT_EQ(AppendUnescapedJson(raw, &behind, &has_units), is_json) << raw;
      if (!is_json) return;
      ASSERT_EQ(out, expected) << raw;
      ASSERT_EQ(behind, "before " + expected) << raw;
      ASSERT_EQ(has_units, expected_units) << raw;
    });
    ASSERT_FALSE(HasFatalFailure());
  }
}

}  // namespace
}  // namespace mispsift
