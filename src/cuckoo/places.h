#ifndef MISPSIFT_SRC_CUCKOO_PLACES_H_
#define MISPSIFT_SRC_CUCKOO_PLACES_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "mispsift/cuckoo/report_reader.h"
#include "mispsift/model/indicator.h"

namespace mispsift {

// The table of what stands where in a report: all dialects, told by the names
// of sections and keys alone. A reader carries a Place down the document and
// asks for the place of each member and element; nothing else decides what an
// observable is. Keys are compared without regard to ASCII case.

// What a string at a place says.
enum class Field : uint8_t {
  kText,    // nothing by itself: free text
  kHidden,  // never an observation, nor anything below it
  kMd5,
  kSha1,
  kSha224,
  kSha256,
  kSha384,
  kSha512,
  kSha3_384,
  kSsdeep,
  kTlsh,
  kImphash,
  kAuthentihash,
  kCertificate,  // fingerprint of an X.509 certificate, not of a file
  kJa3,
  kIp,
  kHost,  // a name or address, a port may follow
  kUrl,
  kUri,
  kUrlOrUri,   // a uri when it begins with "/"
  kPathOrUri,  // likewise
  kContact,    // a url, or a host with or without a port
  kGuess,      // a url, address or address with port if it looks like one
  kEmail,      // "<a@b>" or plain
  kFilename,
  kDroppedName,  // Cuckoo 2 puts 16 hex digits and "_" before the name
  kFilepath,     // or several in one string, as CAPE writes guest paths
  kMutex,
  kRegkey,
  kUserAgent,
  kPdb,
  kVersion,    // text in which what looks like an address is a version
  kRequest,    // the text of an HTTP request
  kApiBuffer,  // bytes that an API call has passed
};

// The shape a place has: which keys mean what in an object there.
enum class Area : uint8_t {
  kNone,
  kHidden,
  kPlain,
  kAny,  // keys that mean the same in every area that builds on it
  kRoot,
  kInfo,
  kMachine,
  kTarget,
  kTargetFile,
  kFile,
  kHashedFile,  // one that a report tells the hashes of
  kDroppedFile,
  kExtracted,
  kCertificate,
  kJa3,
  kStatic,
  kVersionInfo,
  kStrings,
  kDebug,
  kShots,
  kNetwork,
  kHosts,
  kDomains,
  kDns,
  kDnsAnswer,
  kDnsType,  // selectors of kDnsAnswer and kIdsDnsAnswer
  kHttp,
  kHeaders,
  kHeaderName,  // selectors of kHeaders
  kHttpEx,
  kHttpsEx,
  kHttpBody,
  kFlow,
  kDeadHosts,
  kDeadHost,
  kSmtp,
  kSuricata,  // all of it
  kIds,       // what is in it, and in others of its kind
  kIdsFile,
  kIdsDnsAnswer,
  kUrlAnalysis,
  kBehavior,
  kWholeSummary,  // of all processes
  kSummary,
  kProcess,
  kModule,
  kEnhanced,
  kCalls,
  kArguments,     // {name: value, ...}; as a list: of kArgumentPair
  kArgumentPair,  // {"name": ..., "value": ...}
  kDroid,
  kSignature,
  kSignaturePart,  // what no row places in one
  kTtp,            // techniques of ATT&CK that a signature shows
  kTtps,           // those of all signatures
  kSignatureData,
  kMarkedData,  // an object here names values that the signature marks
  kMarkedIocs,
  kMark,
  kMarkCategory,  // selectors of kMark
  kMetadata,
  kConfigs,  // an object here is one malware configuration
  kConfig,
  kCape,
  kCapeConfigs,
  kMemory,
};

// The part a member plays in its object, or in what is known of the report.
enum class Slot : uint8_t {
  kNone,
  // Of a group: an object (or list) whose members are put together.
  kSelector,  // says what kNamed is
  kNamed,
  kProtocol,
  kHost,
  kUri,
  kAddress,
  kPort,
  kSource,
  kSourcePort,
  kRegkey,
  kRegkeyData,
  kRegkeyHive,
  kSubkey,
  kDomain,
  kDomainIp,
  kGroupSlots,  // how many these are
  // Of the report.
  kTaskId,
  kStarted,
  kVersion,
  kScore,
  kMalscore,
  kCategory,
  // Of the file that is open, else of the target.
  kMd5,
  kSha1,
  kSha256,
  kSha512,
  kSsdeep,
  kFileType,
  kFileSize,
  kTargetUrl,
  kFamily,
  kRequest,  // the text of an HTTP request
  kAnswer,   // an address that a name server gave
  // Of the signature that is open.
  kSignatureName,
  kDescription,
  kSeverity,
  kMark,
  kMarkedUrl,
  kTtpSignature,   // which one shows the techniques beside it
  kRepeatedSlots,  // from here on a list gives a value with each element
  kName,           // of a file, as its hashes; the first counts
  kAttackId,
  kHttpUrl,
  kUserAgent,
  kMutex,
  kWrittenKey,
  kReadKey,
  kContactedHost,
  kContactedDomain,
  kConfigUrl,
  kConfigMutex,
  kConfigUserAgent,
  kOwnAddress,  // of the sandbox; told of a hidden place too
};

inline bool IsGroupSlot(Slot slot) {
  return slot > Slot::kNone && slot < Slot::kGroupSlots;
}

// How the slots of an object or list are put together when it ends.
enum class Group : uint8_t {
  kNone,
  kNamed,      // kNamed is what kSelector says
  kPair,       // likewise; and takes its place among the arguments
  kArguments,  // regkey|value, hive\subkey, address:port
  kHttp,       // protocol://host[:port]uri
  kFlow,       // address:port of both ends; of a list too
  kDomain,     // a domain with its address
};

struct Place {
  Area area = Area::kRoot;
  Field field = Field::kText;
  Slot slot = Slot::kNone;
  Where where = Where::kDebug;
};

// The place of a member of an object at `object`.
Place MemberPlace(Place object, std::string_view key);
// The place of the element at `index` of a list at `list`.
Place ElementPlace(Place list, size_t index);

// How an object, or a list, at a place is put together.
Group ObjectGroup(Area area);
Group ListGroup(Area area);

// What kNamed says in a group of `area` whose kSelector is `selector`; its
// area and where are of no meaning.
Place NamedPlace(Area area, std::string_view selector);

// What a reader of `depth` wants of a member, and of all that is below it.
enum class Wanted : uint8_t {
  kNothing,
  kConfigs,  // malware configurations, should there be one below
  kAll,
};
Wanted WantedOf(ScanDepth depth, const Place& member);

inline bool IsSkipped(ScanDepth depth, const Place& member) {
  return WantedOf(depth, member) == Wanted::kNothing;
}

inline bool IsConfig(Area area) {
  return area == Area::kConfigs || area == Area::kConfig ||
         area == Area::kCapeConfigs;
}

}  // namespace mispsift

#endif  // MISPSIFT_SRC_CUCKOO_PLACES_H_
