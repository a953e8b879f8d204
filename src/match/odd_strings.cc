#include "src/match/odd_strings.h"

#include <algorithm>
#include <utility>

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

// No witness goes over a control character, which whole strings may begin and
// end with: what stands between two says all that there is to say.
bool IsText(char c) { return static_cast<unsigned char>(c) >= 0x20; }

// Every way in which a text may be refanged. What looks like the head of a url
// may be that of a host, which is put behind a protocol and undone with it:
// behind a blank it stays.
constexpr std::pair<std::string_view, Refang> kRefangs[] = {
    {"", Refang::kHost},
    {"", Refang::kEmail},
    {"", Refang::kUrl},
    {" ", Refang::kUrl}};

// Likewise RefangInPlace(): of brackets only one spelling has what JSON may
// write with a backslash, "[hxxp:\\/\\/]".
bool SpellsDefanged(std::string_view rest) {
  return IsDefanged(rest) || rest.starts_with(R"([hxxp:\/)") ||
         rest.starts_with(R"([hxxp:/\/)");
}

}  // namespace

bool OddStrings::IsOdd(std::string_view json, size_t at) {
  const std::string_view rest = json.substr(at);
  switch (rest.front()) {
    case '[':
    case '(':
      return SpellsDefanged(rest);
    case 'x':
    case 'r':
      return SpellsByte(rest);
    case '%':
      return SpellsUnreserved(rest);
    default:
      return true;
  }
}

void OddStrings::Texts::End() {
  ends.push_back(bytes.size());
  bytes.push_back('\0');
}

void OddStrings::Texts::Clear() {
  bytes.clear();
  ends.clear();
}

std::string_view OddStrings::Texts::At(size_t at) const {
  const auto end = std::ranges::lower_bound(ends, at);
  const size_t begin = end == ends.begin() ? 0 : *(end - 1) + 1;
  return std::string_view(bytes).substr(begin, *end - begin);
}

bool OddStrings::Add(std::string_view raw) {
  const size_t begin = spelled_.bytes.size();
  bool has_units = false;
  if (!AppendUnescapedJson(raw, &spelled_.bytes, &has_units)) return false;
  const auto text = std::string_view(spelled_.bytes).substr(begin);
  // With two NULs in five bytes, each of which is spelled with six, or stands
  // there as JSON forbids.
  const bool may_be_utf16 =
      raw.size() >= 3 * text.size() || raw.find('\0') != kNowhere;
  if ((may_be_utf16 || text.find('\\') != kNowhere) &&
      DecodeApiBuffer(text, &buffer_)) {
    decoded_.bytes.append(buffer_);
    decoded_.End();
  }
  if (has_units) {
    spelled_.End();
  } else {
    // The words are those that the report has as it stands.
    plain_.bytes.append(text);
    plain_.End();
    spelled_.bytes.resize(begin);
  }
  return true;
}

size_t OddStrings::bytes() const {
  return spelled_.bytes.size() + plain_.bytes.size() + decoded_.bytes.size();
}

struct OddStrings::Reading {
  OddStrings& own;
  const WideCharacters& telling;
  bool undoes_percent;
  Takers takers;

  bool Read(const Texts& texts, bool has_new_words) {
    return (has_new_words && takers.plain(texts.bytes)) || Folds(texts.bytes) ||
           Percents(texts) || Brackets(texts, '[') || Brackets(texts, '(');
  }

  bool Folds(std::string_view text) {
    size_t end = 0;
    for (size_t at = FindWide(text, 0, telling); at != kNowhere;
         at = FindWide(text, end, telling)) {
      size_t begin = at;
      while (begin > 0 && IsText(text[begin - 1])) --begin;
      for (end = at; end < text.size() && IsText(text[end]); ++end) continue;
      const size_t folds =
          FoldEveryWay(text.substr(begin, end - begin), &own.folds_);
      for (size_t i = 0; i < folds; ++i) {
        if (takers.folded(own.folds_[i])) return true;
      }
    }
    return false;
  }

  bool Percents(const Texts& texts) {
    if (!undoes_percent) return false;
    const std::string_view bytes = texts.bytes;
    for (size_t at = bytes.find('%'); at != kNowhere;
         at = bytes.find('%', at + 1)) {
      if (!SpellsUnreserved(bytes.substr(at))) continue;
      const std::string_view text = texts.At(at);
      if (Undone(text)) return true;
      at = static_cast<size_t>(text.end() - bytes.begin());
    }
    return false;
  }

  bool Undone(std::string_view text) {
    return undoes_percent && UndoPercent(text, &own.undone_) &&
           (takers.plain(own.undone_) || Folds(own.undone_));
  }

  bool ReadRefanged() {
    return takers.plain(own.refanged_) || Folds(own.refanged_) ||
           Undone(own.refanged_);
  }

  bool Brackets(const Texts& texts, char bracket) {
    const std::string_view bytes = texts.bytes;
    for (size_t at = bytes.find(bracket); at != kNowhere;
         at = bytes.find(bracket, at + 1)) {
      if (!IsDefanged(bytes.substr(at))) continue;
      const std::string_view text = texts.At(at);
      for (const auto& [before, refang] : kRefangs) {
        own.refanged_.assign(before).append(text);
        RefangInPlace(refang, &own.refanged_);
        if (ReadRefanged()) return true;
        // The host of a url is refanged in turn.
        const size_t size = own.refanged_.size();
        RefangInPlace(Refang::kHost, &own.refanged_);
        if (own.refanged_.size() < size && ReadRefanged()) return true;
      }
      at = static_cast<size_t>(text.end() - bytes.begin());
    }
    return false;
  }
};

bool OddStrings::Read(const WideCharacters& telling, bool undoes_percent,
                      Takers takers) {
  Reading reading = {*this, telling, undoes_percent, takers};
  const bool is_enough = reading.Read(spelled_, true) ||
                         reading.Read(plain_, false) ||
                         reading.Read(decoded_, true);
  Clear();
  return is_enough;
}

void OddStrings::Clear() {
  for (Texts* texts : {&spelled_, &plain_, &decoded_}) texts->Clear();
}

}  // namespace mispsift
