#include "src/match/witness_search.h"

#include <algorithm>
#include <array>
#include <bit>

#include "absl/strings/ascii.h"
#include "mispsift/base/byte_set.h"
#include "mispsift/base/json_text.h"

namespace mispsift {
namespace {

constexpr ByteSet kBeforeName("\\/_\"");
// What scan form may drop, or drop something before.
constexpr ByteSet kDropping("\\/\"");

// Whether the byte before `at` is a letter that JSON escapes.
template <SiftedText kText>
bool BehindEscape(std::string_view text, size_t at) {
  return kText == SiftedText::kJson && EndsControlEscape(text, at);
}

// Whether what `before` says stands before `text[at]`.
template <SiftedText kText>
bool Begins(Before before, std::string_view text, size_t at) {
  const auto is_parting = [&](size_t p) {
    return p == 0 || static_cast<unsigned char>(text[p - 1]) <= ' ' ||
           BehindEscape<kText>(text, p);
  };
  // One of the backslashes that scan form drops before its first byte.
  if (at < text.size() && text[at] == '\\') return true;
  switch (before) {
    case Before::kAnything:
      return true;
    case Before::kNoAlnum:
      return is_parting(at) || !IsAsciiAlnum(text[at - 1]);
    case Before::kComponent:
      return is_parting(at) || kBeforeName.Holds(text[at - 1]);
    case Before::kFolder:
      if (at > 0 && text[at - 1] == '\\') return true;
      [[fallthrough]];
    case Before::kStart:
      // Where no quotes part values, a NUL may be the end of the one before.
      while (at > 0 && is_parting(at) &&
             (kText == SiftedText::kJson || text[at - 1] != '\0')) {
        at -= BehindEscape<kText>(text, at) ? 2 : 1;
      }
      return at == 0 ||
             text[at - 1] == (kText == SiftedText::kJson ? '"' : '\0');
  }
  return true;
}

// Whether what `after` says stands from `text[end]` on.
bool Ends(After after, std::string_view text, size_t end) {
  if (end == text.size()) return true;
  const char next = text[end];
  switch (after) {
    case After::kAnything:
      return true;
    case After::kNoLabel:
      return next != '.' || end + 1 == text.size() ||
             !IsAsciiAlnum(text[end + 1]);
    case After::kEnd:
      // A backslash may spell a blank.
      return static_cast<unsigned char>(next) <= ' ' || next == '"' ||
             next == '\\';
  }
  return true;
}

}  // namespace

WitnessSearch::WitnessSearch(const CandidateFilter::Tables* tables)
    : tables_(*tables) {}

// Each table is asked for all of them before any of its answers is waited for:
// they are far larger than the caches.
template <SiftedText kText>
bool WitnessSearch::Stands(std::string_view text, size_t base,
                           const Sieved& sieved) {
  const size_t count = sieved.ends.count;
  for (size_t i = 0; i < count; ++i) {
    tables_.PrefetchEndingsOf(sieved.windows[i]);
  }
  suspected_.clear();
  for (size_t i = 0; i < count; ++i) {
    Suspect<kText>(text, base + sieved.ends.at[i], sieved.windows[i]);
  }
  return std::ranges::any_of(suspected_, [&](const Suspected& suspected) {
    return IsWitness<kText>(text, suspected);
  });
}

// Takes what stands before `end`, in scan form, as long as the witnesses are
// that end in `window`.
template <SiftedText kText>
void WitnessSearch::Suspect(std::string_view text, size_t end,
                            uint64_t window) {
  constexpr bool kIsJson = kText == SiftedText::kJson;
  const auto* const endings = tables_.EndingsOf(window);
  if (endings == nullptr) return;
  const auto& [lengths, anywhere, befores, pairs] = *endings;
  // The low bytes of a short window are zero.
  const size_t window_bytes =
      kWindowBytes - static_cast<size_t>(std::countr_zero(window)) / 8;
  if (befores != ~uint32_t{0}) {
    if (window_bytes == end) return;
    const char before = text[end - window_bytes - 1];
    if ((befores & Tables::BeforeBit(before)) == 0) return;
  }
  // Most end here, where scan form has the three before the window as they are.
  if (pairs != ~uint32_t{0} && end >= window_bytes + Tables::kPairEnd) {
    const char* const three =
        text.data() + end - window_bytes - Tables::kPairEnd;
    if (!kDropping.Holds(three[0]) && !kDropping.Holds(three[1]) &&
        !kDropping.Holds(three[2])) {
      const char pair[] = {
          absl::ascii_tolower(static_cast<unsigned char>(three[0])),
          absl::ascii_tolower(static_cast<unsigned char>(three[1]))};
      if ((pairs & Tables::PairBit(pair)) == 0) return;
    }
  }
  const auto longest = static_cast<size_t>(std::bit_width(lengths));

  std::array<char, kMaxWitnessBytes> bytes;  // filled from its end
  size_t length = 0;
  for (size_t at = end; at > 0 && length < longest;) {
    const char c = text[at - 1];
    if (static_cast<unsigned char>(c) < 0x20) break;
    size_t taken = 1;
    if (c == '"' || c == '/') {
      const size_t before = BackslashesBefore(text, at - 1);
      if (kIsJson && c == '"' && before % 2 == 0) break;  // the string's start
      taken += before;
    } else if (c == '\\') {
      taken = BackslashesBefore(text, at);
      if (kIsJson && taken % 2 == 1) break;  // what follows is \uXXXX
    } else if (BehindEscape<kText>(text, at)) {
      break;
    }
    at -= taken;
    ++length;
    bytes[kMaxWitnessBytes - length] =
        absl::ascii_tolower(static_cast<unsigned char>(c));
    const char* const begin = bytes.data() + kMaxWitnessBytes - length;
    if (length == window_bytes + Tables::kPairEnd &&
        (pairs & Tables::PairBit(begin)) == 0) {
      return;
    }
    const uint32_t bit = Tables::LengthBit(length);
    if ((lengths & bit) == 0) continue;
    if ((anywhere & bit) == 0 && at > 0 && IsAsciiAlnum(text[at - 1]) &&
        text[at] != '\\' && !BehindEscape<kText>(text, at)) {
      continue;
    }
    const uint64_t key = Tables::WitnessKey(std::string_view(begin, length));
    tables_.PrefetchContextsOf(key);
    suspected_.push_back({key, at, end});
  }
}

template <SiftedText kText>
bool WitnessSearch::IsWitness(std::string_view text,
                              const Suspected& suspected) const {
  const uint16_t* const contexts = tables_.ContextsOf(suspected.key);
  if (contexts == nullptr) return false;
  for (const Before before : kBefores) {
    for (const After after : kAfters) {
      if ((*contexts & ContextBit(before, after)) != 0 &&
          Begins<kText>(before, text, suspected.begin) &&
          Ends(after, text, suspected.end)) {
        return true;
      }
    }
  }
  return false;
}

template bool WitnessSearch::Stands<SiftedText::kJson>(std::string_view, size_t,
                                                       const Sieved&);
template bool WitnessSearch::Stands<SiftedText::kPlain>(std::string_view,
                                                        size_t, const Sieved&);
template bool WitnessSearch::Stands<SiftedText::kFolded>(std::string_view,
                                                         size_t, const Sieved&);
template bool WitnessSearch::Stands<SiftedText::kDotted>(std::string_view,
                                                         size_t, const Sieved&);

}  // namespace mispsift
