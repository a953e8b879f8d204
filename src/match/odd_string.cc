#include "src/match/odd_string.h"

#include <algorithm>

#include "mispsift/base/byte_set.h"
#include "mispsift/base/hex_digit.h"
#include "mispsift/base/json_text.h"
#include "mispsift/normalize/api_buffer.h"
#include "mispsift/normalize/refang.h"
#include "mispsift/normalize/spell_out.h"

namespace mispsift {
namespace {

constexpr size_t kNowhere = std::string_view::npos;

// Whether what follows a spelled-out backslash makes DecodeApiBuffer() read it:
// `rest` is JSON, behind "\\".
bool SpellsByte(std::string_view rest) {
  return (rest.size() >= 3 && rest[0] == 'x' && IsHexDigit(rest[1]) &&
          IsHexDigit(rest[2])) ||
         rest.starts_with("r\\\\n");
}

// Whether a bracket that RefangInPlace() undoes stands at the head of `text`.
bool IsDefanged(std::string_view text) {
  static constexpr std::string_view kSpellings[] = {
      "[.]", "[dot]", "(dot)", "[@]", "[at]", "[:]", "[hxxp://]"};
  // JSON has one bracket after the other, none of them before one of these.
  static constexpr ByteSet kSecond(".d@a:h");
  if (text.size() < 3 || !kSecond.Holds(text[1])) return false;
  return std::ranges::any_of(kSpellings, [text](std::string_view spelling) {
    return text.starts_with(spelling);
  });
}

bool HoldsDefanged(std::string_view text) {
  for (const char bracket : {'[', '('}) {
    for (size_t at = text.find(bracket); at != kNowhere;
         at = text.find(bracket, at + 1)) {
      if (IsDefanged(text.substr(at))) return true;
    }
  }
  return false;
}

// No witness goes over a control character, which whole strings may begin and
// end with: what stands between two says all that there is to say.
bool IsText(char c) { return static_cast<unsigned char>(c) >= 0x20; }

}  // namespace

// One string, read.
struct OddString::Reading {
  OddString& own;
  const WideCharacters& telling;
  bool undoes_percent;
  Takers takers;

  bool Value(std::string_view value, TextTraits traits, bool has_new_words) {
    if (has_new_words && takers.plain(value)) return true;
    if (traits.high && Folds(value)) return true;
    if (undoes_percent && traits.percent && UndoPercent(value, &own.undone_) &&
        (takers.plain(own.undone_) || (traits.high && Folds(own.undone_)))) {
      return true;
    }
    if (!traits.bracket || !HoldsDefanged(value)) return false;
    for (const Refang refang : {Refang::kHost, Refang::kEmail, Refang::kUrl}) {
      own.refanged_.assign(value);
      RefangInPlace(refang, &own.refanged_);
      if (takers.plain(own.refanged_)) return true;
      if (traits.high && Folds(own.refanged_)) return true;
    }
    return false;
  }

  bool Folds(std::string_view value) {
    size_t end = 0;
    for (size_t at = FindWide(value, 0, telling); at != kNowhere;
         at = FindWide(value, end, telling)) {
      size_t begin = at;
      while (begin > 0 && IsText(value[begin - 1])) --begin;
      for (end = at; end < value.size() && IsText(value[end]); ++end) continue;
      const size_t folds =
          FoldEveryWay(value.substr(begin, end - begin), &own.folds_);
      for (size_t i = 0; i < folds; ++i) {
        if (takers.folded(own.folds_[i])) return true;
      }
    }
    return false;
  }
};

bool OddString::IsOdd(std::string_view json, size_t at) {
  const std::string_view rest = json.substr(at);
  switch (rest.front()) {
    case '[':
    case '(':
      return IsDefanged(rest);
    case 'x':
    case 'r':
      return SpellsByte(rest);
    case '%':
      return SpellsUnreserved(rest);
    default:
      return true;
  }
}

bool OddString::Read(std::string_view raw, const WideCharacters& telling,
                     bool undoes_percent, Takers takers) {
  // Without \uXXXX the words are those that the report has as it stands.
  bool has_new_words = false;
  if (!UnescapeJson(raw, &unescaped_, &has_new_words)) return true;
  Reading reading = {*this, telling, undoes_percent, takers};
  const TextTraits traits = TraitsOf(unescaped_);
  if (reading.Value(unescaped_, traits, has_new_words)) return true;
  return (traits.backslash || traits.nul) &&
         DecodeApiBuffer(unescaped_, &decoded_) &&
         reading.Value(decoded_, TraitsOf(decoded_), true);
}

}  // namespace mispsift
