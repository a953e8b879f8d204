// What MISP accepts: one predicate for each form that a value can have, over
// the massaged value. All of them look at each byte a fixed number of times.

#include "src/normalize/misp_checks.h"

#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"
#include "mispsift/base/byte_set.h"
#include "src/normalize/host.h"
#include "src/normalize/ip_address.h"

namespace mispsift {
namespace {

constexpr size_t kNowhere = std::string_view::npos;

constexpr ByteSet kHexDigits("0123456789abcdefABCDEF");

bool IsHexDigit(char c) { return kHexDigits.Holds(c); }

template <size_t kPairs>
bool IsMac(std::string_view value) {
  if (value.size() != 3 * kPairs - 1) return false;
  for (size_t i = 0; i < value.size(); ++i) {
    if (i % 3 == 2 ? value[i] != ':' : !IsHexDigit(value[i])) return false;
  }
  return true;
}

}  // namespace

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAlnum(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c));
}

Halves SplitAtBar(std::string_view value) {
  const size_t bar = value.find('|');
  if (bar == kNowhere) return {};
  return {true, value.substr(0, bar), value.substr(bar + 1)};
}

bool IsHex(std::string_view text) {
  return !text.empty() && kHexDigits.HoldsAllOf(text);
}

bool IsPort(std::string_view text) {
  uint32_t port = 0;
  return ParseNumber(text, 65535, &port) && port >= 1;
}

bool IsEmail(std::string_view text) {
  const size_t at = text.find('@', 1);
  return at != kNowhere &&
         std::ranges::none_of(
             text.substr(1, at - 1),
             [](char c) {
               return absl::ascii_isspace(static_cast<unsigned char>(c));
             }) &&
         text.find('.', at) != kNowhere && HasNoNewline(text);
}

bool IsSsdeep(std::string_view text) {
  const size_t first = text.find(':');
  if (first == kNowhere) return false;
  const size_t second = text.find(':', first + 1);
  if (second == kNowhere || !IsDigits(text.substr(0, first))) return false;
  const auto in_hash = [](char c) {
    return IsAlnum(c) || c == '/' || c == '+';
  };
  return std::ranges::all_of(text.substr(first + 1, second - first - 1),
                             in_hash) &&
         std::ranges::all_of(text.substr(second + 1), in_hash);
}

bool IsImpfuzzy(std::string_view text) {
  return std::ranges::count(text, ':') == 2 &&
         IsDigits(text.substr(0, text.find(':')));
}

bool Anything(std::string_view) { return true; }
bool HasNoNewline(std::string_view value) {
  return value.find('\n') == kNowhere;
}

bool IsLongHex(std::string_view value) {
  return value.size() >= 40 && std::ranges::all_of(value, [](char c) {
           return IsDigit(c) || (c >= 'a' && c <= 'f');
         });
}

bool IsTlsh(std::string_view value) {
  if (value.starts_with('t')) value.remove_prefix(1);
  return value.size() > 35 && IsHex(value);
}

bool HasTelfhashLength(std::string_view value) {
  return value.size() == 70 || value.size() == 72;
}

bool IsSshFingerprint(std::string_view value) {
  if (value.starts_with("SHA256:")) {
    value.remove_prefix(7);
    if (value.size() == 44 && value.ends_with('=')) value.remove_suffix(1);
    return value.size() == 43 && std::ranges::all_of(value, [](char c) {
             return IsAlnum(c) || c == '+' || c == '/';
           });
  }
  if (value.starts_with("MD5:")) value.remove_prefix(4);
  std::string digits(value);
  std::erase(digits, ':');
  return IsHexOf<32>(digits);
}

bool IsAddress(std::string_view value) {
  IpAddress ip;
  return ParseIp(value, &ip);
}

bool IsAddressOrNetwork(std::string_view value) {
  std::string network;
  return IsAddress(value) || AppendNetwork(value, &network);
}

bool IsAddressAndPort(std::string_view value) {
  const Halves halves = SplitAtBar(value);
  return IsAddress(halves.first) && IsPort(halves.second);
}

bool IsDomainAndAddress(std::string_view value) {
  const Halves halves = SplitAtBar(value);
  return IsDomainName(halves.first) && IsAddress(halves.second);
}

bool IsHostnameAndPort(std::string_view value) {
  const Halves halves = SplitAtBar(value);
  return IsDomainName(halves.first) && IsPort(halves.second);
}

bool IsOnion(std::string_view value) {
  constexpr std::string_view kSuffix = ".onion";
  if (!value.ends_with(kSuffix)) return false;
  value.remove_suffix(kSuffix.size());
  return (value.size() == 16 || value.size() == 56) &&
         std::ranges::all_of(value, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7');
         });
}

bool IsMac48(std::string_view value) { return IsMac<6>(value); }
bool IsMac64(std::string_view value) { return IsMac<8>(value); }

bool IsAutonomousSystem(std::string_view value) {
  uint32_t number = 0;
  return ParseNumber(value, UINT32_MAX, &number);
}

// MISP looks for a method anywhere in the value, so that those that hold
// another (UNLOCK holds LOCK, PROPPATCH holds PATCH) need no row.
bool HoldsHttpMethod(std::string_view value) {
  constexpr std::string_view kMethods[] = {"OPTIONS",
                                           "GET",
                                           "HEAD",
                                           "POST",
                                           "PUT",
                                           "DELETE",
                                           "TRACE",
                                           "CONNECT",
                                           "PROPFIND",
                                           "MKCOL",
                                           "COPY",
                                           "MOVE",
                                           "LOCK",
                                           "VERSION-CONTROL",
                                           "REPORT",
                                           "CHECKOUT",
                                           "CHECKIN",
                                           "UPDATE",
                                           "LABEL",
                                           "MERGE",
                                           "SEARCH",
                                           "ACL",
                                           "PATCH",
                                           "MKWORKSPACE",
                                           "BASELINE-CONTROL",
                                           "MKACTIVITY"};
  return std::ranges::any_of(kMethods, [&](std::string_view method) {
    return value.find(method) != kNowhere;
  });
}

// "CVE-2020-12345": a year of four digits and four digits or more.
bool IsVulnerability(std::string_view value) {
  return value.size() >= 13 && value.starts_with("CVE-") && value[8] == '-' &&
         IsDigits(value.substr(4, 4)) && IsDigits(value.substr(9));
}

bool IsWeakness(std::string_view value) {
  return value.starts_with("CWE-") && IsDigits(value.substr(4));
}

bool IsServiceName(std::string_view value) {
  return value.size() <= 256 && value.find_first_of("\\/") == kNowhere;
}

bool IsAlnumText(std::string_view value) {
  return !value.empty() && std::ranges::all_of(value, IsAlnum);
}

// What PHP takes for a number: sign, digits with a point, exponent.
bool IsNumber(std::string_view value) {
  const auto skip_sign = [&] {
    if (value.starts_with('+') || value.starts_with('-')) {
      value.remove_prefix(1);
    }
  };
  const auto skip_digits = [&] {
    size_t count = 0;
    while (count < value.size() && IsDigit(value[count])) ++count;
    value.remove_prefix(count);
    return count;
  };
  skip_sign();
  size_t digits = skip_digits();
  if (value.starts_with('.')) {
    value.remove_prefix(1);
    digits += skip_digits();
  }
  if (digits == 0) return false;
  if (value.starts_with('e') || value.starts_with('E')) {
    value.remove_prefix(1);
    skip_sign();
    if (skip_digits() == 0) return false;
  }
  return value.empty();
}

bool IsInteger(std::string_view value) {
  if (value.starts_with('+') || value.starts_with('-')) value.remove_prefix(1);
  return IsDigits(value);
}

}  // namespace mispsift
