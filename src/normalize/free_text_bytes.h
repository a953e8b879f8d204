// The bytes of free text.
//
//   alnum     [A-Za-z0-9], ASCII only: a curly quote must not glue
//   control   below 0x20, and 0x7F; blank is ' ' alone
//   wide      the UTF-8 punctuation of WidePunctuation(), such as a curly
//             quote or the full-width colon: scripts without blanks write it
//             around values
//   word      maximal run of alnum . _ - and bytes >= 0x80 that are not wide
//   apostrophe between two alnum is a letter ("Bob's"), else a quote

#ifndef MISPSIFT_SRC_NORMALIZE_FREE_TEXT_BYTES_H_
#define MISPSIFT_SRC_NORMALIZE_FREE_TEXT_BYTES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/base/attributes.h"
#include "src/normalize/wide_punctuation.h"

namespace mispsift {

enum ByteClass : uint16_t {
  kAlnum = 1 << 0,
  kWord = 1 << 1,
  kHex = 1 << 2,
  kDigit = 1 << 3,
  kAlpha = 1 << 4,
  kDot = 1 << 5,
  kWide = 1 << 6,     // may start WidePunctuation()
  kTrigger = 1 << 7,  // : \ / %
  kLocal = 1 << 8,    // of a mailbox, before its @
  kScheme = 1 << 9,
  kUrlEnd = 1 << 10,
  kPathEnd = 1 << 11,  // the apostrophe excepted
  kNotInPath = 1 << 12,
  kControl = 1 << 13,
  kServer = 1 << 14,   // of \\server\ in a path
  kListEnd = 1 << 15,  // , ;
};

constexpr std::array<uint16_t, 256> MakeByteClasses() {
  std::array<uint16_t, 256> classes{};
  const auto add = [&classes](std::string_view bytes, int bits) {
    for (const char c : bytes) {
      uint16_t& entry = classes[static_cast<uint8_t>(c)];
      entry = static_cast<uint16_t>(entry | bits);
    }
  };
  constexpr std::string_view kLetters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  constexpr std::string_view kDigits = "0123456789";
  constexpr int kInAll = kAlnum | kWord | kLocal | kScheme | kServer;
  add(kLetters, kInAll | kAlpha);
  add(kDigits, kInAll | kDigit | kHex);
  add("abcdefABCDEF", kHex);
  add(".", kDot);
  add("._-", kWord | kLocal | kServer);
  add("+-.", kScheme);
  add("%+", kLocal);
  add("$@", kServer);
  add(":\\/%", kTrigger);
  add(",;", kListEnd);
  add("\"'`<>{}|\\^ ", kUrlEnd);
  add("\"`<>|?*,;", kPathEnd);
  add("<>\"|?*", kNotInPath);
  for (size_t c = 0; c < 256; ++c) {
    int bits = classes[c];
    if (c < 0x20 || c == 0x7F) bits |= kControl | kUrlEnd | kPathEnd;
    if (c < 0x20 || c == 0x7F) bits |= kNotInPath;
    if (c == 0xC2 || c == 0xE2 || c == 0xE3 || c == 0xEF) {
      bits |= kWide | kServer;
    } else if (c >= 0x80) {
      bits |= kWord | kServer;
    }
    classes[c] = static_cast<uint16_t>(bits);
  }
  return classes;
}

inline constexpr std::array<uint16_t, 256> kByteClasses = MakeByteClasses();

// A text that is asked by position what stands there. A view: copied freely.
class FreeText {
 public:
  FreeText() = default;
  explicit FreeText(std::string_view text) : text_(text) {}

  size_t size() const { return text_.size(); }
  char operator[](size_t at) const { return text_[at]; }
  std::string_view From(size_t begin) const { return text_.substr(begin); }
  std::string_view Slice(size_t begin, size_t end) const {
    return text_.substr(begin, end - begin);
  }

  uint16_t Class(size_t at) const {
    return kByteClasses[static_cast<uint8_t>(text_[at])];
  }
  // Whether the byte at `at` exists and is of one of the classes.
  bool Is(size_t at, int classes) const {
    return at < size() && (Class(at) & classes) != 0;
  }
  bool IsByte(size_t at, char c) const { return at < size() && text_[at] == c; }
  bool IsBlank(size_t at) const { return IsByte(at, ' '); }
  bool BehindAlnum(size_t at) const { return at > 0 && Is(at - 1, kAlnum); }
  // An apostrophe that is a quote.
  bool IsApostrophe(size_t at) const {
    return IsByte(at, '\'') && !(BehindAlnum(at) && Is(at + 1, kAlnum));
  }
  // Length of the wide punctuation at `at`, 0 if there is none.
  size_t WideLength(size_t at) const { return WidePunctuation(text_, at); }

  // The end of the word that starts at `at`, at most `limit`; `*seen` becomes
  // the classes of its bytes. Most of what a walk does, so it is inline.
  ABSL_ATTRIBUTE_ALWAYS_INLINE size_t WordEnd(size_t at, size_t limit,
                                              int* seen) const {
    const char* const data = text_.data();
    uint32_t bits = 0;
    for (; at < limit; ++at) {
      const uint32_t byte = kByteClasses[static_cast<uint8_t>(data[at])];
      if ((byte & kWord) == 0 && ((byte & kWide) == 0 || WideLength(at) > 0)) {
        break;
      }
      bits |= byte;
    }
    *seen = static_cast<int>(bits);
    return at;
  }
  size_t SkipBlanks(size_t at) const {
    while (IsBlank(at)) ++at;
    return at;
  }
  // The end of [begin, end) without `closing` bytes and without brackets that
  // nothing in it opens; not before `behind`.
  size_t Trimmed(size_t begin, size_t behind, size_t end,
                 std::string_view closing) const;

 private:
  std::string_view text_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_NORMALIZE_FREE_TEXT_BYTES_H_
