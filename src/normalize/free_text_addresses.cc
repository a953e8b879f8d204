// Addresses in free text.
//
// ip       v4: a word, dots at its ends trimmed, of four octets without
//          leading zeros; in a path or url too. v6: maximal run of
//          [0-9A-Fa-f:.], no alnum or '_' at either side, trailing dots and
//          one trailing colon trimmed, that parses. "::" alone is none
//          (C++), nor are eight groups of at most two digits (bytes).
// ip-port  v4 ":" port, "[" v6 "]:" port; port 1..65535, no leading zero,
//          not followed by alnum, ':' or '.' digit.

#include "src/normalize/free_text_addresses.h"

#include <algorithm>
#include <string_view>

#include "src/normalize/ip_address.h"

namespace mispsift {
namespace {

constexpr size_t kMaxIpv6 = 64;

// Eight bytes of a dump; as an address all of its groups would be padded.
bool IsDump(std::string_view address) {
  if (address.size() > 23 || address.find("::") != std::string_view::npos ||
      address.find('.') != std::string_view::npos) {
    return false;
  }
  size_t widest = 0;
  size_t group = 0;
  for (const char c : address) {
    group = c == ':' ? 0 : group + 1;
    widest = std::max(widest, group);
  }
  return widest <= 2;
}

}  // namespace

bool IsIpv4(FreeText text, size_t begin, size_t end) {
  if (end - begin < 7 || end - begin > 15) return false;
  int octets = 0;
  size_t at = begin;
  for (;;) {
    const size_t first = at;
    int value = 0;
    while (at < end && at - first < 3 && text.Is(at, kDigit)) {
      value = value * 10 + (text[at++] - '0');
    }
    if (at == first || value > 255) return false;
    if (text[first] == '0' && at - first > 1) return false;
    ++octets;
    if (at == end) return octets == 4;
    if (octets == 4 || text[at] != '.') return false;
    ++at;
  }
}

size_t PortEnd(FreeText text, size_t at) {
  if (!text.IsByte(at, ':') || !text.Is(at + 1, kDigit) ||
      text[at + 1] == '0') {
    return 0;
  }
  int port = 0;
  size_t end = at + 1;
  while (end - at <= 5 && text.Is(end, kDigit)) {
    port = port * 10 + (text[end++] - '0');
  }
  if (port > 65535 || text.Is(end, kAlnum) || text.IsByte(end, ':')) return 0;
  if (text.IsByte(end, '.') && text.Is(end + 1, kDigit)) return 0;
  return end;
}

void Ipv6Reader::AtColon(size_t colon) {
  const auto in_run = [this](size_t at) {
    return text_.Is(at, kHex | kDot) || text_.IsByte(at, ':');
  };
  if (colon < regions_.ipv6_done || !in_run(colon + 1)) return;
  // The first colon of its run; the whole run is judged here.
  size_t begin = colon;
  while (begin > 0 && in_run(begin - 1)) --begin;
  size_t end = colon + 1;
  while (in_run(end)) ++end;
  regions_.ipv6_done = end;
  if (begin > 0 && (text_.BehindAlnum(begin) || text_[begin - 1] == '_')) {
    return;
  }
  if (text_.Is(end, kAlnum) || text_.IsByte(end, '_')) return;
  while (begin < end && text_[begin] == '.') ++begin;
  while (end > begin + 1 &&
         (text_[end - 1] == '.' ||
          (text_[end - 1] == ':' && text_[end - 2] != ':'))) {
    --end;
  }
  if (end - begin < 3 || end - begin > kMaxIpv6) return;
  const std::string_view address = text_.Slice(begin, end);
  if (std::count(address.begin(), address.end(), ':') < 2) return;
  IpAddress parsed;
  if (!ParseIp(address, &parsed) || IsDump(address)) return;
  regions_.ipv6_end = end;
  tokens_.Push(IndicatorKind::kIp, begin, address);
  if (begin > 0 && text_[begin - 1] == '[' && text_.IsByte(end, ']')) {
    const size_t port = PortEnd(text_, end + 1);
    if (port > 0) {
      tokens_.Push(IndicatorKind::kIpPort, begin - 1,
                   text_.Slice(begin - 1, port));
    }
  }
}

}  // namespace mispsift
