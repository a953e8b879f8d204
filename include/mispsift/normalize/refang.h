#ifndef MISPSIFT_NORMALIZE_REFANG_H_
#define MISPSIFT_NORMALIZE_REFANG_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace mispsift {

// Which spellings that keep a value from being clicked are undone.
enum class Refang : uint8_t {
  kHost,   // [.] [dot] (dot)
  kEmail,  // those, [@] and [at]
  kUrl,    // those of kHost, [:], [hxxp://], and hxxp and the like in front
};

// At the head of a url, any case: each stands for "http".
inline constexpr std::string_view kUrlHeads[] = {"hxxp", "hxtp", "htxp", "meow",
                                                 "h[tt]p"};

// `text` without blanks at either end, as PHP's trim() has it: space, tab,
// newline, carriage return, NUL and vertical tab.
std::string_view TrimBlanks(std::string_view text);

// Whether a spelling in brackets that any of them undoes stands at the head of
// `text`. Behind its bracket is one of kDefangedSeconds.
bool IsDefanged(std::string_view text);
inline constexpr std::string_view kDefangedSeconds = ".d@a:h";

// Undoes them in place, in one pass; what that puts together is not looked at
// again.
void RefangInPlace(Refang refang, std::string* text);

}  // namespace mispsift

#endif  // MISPSIFT_NORMALIZE_REFANG_H_
