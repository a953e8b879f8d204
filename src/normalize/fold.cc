// Folding and keys.
//
// MISP's database compares values with the collation utf8mb3_unicode_ci, which
// looks at the first level of the Unicode collation of 2004 only. Folding
// writes out what that level sees:
//   - case does not count, nor accents and other marks, width, the form of
//     ligatures, circled digits and Roman numerals; sharp s is ss, ae and oe
//     are two letters, hiragana is katakana; what takes no room (zero-width
//     space) does not count, but the soft hyphen does;
//   - o, l and d with a stroke are letters of their own, as are the look-alikes
//     of other scripts; white space and punctuation count;
//   - blanks at the end do not count;
//   - a character of four bytes in UTF-8 is "?", which is all that is left of
//     it in MISP.
// Hashes, addresses and hosts are folded by nature: their canonical form is
// compared as it is.

#include <utf8proc.h>

#include <array>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "mispsift/base/ascii_case.h"
#include "mispsift/base/utf8.h"
#include "mispsift/normalize/free_text.h"
#include "mispsift/normalize/normalize.h"
#include "mispsift/normalize/spell_out.h"

namespace mispsift {
namespace {

using K = IndicatorKind;

// Whether keys of the form are the same for all kinds.
bool HasAnyKind(KeyForm form) {
  return form == KeyForm::kWholeString || form == KeyForm::kMispValue;
}

bool IsFolded(IndicatorKind kind, KeyForm form) {
  if (HasAnyKind(form)) return true;
  switch (kind) {
    case K::kUrl:
    case K::kUri:
    case K::kEmail:
    case K::kFilename:
    case K::kFilepath:
    case K::kMutex:
    case K::kRegkey:
    case K::kRegkeyValue:
    case K::kUserAgent:
    case K::kNamedPipe:
    case K::kPdb:
      return true;
    default:
      return false;
  }
}

// Accents, points and tone marks by their combining class. Viramas (9) and the
// vowel signs of Indic, Thai, Lao and Tibetan (84 to 132) are letters of the
// first level.
bool IsAccent(const utf8proc_property_t& property) {
  const int combining_class = property.combining_class;
  return (combining_class > 0 && combining_class < 9) ||
         (combining_class > 9 && combining_class < 84) ||
         combining_class >= 200 || property.category == UTF8PROC_CATEGORY_ME;
}

bool CountsForNothing(utf8proc_int32_t code_point) {
  constexpr utf8proc_int32_t kSoftHyphen = 0xad;
  const utf8proc_property_t& property = *utf8proc_get_property(code_point);
  return IsAccent(property) || (property.category == UTF8PROC_CATEGORY_CF &&
                                code_point != kSoftHyphen);
}

void AppendFolded(utf8proc_int32_t code_point, std::string* folded) {
  constexpr utf8proc_int32_t kFirstKatakana = 0x30a1;
  constexpr utf8proc_int32_t kLastKatakana = 0x30f6;
  constexpr utf8proc_int32_t kKatakanaFromHiragana = 0x60;
  if (code_point == 0xe6) {
    folded->append("ae");
  } else if (code_point == 0x153) {
    folded->append("oe");
  } else if (code_point >= kFirstKatakana && code_point <= kLastKatakana) {
    AppendUtf8(static_cast<char32_t>(code_point - kKatakanaFromHiragana),
               folded);
  } else {
    AppendUtf8(static_cast<char32_t>(code_point), folded);
  }
}

// Appends what folding leaves of one code point.
void FoldCodePoint(utf8proc_int32_t code_point, int options,
                   std::string* folded) {
  // No character decomposes into more than 18.
  std::array<utf8proc_int32_t, 32> parts;
  int boundary = 0;
  const utf8proc_ssize_t count = utf8proc_decompose_char(
      code_point, parts.data(), parts.size(),
      static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT |
                                     UTF8PROC_CASEFOLD | options),
      &boundary);
  for (utf8proc_ssize_t i = 0; i < count; ++i) {
    const utf8proc_int32_t part = parts[static_cast<size_t>(i)];
    if (!CountsForNothing(part)) AppendFolded(part, folded);
  }
}

// The folds of all characters of up to three bytes, since reports hold long
// buffers of nothing else.
class FoldTable {
 public:
  explicit FoldTable(int options) {
    begins_.reserve(kCount + 1);
    for (utf8proc_int32_t c = 0; c < kCount; ++c) {
      begins_.push_back(static_cast<uint32_t>(text_.size()));
      FoldCodePoint(c, options, &text_);
    }
    begins_.push_back(static_cast<uint32_t>(text_.size()));
  }
  std::string_view Of(utf8proc_int32_t code_point) const {
    const auto at = static_cast<size_t>(code_point);
    return std::string_view(text_).substr(begins_[at],
                                          begins_[at + 1] - begins_[at]);
  }

 private:
  static constexpr utf8proc_int32_t kCount = 0x10000;
  std::vector<uint32_t> begins_;
  std::string text_;
};

// The code point at the head of `utf8`, which is well-formed and no ASCII, and
// its bytes.
utf8proc_int32_t Decode(std::string_view utf8, size_t* bytes) {
  const auto byte = [utf8](size_t i) {
    return static_cast<utf8proc_int32_t>(static_cast<unsigned char>(utf8[i]));
  };
  const auto rest = [&byte](size_t i) { return byte(i) & 0x3f; };
  if (byte(0) < 0xe0) {
    *bytes = 2;
    return (byte(0) & 0x1f) << 6 | rest(1);
  }
  if (byte(0) < 0xf0) {
    *bytes = 3;
    return (byte(0) & 0x0f) << 12 | rest(1) << 6 | rest(2);
  }
  *bytes = 4;
  return (byte(0) & 0x07) << 18 | rest(1) << 12 | rest(2) << 6 | rest(3);
}

// An ideographic one, which parts the labels of a host.
bool IsFullStop(utf8proc_int32_t code_point) {
  return code_point == 0x3002 || code_point == 0xff61;
}

const FoldTable& TextFolds() {
  static const FoldTable* const table = new FoldTable(0);
  return *table;
}
const FoldTable& HostFolds() {
  static const FoldTable* const table = new FoldTable(UTF8PROC_IGNORE);
  return *table;
}

// `utf8` is well-formed.
void FoldUnicode(TextFold fold, std::string_view utf8, std::string* folded) {
  const FoldTable& table = fold == TextFold::kHosts ? HostFolds() : TextFolds();
  const bool is_host = fold == TextFold::kHosts;
  folded->clear();
  folded->reserve(utf8.size() + utf8.size() / 4);
  for (size_t at = 0; at < utf8.size();) {
    if (static_cast<unsigned char>(utf8[at]) < 0x80) {
      folded->push_back(
          absl::ascii_tolower(static_cast<unsigned char>(utf8[at++])));
      continue;
    }
    if (const size_t wide =
            fold == TextFold::kWords ? WidePunctuation(utf8, at) : 0) {
      folded->push_back('\x01');
      at += wide;
      continue;
    }
    size_t bytes = 0;
    const utf8proc_int32_t code_point = Decode(utf8.substr(at), &bytes);
    at += bytes;
    if (is_host && IsFullStop(code_point)) {
      folded->push_back('.');
    } else if (bytes < 4) {
      folded->append(table.Of(code_point));
    } else if (is_host) {
      FoldCodePoint(code_point, UTF8PROC_IGNORE, folded);
    } else {
      folded->push_back('?');
    }
  }
}

// In which of the other folds a text may be another than in kDatabase's.
struct OtherFolds {
  bool words = false;
  bool hosts = false;
};

// The same of each character of up to three bytes.
std::vector<OtherFolds> OtherFoldsOfCharacters() {
  std::vector<OtherFolds> others(0x10000);
  std::string character;
  for (utf8proc_int32_t c = 0x80; c < 0x10000; ++c) {
    character.clear();
    AppendUtf8(static_cast<char32_t>(c), &character);
    others[static_cast<size_t>(c)] = {
        WidePunctuation(character, 0) > 0,
        IsFullStop(c) || TextFolds().Of(c) != HostFolds().Of(c)};
  }
  return others;
}

// `utf8` is well-formed.
OtherFolds OtherFoldsOf(std::string_view utf8) {
  static const std::vector<OtherFolds>* const of_characters =
      new std::vector<OtherFolds>(OtherFoldsOfCharacters());
  OtherFolds others;
  for (size_t at = 0; at < utf8.size();) {
    if (static_cast<unsigned char>(utf8[at]) < 0x80) {
      ++at;
      continue;
    }
    size_t bytes = 0;
    const utf8proc_int32_t code_point = Decode(utf8.substr(at), &bytes);
    at += bytes;
    if (bytes == 4) {
      others.hosts = true;  // for the others they are all "?"
      continue;
    }
    const OtherFolds& of = (*of_characters)[static_cast<size_t>(code_point)];
    others.words |= of.words;
    others.hosts |= of.hosts;
  }
  return others;
}

// What is left of each character of two and three bytes.
struct FoldsOfWide {
  FoldsOfWide();

  // Of these ASCII, a character of four bytes, or nothing.
  WideCharacters always;
  // Of the others each character that is: what, and of which.
  std::vector<std::pair<uint16_t, uint16_t>> left;
};

FoldsOfWide::FoldsOfWide() {
  std::string character;
  for (uint32_t c = 0x80; c < always.size(); ++c) {
    if (IsSurrogate(c)) continue;
    character.clear();
    AppendUtf8(c, &character);
    const auto code_point = static_cast<utf8proc_int32_t>(c);
    if (IsFullStop(code_point) || WidePunctuation(character, 0) > 0) {
      always.set(c);
    }
    for (const FoldTable* folds : {&TextFolds(), &HostFolds()}) {
      const std::string_view fold = folds->Of(code_point);
      if (fold.empty()) always.set(c);
      for (size_t at = 0; at < fold.size();) {
        const bool is_ascii = static_cast<unsigned char>(fold[at]) < 0x80;
        size_t bytes = 1;
        const utf8proc_int32_t one =
            is_ascii ? 0 : Decode(fold.substr(at), &bytes);
        at += bytes;
        if (bytes == 1 || bytes == 4) {
          always.set(c);
        } else {
          left.emplace_back(static_cast<uint16_t>(one),
                            static_cast<uint16_t>(c));
        }
      }
    }
  }
}

// Writes the lower case of `text`; false when it is not all ASCII.
bool FoldAscii(std::string_view text, std::string* folded) {
  if (!IsAscii(text)) return false;
  folded->resize(text.size());
  LowerAscii(text, folded->data());
  return true;
}

}  // namespace

void Fold(IndicatorKind kind, KeyForm form, std::string_view canonical,
          std::string* folded) {
  if (!IsFolded(kind, form)) {
    folded->assign(canonical);
    return;
  }
  if (!FoldAscii(canonical, folded)) {
    std::string replaced;
    FoldUnicode(TextFold::kDatabase, ReplaceInvalidUtf8(canonical, &replaced),
                folded);
  }
  folded->erase(folded->find_last_not_of(' ') + 1);
}

void FoldText(TextFold fold, std::string_view text, std::string* folded) {
  if (FoldAscii(text, folded)) return;
  std::string replaced;
  FoldUnicode(fold, ReplaceInvalidUtf8(text, &replaced), folded);
}

size_t FoldEveryWay(std::string_view text, std::array<std::string, 3>* folds) {
  std::string replaced;
  const std::string_view utf8 = ReplaceInvalidUtf8(text, &replaced);
  const OtherFolds others = OtherFoldsOf(utf8);
  size_t count = 0;
  FoldUnicode(TextFold::kDatabase, utf8, &(*folds)[count++]);
  if (others.words) FoldUnicode(TextFold::kWords, utf8, &(*folds)[count++]);
  if (others.hosts) FoldUnicode(TextFold::kHosts, utf8, &(*folds)[count++]);
  return count;
}

void AddWideCharacters(std::string_view utf8, WideCharacters* characters) {
  for (size_t at = 0; at < utf8.size();) {
    size_t bytes = 1;
    if (static_cast<unsigned char>(utf8[at]) >= 0x80) {
      const utf8proc_int32_t code_point = Decode(utf8.substr(at), &bytes);
      if (bytes < 4) characters->set(static_cast<size_t>(code_point));
    }
    at += bytes;
  }
}

WideCharacters FoldedTo(const WideCharacters& folded) {
  static const FoldsOfWide* const folds = new FoldsOfWide;
  WideCharacters characters = folds->always;
  if (folded.none()) return characters;
  for (const auto& [left, character] : folds->left) {
    if (folded[left]) characters.set(character);
  }
  return characters;
}

bool HoldsWide(std::string_view text, const WideCharacters& characters) {
  constexpr size_t kReplacement = 0xFFFD;
  for (size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      ++at;
      continue;
    }
    const std::string_view rest = text.substr(at);
    size_t bytes = 0;  // of what is replaced
    const bool is_character = Utf8SequenceLength(rest, &bytes) > 0;
    const size_t code_point =
        is_character ? static_cast<size_t>(Decode(rest, &bytes)) : kReplacement;
    if (code_point >= characters.size() || characters[code_point]) return true;
    at += bytes;
  }
  return false;
}

void ComparedForm(IndicatorKind kind, KeyForm form, std::string_view canonical,
                  std::string* compared) {
  if (!SpellOut(kind, form, canonical, compared)) {
    Fold(kind, form, canonical, compared);
  } else if (IsAscii(*compared)) {
    LowerAscii(compared);
    compared->erase(compared->find_last_not_of(' ') + 1);
  } else {
    const std::string spelled = *compared;
    Fold(kind, form, spelled, compared);
  }
}

Digest KeyDigest(IndicatorKind kind, KeyForm form, std::string_view canonical,
                 std::string* scratch) {
  const auto form_seed = static_cast<uint64_t>(form) << 8;
  if (!IsFolded(kind, form)) {
    return DigestOf(form_seed | static_cast<uint64_t>(kind), canonical);
  }
  ComparedForm(kind, form, canonical, scratch);
  return DigestOf(
      form_seed | (HasAnyKind(form) ? 0 : static_cast<uint64_t>(kind)),
      *scratch);
}

}  // namespace mispsift
