#ifndef MISPSIFT_SRC_NORMALIZE_MISP_CHECKS_H_
#define MISPSIFT_SRC_NORMALIZE_MISP_CHECKS_H_

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace mispsift {

// What MISP accepts as a value of its types; which type gets which stands in
// the table in misp_rules.cc. Hexadecimal digits may have either case.

bool IsDigit(char c);
bool IsAlnum(char c);
bool IsHex(std::string_view text);
template <size_t kDigits>
bool IsHexOf(std::string_view text) {
  return text.size() == kDigits && IsHex(text);
}

// "first|second" at the first bar; `found` is false when there is none.
struct Halves {
  bool found = false;
  std::string_view first;
  std::string_view second;
};
Halves SplitAtBar(std::string_view value);

bool Anything(std::string_view value);
bool HasNoNewline(std::string_view value);
bool IsLongHex(std::string_view value);
bool IsTlsh(std::string_view value);
bool HasTelfhashLength(std::string_view value);
// blocksize:hash:hash
bool IsSsdeep(std::string_view value);
// imports:hash:hash
bool IsImpfuzzy(std::string_view value);
bool IsSshFingerprint(std::string_view value);
bool IsAddress(std::string_view value);
bool IsAddressOrNetwork(std::string_view value);
bool IsPort(std::string_view value);
bool IsAddressAndPort(std::string_view value);
bool IsDomainAndAddress(std::string_view value);
bool IsHostnameAndPort(std::string_view value);
bool IsOnion(std::string_view value);
// A url in printable ASCII with a scheme and, for http, a strict host name.
bool IsLink(std::string_view value);
// Something, an "@" without white space before it, a dot behind it, one line.
bool IsEmail(std::string_view value);
bool IsMac48(std::string_view value);
bool IsMac64(std::string_view value);
bool IsAutonomousSystem(std::string_view value);
bool HoldsHttpMethod(std::string_view value);
bool IsVulnerability(std::string_view value);
bool IsWeakness(std::string_view value);
bool IsServiceName(std::string_view value);
bool IsAlnumText(std::string_view value);
bool IsNumber(std::string_view value);
bool IsInteger(std::string_view value);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_NORMALIZE_MISP_CHECKS_H_
