#include "tests/support/disguises.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "mispsift/base/utf8.h"

namespace mispsift {
namespace {

using Characters = std::u32string;

Characters CharactersOf(std::string_view text) {
  Characters all;
  while (!text.empty()) {
    size_t bytes = 0;
    all.push_back(FirstCharacter(text, &bytes));
    text.remove_prefix(bytes);
  }
  return all;
}

std::string Utf8Of(const Characters& characters) {
  std::string text;
  for (const char32_t character : characters) AppendUtf8(character, &text);
  return text;
}

size_t Below(size_t n, std::mt19937_64* random) {
  return std::uniform_int_distribution<size_t>(0, n - 1)(*random);
}

template <typename T, size_t kCount>
const T& Pick(const T (&from)[kCount], std::mt19937_64* random) {
  return from[Below(kCount, random)];
}

bool IsAlnum(char32_t c) {
  return c < 0x80 && absl::ascii_isalnum(static_cast<unsigned char>(c));
}

// A character of `text` of those that `belongs` names, at random; its size
// where there is none.
template <typename Belongs>
size_t PickAt(const Characters& text, std::mt19937_64* random,
              Belongs belongs) {
  std::vector<size_t> all;
  for (size_t i = 0; i < text.size(); ++i) {
    if (belongs(text[i])) all.push_back(i);
  }
  return all.empty() ? text.size() : all[Below(all.size(), random)];
}

// A letter or digit that looks like another; now and then all of them.
void LookAlike(Characters* text, std::mt19937_64* random) {
  const size_t way = Below(5, random);
  const auto alike = [way](char32_t c) -> char32_t {
    const bool is_lower = c >= 'a' && c <= 'z';
    const bool is_letter = is_lower || (c >= 'A' && c <= 'Z');
    if (way == 0) return c - 0x20 + 0xFF00;  // full-width
    if (way == 1 && is_letter) {             // bold, of mathematics
      return is_lower ? c - 'a' + 0x1D41A : c - 'A' + 0x1D400;
    }
    if (way == 2 && is_letter) {  // in a circle
      return is_lower ? c - 'a' + 0x24D0 : c - 'A' + 0x24B6;
    }
    if (way == 3) {  // with an accent
      constexpr std::u32string_view kPlain = U"aeiounyAEIOUNY";
      constexpr std::u32string_view kAccented = U"áéíóúñÿÁÉÍÓÚÑÝ";
      const size_t at = kPlain.find(c);
      if (at != std::u32string_view::npos) return kAccented[at];
    }
    return c == 's' ? U'ſ' : c == 'k' || c == 'K' ? U'\u212A' : c;
  };
  if (Below(4, random) == 0) {
    for (char32_t& c : *text) {
      if (IsAlnum(c)) c = alike(c);
    }
    return;
  }
  const size_t at = PickAt(*text, random, IsAlnum);
  if (at < text->size()) (*text)[at] = alike((*text)[at]);
}

// A mark, in the width that it has among characters of China and Japan.
void WideMark(Characters* text, std::mt19937_64* random) {
  const size_t at = PickAt(*text, random, [](char32_t c) {
    return c > 0x20 && c < 0x7F && !IsAlnum(c);
  });
  if (at == text->size()) return;
  static constexpr char32_t kDots[] = {0x3002, 0xFF0E, 0xFF61, 0x2024};
  char32_t& c = (*text)[at];
  c = c == '.' ? Pick(kDots, random) : c - 0x20 + 0xFF00;
}

void Replace(std::u32string_view what, std::u32string_view with,
             Characters* text, std::mt19937_64* random) {
  std::vector<size_t> all;
  for (size_t at = text->find(what); at != Characters::npos;
       at = text->find(what, at + 1)) {
    all.push_back(at);
  }
  if (all.empty()) return;
  text->replace(all[Below(all.size(), random)], what.size(), with);
}

void Defang(Characters* text, std::mt19937_64* random) {
  static constexpr std::pair<std::u32string_view, std::u32string_view> kWays[] =
      {{U".", U"[.]"},
       {U".", U"(.)"},
       {U".", U"[dot]"},
       {U".", U"(dot)"},
       {U".", U"[(dot)]"},
       {U".", U"[DOT]"},
       {U"@", U"[at]"},
       {U"@", U"[@]"},
       {U"@", U"(at)"},
       {U":", U"[:]"},
       {U"http://", U"[hxxp://]"},
       {U"http", U"hxxp"},
       {U"http", U"hXXp"},
       {U"http", U"htxp"},
       {U"http", U"meow"},
       {U"http", U"h[tt]p"}};
  const auto& [what, with] = Pick(kWays, random);
  Replace(what, with, text, random);
}

void Percent(Characters* text, std::mt19937_64* random) {
  const size_t at = PickAt(*text, random, [](char32_t c) { return c < 0x80; });
  if (at == text->size()) return;
  const auto byte = static_cast<unsigned>((*text)[at]);
  const std::string spelled = Below(2, random) == 0
                                  ? fmt::format("%{:02x}", byte)
                                  : fmt::format("%{:02X}", byte);
  text->replace(at, 1, CharactersOf(spelled));
}

// What is seen as nothing, or belongs to the character before it.
void Invisible(Characters* text, std::mt19937_64* random) {
  static constexpr char32_t kAll[] = {0xAD,   0x200B, 0x200D, 0x0301,
                                      0xFE0F, 0x2060, 0xFEFF};
  text->insert(Below(text->size() + 1, random), 1, Pick(kAll, random));
}

void Around(Characters* text, std::mt19937_64* random) {
  static constexpr std::u32string_view kMarks[] = {
      U" ",       U".",   U"..",   U"-",    U"_",      U"/",       U"\\",
      U"\"",      U"'",   U"(",    U")",    U"[",      U"]",       U"<",
      U">",       U",",   U";",    U":",    U"=",      U"|",       U"@",
      U"#",       U"?",   U"&",    U"\n",   U"\t",     {U"\0", 1}, U"\x01",
      U"é",       U"。",  U"“",    U"”",    U"½",      U"：",      U"／",
      U"http://", U"://", U"\\\\", U"\\n",  U"%",      U"\u00A0",  U"x",
      U"0",       U"a.",  U"x-",   U".exe", U"\\??\\", U"C:\\"};
  const std::u32string_view mark = Pick(kMarks, random);
  if (Below(2, random) == 0) {
    text->insert(0, mark);
  } else {
    text->append(mark);
  }
}

// As sandboxes write bytes that an API call has passed: "\x41".
void Bytes(Characters* text, std::mt19937_64* random) {
  const std::string utf8 = Utf8Of(*text);
  const size_t percent = Below(2, random) == 0 ? 100 : 10;
  std::string spelled;
  for (const char c : utf8) {
    if (Below(100, random) < percent) {
      spelled += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      spelled += c;
    }
  }
  *text = CharactersOf(spelled);
}

void WithNuls(Characters* text, std::mt19937_64* random) {
  Characters wide;
  const bool is_spelled = Below(2, random) == 0;
  for (const char32_t c : *text) {
    wide += c;
    wide += is_spelled ? Characters(U"\\x00") : Characters(1, 0);
  }
  *text = wide;
}

void OtherCase(Characters* text, std::mt19937_64* random) {
  const size_t at = PickAt(*text, random, IsAlnum);
  if (at == text->size()) return;
  const auto byte = static_cast<unsigned char>((*text)[at]);
  (*text)[at] = static_cast<unsigned char>(absl::ascii_islower(byte)
                                               ? absl::ascii_toupper(byte)
                                               : absl::ascii_tolower(byte));
}

void Doubled(Characters* text, std::mt19937_64* random) {
  switch (Below(4, random)) {
    case 0:
      return Replace(U"\\", U"\\\\", text, random);
    case 1:
      return Replace(U"/", U"\\/", text, random);
    case 2:
      return Replace(U"\\", U"/", text, random);
    default:
      return Replace(U".", U"..", text, random);
  }
}

// A label's script, where it has none.
void Script(Characters* text, std::mt19937_64* random) {
  static constexpr std::u32string_view kOthers[] = {
      U"é",  U"xn--9ca",  U"ü",      U"xn--tda",       U"münchen",
      U"жж", U"xn--e1aa", U"http.é", U"xn--mnchen-3ya"};
  const size_t at =
      PickAt(*text, random, [](char32_t c) { return c == '.' || c == '/'; });
  if (at == text->size()) return;
  const bool is_behind = Below(2, random) == 0;
  text->insert(at + (is_behind ? 1 : 0), Pick(kOthers, random));
}

}  // namespace

std::string Disguised(const std::string& text, std::mt19937_64* random) {
  using Way = void (*)(Characters*, std::mt19937_64*);
  static constexpr Way kWays[] = {
      LookAlike, WideMark, Defang,    Defang,  Percent, Around, Invisible,
      Bytes,     WithNuls, OtherCase, Doubled, Script,  Around, WideMark};
  Characters characters = CharactersOf(text);
  for (size_t left = 1 + Below(4, random); left > 0; --left) {
    Pick(kWays, random)(&characters, random);
  }
  return Utf8Of(characters);
}

}  // namespace mispsift
