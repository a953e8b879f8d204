#ifndef MISPSIFT_SRC_MATCH_BLOCK_SIEVE_H_
#define MISPSIFT_SRC_MATCH_BLOCK_SIEVE_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "src/match/window_table.h"

namespace mispsift {

// The first pass over a text, 64 bytes at a time, as sets of bits: what of it
// is worth a look. What the words are is said in witness.h.

inline constexpr size_t kBlockBytes = 64;
// Taken at a time: they stay in the first-level cache, and a position in them
// needs few bits.
inline constexpr size_t kBatchBlocks = 64;
inline constexpr size_t kBatchBytes = kBatchBlocks * kBlockBytes;

// Positions in a batch, ascending. The array is longer than any batch needs by
// what a step writes too much.
template <size_t kMost>
struct Positions {
  std::array<uint32_t, kMost + 3> at;
  size_t count = 0;

  const uint32_t* begin() const { return at.data(); }
  const uint32_t* end() const { return at.data() + count; }
};

struct SieveRules {
  bool json = false;        // with escapes; else plain text
  bool high_words = false;  // bytes >= 0x80 are word bytes
  bool dotted = false;      // `dotted` is wanted
  bool all_colons = false;  // also those with alnum on both sides
  bool fuzzy = false;       // `fuzzy` is wanted
  bool percent = false;     // '%' may make a string odd
  // Lengths of names, bit n for n < 8 bytes: `below` is wanted.
  uint32_t short_hosts = 0;
};

// What was found in a batch, and what it hands on to the next of its text.
struct Sieved {
  // Ends of words, but of those at the end of a key, whose windows the table
  // may hold, and the windows.
  Positions<kBatchBytes / 2> ends;
  std::array<uint64_t, kBatchBytes / 2> windows;

  // Of JSON: bytes that make their string odd: >= 0x80, NUL, the 'u' of a
  // \uXXXX. And those that may: '[', '(', '%', an 'x' or 'r' behind "\\".
  Positions<kBatchBytes> odd;
  // Colons with another at most five bytes before.
  Positions<kBatchBytes> colons;
  // Colons behind a digit that may be an ssdeep's first: seven characters of a
  // part stand behind, or a second colon and seven, as far as the block tells.
  Positions<kBatchBytes / 2> fuzzy;
  // Word ends behind a digit, with a dot two to four bytes before.
  Positions<kBatchBytes / 2> dotted;
  // Word ends with a dot as far before as makes room for a short host.
  Positions<kBatchBytes / 2> below;

  // Bit i of block b: byte i is no run byte; block 0 is the last of the batch
  // before.
  std::array<uint64_t, kBatchBlocks + 1> parts;
  struct {
    uint64_t word = 0;     // bit 63: the last byte is a word byte
    uint64_t alnum = 0;    // likewise
    uint64_t digit = 0;    // likewise
    uint64_t escaped = 0;  // bit 0: the next byte is escaped
    uint64_t doubled = 0;  // bit 63: the last byte is an escaped backslash
    uint64_t dots = 0;     // of the last block
    uint64_t colons = 0;   // of the last block
    uint64_t parts = ~uint64_t{0};  // of the last block: nothing comes first
  } last;
};

// Sieves `blocks` blocks, at most kBatchBlocks, all of whose bytes are
// readable. `is_first`: no batch of the text came before; else neither did
// fewer than eight bytes, which are readable before `bytes`. Runs on the widest
// vectors that the machine has.
void SieveBlocks(const char* bytes, size_t blocks, bool is_first,
                 const SieveRules& rules, const WindowTable& table,
                 Sieved* sieved);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_MATCH_BLOCK_SIEVE_H_
