#include "src/match/block_sieve.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "src/match/witness.h"
#include "tests/support/on_each_machine.h"
#include "tests/support/test_seed.h"

namespace mispsift {
namespace {

// What the sieve says of a text, batch by batch.
struct Told {
  std::vector<std::vector<uint64_t>> positions;
  std::vector<uint64_t> windows;
  std::vector<uint64_t> brackets;

  friend bool operator==(const Told&, const Told&) = default;
};

Told Sieve(std::string_view text, const SieveRules& rules,
           const WindowTable& table) {
  std::string padded(text);
  padded.append(kBlockBytes, '\0');
  const auto sieved = std::make_unique<Sieved>();
  const size_t blocks = text.size() / kBlockBytes + 1;
  Told told;
  for (size_t first = 0; first < blocks; first += kBatchBlocks) {
    const size_t count = std::min(kBatchBlocks, blocks - first);
    SieveBlocks(padded.data() + first * kBlockBytes, count, first == 0, rules,
                table, sieved.get());
    const auto add = [&told](const auto& of) {
      told.positions.emplace_back(of.begin(), of.end());
    };
    add(sieved->ends);
    add(sieved->odd);
    add(sieved->colons);
    add(sieved->fuzzy);
    add(sieved->dotted);
    add(sieved->below);
    told.windows.insert(told.windows.end(), sieved->windows.begin(),
                        sieved->windows.begin() + sieved->ends.count);
    for (size_t i = 0; rules.json && i < count; ++i) {
      const JsonBrackets& brackets = sieved->brackets[i / kStepBlocks];
      const size_t at = i % kStepBlocks;
      told.brackets.insert(told.brackets.end(),
                           {brackets.opening[at], brackets.closing[at],
                            brackets.opened[at], brackets.closed[at]});
    }
  }
  return told;
}

// The same of brackets, a byte at a time.
std::vector<uint64_t> SlowBrackets(std::string_view text) {
  std::vector<uint64_t> told(4 * (text.size() / kBlockBytes + 1));
  bool in_string = false;
  bool escaped = false;
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    uint64_t* const of_block = &told[4 * (at / kBlockBytes)];
    const uint64_t bit = uint64_t{1} << at % kBlockBytes;
    if (!in_string && (c == '{' || c == '[')) {
      of_block[0] |= bit;
      ++of_block[2];
    }
    if (!in_string && (c == '}' || c == ']')) {
      of_block[1] |= bit;
      ++of_block[3];
    }
    if (c == '"' && !escaped) in_string = !in_string;
    escaped = c == '\\' && !escaped;
  }
  return told;
}

// A table that takes whatever it is asked for.
WindowTable TableOfAll() {
  WindowTable table;
  for (uint64_t window = 1; window < 100'000; ++window) {
    table.Add(window << 40, 0xFF);
  }
  return table;
}

std::string RandomText(std::mt19937_64* random) {
  // Runs of words, of what parts them, and of whatever there is.
  static constexpr std::string_view kSorts[] = {"abcXYZ019.-",
                                                "\"\\",
                                                " ,_/",
                                                "{}[]:\"",
                                                "ux%@(r",
                                                "\x01\n\x7F\x80\xC3\xFF",
                                                ":0123456789ABCDEF+/.m"};
  std::string text;
  const size_t size = (*random)() % (3 * kBatchBytes);
  while (text.size() < size) {
    const std::string_view sort = kSorts[(*random)() % std::size(kSorts)];
    for (size_t left = (*random)() % 40; left > 0; --left) {
      text.push_back(sort[(*random)() % sort.size()]);
    }
    if ((*random)() % 16 == 0) text.push_back('\0');
  }
  return text;
}

TEST(BlockSieveTest, TellsTheSameOnEveryMachine) {
  std::mt19937_64 random(TestSeed());
  const WindowTable all = TableOfAll();
  WindowTable some(2000);
  for (int i = 0; i < 2000; ++i) some.Add(random(), 1);
  const int documents = TestDocuments(60);
  size_t ends = 0;
  for (int i = 0; i < documents; ++i) {
    const std::string text = RandomText(&random);
    const bool json = random() % 4 != 0;
    const SieveRules rules = {
        .json = json,
        .high_words = !json && random() % 2 == 0,
        .dotted = random() % 2 == 0,
        .all_colons = random() % 2 == 0,
        .fuzzy = random() % 2 == 0,
        .percent = random() % 2 == 0,
        .numbers = random() % 2 == 0,
        .short_values = static_cast<uint32_t>(random() & 0xFE),
        .shortest_window = 1 + random() % kWindowBytes};
    const WindowTable& table = random() % 2 == 0 ? all : some;
    const Told told = Sieve(text, rules, table);
    ends += told.windows.size();
    if (json) {
      ASSERT_EQ(told.brackets, SlowBrackets(text));
    }
    OnEachMachine([&] { ASSERT_EQ(Sieve(text, rules, table), told); });
    ASSERT_FALSE(HasFatalFailure());
  }
  EXPECT_GT(ends, 0);
}

TEST(BlockSieveTest, ReadsTheWindowBeforeEachEnd) {
  // What a window is, witness.h says; a text of runs alone shows them all.
  std::string text;
  for (int i = 0; i < 2000; ++i)
    text += "ab.Evil-" + std::to_string(i) + "_" + std::to_string(i) + " ";
  WindowTable table = TableOfAll();
  for (size_t shortest = 1; shortest <= kWindowBytes; ++shortest) {
    const Told told = Sieve(text, {.shortest_window = shortest}, table);
    std::vector<uint64_t> windows;
    for (size_t end = 1; end < text.size(); ++end) {
      if (!IsAsciiAlnum(text[end - 1]) || IsAsciiAlnum(text[end])) continue;
      size_t bytes = 0;
      const uint64_t window = WindowOf(text.substr(0, end), &bytes);
      if (bytes >= shortest) windows.push_back(window);
    }
    EXPECT_EQ(told.windows, windows);
    EXPECT_GT(windows.size(), 0);
  }
}

}  // namespace
}  // namespace mispsift
