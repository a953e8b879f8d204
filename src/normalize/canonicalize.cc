// One way to write each value.
//
// Blanks at either end go, and brackets that keep a value from being clicked
// are undone, for a report's text as for an attribute's value. Then, by kind:
//   hashes      lower case, and the right number of hex digits, without the
//               hash's name in front ("sha256:"); ssdeep and
//               impfuzzy are exact text; tlsh and telfhash lose their "T1",
//               an x509 fingerprint its colons
//   ip, host    ip_address.cc, host.cc
//   ip-port     "address|port", from that, "192.0.2.9:80" or "[2001:db8::1]:80"
//   url         unchanged, unless it is a bare host, which is that host; with
//               a slash, a port or a path it is a url
//   email       lower case
//   regkey-value  "key|value", no blanks around the bar
//   filename    unchanged; with "\" or "/" in it, it is a filepath
//   the others  unchanged
// A value that MISP could not hold is none: longer than 65,535 bytes, control
// characters only, or of several lines where MISP wants one.

#include <algorithm>
#include <string>
#include <string_view>

#include "absl/strings/ascii.h"
#include "mispsift/base/ascii_case.h"
#include "mispsift/base/byte_set.h"
#include "mispsift/normalize/normalize.h"
#include "mispsift/normalize/refang.h"
#include "src/normalize/host.h"
#include "src/normalize/ip_address.h"
#include "src/normalize/misp_checks.h"
#include "src/normalize/misp_rules.h"

namespace mispsift {
namespace {

using K = IndicatorKind;
constexpr size_t kNowhere = std::string_view::npos;
constexpr ByteSet kPathSeparators("\\/");

// 0 for the kinds that are no plain hexadecimal number.
size_t HexDigitsOf(IndicatorKind kind) {
  switch (kind) {
    case K::kMd5:
    case K::kImphash:
    case K::kJa3:
      return 32;
    case K::kSha1:
    case K::kPehash:
      return 40;
    case K::kSha224:
    case K::kSha512_224:
    case K::kSha3_224:
      return 56;
    case K::kSha256:
    case K::kSha512_256:
    case K::kSha3_256:
    case K::kAuthentihash:
      return 64;
    case K::kTelfhash:
      return 70;
    case K::kSha384:
    case K::kSha3_384:
      return 96;
    case K::kSha512:
    case K::kSha3_512:
      return 128;
    default:
      return 0;
  }
}

void LowerAndDropTlshVersion(std::string* hash) {
  LowerAscii(hash);
  if (hash->starts_with("t1")) hash->erase(0, 2);
}

// "sha256:", in any case.
void DropHashName(IndicatorKind kind, std::string* hash) {
  const std::string_view name = KindName(kind);
  if (hash->size() > name.size() && (*hash)[name.size()] == ':' &&
      StartsWithIgnoreCase(*hash, name)) {
    hash->erase(0, name.size() + 1);
  }
}

bool CanonicalizeHash(IndicatorKind kind, std::string* hash) {
  DropHashName(kind, hash);
  switch (kind) {
    case K::kSsdeep:
      return IsSsdeep(*hash);
    case K::kImpfuzzy:
      return IsImpfuzzy(*hash) && HasNoNewline(*hash);
    case K::kVhash:
      LowerAscii(hash);
      return HasNoNewline(*hash);
    case K::kTlsh:
      LowerAndDropTlshVersion(hash);
      return hash->size() >= 35 && IsHex(*hash);
    case K::kX509Fingerprint:
      std::erase(*hash, ':');
      LowerAscii(hash);
      return IsHexOf<32>(*hash) || IsHexOf<40>(*hash) || IsHexOf<64>(*hash);
    case K::kTelfhash:
      LowerAndDropTlshVersion(hash);
      break;
    default:
      LowerAscii(hash);
  }
  return hash->size() == HexDigitsOf(kind) && IsHex(*hash);
}

bool CanonicalizeIp(std::string* text) {
  RefangInPlace(Refang::kHost, text);
  IpAddress ip;
  if (!ParseIp(*text, &ip)) return false;
  UnmapIp(&ip);
  text->clear();
  AppendIp(ip, text);
  return true;
}

Halves SplitIpPort(std::string_view text) {
  if (text.find('|') != kNowhere) return SplitAtBar(text);
  size_t colon = text.find(':');
  if (text.starts_with('[')) {
    const size_t close = text.find("]:");
    if (close == kNowhere) return {};
    return {true, text.substr(1, close - 1), text.substr(close + 2)};
  }
  if (colon == kNowhere) return {};
  return {true, text.substr(0, colon), text.substr(colon + 1)};
}

bool CanonicalizeIpPort(std::string* text) {
  RefangInPlace(Refang::kHost, text);
  const Halves halves = SplitIpPort(*text);
  IpAddress ip;
  uint32_t port = 0;
  if (!halves.found || !ParseIp(halves.first, &ip) ||
      !ParseNumber(halves.second, 65535, &port) || port == 0) {
    return false;
  }
  UnmapIp(&ip);
  text->clear();
  AppendIp(ip, text);
  text->append("|").append(std::to_string(port));
  return true;
}

bool CanonicalizeUrl(std::string_view trimmed, IndicatorKind* kind,
                     std::string* url) {
  RefangInPlace(Refang::kUrl, url);
  if (!HasNoNewline(*url)) return false;
  static constexpr ByteSet kNotInHosts("/?#@");
  if (!kNotInHosts.HoldsAnyOf(*url)) {
    if (CanonicalizeHost(url, kind)) return true;
    *kind = K::kUrl;
    url->assign(trimmed);
    RefangInPlace(Refang::kUrl, url);
  }
  return true;
}

bool CanonicalizeRegkeyValue(std::string* text) {
  const size_t bar = text->find('|');
  if (bar == kNowhere || text->find('|', bar + 1) != kNowhere) return false;
  const std::string_view all = *text;
  const std::string_view key = TrimBlanks(all.substr(0, bar));
  const std::string_view value = TrimBlanks(all.substr(bar + 1));
  if (key.empty() || !HasNoNewline(all)) return false;
  const size_t key_bytes = key.size();
  // The whole is trimmed, so only what surrounds the bar can be superfluous.
  text->erase(bar + 1, all.size() - bar - 1 - value.size());
  text->erase(key_bytes, bar - key_bytes);
  return true;
}

bool IsControlOnly(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return absl::ascii_iscntrl(static_cast<unsigned char>(c));
  });
}

}  // namespace

bool Canonicalize(std::string_view text, IndicatorKind* kind,
                  std::string* canonical) {
  const std::string_view trimmed = TrimBlanks(text);
  if (trimmed.size() > kMaxValueBytes || IsControlOnly(trimmed)) return false;
  canonical->assign(trimmed);
  switch (*kind) {
    case K::kIp:
      return CanonicalizeIp(canonical);
    case K::kIpPort:
      return CanonicalizeIpPort(canonical);
    case K::kHost:
      RefangInPlace(Refang::kHost, canonical);
      return CanonicalizeHost(canonical, kind);
    case K::kUrl:
      return CanonicalizeUrl(trimmed, kind, canonical);
    case K::kEmail:
      RefangInPlace(Refang::kEmail, canonical);
      LowerAscii(canonical);
      return IsEmail(*canonical);
    case K::kFilename:
    case K::kFilepath:
      *kind =
          kPathSeparators.HoldsAnyOf(*canonical) ? K::kFilepath : K::kFilename;
      return HasNoNewline(*canonical);
    case K::kRegkeyValue:
      return CanonicalizeRegkeyValue(canonical);
    case K::kMutex:
      return true;
    case K::kUri:
    case K::kRegkey:
    case K::kUserAgent:
    case K::kNamedPipe:
    case K::kPdb:
      return HasNoNewline(*canonical);
    case K::kCount:
      return false;
    default:
      return CanonicalizeHash(*kind, canonical);
  }
}

std::string_view Basename(std::string_view path) {
  size_t begin = path.size();
  while (begin > 0 && !kPathSeparators.Holds(path[begin - 1])) --begin;
  return path.substr(begin);
}

bool IsSchemeText(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return IsAlnum(c) || c == '+' || c == '-' || c == '.';
  });
}

std::string_view WithoutScheme(std::string_view url) {
  constexpr std::string_view kMark = "://";
  const size_t mark = url.find(':');
  if (mark == kNowhere || mark == 0 || !url.substr(mark).starts_with(kMark)) {
    return {};
  }
  return IsSchemeText(url.substr(0, mark)) ? url.substr(mark + kMark.size())
                                           : std::string_view();
}

std::string_view HostInUrl(std::string_view url) {
  const std::string_view rest = WithoutScheme(url);
  std::string_view host = rest.empty() ? url : rest;
  static constexpr ByteSet kEndsAuthority("/?#");
  host = kEndsAuthority.HeadOf(host);
  host.remove_prefix(host.rfind('@') + 1);
  if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
  return host.substr(0, host.find(':'));
}

bool NamesItsScheme(std::string_view url) {
  if (!WithoutScheme(url).empty()) return true;
  const size_t colon = url.find(':');
  if (colon == kNowhere || colon == 0) return false;
  return std::ranges::all_of(
             url.substr(0, colon),
             [](char c) { return IsAlnum(c) || c == '+' || c == '-'; }) &&
         colon + 1 < url.size() && !IsDigit(url[colon + 1]);
}

}  // namespace mispsift
