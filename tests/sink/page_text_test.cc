#include "src/sink/page_text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <nlohmann/json.hpp>

#include "mispsift/base/json_writer.h"
#include "mispsift/base/utf8.h"

namespace mispsift {
namespace {

std::string Quoted(std::string_view text) {
  std::string json;
  JsonWriter(&json).String(text);
  return json;
}

TEST(PageTextTest, NothingInAStringEndsOrOpensAnElement) {
  EXPECT_EQ(EscapeForScript(R"(["</script><!--","a&b","x"])"),
            R"(["\u003c/script\u003e\u003c!--","a\u0026b","x"])");
  EXPECT_EQ(EscapeForScript("\"\xE2\x80\xA8\xE2\x80\xA9\""),
            R"("\u2028\u2029")");
  // Only these two of their neighbours, and no part of one.
  EXPECT_EQ(EscapeForScript("\xE2\x80\xA6\xE2\x82\xAC"),
            "\xE2\x80\xA6\xE2\x82\xAC");
  EXPECT_EQ(EscapeForScript("\xE2\x80"), "\xE2\x80");
  EXPECT_EQ(EscapeForScript(""), "");
}

RC_GTEST_PROP(PageTextTest, AJsonParserReadsTheSame,
              (const std::string& noise)) {
  for (const std::string& text :
       {noise, "<" + noise + "</SCRIPT>", "\\" + noise + "\xE2\x80\xA8&"}) {
    const std::string json = Quoted(text);
    const std::string escaped = EscapeForScript(json);
    RC_ASSERT(escaped.find_first_of("<>&") == std::string::npos);
    RC_ASSERT(escaped.find("\xE2\x80\xA8") == std::string::npos);
    RC_ASSERT(nlohmann::json::parse(escaped) == nlohmann::json::parse(json));
  }
}

TEST(PageTextTest, CutsBetweenCharacters) {
  EXPECT_EQ(ClipText("short", 5), "short");
  EXPECT_EQ(ClipText("longer", 5), "lo\xE2\x80\xA6");
  EXPECT_EQ(ClipText("a\xE2\x82\xAC\xE2\x82\xAC", 6), "a\xE2\x80\xA6");
  EXPECT_EQ(ClipText("a\xE2\x82\xAC\xE2\x82\xAC!", 7),
            "a\xE2\x82\xAC\xE2\x80\xA6");
  EXPECT_EQ(ClipText("longer", 0), "\xE2\x80\xA6");
}

RC_GTEST_PROP(PageTextTest, WhatIsCutIsStillUtf8, ()) {
  std::string text;
  for (const uint32_t c : *rc::gen::container<std::vector<uint32_t>>(
           rc::gen::inRange<uint32_t>(1, 0x10FFFF))) {
    if (!IsSurrogate(c)) AppendUtf8(c, &text);
  }
  const size_t max = *rc::gen::inRange<size_t>(3, 40);
  const std::string cut = ClipText(text, max);
  RC_ASSERT(IsUtf8(cut));
  RC_ASSERT(cut.size() <= std::max(max, text.size()));
  RC_ASSERT(text.size() > max || cut == text);
  RC_ASSERT(text.size() <= max || cut.size() <= max);
}

TEST(PageTextTest, AnEventIsLinkedOnPlainServersOnly) {
  EXPECT_EQ(EventUrl("https://misp.example", "u-1"),
            "https://misp.example/events/view/u-1");
  EXPECT_EQ(EventUrl("http://192.0.2.1:8080/misp/", "u-1"),
            "http://192.0.2.1:8080/misp/events/view/u-1");
  for (const char* location :
       {"", "https://", "https:///x", "javascript:alert(1)", "ftp://a.example",
        "data:text/html,x", "//a.example", "misp.example",
        "https://user:key@misp.example", "https://a.example/?x",
        "https://a.example/#x", "https://a.example/\"x", "https://a.example/ x",
        "https://a.example\\@b.example", "https://a.example\n"}) {
    EXPECT_EQ(EventUrl(location, "u-1"), "") << location;
  }
  EXPECT_EQ(EventUrl("https://misp.example", ""), "");
}

}  // namespace
}  // namespace mispsift
