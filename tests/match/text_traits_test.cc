#include "src/match/text_traits.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "tests/support/on_each_machine.h"
#include "tests/support/test_seed.h"

namespace mispsift {
namespace {

TEST(TextTraitsTest, AreThoseOfItsBytes) {
  using namespace std::string_view_literals;
  constexpr std::string_view kOdd = "\0\\%[(\x80\xFF"sv;
  std::mt19937_64 random(TestSeed());
  for (int i = 0; i < 3'000; ++i) {
    std::string text(random() % 200, 'a');
    // None, one, or some.
    for (size_t left = random() % 3; left > 0 && !text.empty(); --left) {
      text[random() % text.size()] = kOdd[random() % kOdd.size()];
    }
    const auto holds = [&text](std::string_view bytes) {
      return text.find_first_of(bytes) != std::string::npos;
    };
    OnEachMachine([&] {
      const TextTraits traits = TraitsOf(text);
      EXPECT_EQ(traits.high, holds("\x80\xFF"));
      EXPECT_EQ(traits.nul, holds("\0"sv));
      EXPECT_EQ(traits.backslash, holds("\\"));
      EXPECT_EQ(traits.percent, holds("%"));
      EXPECT_EQ(traits.bracket, holds("[("));
    });
    ASSERT_FALSE(HasFailure()) << text;
  }
}

}  // namespace
}  // namespace mispsift
