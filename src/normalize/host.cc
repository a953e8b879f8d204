// Host names.
//
// A host is written one way, whatever MISP type it came from: lower case, no
// dots at either end, in punycode (IDNA 2008 over UTS 46, non-transitional, as
// browsers and resolvers do today). Any top-level domain is valid, single
// labels are not. A host that is an IP address, in brackets or not, is that
// address. Non-breaking spaces at the ends come from web pages and go.

#include "src/normalize/host.h"

#include <idn2.h>

#include <algorithm>

#include "mispsift/base/ascii_case.h"
#include "mispsift/base/byte_set.h"
#include "mispsift/base/utf8.h"
#include "mispsift/normalize/normalize.h"
#include "src/normalize/ip_address.h"

namespace mispsift {
namespace {

constexpr std::string_view kNonBreakingSpace = "\xc2\xa0";
// A DNS name has at most 253 characters of at most four bytes each in UTF-8;
// libidn2 need not see more.
constexpr size_t kMaxIdnBytes = 4 * 253;

constexpr ByteSet kLabelBytes(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
constexpr ByteSet kNameBytes(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._");

void Keep(size_t begin, size_t end, std::string* text) {
  if (begin == 0 && end == text->size()) return;
  text->erase(end);
  text->erase(0, begin);
}

void TrimNonBreakingSpaces(std::string* text) {
  const std::string_view all = *text;
  size_t begin = 0;
  size_t end = all.size();
  while (all.substr(begin, end - begin).starts_with(kNonBreakingSpace)) {
    begin += kNonBreakingSpace.size();
  }
  while (all.substr(begin, end - begin).ends_with(kNonBreakingSpace)) {
    end -= kNonBreakingSpace.size();
  }
  Keep(begin, end, text);
}

}  // namespace

void TrimDots(std::string* name) {
  size_t begin = 0;
  size_t end = name->size();
  while (begin < end && (*name)[begin] == '.') ++begin;
  while (end > begin && (*name)[end - 1] == '.') --end;
  Keep(begin, end, name);
}

bool IsDomainName(std::string_view text) {
  const size_t dot = text.rfind('.');
  if (dot == std::string_view::npos || dot == 0) return false;
  const std::string_view top_level = text.substr(dot + 1);
  return top_level.size() >= 2 && kLabelBytes.HoldsAllOf(top_level) &&
         kNameBytes.HoldsAllOf(text.substr(0, dot));
}

bool ToPunycode(std::string* name) {
  if (IsAscii(*name)) return true;
  if (name->size() > kMaxIdnBytes) return false;
  if (name->find('\0') != std::string::npos) return false;
  char* punycode = nullptr;
  if (idn2_to_ascii_8z(name->c_str(), &punycode,
                       IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT) != IDN2_OK) {
    return false;
  }
  name->assign(punycode);
  idn2_free(punycode);
  return true;
}

bool CanonicalizeHost(std::string* host, IndicatorKind* kind) {
  TrimNonBreakingSpaces(host);
  if (!ToPunycode(host)) return false;
  LowerAscii(host);
  TrimDots(host);
  const bool bracketed = host->starts_with('[') && host->ends_with(']');
  const std::string_view inner =
      bracketed ? std::string_view(*host).substr(1, host->size() - 2) : *host;
  IpAddress ip;
  if (ParseIp(inner, &ip) && (ip.v6 || !bracketed)) {
    UnmapIp(&ip);
    host->clear();
    AppendIp(ip, host);
    *kind = IndicatorKind::kIp;
    return true;
  }
  *kind = IndicatorKind::kHost;
  return IsDomainName(*host);
}

std::string UnicodeHost(std::string_view canonical) {
  if (canonical.find("xn--") == std::string_view::npos) return {};
  char* unicode = nullptr;
  if (idn2_to_unicode_8z8z(std::string(canonical).c_str(), &unicode, 0) !=
      IDN2_OK) {
    return {};
  }
  std::string host = unicode;
  idn2_free(unicode);
  return host;
}

}  // namespace mispsift
