// MISP's attribute types, and what mispsift makes of each.
//
// One row a type: its name, the category and to_ids flag that MISP gives it
// when nobody says, the rule by which MISP saves and checks a value
// (misp_rules.cc), and the kinds of indicator that a value feeds. A type
// without a kind names nothing that a report could show as a value of its own:
// free text, rules, people, money.
//
// Source: MISP 2.5.x, describeTypes; suricata, uuid and edge-extension-id are
// newer than 2.5.1.

#include "mispsift/normalize/attribute_types.h"

#include <algorithm>

#include "src/normalize/misp_rules.h"

namespace mispsift {
namespace {

constexpr std::string_view kDropped = "Artifacts dropped";
constexpr std::string_view kAttribution = "Attribution";
constexpr std::string_view kAnalysis = "External analysis";
constexpr std::string_view kFinance = "Financial fraud";
constexpr std::string_view kReference = "Internal reference";
constexpr std::string_view kNetwork = "Network activity";
constexpr std::string_view kOther = "Other";
constexpr std::string_view kDelivery = "Payload delivery";
constexpr std::string_view kInstallation = "Payload installation";
constexpr std::string_view kPersistence = "Persistence mechanism";
constexpr std::string_view kPerson = "Person";
constexpr std::string_view kSocial = "Social network";
constexpr std::string_view kTargeting = "Targeting data";

enum Flags : unsigned {
  kPlain = 0,
  kToIds = 1,
  kComposite = 2,
  kRefang = 4,
};

using K = IndicatorKind;
using R = MispRule;

constexpr AttributeType Type(std::string_view name, std::string_view category,
                             unsigned flags, R rule, K first = K::kCount,
                             K second = K::kCount) {
  return {name,
          category,
          (flags & kToIds) != 0,
          (flags & kComposite) != 0,
          (flags & kRefang) != 0,
          rule,
          first,
          second};
}

constexpr AttributeType NameAndHash(std::string_view name, R hash_rule,
                                    K hash_kind) {
  return Type(name, kDelivery, kToIds | kComposite, hash_rule, K::kFilename,
              hash_kind);
}

constexpr AttributeType kTypes[] = {
    Type("AS", kNetwork, kPlain, R::kAutonomousSystem),
    Type("aba-rtn", kFinance, kToIds, R::kNumber),
    Type("anonymised", kOther, kPlain, R::kLowerText),
    Type("attachment", kAnalysis, kPlain, R::kAnyText, K::kFilename),
    Type("authentihash", kDelivery, kToIds, R::kHex64, K::kAuthentihash),
    Type("azure-application-id", kDelivery, kToIds, R::kOneLine),
    Type("bank-account-nr", kFinance, kToIds, R::kNumber),
    Type("bic", kFinance, kToIds, R::kBankCode),
    Type("bin", kFinance, kToIds, R::kCardNumber),
    Type("boolean", kOther, kPlain, R::kBoolean),
    Type("bro", kNetwork, kToIds, R::kAnyText),
    Type("btc", kFinance, kToIds, R::kWallet),
    Type("campaign-id", kAttribution, kPlain, R::kOneLine),
    Type("campaign-name", kAttribution, kPlain, R::kOneLine),
    Type("cc-number", kFinance, kToIds, R::kCardNumber),
    Type("cdhash", kDelivery, kToIds, R::kCodeDirectoryHash),
    Type("chrome-extension-id", kDelivery, kToIds, R::kOneLine),
    Type("comment", kOther, kPlain, R::kAnyText),
    Type("community-id", kNetwork, kToIds, R::kAnyText),
    Type("cookie", kNetwork, kPlain, R::kAnyText),
    Type("cortex", kAnalysis, kPlain, R::kAnyText),
    Type("counter", kOther, kPlain, R::kWholeNumber),
    Type("country-of-residence", kPerson, kPlain, R::kOneLine),
    Type("cpe", kAnalysis, kPlain, R::kAnyText),
    Type("dash", kFinance, kToIds, R::kWallet),
    Type("date-of-birth", kPerson, kPlain, R::kOneLine),
    Type("datetime", kOther, kPlain, R::kDatetime),
    Type("dkim", kNetwork, kPlain, R::kOneLine),
    Type("dkim-signature", kNetwork, kPlain, R::kOneLine),
    Type("dns-soa-email", kAttribution, kPlain, R::kEmailAsTyped, K::kEmail),
    Type("dom-hash", kNetwork, kToIds, R::kHex32),
    Type("domain", kNetwork, kToIds | kRefang, R::kDomain, K::kHost),
    Type("domain|ip", kNetwork, kToIds | kComposite | kRefang, R::kDomainIp,
         K::kHost, K::kIp),
    Type("edge-extension-id", kDelivery, kToIds, R::kOneLine),
    Type("email", kSocial, kToIds | kRefang, R::kEmail, K::kEmail),
    Type("email-attachment", kDelivery, kToIds, R::kAnyText, K::kFilename),
    Type("email-body", kDelivery, kPlain, R::kAnyText),
    Type("email-dst", kNetwork, kToIds | kRefang, R::kEmail, K::kEmail),
    Type("email-dst-display-name", kDelivery, kPlain, R::kOneLine),
    Type("email-header", kDelivery, kPlain, R::kAnyText),
    Type("email-message-id", kDelivery, kPlain, R::kOneLine),
    Type("email-mime-boundary", kDelivery, kPlain, R::kOneLine),
    Type("email-reply-to", kDelivery, kPlain, R::kOneLine, K::kEmail),
    Type("email-src", kDelivery, kToIds | kRefang, R::kEmail, K::kEmail),
    Type("email-src-display-name", kDelivery, kPlain, R::kOneLine),
    Type("email-subject", kDelivery, kPlain, R::kOneLine),
    Type("email-thread-index", kDelivery, kPlain, R::kOneLine),
    Type("email-x-mailer", kDelivery, kPlain, R::kOneLine),
    Type("eppn", kNetwork, kToIds, R::kEmailAsTyped),
    Type("favicon-mmh3", kNetwork, kToIds, R::kOneLine),
    Type("filename", kDelivery, kToIds, R::kOneLine, K::kFilename),
    Type("filename-pattern", kInstallation, kToIds, R::kAnyText),
    NameAndHash("filename|authentihash", R::kHex64, K::kAuthentihash),
    NameAndHash("filename|impfuzzy", R::kImpfuzzy, K::kImpfuzzy),
    NameAndHash("filename|imphash", R::kHex32, K::kImphash),
    NameAndHash("filename|md5", R::kHex32, K::kMd5),
    NameAndHash("filename|pehash", R::kHex40, K::kPehash),
    NameAndHash("filename|sha1", R::kHex40, K::kSha1),
    NameAndHash("filename|sha224", R::kHex56, K::kSha224),
    NameAndHash("filename|sha256", R::kHex64, K::kSha256),
    NameAndHash("filename|sha3-224", R::kHex56, K::kSha3_224),
    NameAndHash("filename|sha3-256", R::kHex64, K::kSha3_256),
    NameAndHash("filename|sha3-384", R::kHex96, K::kSha3_384),
    NameAndHash("filename|sha3-512", R::kHex128, K::kSha3_512),
    NameAndHash("filename|sha384", R::kHex96, K::kSha384),
    NameAndHash("filename|sha512", R::kHex128, K::kSha512),
    NameAndHash("filename|sha512/224", R::kHex56, K::kSha512_224),
    NameAndHash("filename|sha512/256", R::kHex64, K::kSha512_256),
    NameAndHash("filename|ssdeep", R::kSsdeep, K::kSsdeep),
    NameAndHash("filename|tlsh", R::kTlsh, K::kTlsh),
    NameAndHash("filename|vhash", R::kVhash, K::kVhash),
    Type("first-name", kPerson, kPlain, R::kAnyText),
    Type("float", kOther, kPlain, R::kNumber),
    Type("frequent-flyer-number", kPerson, kPlain, R::kOneLine),
    Type("full-name", kPerson, kPlain, R::kAnyText),
    Type("gender", kPerson, kPlain, R::kOneLine),
    Type("gene", kDropped, kPlain, R::kAnyText),
    Type("git-commit-id", kReference, kPlain, R::kCommitId),
    Type("github-organisation", kSocial, kPlain, R::kOneLine),
    Type("github-repository", kSocial, kPlain, R::kOneLine),
    Type("github-username", kSocial, kPlain, R::kOneLine),
    Type("hassh-md5", kNetwork, kToIds, R::kHex32),
    Type("hasshserver-md5", kNetwork, kToIds, R::kHex32),
    Type("hex", kOther, kPlain, R::kHexUpper),
    Type("hostname", kNetwork, kToIds | kRefang, R::kHostname, K::kHost),
    Type("hostname|port", kNetwork, kToIds | kComposite, R::kHostnamePort,
         K::kHost),
    Type("http-method", kNetwork, kPlain, R::kHttpMethod),
    Type("iban", kFinance, kToIds, R::kBankCode),
    Type("identity-card-number", kPerson, kPlain, R::kAnyText),
    Type("impfuzzy", kDelivery, kToIds, R::kImpfuzzy, K::kImpfuzzy),
    Type("imphash", kDelivery, kToIds, R::kHex32, K::kImphash),
    Type("integer", kOther, kPlain, R::kInteger),
    Type("ip-dst", kNetwork, kToIds | kRefang, R::kIp, K::kIp),
    Type("ip-dst|port", kNetwork, kToIds | kComposite, R::kIpPort, K::kIpPort),
    Type("ip-src", kNetwork, kToIds | kRefang, R::kIp, K::kIp),
    Type("ip-src|port", kNetwork, kToIds | kComposite, R::kIpPort, K::kIpPort),
    Type("issue-date-of-the-visa", kPerson, kPlain, R::kOneLine),
    Type("ja3-fingerprint-md5", kNetwork, kToIds, R::kHex32, K::kJa3),
    Type("jabber-id", kSocial, kPlain, R::kEmailAsTyped),
    Type("jarm-fingerprint", kNetwork, kToIds, R::kHex62),
    Type("kusto-query", kDropped, kPlain, R::kAnyText),
    Type("last-name", kPerson, kPlain, R::kAnyText),
    Type("link", kAnalysis, kRefang, R::kLink, K::kUrl),
    Type("mac-address", kNetwork, kPlain, R::kMac48),
    Type("mac-eui-64", kNetwork, kPlain, R::kMac64),
    Type("malware-sample", kDelivery, kToIds | kComposite, R::kAnyText,
         K::kFilename, K::kMd5),
    Type("malware-type", kDelivery, kPlain, R::kOneLine),
    Type("md5", kDelivery, kToIds, R::kHex32, K::kMd5),
    Type("middle-name", kPerson, kPlain, R::kAnyText),
    Type("mime-type", kDropped, kPlain, R::kAnyText),
    Type("mobile-application-id", kDelivery, kToIds, R::kOneLine),
    Type("mutex", kDropped, kToIds, R::kAnyText, K::kMutex),
    Type("named pipe", kDropped, kPlain, R::kOneLine, K::kNamedPipe),
    Type("nationality", kPerson, kPlain, R::kOneLine),
    Type("onion-address", kNetwork, kToIds, R::kOnion, K::kHost),
    Type("other", kOther, kPlain, R::kAnyText),
    Type("passenger-name-record-locator-number", kPerson, kPlain, R::kOneLine),
    Type("passport-country", kPerson, kPlain, R::kOneLine),
    Type("passport-expiration", kPerson, kPlain, R::kOneLine),
    Type("passport-number", kPerson, kPlain, R::kOneLine),
    Type("pattern-in-file", kInstallation, kToIds, R::kAnyText),
    Type("pattern-in-memory", kInstallation, kToIds, R::kAnyText),
    Type("pattern-in-traffic", kNetwork, kToIds, R::kAnyText),
    Type("payment-details", kPerson, kPlain, R::kOneLine),
    Type("pdb", kDropped, kPlain, R::kOneLine, K::kPdb),
    Type("pehash", kDelivery, kToIds, R::kHex40, K::kPehash),
    Type("pgp-private-key", kPerson, kPlain, R::kAnyText),
    Type("pgp-public-key", kPerson, kPlain, R::kAnyText),
    Type("phone-number", kPerson, kPlain, R::kPhone),
    Type("place-of-birth", kPerson, kPlain, R::kOneLine),
    Type("place-port-of-clearance", kPerson, kPlain, R::kOneLine),
    Type("place-port-of-onward-foreign-destination", kPerson, kPlain,
         R::kOneLine),
    Type("place-port-of-original-embarkation", kPerson, kPlain, R::kOneLine),
    Type("port", kNetwork, kPlain, R::kPort),
    Type("primary-residence", kPerson, kPlain, R::kOneLine),
    Type("process-state", kDropped, kPlain, R::kAnyText),
    Type("prtn", kFinance, kToIds, R::kPhone),
    Type("redress-number", kPerson, kPlain, R::kOneLine),
    Type("regkey", kPersistence, kToIds, R::kOneLine, K::kRegkey),
    Type("regkey|value", kPersistence, kToIds | kComposite, R::kOneLine,
         K::kRegkeyValue),
    Type("sha1", kDelivery, kToIds, R::kHex40, K::kSha1),
    Type("sha224", kDelivery, kToIds, R::kHex56, K::kSha224),
    Type("sha256", kDelivery, kToIds, R::kHex64, K::kSha256),
    Type("sha3-224", kDelivery, kToIds, R::kHex56, K::kSha3_224),
    Type("sha3-256", kDelivery, kToIds, R::kHex64, K::kSha3_256),
    Type("sha3-384", kDelivery, kToIds, R::kHex96, K::kSha3_384),
    Type("sha3-512", kDelivery, kToIds, R::kHex128, K::kSha3_512),
    Type("sha384", kDelivery, kToIds, R::kHex96, K::kSha384),
    Type("sha512", kDelivery, kToIds, R::kHex128, K::kSha512),
    Type("sha512/224", kDelivery, kToIds, R::kHex56, K::kSha512_224),
    Type("sha512/256", kDelivery, kToIds, R::kHex64, K::kSha512_256),
    Type("sigma", kInstallation, kToIds, R::kAnyText),
    Type("size-in-bytes", kOther, kPlain, R::kWholeNumber),
    Type("snort", kNetwork, kToIds, R::kAnyText),
    Type("special-service-request", kPerson, kPlain, R::kOneLine),
    Type("ssdeep", kDelivery, kToIds, R::kSsdeep, K::kSsdeep),
    Type("ssh-fingerprint", kNetwork, kPlain, R::kSshFingerprint),
    Type("stix2-pattern", kInstallation, kToIds, R::kAnyText),
    Type("suricata", kNetwork, kToIds, R::kAnyText),
    Type("target-email", kTargeting, kPlain, R::kEmail, K::kEmail),
    Type("target-external", kTargeting, kPlain, R::kOneLine),
    Type("target-location", kTargeting, kPlain, R::kOneLine),
    Type("target-machine", kTargeting, kPlain, R::kOneLine),
    Type("target-org", kTargeting, kPlain, R::kOneLine),
    Type("target-user", kTargeting, kPlain, R::kOneLine),
    Type("telfhash", kDelivery, kToIds, R::kTelfhash, K::kTelfhash),
    Type("text", kOther, kPlain, R::kAnyText),
    Type("threat-actor", kAttribution, kPlain, R::kOneLine),
    Type("tlsh", kDelivery, kToIds, R::kTlsh, K::kTlsh),
    Type("travel-details", kPerson, kPlain, R::kOneLine),
    Type("twitter-id", kSocial, kPlain, R::kOneLine),
    Type("uri", kNetwork, kToIds, R::kOneLine, K::kUri),
    Type("url", kNetwork, kToIds | kRefang, R::kUrl, K::kUrl),
    Type("user-agent", kNetwork, kPlain, R::kOneLine, K::kUserAgent),
    Type("uuid", kOther, kPlain, R::kOneLine),
    Type("vhash", kDelivery, kToIds, R::kVhash, K::kVhash),
    Type("visa-number", kPerson, kPlain, R::kOneLine),
    Type("vulnerability", kAnalysis, kPlain, R::kVulnerability),
    Type("weakness", kAnalysis, kPlain, R::kWeakness),
    Type("whois-creation-date", kAttribution, kPlain, R::kOneLine),
    Type("whois-registrant-email", kAttribution, kPlain, R::kEmail, K::kEmail),
    Type("whois-registrant-name", kAttribution, kPlain, R::kOneLine),
    Type("whois-registrant-org", kAttribution, kPlain, R::kOneLine),
    Type("whois-registrant-phone", kAttribution, kPlain, R::kPhone),
    Type("whois-registrar", kAttribution, kPlain, R::kOneLine),
    Type("windows-scheduled-task", kDropped, kPlain, R::kOneLine),
    Type("windows-service-displayname", kDropped, kPlain, R::kServiceName),
    Type("windows-service-name", kDropped, kPlain, R::kServiceName),
    Type("x509-fingerprint-md5", kNetwork, kToIds, R::kFingerprint32,
         K::kX509Fingerprint),
    Type("x509-fingerprint-sha1", kNetwork, kToIds, R::kFingerprint40,
         K::kX509Fingerprint),
    Type("x509-fingerprint-sha256", kNetwork, kToIds, R::kFingerprint64,
         K::kX509Fingerprint),
    Type("xmr", kFinance, kToIds, R::kWallet),
    Type("yara", kInstallation, kToIds, R::kAnyText),
    Type("zeek", kNetwork, kToIds, R::kAnyText),
};
static_assert(std::ranges::is_sorted(kTypes, {}, &AttributeType::name));

}  // namespace

std::span<const AttributeType> AttributeTypes() { return kTypes; }

const AttributeType* FindAttributeType(std::string_view name) {
  const auto* const row =
      std::ranges::lower_bound(kTypes, name, {}, &AttributeType::name);
  return row != std::end(kTypes) && row->name == name ? row : nullptr;
}

bool CoversSubdomains(const AttributeType& type) {
  return type.rule == R::kDomain || type.rule == R::kDomainIp;
}

}  // namespace mispsift
