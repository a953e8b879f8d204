#include "mispsift/normalize/api_buffer.h"

#include <gtest/gtest.h>

namespace mispsift {
namespace {

using namespace std::string_view_literals;

TEST(ApiBufferTest, UndoesWhatTheSandboxHasWritten) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {R"(\x00evil.example\x00)", "\0evil.example\0"sv},
      {R"(GET / HTTP/1.1\r\nHost: evil.example\r\n)",
       "GET / HTTP/1.1\r\nHost: evil.example\r\n"},
      {R"(\xffC:\\a\\b \"q\" \q \)",
       "\xff"
       R"(C:\a\b "q" \q \)"},
      {R"(C\x00:\x00\\\x00a\x00\x00\x00)", "C:\\a\0\0"sv},
      // UTF-16 as Cuckoo 2 has it: the NULs are bytes.
      {"e\0v\0i\0l\0\0\0x\0y\0"sv, "evil\0\0xy"sv},
  };
  for (const auto& [text, decoded] : cases) {
    std::string out;
    EXPECT_TRUE(DecodeApiBuffer(text, &out)) << text;
    EXPECT_EQ(out, decoded);
  }
}

TEST(ApiBufferTest, LeavesOtherTextAlone) {
  for (const std::string_view text :
       {""sv, "plain"sv, R"(C:\temp\new\report.exe)"sv, R"(\x0)"sv, R"(\)"sv,
        // Strings that end with a NUL are not UTF-16.
        "evil.example\0other.example\0\0\0"sv}) {
    std::string out;
    EXPECT_FALSE(DecodeApiBuffer(text, &out)) << text;
  }
}

}  // namespace
}  // namespace mispsift
