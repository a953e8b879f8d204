// How MISP changes values before it checks them.
//
// Case is ASCII's alone: other letters keep theirs. Nothing here judges a
// value: what cannot be read is left for the check to refuse.

#include "src/normalize/misp_massage.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "absl/strings/ascii.h"
#include "mispsift/base/ascii_case.h"
#include "src/normalize/host.h"
#include "src/normalize/ip_address.h"
#include "src/normalize/misp_checks.h"

namespace mispsift {
namespace {

constexpr size_t kNowhere = std::string_view::npos;

void EraseAny(std::string_view characters, std::string* text) {
  std::erase_if(*text, [&](char c) { return characters.find(c) != kNowhere; });
}

void ReplaceAll(std::string_view what, std::string_view with,
                std::string* text) {
  std::string replaced;
  size_t begin = 0;
  for (size_t at; (at = text->find(what, begin)) != kNowhere;
       begin = at + what.size()) {
    replaced.append(*text, begin, at - begin).append(with);
  }
  if (begin == 0) return;
  replaced.append(*text, begin);
  *text = std::move(replaced);
}

// An IPv6 address compressed, a prefix that says nothing dropped; host bits
// stay, and IPv4 is not touched.
std::string TidiedIp(std::string_view value) {
  const size_t slash = value.find('/');
  std::string tidy(value.substr(0, slash));
  IpAddress ip;
  if (ParseIp(tidy, &ip) && ip.v6) {
    tidy.clear();
    AppendIp(ip, &tidy);
  }
  if (slash == kNowhere) return tidy;
  const std::string_view prefix = value.substr(slash + 1);
  const bool says_nothing = (prefix == "32" && value.find('.') != kNowhere) ||
                            (prefix == "128" && value.find(':') != kNowhere);
  if (!says_nothing) tidy.append("/").append(prefix);
  return tidy;
}

// What stands before the first `separator`, and between it and the next.
Halves FirstTwo(std::string_view value, std::string_view separator) {
  const size_t at = value.find(separator);
  if (at == kNowhere) return {};
  const std::string_view rest = value.substr(at + separator.size());
  return {true, value.substr(0, at), rest.substr(0, rest.find(separator))};
}

// MISP takes an IPv6 address and its port apart at the first of these that
// stands behind its first character.
Halves SplitIpv6Port(std::string_view value) {
  const auto holds = [&](std::string_view separator) {
    const size_t at = value.find(separator);
    return at != kNowhere && at > 0;
  };
  if (holds("|")) return FirstTwo(value, "|");
  if (value.starts_with('[') && value.find(']') != kNowhere) {
    const size_t close = value.find(']');
    return {true, value.substr(1, close - 1),
            FirstTwo(value.substr(close), ":").second};
  }
  for (const std::string_view separator : {".", " port ", "p", "#"}) {
    if (holds(separator)) return FirstTwo(value, separator);
  }
  const size_t colon = value.rfind(':');
  return {true, value.substr(0, colon), value.substr(colon + 1)};
}

}  // namespace

void Keep(std::string*) {}
void Lower(std::string* value) { LowerAscii(value); }
void Upper(std::string* value) { absl::AsciiStrToUpper(value); }

void StripColonsAndLower(std::string* value) {
  EraseAny(":", value);
  Lower(value);
}

void EnDashToHyphenAndUpper(std::string* value) {
  ReplaceAll("\xe2\x80\x93", "-", value);
  Upper(value);
}

void KeepDigits(std::string* value) {
  std::erase_if(*value, [](char c) { return !IsDigit(c); });
}

void UpperAndKeepAlnum(std::string* value) {
  Upper(value);
  std::erase_if(*value, [](char c) { return !IsAlnum(c); });
}

void TidyPhone(std::string* value) {
  if (value->starts_with("00")) value->replace(0, 2, "+");
  ReplaceAll("(0)", "", value);
  std::erase_if(*value, [](char c) { return !IsDigit(c) && c != '+'; });
}

void PairWithColons(std::string* value) {
  EraseAny(".:- ", value);
  Lower(value);
  std::string paired;
  for (size_t i = 0; i < value->size(); ++i) {
    if (i > 0 && i % 2 == 0) paired.push_back(':');
    paired.push_back((*value)[i]);
  }
  *value = std::move(paired);
}

void TidyIp(std::string* value) { *value = TidiedIp(*value); }

void TidyDomain(std::string* value) {
  Lower(value);
  TrimDots(value);
  if (!IsDomainName(*value)) ToPunycode(value);
}

void TidyDomainIp(std::string* value) {
  Lower(value);
  const Halves halves = FirstTwo(*value, "|");
  if (!halves.found) return;
  std::string domain(halves.first);
  TidyDomain(&domain);
  *value = domain.append("|").append(TidiedIp(halves.second));
}

void TidyIpPort(std::string* value) {
  Halves halves;
  if (std::ranges::count(*value, ':') >= 2) {
    halves = SplitIpv6Port(*value);
  } else if (value->find(':') != kNowhere) {
    halves = FirstTwo(*value, ":");
  } else {
    halves = FirstTwo(*value, "|");
  }
  if (!halves.found) return;
  std::string tidy = TidiedIp(halves.first);
  *value = tidy.append("|").append(halves.second);
}

void LowerAndColonsToBars(std::string* value) {
  Lower(value);
  std::ranges::replace(*value, ':', '|');
}

void TidyAutonomousSystem(std::string* value) {
  if (value->size() >= 2 && absl::ascii_toupper((*value)[0]) == 'A' &&
      absl::ascii_toupper((*value)[1]) == 'S') {
    value->erase(0, 2);
  }
  const size_t dot = value->find('.');
  if (dot == kNowhere) return;
  uint32_t high = 0;
  uint32_t low = 0;
  const std::string_view text = *value;
  if (ParseNumber(text.substr(0, dot), UINT32_MAX, &high) &&
      ParseNumber(text.substr(dot + 1), UINT32_MAX, &low)) {
    *value = std::to_string(uint64_t{high} * 65536 + low);
  }
}

void TidyBoolean(std::string* value) {
  Lower(value);
  *value = value->empty() || *value == "false" || *value == "0" ? "0" : "1";
}

}  // namespace mispsift
