#include "mispsift/normalize/api_buffer.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "absl/strings/ascii.h"
#include "tests/support/on_each_machine.h"
#include "tests/support/test_seed.h"

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

// One character after the other, as the sandbox has written them.
std::string SlowUnescape(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const std::string_view rest = text.substr(at);
    const auto is_digit = [rest](size_t i) {
      return i < rest.size() && absl::ascii_isxdigit(rest[i]);
    };
    if (rest.starts_with("\\x") && is_digit(2) && is_digit(3)) {
      out.push_back(static_cast<char>(
          std::stoi(std::string(rest.substr(2, 2)), nullptr, 16)));
      at += 4;
      continue;
    }
    size_t taken = 2;
    if (rest.starts_with("\\r")) {
      out.push_back('\r');
    } else if (rest.starts_with("\\n")) {
      out.push_back('\n');
    } else if (rest.starts_with("\\t")) {
      out.push_back('\t');
    } else if (rest.starts_with("\\\\") || rest.starts_with("\\\"") ||
               rest.starts_with("\\'")) {
      out.push_back(rest[1]);
    } else {
      out.push_back(rest[0]);
      taken = 1;
    }
    at += taken;
  }
  return out;
}

// Whether a backslash, escaped or not, spells a byte or a line's end.
bool SlowSpellsByte(std::string_view text) {
  for (; !text.empty(); text.remove_prefix(1)) {
    if (text.starts_with(R"(\r\n)")) return true;
    if (text.size() >= 4 && text.starts_with("\\x") &&
        absl::ascii_isxdigit(text[2]) && absl::ascii_isxdigit(text[3])) {
      return true;
    }
  }
  return false;
}

TEST(ApiBufferTest, EveryMachineFindsWhatOneByOneIsFound) {
  std::mt19937_64 random(TestSeed());
  const auto pick = [&random](size_t below) { return random() % below; };
  constexpr std::string_view kPieces[] = {
      R"(\x4a)", R"(\xE9)", R"(\r\n)", R"(\\)",   R"(\)",     R"(\")",
      R"(\')",   R"(\t)",   "x",       "r",       "n",        "a1",
      "G",       "\xc3",    R"(\x4)",  R"(\xg0)", R"(\\x41)", R"(\\r\n)"};
  size_t spelled = 0;
  for (int i = 0; i < 6'000; ++i) {
    // No NUL comes up: what is UTF-16 is another matter.
    std::string text;
    const size_t kinds = 1 + pick(std::size(kPieces));
    const size_t first = pick(std::size(kPieces));
    for (size_t pieces = pick(80); pieces > 0; --pieces) {
      text += kPieces[(first + pick(kinds)) % std::size(kPieces)];
      if (pick(6) == 0) text.append(pick(70), 'a');
    }
    const bool is_spelled = SlowSpellsByte(text);
    spelled += is_spelled ? 1 : 0;
    OnEachMachine([&] {
      std::string out;
      ASSERT_EQ(DecodeApiBuffer(text, &out), is_spelled) << text;
      if (!is_spelled) return;
      ASSERT_EQ(out, SlowUnescape(text)) << text;
    });
    ASSERT_FALSE(HasFatalFailure());
  }
  EXPECT_GT(spelled, 0);
}

TEST(ApiBufferTest, IsUtf16WithTwoNulsInFiveBytesOnEveryMachine) {
  std::mt19937_64 random(TestSeed());
  for (int i = 0; i < 3'000; ++i) {
    std::string text(random() % 200, 'a');
    size_t nuls = 0;
    for (char& c : text) {
      if (random() % 5 >= 2) continue;
      c = '\0';
      ++nuls;
    }
    OnEachMachine([&] {
      std::string out;
      ASSERT_EQ(DecodeApiBuffer(text, &out),
                nuls >= 4 && nuls * 5 >= text.size() * 2);
    });
    ASSERT_FALSE(HasFatalFailure());
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
