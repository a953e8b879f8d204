#ifndef MISPSIFT_SRC_MATCH_BLOCK_SIEVE_H_
#define MISPSIFT_SRC_MATCH_BLOCK_SIEVE_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "mispsift/base/json_brackets.h"
#include "src/match/window_table.h"

namespace mispsift {

// The first pass over a text, as sets of bits: what of it is worth a look. What
// the words are is said in witness.h.

inline constexpr size_t kBlockBytes = JsonBrackets::kBlockBytes;
// Marked at a time: what is known of them stays in the nearest cache.
inline constexpr size_t kStepBlocks = JsonBrackets::kBlocks;
inline constexpr size_t kStepBytes = kStepBlocks * kBlockBytes;
// Told of at a time: so many words are asked for in the table that what is
// asked first has come from memory when all have been.
inline constexpr size_t kBatchBlocks = 4 * kStepBlocks;
inline constexpr size_t kBatchBytes = kBatchBlocks * kBlockBytes;

// Positions in a batch, ascending. The array is longer than any batch needs by
// what a step writes too much.
template <size_t kMost>
struct Positions {
  std::array<uint32_t, kMost + 15> at;
  size_t count = 0;

  const uint32_t* begin() const { return at.data(); }
  const uint32_t* end() const { return at.data() + count; }
};

// Bit i of word 1 + b: something is true of byte i of block b of a step. Word 0
// is the last of the step before; those behind are there to be read with
// others.
using Marks = std::array<uint64_t, 1 + kStepBlocks + 8>;

struct SieveRules {
  bool json = false;        // with escapes; else plain text
  bool high_words = false;  // bytes >= 0x80 are word bytes
  bool dotted = false;      // `dotted` is wanted
  bool all_colons = false;  // also those with alnum on both sides
  bool fuzzy = false;       // `fuzzy` is wanted
  bool percent = false;     // '%' may make a string odd
  bool numbers = false;     // of JSON, those that stand in no string count too
  // Lengths of names and the like, bit n for n < 8 bytes: `below` is wanted.
  uint32_t short_values = 0;
  // Ends of shorter ones, 1 to 8 bytes, are not wanted.
  size_t shortest_window = 1;
};

// Longer than any batch needs by what is computed too much.
using PerEnd = std::array<uint64_t, kBatchBytes / 2 + 8>;

// What was found in a batch, and what it hands on to the next of its text.
struct Sieved {
  // Ends of words whose windows the table may hold, and the windows. Of JSON,
  // of those in strings, but for the last one of a key, and of numbers.
  Positions<kBatchBytes / 2> ends;
  PerEnd windows;
  // Where the table is asked for each, and for what. Before that is known, the
  // lowest byte of the latter is the one before the window, 0 where none is.
  PerEnd places;
  PerEnd wanted;

  // Of JSON: bytes that make their string odd: >= 0x80, NUL, the 'u' of a
  // \uXXXX. And those that may: '%', an 'x' or 'r' behind "\\", '[' and '('
  // before what is in brackets where something is defanged.
  Positions<kBatchBytes> odd;
  // Colons with another at most five bytes before.
  Positions<kBatchBytes> colons;
  // Colons behind a digit that may be an ssdeep's first: seven characters of a
  // part stand behind, or a second colon and seven, as far as the block tells.
  Positions<kBatchBytes / 2> fuzzy;
  // Word ends behind a digit, with a dot two to four bytes before, and three
  // among fifteen.
  Positions<kBatchBytes / 2> dotted;
  // Word ends with a dot or dash as far before as makes room for one of these.
  Positions<kBatchBytes / 2> below;

  // Of JSON: the bytes of strings, from the quote that opens one, without the
  // one that closes it.
  std::array<uint64_t, kBatchBlocks> strings;
  // Its brackets, by steps.
  std::array<JsonBrackets, kBatchBlocks / kStepBlocks> brackets;

  // Of the step that was the last.
  struct {
    Marks word;
    Marks parts;  // no run bytes; nothing comes before the first block
    Marks alnum;
    Marks digit;
    Marks dot;
    Marks colon;
    Marks quote;
    Marks backslash;
    Marks escaped;
    Marks doubled;  // escaped backslashes
    Marks string;   // from the quote that opens it, without the one that closes
    Marks u;
    Marks x_or_r;
    Marks opening;  // '[' and '('
    Marks inner;    // what stands behind those, where it matters
    Marks odd;      // whatever its neighbours are
  } marks;
};

// Sieves `blocks` blocks, at most kBatchBlocks, all of whose bytes are
// readable. `is_first`: no batch of the text came before; else the batch before
// was a full one of the same text, whose bytes are readable before `bytes`.
// Runs on the widest vectors that the machine has.
void SieveBlocks(const char* bytes, size_t blocks, bool is_first,
                 const SieveRules& rules, const WindowTable& table,
                 Sieved* sieved);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_MATCH_BLOCK_SIEVE_H_
