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

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>
#include <vector>

#include "mispsift/base/ascii_case.h"
#include "mispsift/base/check.h"
#include "mispsift/base/utf8.h"
#include "mispsift/normalize/normalize.h"
#include "mispsift/normalize/spell_out.h"
#include "src/normalize/wide_punctuation.h"

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

// IDNA puts the marks behind a letter into one order: of hosts none counts.
bool IsMark(utf8proc_int32_t code_point) {
  return utf8proc_get_property(code_point)->combining_class > 0;
}

// Appends what folding leaves of one code point.
void FoldCodePoint(char32_t code_point, bool in_host, std::string* folded) {
  // No character decomposes into more than 18.
  std::array<utf8proc_int32_t, 32> parts;
  int boundary = 0;
  const utf8proc_ssize_t count = utf8proc_decompose_char(
      static_cast<utf8proc_int32_t>(code_point), parts.data(), parts.size(),
      static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT |
                                     UTF8PROC_CASEFOLD |
                                     (in_host ? UTF8PROC_IGNORE : 0)),
      &boundary);
  for (utf8proc_ssize_t i = 0; i < count; ++i) {
    const utf8proc_int32_t part = parts[static_cast<size_t>(i)];
    if (CountsForNothing(part) || (in_host && IsMark(part))) continue;
    AppendFolded(part, folded);
  }
}

// An ideographic one, which parts the labels of a host.
bool IsFullStop(char32_t character) {
  return character == 0x3002 || character == 0xff61;
}

// What wide punctuation becomes where it parts words.
constexpr char kParted = '\x01';
bool IsWidePunctuation(char32_t character) {
  std::string spelled;
  AppendUtf8(character, &spelled);
  return WidePunctuation(spelled, 0) > 0;
}

// What a fold leaves of all characters of up to three bytes, since reports hold
// long buffers of nothing else.
class FoldTable {
 public:
  // `append(character, folded)` appends what is left of one.
  template <typename Append>
  explicit FoldTable(Append append) {
    begins_.reserve(kCount + 1);
    for (char32_t c = 0; c < kCount; ++c) {
      begins_.push_back(static_cast<uint32_t>(text_.size()));
      append(c, &text_);
      MISPSIFT_CHECK(text_.size() - begins_.back() <= kMostBytes);
    }
    begins_.push_back(static_cast<uint32_t>(text_.size()));
    text_.append(kMostBytes, '\0');
  }
  // Of one below kCount. kMostBytes are readable.
  std::string_view Of(char32_t character) const {
    return {text_.data() + begins_[character],
            begins_[character + 1] - begins_[character]};
  }

  static constexpr char32_t kCount = 0x10000;
  static constexpr size_t kMostBytes = 64;

 private:
  std::vector<uint32_t> begins_;
  std::string text_;
};

template <TextFold kFold>
const FoldTable& Folds() {
  static const FoldTable* const table =
      new FoldTable([](char32_t character, std::string* folded) {
        if constexpr (kFold == TextFold::kDatabase) {
          FoldCodePoint(character, false, folded);
        } else if constexpr (kFold == TextFold::kHosts) {
          if (IsFullStop(character)) {
            folded->push_back('.');
          } else {
            FoldCodePoint(character, true, folded);
          }
        } else if (IsWidePunctuation(character)) {
          folded->push_back(kParted);
        } else {
          constexpr TextFold kWhole = kFold == TextFold::kWords
                                          ? TextFold::kDatabase
                                          : TextFold::kHosts;
          folded->append(Folds<kWhole>().Of(character));
        }
      });
  return *table;
}

// In which of the other folds a text may be another than in kDatabase's.
struct OtherFolds {
  bool words = false;
  bool hosts = false;
  bool host_words = false;  // than in kWords
};

std::vector<OtherFolds> FindOtherFolds() {
  std::vector<OtherFolds> others(FoldTable::kCount);
  for (char32_t c = 0x80; c < FoldTable::kCount; ++c) {
    const std::string_view fold = Folds<TextFold::kDatabase>().Of(c);
    const bool hosts = fold != Folds<TextFold::kHosts>().Of(c);
    others[c] = {.words = fold != Folds<TextFold::kWords>().Of(c),
                 .hosts = hosts,
                 .host_words = hosts && !IsWidePunctuation(c)};
  }
  return others;
}

// Of each character of up to three bytes.
const std::vector<OtherFolds>& OtherFoldsOfCharacters() {
  static const std::vector<OtherFolds>* const others =
      new std::vector<OtherFolds>(FindOtherFolds());
  return *others;
}

// The eight bytes of `text` from `at` on; behind its end those that are no
// ASCII. (Of a copy of less than eight a processor cannot load all at once.)
uint64_t EightBytes(std::string_view text, size_t at) {
  const size_t left = text.size() - at;
  uint64_t bytes = ~uint64_t{0};
  if (left >= sizeof(bytes)) {
    std::memcpy(&bytes, text.data() + at, sizeof(bytes));
  } else if (text.size() >= sizeof(bytes)) {
    std::memcpy(&bytes, text.data() + text.size() - sizeof(bytes),
                sizeof(bytes));
    bytes = bytes >> (64 - 8 * left) | ~uint64_t{0} << 8 * left;
  } else {
    std::memcpy(&bytes, text.data() + at, left);
  }
  return bytes;
}

// How many of eight bytes are ASCII, up to one that is not.
size_t AsciiHead(uint64_t bytes) {
  constexpr uint64_t kHighBits = 0x8080808080808080;
  return static_cast<size_t>(std::countr_zero(bytes & kHighBits)) / 8;
}

// Folds `text`, in which what is no UTF-8 counts as U+FFFD. Where `others` is
// asked for, which is of kDatabase, the others that may differ become true.
template <TextFold kFold>
void FoldUnicode(std::string_view text, std::string* folded,
                 OtherFolds* others = nullptr) {
  constexpr size_t kMost = FoldTable::kMostBytes;
  const FoldTable& table = Folds<kFold>();
  const std::vector<OtherFolds>* const others_of =
      others != nullptr ? &OtherFoldsOfCharacters() : nullptr;
  std::string fold;  // of what stands in no table
  folded->resize(text.size() + kMost);
  size_t size = 0;
  for (size_t at = 0; at < text.size();) {
    if (folded->size() - size < kMost) folded->resize(2 * folded->size());
    char* const out = folded->data() + size;
    const uint64_t head = EightBytes(text, at);
    if (const size_t ascii = AsciiHead(head)) {
      const uint64_t lower = LowerAscii(head);
      std::memcpy(out, &lower, sizeof(lower));
      at += ascii;
      size += ascii;
      continue;
    }
    size_t bytes = 0;
    const char32_t character = FirstCharacter(text.substr(at), &bytes);
    at += bytes;
    if (others_of != nullptr) {
      // One of four bytes is "?" for all but hosts.
      const bool is_long = character >= others_of->size();
      others->words |= !is_long && (*others_of)[character].words;
      others->hosts |= is_long || (*others_of)[character].hosts;
      others->host_words |= is_long || (*others_of)[character].host_words;
    }
    if (character < FoldTable::kCount) {
      const std::string_view left = table.Of(character);
      // Hardly any has more than eight, and these are soon copied.
      std::memcpy(out, left.data(), 8);
      if (left.size() > 8) std::memcpy(out, left.data(), kMost);
      size += left.size();
    } else if (kFold == TextFold::kHosts || kFold == TextFold::kHostWords) {
      fold.clear();
      FoldCodePoint(character, true, &fold);
      std::ranges::copy(fold, out);
      size += fold.size();
    } else {
      *out = '?';
      ++size;
    }
  }
  folded->resize(size);
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
  for (char32_t c = 0x80; c < FoldTable::kCount; ++c) {
    if (IsSurrogate(c)) continue;
    // What kHostWords leaves, one of these does.
    for (const FoldTable* folds :
         {&Folds<TextFold::kDatabase>(), &Folds<TextFold::kWords>(),
          &Folds<TextFold::kHosts>()}) {
      const std::string_view fold = folds->Of(c);
      if (fold.empty()) always.set(c);
      for (size_t at = 0; at < fold.size();) {
        size_t bytes = 0;
        const char32_t one = FirstCharacter(fold.substr(at), &bytes);
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

// FindWide() where what is no UTF-8 is one of the characters: hardly ever.
size_t FindWideOrNone(std::string_view text, size_t at,
                      const WideCharacters& characters) {
  while (at < text.size()) {
    if (const size_t ascii = AsciiHead(EightBytes(text, at))) {
      at += ascii;
      continue;
    }
    size_t bytes = 0;
    const char32_t character = FirstCharacter(text.substr(at), &bytes);
    if (character >= characters.size() || characters[character]) return at;
    at += bytes;
  }
  return std::string_view::npos;
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
    FoldUnicode<TextFold::kDatabase>(canonical, folded);
  }
  folded->erase(folded->find_last_not_of(' ') + 1);
}

void FoldText(TextFold fold, std::string_view text, std::string* folded) {
  if (FoldAscii(text, folded)) return;
  switch (fold) {
    case TextFold::kDatabase:
      FoldUnicode<TextFold::kDatabase>(text, folded);
      return;
    case TextFold::kWords:
      FoldUnicode<TextFold::kWords>(text, folded);
      return;
    case TextFold::kHosts:
      FoldUnicode<TextFold::kHosts>(text, folded);
      return;
    case TextFold::kHostWords:
      FoldUnicode<TextFold::kHostWords>(text, folded);
      return;
  }
}

size_t FoldEveryWay(std::string_view text, std::array<std::string, 4>* folds) {
  size_t count = 0;
  OtherFolds others;
  FoldUnicode<TextFold::kDatabase>(text, &(*folds)[count++], &others);
  if (others.words) {
    FoldUnicode<TextFold::kWords>(text, &(*folds)[count++]);
  }
  if (others.hosts) {
    FoldUnicode<TextFold::kHosts>(text, &(*folds)[count++]);
  }
  if (others.words && others.host_words) {
    FoldUnicode<TextFold::kHostWords>(text, &(*folds)[count++]);
  }
  return count;
}

void AddWideCharacters(std::string_view utf8, WideCharacters* characters) {
  if (IsAscii(utf8)) return;  // as most are
  for (size_t at = 0; at < utf8.size();) {
    size_t bytes = 0;
    const char32_t character = FirstCharacter(utf8.substr(at), &bytes);
    if (bytes == 2 || bytes == 3) characters->set(character);
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

size_t FindWide(std::string_view text, size_t at,
                const WideCharacters& characters) {
  constexpr size_t kBlockBytes = 64;
  if (characters[kReplacement]) return FindWideOrNone(text, at, characters);
  for (; at < text.size(); at += kBlockBytes) {
    for (uint64_t left = Utf8Leads(text.substr(at)); left != 0;
         left &= left - 1) {
      const size_t begin = at + static_cast<size_t>(std::countr_zero(left));
      size_t bytes = 0;
      const char32_t character = FirstCharacter(text.substr(begin), &bytes);
      if (character >= characters.size() || characters[character]) return begin;
    }
  }
  return std::string_view::npos;
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
