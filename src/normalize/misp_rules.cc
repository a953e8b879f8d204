// What MISP does with a value on save.
//
// In order: blanks at the ends go (refang.cc); spellings that keep a value
// from being clicked are undone, for the types that the table of types marks;
// a character of four bytes in UTF-8 becomes "?", because MISP's columns are
// utf8mb3; the rule of the type massages the value; and then the value is
// accepted or refused:
//   - it is not empty, has at most 65,535 bytes, and neither it nor a half of
//     it is made of control characters only;
//   - a composite holds exactly one bar;
//   - the rule of its type accepts it. Of filename|hash, the rule is the
//     hash's; the name before the bar is one line that is not massaged.
//
// A site's own import expressions (such as C:\Windows to %WINDIR%) come
// between, and cannot be known from outside.
//
// Source: facts on MISP 2.5.1, observed and read. Where MISP's check is a
// parser of PHP's (dates, urls), what is accepted here is its well-formed
// core: a date has to be ISO 8601. The JSON of cortex is not checked.

#include "src/normalize/misp_rules.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "mispsift/base/byte_set.h"
#include "mispsift/normalize/normalize.h"
#include "mispsift/normalize/refang.h"
#include "src/normalize/host.h"
#include "src/normalize/misp_checks.h"
#include "src/normalize/misp_datetime.h"
#include "src/normalize/misp_massage.h"

namespace mispsift {
namespace {

struct Rule {
  MispRule rule;
  void (*massage)(std::string* value);
  bool (*accepts)(std::string_view massaged);
  std::string_view refusal;
};

using R = MispRule;
constexpr Rule kRules[] = {
    {R::kAnyText, Keep, Anything, ""},
    {R::kOneLine, Keep, HasNoNewline, "holds a newline"},
    {R::kLowerText, Lower, Anything, ""},
    {R::kHex32, Lower, IsHexOf<32>, "not 32 hex digits"},
    {R::kHex40, Lower, IsHexOf<40>, "not 40 hex digits"},
    {R::kHex56, Lower, IsHexOf<56>, "not 56 hex digits"},
    {R::kHex62, Lower, IsHexOf<62>, "not 62 hex digits"},
    {R::kHex64, Lower, IsHexOf<64>, "not 64 hex digits"},
    {R::kHex96, Lower, IsHexOf<96>, "not 96 hex digits"},
    {R::kHex128, Lower, IsHexOf<128>, "not 128 hex digits"},
    {R::kFingerprint32, StripColonsAndLower, IsHexOf<32>, "not 32 hex digits"},
    {R::kFingerprint40, StripColonsAndLower, IsHexOf<40>, "not 40 hex digits"},
    {R::kFingerprint64, StripColonsAndLower, IsHexOf<64>, "not 64 hex digits"},
    {R::kCommitId, Keep, IsHexOf<40>, "not 40 hex digits"},
    {R::kCodeDirectoryHash, Lower, IsLongHex, "not 40 or more hex digits"},
    {R::kTlsh, Lower, IsTlsh, "not 36 or more hex digits"},
    {R::kTelfhash, Lower, HasTelfhashLength, "not 70 or 72 characters"},
    {R::kVhash, Lower, HasNoNewline, "holds a newline"},
    {R::kSsdeep, Keep, IsSsdeep, "not blocksize:hash:hash"},
    {R::kImpfuzzy, Keep, IsImpfuzzy, "not imports:hash:hash"},
    {R::kSshFingerprint, Keep, IsSshFingerprint, "no ssh fingerprint"},
    {R::kIp, TidyIp, IsAddressOrNetwork, "no ip address or network"},
    {R::kIpPort, TidyIpPort, IsAddressAndPort, "no ip address and port"},
    {R::kPort, Keep, IsPort, "no port from 1 to 65535"},
    {R::kDomain, TidyDomain, IsDomainName, "no domain name"},
    {R::kDomainIp, TidyDomainIp, IsDomainAndAddress, "no domain and address"},
    {R::kHostname, Lower, IsDomainName, "no host name"},
    {R::kHostnamePort, LowerAndColonsToBars, IsHostnameAndPort,
     "no host name and port"},
    {R::kOnion, Lower, IsOnion, "no onion address"},
    {R::kUrl, Keep, HasNoNewline, "holds a newline"},
    {R::kLink, Keep, IsLink, "no url with a scheme"},
    {R::kEmail, Lower, IsEmail, "no e-mail address"},
    {R::kEmailAsTyped, Keep, IsEmail, "no e-mail address"},
    {R::kMac48, PairWithColons, IsMac48, "not 6 pairs of hex digits"},
    {R::kMac64, PairWithColons, IsMac64, "not 8 pairs of hex digits"},
    {R::kAutonomousSystem, TidyAutonomousSystem, IsAutonomousSystem,
     "no number of an autonomous system"},
    {R::kHttpMethod, Upper, HoldsHttpMethod, "no http method"},
    {R::kHexUpper, Upper, IsHex, "not hex digits"},
    {R::kVulnerability, EnDashToHyphenAndUpper, IsVulnerability,
     "not CVE-xxxx-xxxx"},
    {R::kWeakness, EnDashToHyphenAndUpper, IsWeakness, "not CWE-x"},
    {R::kServiceName, Keep, IsServiceName, "holds a slash or is too long"},
    {R::kPhone, TidyPhone, IsNumber, "no number"},
    {R::kCardNumber, KeepDigits, IsNumber, "no number"},
    {R::kBankCode, UpperAndKeepAlnum, IsAlnumText, "not letters and digits"},
    {R::kWallet, Keep, IsAlnumText, "not letters and digits"},
    {R::kNumber, Keep, IsNumber, "no number"},
    {R::kInteger, Keep, IsInteger, "no integer"},
    {R::kWholeNumber, Keep, IsDigits, "no whole number"},
    {R::kBoolean, TidyBoolean, Anything, ""},
    {R::kDatetime, TidyDatetime, IsDatetime, "no ISO 8601 date"},
};

constexpr bool RulesAreInOrder() {
  for (size_t i = 0; i < std::size(kRules); ++i) {
    if (kRules[i].rule != static_cast<MispRule>(i)) return false;
  }
  return std::size(kRules) == static_cast<size_t>(MispRule::kCount);
}
static_assert(RulesAreInOrder());

const Rule& RuleOf(const AttributeType& type) {
  return kRules[static_cast<size_t>(type.rule)];
}

// malware-sample has two halves too, but MISP checks neither.
bool IsNameAndHash(const AttributeType& type) {
  return type.name.starts_with("filename|");
}

Refang RefangOf(MispRule rule) {
  switch (rule) {
    case MispRule::kUrl:
    case MispRule::kLink:
      return Refang::kUrl;
    case MispRule::kEmail:
      return Refang::kEmail;
    default:
      return Refang::kHost;
  }
}

bool IsControl(char c) {
  return absl::ascii_iscntrl(static_cast<unsigned char>(c));
}

bool IsControlOnly(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, IsControl);
}

}  // namespace

std::string ReplaceFourByteCharacters(std::string_view text) {
  const auto continues = [&](size_t at, size_t count) {
    for (size_t i = at + 1; i <= at + count; ++i) {
      if (i >= text.size() || (text[i] & '\xc0') != '\x80') return false;
    }
    return true;
  };
  std::string replaced;
  replaced.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead >= 0xf0 && lead <= 0xf4 && continues(i, 3)) {
      replaced.push_back('?');
      i += 3;
    } else {
      replaced.push_back(text[i]);
    }
  }
  return replaced;
}

std::string MassageLikeMisp(const AttributeType& type, std::string_view value) {
  std::string massaged(TrimBlanks(value));
  if (type.refang) RefangInPlace(RefangOf(type.rule), &massaged);
  if (!IsNameAndHash(type)) {
    RuleOf(type).massage(&massaged);
    return massaged;
  }
  const Halves halves = SplitAtBar(massaged);
  if (!halves.found) return massaged;
  std::string hash(halves.second);
  RuleOf(type).massage(&hash);
  return std::string(halves.first).append("|").append(hash);
}

std::string_view RefusalOf(const AttributeType& type,
                           std::string_view massaged) {
  if (massaged.empty()) return "empty";
  if (massaged.size() > kMaxValueBytes) return "longer than 65535 bytes";
  if (IsControlOnly(massaged)) return "control characters only";
  std::string_view checked = massaged;
  if (type.composite) {
    if (std::ranges::count(massaged, '|') != 1) return "not two halves";
    const Halves halves = SplitAtBar(massaged);
    if (IsControlOnly(halves.first) || IsControlOnly(halves.second)) {
      return "control characters only";
    }
    if (IsNameAndHash(type)) {
      if (halves.first.empty()) return "no file name";
      if (!HasNoNewline(halves.first)) return "holds a newline";
      if (halves.second.empty()) return "no hash";
      checked = halves.second;
    }
  }
  const Rule& rule = RuleOf(type);
  return rule.accepts(checked) ? std::string_view() : rule.refusal;
}

MispStored StoreLikeMisp(std::string_view type, std::string_view value) {
  const AttributeType* const row = FindAttributeType(type);
  if (row == nullptr)
    return {.kept = false, .value = "", .refusal = "no such type"};
  return StoreLikeMisp(*row, value);
}

MispStored StoreLikeMisp(const AttributeType& type, std::string_view value) {
  MispStored stored;
  std::string massaged =
      MassageLikeMisp(type, ReplaceFourByteCharacters(value));
  stored.refusal = RefusalOf(type, massaged);
  stored.kept = stored.refusal.empty();
  if (stored.kept) stored.value = std::move(massaged);
  return stored;
}

}  // namespace mispsift
