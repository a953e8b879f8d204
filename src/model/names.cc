// The words of the output files, each enumeration's in its order.

#include <algorithm>
#include <iterator>
#include <string_view>

#include "mispsift/base/check.h"
#include "mispsift/model/indicator.h"
#include "mispsift/model/match.h"
#include "mispsift/model/oddity.h"
#include "mispsift/model/report.h"
#include "mispsift/model/warninglist.h"

namespace mispsift {
namespace {

constexpr std::string_view kKindNames[] = {
    "md5",
    "sha1",
    "sha224",
    "sha256",
    "sha384",
    "sha512",
    "sha512-224",
    "sha512-256",
    "sha3-224",
    "sha3-256",
    "sha3-384",
    "sha3-512",
    "ssdeep",
    "tlsh",
    "imphash",
    "impfuzzy",
    "authentihash",
    "pehash",
    "vhash",
    "telfhash",
    "ip",
    "ip-port",
    "host",
    "url",
    "uri",
    "email",
    "filename",
    "filepath",
    "mutex",
    "regkey",
    "regkey-value",
    "user-agent",
    "named-pipe",
    "pdb",
    "x509-fingerprint",
    "ja3",
};
static_assert(std::size(kKindNames) ==
              static_cast<size_t>(IndicatorKind::kCount));

constexpr std::string_view kWhereNames[] = {
    "target",   "dropped", "network", "config",  "signature",
    "behavior", "memory",  "static",  "strings", "debug",
};
static_assert(std::size(kWhereNames) == static_cast<size_t>(Where::kCount));

constexpr std::string_view kRuleNames[] = {
    "exact", "folded", "cidr", "subdomain", "url", "basename", "fuzzy"};
static_assert(std::size(kRuleNames) == static_cast<size_t>(MatchRule::kCount));

constexpr std::string_view kDialectNames[] = {
    "cuckoo0", "cuckoo1", "cuckoo2", "cape", "cuckoo3", "droid", "other"};

constexpr std::string_view kOddityNames[] = {
    "byte_order_mark", "not_a_number",  "lone_surrogates", "control_bytes",
    "invalid_utf8",    "unopened_list", "trailing_garbage"};
static_assert(std::size(kOddityNames) == static_cast<size_t>(Oddity::kCount));

constexpr std::string_view kWarninglistTypeNames[] = {
    "string", "substring", "hostname", "cidr", "regex"};

}  // namespace

std::string_view KindName(IndicatorKind kind) {
  MISPSIFT_CHECK(kind < IndicatorKind::kCount);
  return kKindNames[static_cast<size_t>(kind)];
}

bool ParseKind(std::string_view name, IndicatorKind* kind) {
  const auto* const found =
      std::find(std::begin(kKindNames), std::end(kKindNames), name);
  if (found == std::end(kKindNames)) return false;
  *kind = static_cast<IndicatorKind>(found - kKindNames);
  return true;
}

std::string_view WhereName(Where where) {
  MISPSIFT_CHECK(where < Where::kCount);
  return kWhereNames[static_cast<size_t>(where)];
}

std::string_view MatchRuleName(MatchRule rule) {
  MISPSIFT_CHECK(rule < MatchRule::kCount);
  return kRuleNames[static_cast<size_t>(rule)];
}

std::string_view DialectName(Dialect dialect) {
  return kDialectNames[static_cast<size_t>(dialect)];
}

std::string_view OddityName(Oddity oddity) {
  MISPSIFT_CHECK(oddity < Oddity::kCount);
  return kOddityNames[static_cast<size_t>(oddity)];
}

std::string_view WarninglistTypeName(WarninglistType type) {
  return kWarninglistTypeNames[static_cast<size_t>(type)];
}

bool ParseWarninglistType(std::string_view name, WarninglistType* type) {
  const auto* const found = std::find(std::begin(kWarninglistTypeNames),
                                      std::end(kWarninglistTypeNames), name);
  if (found == std::end(kWarninglistTypeNames)) return false;
  *type = static_cast<WarninglistType>(found - kWarninglistTypeNames);
  return true;
}

}  // namespace mispsift
