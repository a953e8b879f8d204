#include "tests/support/fake_misp_categories.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace mispsift {
namespace {

constexpr std::pair<std::string_view, std::string_view> kCategories[] = {
    {"IR", "Internal reference"},
    {"TD", "Targeting data"},
    {"AV", "Antivirus detection"},
    {"PD", "Payload delivery"},
    {"AD", "Artifacts dropped"},
    {"PI", "Payload installation"},
    {"PM", "Persistence mechanism"},
    {"NA", "Network activity"},
    {"PT", "Payload type"},
    {"AT", "Attribution"},
    {"EA", "External analysis"},
    {"FF", "Financial fraud"},
    {"ST", "Support Tool"},
    {"SN", "Social network"},
    {"PE", "Person"},
    {"OT", "Other"},
};

// Categories in short, and the types that may be of all of these.
const std::vector<std::pair<std::string_view, std::vector<std::string_view>>>&
TypesByCategories() {
  static const auto* const kTypes = new std::vector<
      std::pair<std::string_view, std::vector<std::string_view>>>{
      {"PD AD PI",
       {"authentihash",
        "cdhash",
        "filename|authentihash",
        "filename|impfuzzy",
        "filename|imphash",
        "filename|pehash",
        "filename|sha224",
        "filename|sha384",
        "filename|sha512",
        "filename|sha512/224",
        "filename|sha512/256",
        "filename|ssdeep",
        "filename|tlsh",
        "filename|vhash",
        "impfuzzy",
        "imphash",
        "mime-type",
        "sha224",
        "sha384",
        "sha512",
        "sha512/224",
        "sha512/256",
        "sigma",
        "ssdeep",
        "telfhash",
        "vhash",
        "yara"}},
      {"PE",
       {"country-of-residence",
        "date-of-birth",
        "first-name",
        "frequent-flyer-number",
        "full-name",
        "gender",
        "identity-card-number",
        "issue-date-of-the-visa",
        "last-name",
        "middle-name",
        "nationality",
        "passenger-name-record-locator-number",
        "passport-country",
        "passport-expiration",
        "passport-number",
        "payment-details",
        "place-of-birth",
        "place-port-of-clearance",
        "place-port-of-onward-foreign-destination",
        "place-port-of-original-embarkation",
        "primary-residence",
        "redress-number",
        "special-service-request",
        "travel-details",
        "visa-number"}},
      {"PD NA EA",
       {"AS", "domain", "hassh-md5", "hasshserver-md5", "hostname", "ip-dst",
        "ip-dst|port", "ip-src", "ip-src|port", "ja3-fingerprint-md5",
        "jarm-fingerprint", "mac-address", "mac-eui-64", "onion-address", "url",
        "user-agent"}},
      {"PD AD PI EA",
       {"filename|md5", "filename|sha1", "filename|sha256", "filename|sha3-224",
        "filename|sha3-256", "filename|sha3-384", "filename|sha3-512",
        "malware-sample", "md5", "sha1", "sha256", "sha3-224", "sha3-256",
        "sha3-384", "sha3-512"}},
      {"FF",
       {"aba-rtn", "bank-account-nr", "bic", "bin", "btc", "cc-number", "dash",
        "iban", "prtn", "xmr"}},
      {"PD",
       {"email-attachment", "email-body", "email-dst-display-name",
        "email-header", "email-message-id", "email-mime-boundary",
        "email-reply-to", "email-src-display-name", "email-thread-index",
        "email-x-mailer"}},
      {"AD",
       {"gene", "kusto-query", "mutex", "named pipe", "pdb", "process-state",
        "windows-scheduled-task", "windows-service-displayname",
        "windows-service-name"}},
      {"AT",
       {"campaign-id", "campaign-name", "dns-soa-email", "threat-actor",
        "whois-creation-date", "whois-registrant-name", "whois-registrant-org",
        "whois-registrant-phone", "whois-registrar"}},
      {"NA EA",
       {"bro", "community-id", "dom-hash", "domain|ip", "snort", "suricata",
        "zeek"}},
      {"OT",
       {"boolean", "counter", "datetime", "float", "integer", "size-in-bytes",
        "uuid"}},
      {"PD PI",
       {"azure-application-id", "chrome-extension-id", "edge-extension-id",
        "malware-type", "mobile-application-id", "pehash", "tlsh"}},
      {"NA",
       {"dkim", "dkim-signature", "favicon-mmh3", "http-method",
        "ssh-fingerprint", "uri"}},
      {"TD",
       {"target-email", "target-external", "target-location", "target-machine",
        "target-org", "target-user"}},
      {"SN",
       {"github-organisation", "github-username", "jabber-id", "twitter-id"}},
      {"PD AD PI NA AT EA",
       {"x509-fingerprint-md5", "x509-fingerprint-sha1",
        "x509-fingerprint-sha256"}},
      {"AD PM EA", {"regkey", "regkey|value"}},
      {"AD SN PE OT", {"pgp-private-key", "pgp-public-key"}},
      {"IR AV PD AD PI PM NA PT AT EA FF ST SN PE OT", {"other", "text"}},
      {"IR TD AV PD AD PI PM NA PT AT EA FF ST SN PE OT",
       {"anonymised", "comment"}},
      {"PD AD PI NA EA", {"filename-pattern", "pattern-in-file"}},
      {"PD NA", {"email-subject", "hostname|port"}},
      {"PD NA SN", {"email-dst", "email-src"}},
      {"PD PI EA", {"vulnerability", "weakness"}},
      {"AD NA", {"cookie"}},
      {"AD PI EA", {"pattern-in-memory"}},
      {"AV PD AD PI NA EA ST", {"attachment"}},
      {"EA", {"cortex"}},
      {"EA SN", {"github-repository"}},
      {"FF PE OT", {"phone-number"}},
      {"IR", {"git-commit-id"}},
      {"IR AV PD AD PI PM NA FF ST OT", {"hex"}},
      {"IR AV PD EA ST", {"link"}},
      {"NA OT", {"port"}},
      {"NA SN", {"eppn"}},
      {"PD AD PI NA", {"stix2-pattern"}},
      {"PD AD PI PM EA", {"filename"}},
      {"PD AT SN", {"whois-registrant-email"}},
      {"PD NA AT SN PE", {"email"}},
      {"PD PI EA OT", {"cpe"}},
      {"PD PI NA EA", {"pattern-in-traffic"}},
  };
  return *kTypes;
}

}  // namespace

bool IsMispCategory(std::string_view category) {
  return std::ranges::any_of(
      kCategories, [=](const auto& known) { return known.second == category; });
}

bool MispCategoryAllows(std::string_view category, std::string_view type) {
  for (const auto& [categories, types] : TypesByCategories()) {
    if (std::ranges::find(types, type) == types.end()) continue;
    for (const auto& [code, name] : kCategories) {
      if (name == category) {
        return categories.find(code) != std::string_view::npos;
      }
    }
  }
  return false;
}

}  // namespace mispsift
