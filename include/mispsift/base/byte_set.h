#ifndef MISPSIFT_BASE_BYTE_SET_H_
#define MISPSIFT_BASE_BYTE_SET_H_

#include <array>
#include <cstddef>
#include <string_view>

namespace mispsift {

// A set of bytes to look for. std::string_view::find_first_of and its kin call
// memchr for each byte of the text; this is one load.
class ByteSet {
 public:
  constexpr explicit ByteSet(std::string_view bytes) {
    for (const char c : bytes) Add(c);
  }

  constexpr void Add(char c) { holds_[static_cast<unsigned char>(c)] = true; }

  constexpr bool Holds(char c) const {
    return holds_[static_cast<unsigned char>(c)];
  }
  constexpr bool HoldsAnyOf(std::string_view text) const {
    for (const char c : text) {
      if (Holds(c)) return true;
    }
    return false;
  }
  constexpr bool HoldsAllOf(std::string_view text) const {
    for (const char c : text) {
      if (!Holds(c)) return false;
    }
    return true;
  }
  // `text` up to the first of its bytes that is held.
  constexpr std::string_view HeadOf(std::string_view text) const {
    size_t end = 0;
    while (end < text.size() && !Holds(text[end])) ++end;
    return text.substr(0, end);
  }
  // `text` without those of its first, and of its last, bytes that are held.
  constexpr std::string_view Trim(std::string_view text) const {
    return TrimStart(TrimEnd(text));
  }
  constexpr std::string_view TrimStart(std::string_view text) const {
    while (!text.empty() && Holds(text.front())) text.remove_prefix(1);
    return text;
  }
  constexpr std::string_view TrimEnd(std::string_view text) const {
    while (!text.empty() && Holds(text.back())) text.remove_suffix(1);
    return text;
  }

 private:
  std::array<bool, 256> holds_{};
};

inline constexpr ByteSet kDigits("0123456789");

// False for an empty text.
constexpr bool IsDigits(std::string_view text) {
  return !text.empty() && kDigits.HoldsAllOf(text);
}

}  // namespace mispsift

#endif  // MISPSIFT_BASE_BYTE_SET_H_
