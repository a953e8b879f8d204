#ifndef MISPSIFT_SRC_NORMALIZE_MISP_RULES_H_
#define MISPSIFT_SRC_NORMALIZE_MISP_RULES_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "mispsift/normalize/attribute_types.h"
#include "mispsift/normalize/normalize.h"

namespace mispsift {

// What each does and accepts stands in the table in misp_rules.cc. The rule of
// a filename|hash type is that of its hash.
enum class MispRule : uint8_t {
  kAnyText,
  kOneLine,
  kLowerText,
  kHex32,
  kHex40,
  kHex56,
  kHex62,
  kHex64,
  kHex96,
  kHex128,
  kFingerprint32,
  kFingerprint40,
  kFingerprint64,
  kCommitId,
  kCodeDirectoryHash,
  kTlsh,
  kTelfhash,
  kVhash,
  kSsdeep,
  kImpfuzzy,
  kSshFingerprint,
  kIp,
  kIpPort,
  kPort,
  kDomain,
  kDomainIp,
  kHostname,
  kHostnamePort,
  kOnion,
  kUrl,
  kLink,
  kEmail,
  kEmailAsTyped,
  kMac48,
  kMac64,
  kAutonomousSystem,
  kHttpMethod,
  kHexUpper,
  kVulnerability,
  kWeakness,
  kServiceName,
  kPhone,
  kCardNumber,
  kBankCode,
  kWallet,
  kNumber,
  kInteger,
  kWholeNumber,
  kBoolean,
  kDatetime,
  kCount,
};

// A value of `type` as MISP changes it before it checks it, except that
// characters of four bytes in UTF-8 are kept.
std::string MassageLikeMisp(const AttributeType& type, std::string_view value);

// Why MISP refuses a massaged value, in a few words; empty when it does not.
std::string_view RefusalOf(const AttributeType& type,
                           std::string_view massaged);

// A character of four bytes in UTF-8 becomes "?".
std::string ReplaceFourByteCharacters(std::string_view text);

// StoreLikeMisp() of a type that is known.
MispStored StoreLikeMisp(const AttributeType& type, std::string_view value);

// MISP keeps a value in a column of 64 KB.
inline constexpr size_t kMaxValueBytes = 65535;

}  // namespace mispsift

#endif  // MISPSIFT_SRC_NORMALIZE_MISP_RULES_H_
