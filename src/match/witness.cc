#include "src/match/witness.h"

#include <algorithm>

#include "mispsift/normalize/normalize.h"

namespace mispsift {
namespace {

using K = IndicatorKind;
constexpr size_t kNowhere = std::string_view::npos;

bool IsWordByte(char c) {
  return IsAsciiAlnum(c) || static_cast<unsigned char>(c) >= 0x80;
}
bool IsRunByte(char c) { return IsWordByte(c) || c == '.' || c == '-'; }
bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20; }

size_t RunBefore(std::string_view text, size_t end) {
  size_t begin = end;
  while (begin > 0 && end - begin < kWindowBytes && IsRunByte(text[begin - 1]))
    --begin;
  return end - begin;
}

// How well a word end singles out its value.
struct WordEnd {
  size_t begin = 0;
  size_t end = 0;  // 0: there is none
  size_t score = 0;
};

// Where the witness that ends at `end` begins: behind a control character.
size_t WitnessBefore(std::string_view text, size_t end) {
  const size_t floor = end - std::min(end, kMaxWitnessBytes);
  size_t begin = end;
  while (begin > floor && !IsControl(text[begin - 1])) --begin;
  return begin;
}

// The best word end in `text`. A long witness keeps a report from being parsed
// in vain, a long window most words of a report from being looked at twice; of
// equal ones the last, since values begin alike more often than they end alike.
WordEnd BestWordEnd(std::string_view text) {
  constexpr size_t kGoodRun = 5;
  constexpr size_t kRunWeight = 4;
  WordEnd best;
  // No word end before this one could be better.
  for (size_t end = text.size();
       end > 0 &&
       std::min(end, kMaxWitnessBytes) + kRunWeight * kGoodRun > best.score;
       --end) {
    const bool ends_here = IsWordByte(text[end - 1]) &&
                           (end == text.size() || !IsWordByte(text[end]));
    if (!ends_here) continue;
    const size_t begin = WitnessBefore(text, end);
    const size_t score =
        end - begin + kRunWeight * std::min(RunBefore(text, end), kGoodRun);
    if (score > best.score) best = {begin, end, score};
  }
  return best;
}

Witness WitnessAt(std::string_view text, const WordEnd& at,
                  Before before = Before::kAnything,
                  After after = After::kAnything) {
  return {std::string(text.substr(at.begin, at.end - at.begin)),
          at.begin == 0 ? before : Before::kAnything,
          at.end == text.size() ? after : After::kAnything};
}

bool AddBest(std::string_view text, std::vector<Witness>* witnesses,
             Before before = Before::kAnything,
             After after = After::kAnything) {
  const WordEnd best = BestWordEnd(text);
  if (best.end == 0) return false;
  witnesses->push_back(WitnessAt(text, best, before, after));
  return true;
}

// A host, or an address. Dots before it are no part of it, but are in the
// window if there is room.
bool AddHost(std::string_view host, std::vector<Witness>* witnesses) {
  const WordEnd best = BestWordEnd(host);
  if (best.end == 0) return false;
  Witness witness = WitnessAt(host, best, Before::kNoAlnum, After::kNoLabel);
  witnesses->push_back(witness);
  if (best.begin > 0 || RunBefore(host, best.end) < best.end) return true;
  while (witness.text.size() < kWindowBytes) {
    witness.text = std::string(".").append(witness.text);
    witness.before = Before::kAnything;
    witnesses->push_back(witness);
  }
  return true;
}

struct UrlParts {
  std::string_view host;  // without a port
  std::string_view rest;  // from behind the authority
};

UrlParts Split(std::string_view url) {
  const size_t mark = url.find("://");
  if (mark != kNowhere) url.remove_prefix(mark + 3);
  const size_t end = std::min(url.find_first_of("/?#"), url.size());
  std::string_view host = url.substr(0, end);
  const size_t at = host.rfind('@');
  if (at != kNowhere) host.remove_prefix(at + 1);
  if (host.starts_with('[')) {
    host = host.substr(1, host.find(']') - 1);
  } else {
    host = host.substr(0, host.find(':'));
  }
  return {host, url.substr(end)};
}

// Popular hosts stand in many reports, short paths too: a path that is long
// enough, else the host, else what there is of a path.
bool AddUrl(std::string_view url, std::vector<Witness>* witnesses) {
  constexpr size_t kLongPath = 16;
  const size_t colon = url.find(':');
  const bool has_authority =
      colon == kNowhere || url.substr(colon).starts_with("://") ||
      url.substr(0, colon).find_first_of("/?#") != kNowhere ||
      (colon + 1 < url.size() && url[colon + 1] >= '0' &&
       url[colon + 1] <= '9');
  // "mailto:eve@evil.example" stands nowhere in parts.
  if (!has_authority) return AddBest(url, witnesses);
  const UrlParts parts = Split(url);
  const WordEnd in_path = BestWordEnd(parts.rest);
  const bool is_v6 = parts.host.find(':') != kNowhere;
  if (in_path.end - in_path.begin >= kLongPath ||
      (in_path.end > 0 && (is_v6 || BestWordEnd(parts.host).end == 0))) {
    witnesses->push_back(WitnessAt(parts.rest, in_path));
    return true;
  }
  return !is_v6 && AddHost(parts.host, witnesses);
}

// Behind the hive, which may be a field of its own.
bool AddKey(std::string_view key, std::vector<Witness>* witnesses) {
  const size_t backslash = key.find('\\', 1);
  if (backslash != kNowhere) key.remove_prefix(backslash + 1);
  return AddBest(key, witnesses);
}

}  // namespace

void ToScanForm(std::string* folded) {
  if (folded->find('\\') == std::string::npos) return;
  size_t kept = 0;
  for (size_t at = 0; at < folded->size(); ++at) {
    const char c = (*folded)[at];
    if (c == '\\' || c == '/' || c == '"') {
      while (kept > 0 && (*folded)[kept - 1] == '\\') --kept;
    }
    (*folded)[kept++] = c;
  }
  folded->resize(kept);
}

uint64_t WindowOf(std::string_view text, size_t* bytes) {
  const size_t length = RunBefore(text, text.size());
  *bytes = length;
  uint64_t window = 0;
  for (const char c : text.substr(text.size() - length)) {
    window = window >> 8 |
             static_cast<uint64_t>(static_cast<unsigned char>(c | 0x20)) << 56;
  }
  return window >> (64 - 8 * length) << (64 - 8 * length);
}

std::string_view AddressIn(const Indicator& indicator) {
  const std::string_view value = indicator.value;
  switch (indicator.kind) {
    case K::kIp:
      return value;
    case K::kIpPort:
      return value.substr(0, value.rfind('|'));
    case K::kUrl:
      return Split(value).host;
    default:
      return {};
  }
}

bool WitnessesOf(const Indicator& indicator, std::vector<Witness>* witnesses) {
  witnesses->clear();
  std::string text;
  FoldText(TextFold::kDatabase, indicator.value, &text);
  text.erase(text.find_last_not_of(' ') + 1);
  ToScanForm(&text);
  switch (indicator.kind) {
    case K::kHost: {
      const std::string unicode = UnicodeHost(indicator.value);
      if (!unicode.empty()) {
        std::string folded;
        FoldText(TextFold::kHosts, unicode, &folded);
        AddHost(folded, witnesses);
      }
      return AddHost(text, witnesses);
    }
    case K::kIp:
      return AddHost(text, witnesses);
    case K::kIpPort:
      return AddHost(text.substr(0, text.rfind('|')), witnesses);
    case K::kUrl:
      return AddUrl(text, witnesses);
    case K::kRegkey:
      return AddKey(text, witnesses);
    case K::kRegkeyValue: {
      const size_t bar = text.find('|');
      const std::string_view value = std::string_view(text).substr(bar + 1);
      // A number may be none of the report's strings.
      if (value.find_first_not_of("0123456789") != kNowhere &&
          BestWordEnd(value).score >=
              BestWordEnd(std::string_view(text).substr(0, bar)).score) {
        return AddBest(value, witnesses);
      }
      return AddKey(std::string_view(text).substr(0, bar), witnesses);
    }
    case K::kFilename:
      return AddBest(text, witnesses, Before::kComponent);
    case K::kMutex:
    case K::kPdb:
      return AddBest(text, witnesses, Before::kStart, After::kEnd);
    case K::kMd5:
    case K::kSha1:
    case K::kSha224:
    case K::kSha256:
    case K::kSha384:
    case K::kSha512:
      return AddBest(text, witnesses, Before::kNoAlnum);
    default:
      return AddBest(text, witnesses);
  }
}

}  // namespace mispsift
