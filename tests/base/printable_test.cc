#include "mispsift/base/printable.h"

#include <gtest/gtest.h>

#include <string_view>

namespace mispsift {
namespace {

TEST(PrintableTest, NothingMovesTheCursorOrTurnsTheText) {
  using namespace std::string_view_literals;
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", ""},
      {"plain ~ text", "plain ~ text"},
      {"b\xc3\xbcro \xf0\x9f\x98\x80", "b\xc3\xbcro \xf0\x9f\x98\x80"},
      {"\0\n\x1b[2J\x7f"sv, "\\x00\\x0a\\x1b[2J\\x7f"},
      {"\xc2\x9b", "\\x9b"},
      {"\xc2\xa0", "\xc2\xa0"},
      {"a\xe2\x80\xae\x62\xe2\x81\xa6", "a\\u{202e}b\\u{2066}"},
      // What is no UTF-8, each ill-formed part once.
      {"\xffx\xe2\x82", "\xef\xbf\xbdx\xef\xbf\xbd"},
  };
  for (const auto& [text, printable] : cases) {
    EXPECT_EQ(Printable(text), printable);
  }
}

}  // namespace
}  // namespace mispsift
