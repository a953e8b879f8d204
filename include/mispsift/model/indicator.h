#ifndef MISPSIFT_MODEL_INDICATOR_H_
#define MISPSIFT_MODEL_INDICATOR_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace mispsift {

// One comparison space: values are compared within a kind and never across.
// MISP's domain, hostname, the first half of domain|ip and of hostname|port
// all feed kHost. The order is the order of `snapshot info` and of ties.
enum class IndicatorKind : uint8_t {
  kMd5,
  kSha1,
  kSha224,
  kSha256,
  kSha384,
  kSha512,
  kSha512_224,
  kSha512_256,
  kSha3_224,
  kSha3_256,
  kSha3_384,
  kSha3_512,
  kSsdeep,
  kTlsh,
  kImphash,
  kImpfuzzy,
  kAuthentihash,
  kPehash,
  kVhash,
  kTelfhash,
  kIp,
  kIpPort,
  kHost,
  kUrl,
  kUri,
  kEmail,
  kFilename,  // a bare name, no folder
  kFilepath,  // a name with a folder, Windows or Unix
  kMutex,
  kRegkey,
  kRegkeyValue,  // "key|value", both halves
  kUserAgent,
  kNamedPipe,
  kPdb,
  kX509Fingerprint,
  kJa3,
  kCount,
};

// "ip-port" for kIpPort: the name in every output file.
std::string_view KindName(IndicatorKind kind);
// False when no kind has this name.
bool ParseKind(std::string_view name, IndicatorKind* kind);

// Which form of a value a key is made of; keys of different forms never meet.
// A report shows values and whole strings; the matcher derives the rest.
enum class KeyForm : uint8_t {
  kValue,        // the whole canonical value
  kNetwork,      // an ip network "192.0.2.0/24", host bits cleared
  kWholeString,  // for the kinds that do not say themselves what they are: the
                 // value as a whole string, wherever it stands
  kMispValue,    // what MISP's database compares, of no kind: --as-misp
};

// What an attribute is looked for by: canonical and ready to be indexed.
struct Indicator {
  IndicatorKind kind;
  KeyForm form = KeyForm::kValue;
  std::string value;

  friend bool operator==(const Indicator&, const Indicator&) = default;
};

// The part of a report that a value stands in.
enum class Where : uint8_t {
  kTarget,
  kDropped,
  kNetwork,
  kConfig,  // an extracted malware configuration
  kSignature,
  kBehavior,
  kMemory,
  kStatic,
  kStrings,
  kDebug,
  kCount,
};

std::string_view WhereName(Where where);

// How an observable was read from its place. The later, the weaker the claim
// that the value is one of this kind.
enum class Reading : uint8_t {
  kField,        // the field says the kind: $.network.domains[].domain
  kAssembled,    // put together from fields: protocol://host + uri
  kToken,        // cut out of free text; the token says the kind itself
  kBasename,     // the last component of a path
  kWholeString,  // a whole string that happens to equal the value
};

// One place at which a report shows a value. `value` is canonical
// (normalize.h) and is valid only while it is being visited.
struct Observation {
  IndicatorKind kind;  // of no meaning when form is kWholeString
  KeyForm form;        // kValue or kWholeString
  Reading reading;
  Where where;
  std::string_view value;
  // Of another value that stands there: a url's host, a path's last component.
  bool is_part = false;
};

}  // namespace mispsift

#endif  // MISPSIFT_MODEL_INDICATOR_H_
