#ifndef MISPSIFT_TOOLS_CORPUS_PLACES_H_
#define MISPSIFT_TOOLS_CORPUS_PLACES_H_

#include <cstdint>
#include <span>

#include "mispsift/model/indicator.h"
#include "mispsift/model/match.h"

namespace mispsift::corpus {

// Who wrote a report; Cuckoo 3 has one file an analysis and one a task.
enum class Source : uint8_t {
  kCuckoo1,
  kCuckoo2,
  kCape,
  kCuckoo3Pre,
  kCuckoo3Post,
  kDroid,
};

enum class Place : uint8_t {
  kTargetHash,
  kTargetName,
  kTargetUrl,
  kDroppedHash,
  kDroppedPath,
  kImphash,
  kPdb,
  kCertificate,
  kTlsFingerprint,
  kJa3,
  kHosts,
  kTcp,
  kDomains,
  kDnsRequest,
  kDnsAnswer,
  kHttp,
  kHttpEx,
  kUserAgent,
  kSmtp,
  kSummaryMutex,
  kSummaryKey,
  kSummaryFile,
  kSummaryHost,
  kSummaryIp,
  kSummaryUrl,
  kSummaryPipe,
  kCommandLine,
  kSignature,
  kConfig,
  kStringWhole,
  kStringText,
  kProcessMemory,
  kDebugLog,
  kCall,
  kCallText,
  kApkFile,
  kDexString,
  kHttpPath,
  kAuthentihash,
  // What is no observation.
  kVersion,
  kPcapHash,
  kDnsServers,
  kOwnMisp,
  kVirusTotal,
  kObjectKey,
};

// One kind of place: which reports have it, what can stand there.
struct PlaceRule {
  // Bits of `traits`.
  static constexpr uint32_t kSingle = 1;      // room for one value of a kind
  static constexpr uint32_t kFileTarget = 2;  // only where the target is a file
  static constexpr uint32_t kUrlTarget = 4;   // only where the target is a url
  static constexpr uint32_t kFreeText = 8;    // the value stands amid others
  static constexpr uint32_t kNotDrawn = 16;   // PlanReport() leaves it out
  static constexpr uint32_t kNoObservation = 32;  // likewise

  Place place;
  uint32_t sources;  // bit 1 << Source
  uint64_t kinds;    // bit 1 << IndicatorKind, and one for names behind a path
  Where where;
  uint32_t traits = 0;

  bool Has(uint32_t trait) const { return (traits & trait) != 0; }
  bool IsIn(Source source) const;
  bool Holds(IndicatorKind kind, MatchRule rule) const;
};

// A place has several rules where dialects differ.
std::span<const PlaceRule> PlaceRules();

}  // namespace mispsift::corpus

#endif  // MISPSIFT_TOOLS_CORPUS_PLACES_H_
