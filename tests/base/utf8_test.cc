#include "mispsift/base/utf8.h"

#include <gtest/gtest.h>

#include "mispsift/base/json_writer.h"

namespace mispsift {
namespace {

struct Case {
  std::string_view in;
  std::string_view out;
};

TEST(Utf8Test, ReplacesEachMaximalIllFormedPart) {
  using namespace std::string_view_literals;
  const Case cases[] = {
      {"plain", "plain"},
      {"gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"},
      {"a\xff"
       "b",
       "a\xef\xbf\xbd"
       "b"},
      {"\xc3", "\xef\xbf\xbd"},
      // Overlong, surrogate, beyond U+10FFFF: each byte by itself.
      {"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},
      {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
      {"\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
      // A sequence cut short is one part.
      {"\xe2\x82x", "\xef\xbf\xbdx"},
      {"\xf0\x9f\x98", "\xef\xbf\xbd"},
      {"\0"sv, "\0"sv},
  };
  for (const Case& c : cases) {
    std::string scratch;
    EXPECT_EQ(ReplaceInvalidUtf8(c.in, &scratch), c.out);
    EXPECT_EQ(IsUtf8(c.in), c.in == c.out);
  }
}

TEST(Utf8Test, AppendsEveryLength) {
  std::string out;
  for (const char32_t c : {U'a', U'\u00fc', U'\u20ac', U'\U0001f600'}) {
    AppendUtf8(c, &out);
  }
  EXPECT_EQ(out, "a\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80");
}

TEST(JsonWriterTest, WritesValidJsonOfAnyBytes) {
  std::string out;
  JsonWriter json(&out);
  json.StartObject();
  json.Key("text").String("a\"b\\\n\x01\xff");
  json.Key("none").StringOrNull("");
  json.Key("n").Int(-1).Key("u").Uint(18446744073709551615u);
  json.Key("list").StartArray().Bool(true).Null().EndArray();
  json.Key("raw").Raw("{\"x\":1}");
  json.EndObject();
  EXPECT_EQ(out,
            "{\"text\":\"a\\\"b\\\\\\n\\u0001\xef\xbf\xbd\",\"none\":null,"
            "\"n\":-1,\"u\":18446744073709551615,\"list\":[true,null],"
            "\"raw\":{\"x\":1}}");
}

}  // namespace
}  // namespace mispsift
