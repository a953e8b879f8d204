// Blanks around a value, and the brackets that people put into one so that
// nobody clicks it. Both go the way MISP does it on save, for the same kinds.

#include "mispsift/normalize/refang.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "mispsift/base/byte_set.h"

namespace mispsift {
namespace {

struct Spelling {
  std::string_view fanged;
  std::string_view meant;
  bool in_email;
  bool in_host;
  bool in_url;
};

// Anywhere in a value, case-sensitive.
constexpr Spelling kSpellings[] = {
    {"[.]", ".", true, true, true},
    {"[dot]", ".", true, true, true},
    {"(dot)", ".", true, true, true},
    {"[@]", "@", true, false, false},
    {"[at]", "@", true, false, false},
    {"[:]", ":", false, false, true},
    {"[hxxp://]", "http://", false, false, true},
};

static_assert(std::ranges::all_of(kSpellings, [](const Spelling& spelling) {
  return kDefangedSeconds.find(spelling.fanged[1]) != std::string_view::npos;
}));

bool Applies(const Spelling& spelling, Refang refang) {
  switch (refang) {
    case Refang::kHost:
      return spelling.in_host;
    case Refang::kEmail:
      return spelling.in_email;
    case Refang::kUrl:
      return spelling.in_url;
  }
  return false;
}

bool StartsWithIgnoringCase(std::string_view text, std::string_view lower) {
  if (text.size() < lower.size()) return false;
  for (size_t i = 0; i < lower.size(); ++i) {
    if (absl::ascii_tolower(static_cast<unsigned char>(text[i])) != lower[i]) {
      return false;
    }
  }
  return true;
}

const Spelling* SpellingAt(std::string_view text, Refang refang) {
  for (const Spelling& spelling : kSpellings) {
    if (Applies(spelling, refang) && text.starts_with(spelling.fanged)) {
      return &spelling;
    }
  }
  return nullptr;
}

void RefangHead(std::string* url) {
  for (const std::string_view head : kUrlHeads) {
    if (StartsWithIgnoringCase(*url, head)) {
      url->replace(0, head.size(), "http");
      return;
    }
  }
}

}  // namespace

std::string_view TrimBlanks(std::string_view text) {
  static constexpr ByteSet kBlanks(std::string_view(" \t\n\r\0\x0b", 6));
  return kBlanks.Trim(text);
}

bool IsDefanged(std::string_view text) {
  static constexpr ByteSet kSeconds(kDefangedSeconds);
  // JSON has one bracket after the other, none of them before one of these.
  if (text.size() < 3 || !kSeconds.Holds(text[1])) return false;
  return std::ranges::any_of(kSpellings, [text](const Spelling& spelling) {
    return text.starts_with(spelling.fanged);
  });
}

void RefangInPlace(Refang refang, std::string* text) {
  if (refang == Refang::kUrl) RefangHead(text);
  // Every meaning is shorter than its spelling, so writing never overtakes
  // reading.
  size_t read = std::min({text->size(), text->find('['), text->find('(')});
  size_t write = read;
  while (read < text->size()) {
    const std::string_view rest = std::string_view(*text).substr(read);
    const Spelling* spelling = rest.front() == '[' || rest.front() == '('
                                   ? SpellingAt(rest, refang)
                                   : nullptr;
    if (spelling == nullptr) {
      (*text)[write++] = (*text)[read++];
      continue;
    }
    for (const char c : spelling->meant) (*text)[write++] = c;
    read += spelling->fanged.size();
  }
  text->resize(write);
}

}  // namespace mispsift
