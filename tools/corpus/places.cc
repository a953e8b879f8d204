#include "tools/corpus/places.h"

namespace mispsift::corpus {
namespace {

using enum IndicatorKind;

constexpr uint32_t Bit(Source source) {
  return 1u << static_cast<uint32_t>(source);
}
template <typename... Kinds>
constexpr uint64_t Bits(Kinds... kinds) {
  return ((uint64_t{1} << static_cast<uint32_t>(kinds)) | ...);
}

constexpr uint32_t k1 = Bit(Source::kCuckoo1);
constexpr uint32_t k2 = Bit(Source::kCuckoo2);
constexpr uint32_t kC = Bit(Source::kCape);
constexpr uint32_t k3Pre = Bit(Source::kCuckoo3Pre);
constexpr uint32_t k3 = Bit(Source::kCuckoo3Post);
constexpr uint32_t kD = Bit(Source::kDroid);

// Stands for a kFilename that shows itself as the end of a path.
constexpr uint64_t kBasename = Bits(kCount);
constexpr uint64_t kHashes = Bits(kMd5, kSha1, kSha256, kSha512);
// What free text shows: the kinds that say themselves what they are.
constexpr uint64_t kInText =
    kHashes | Bits(kSha224, kSha384, kIp, kIpPort, kHost, kUrl, kEmail,
                   kFilepath, kRegkey);
constexpr uint64_t kWhole =
    kInText | Bits(kFilename, kMutex, kUserAgent, kNamedPipe, kPdb);

constexpr uint32_t kSingle = PlaceRule::kSingle;
constexpr uint32_t kFileTarget = PlaceRule::kFileTarget;
constexpr uint32_t kUrlTarget = PlaceRule::kUrlTarget;
constexpr uint32_t kFreeText = PlaceRule::kFreeText;
constexpr uint32_t kNotDrawn = PlaceRule::kNotDrawn;
constexpr uint32_t kNoObservation = PlaceRule::kNoObservation;

constexpr PlaceRule kRules[] = {
    {Place::kTargetHash, k1 | k2 | kC | k3Pre | kD, kHashes, Where::kTarget,
     kSingle | kFileTarget},
    {Place::kTargetHash, k1 | k2 | kC | kD, Bits(kSsdeep), Where::kTarget,
     kSingle | kFileTarget},
    {Place::kTargetName, k1 | k2 | kC | k3Pre | kD, Bits(kFilename),
     Where::kTarget, kSingle | kFileTarget},
    {Place::kTargetUrl, k2, Bits(kUrl), Where::kTarget, kSingle | kUrlTarget},
    {Place::kDroppedHash, k1 | k2 | kC, kHashes | Bits(kSsdeep),
     Where::kDropped},
    {Place::kDroppedPath, k1 | k2 | kC, Bits(kFilepath) | kBasename,
     Where::kDropped},
    {Place::kImphash, k1 | k2 | kC | k3Pre, Bits(kImphash), Where::kStatic,
     kSingle | kFileTarget},
    {Place::kPdb, k1 | k2 | kC, Bits(kPdb), Where::kStatic,
     kSingle | kFileTarget},
    {Place::kCertificate, k1 | k2, Bits(kX509Fingerprint), Where::kStatic,
     kFileTarget},
    {Place::kTlsFingerprint, k2 | kC, Bits(kX509Fingerprint), Where::kNetwork},
    {Place::kJa3, kC, Bits(kJa3), Where::kNetwork},
    {Place::kHosts, k1 | k2 | kC | k3 | kD, Bits(kIp), Where::kNetwork},
    {Place::kTcp, k1 | k2 | kC | k3 | kD, Bits(kIp, kIpPort), Where::kNetwork},
    {Place::kDomains, k1 | k2 | kC | k3 | kD, Bits(kHost), Where::kNetwork},
    {Place::kDnsRequest, k1 | k2 | kC | k3 | kD, Bits(kHost), Where::kNetwork},
    {Place::kDnsAnswer, k1 | k2 | kC | k3 | kD, Bits(kIp), Where::kNetwork},
    {Place::kHttp, k1 | k2 | kC | k3 | kD, Bits(kUrl), Where::kNetwork},
    {Place::kHttpEx, k2 | kC, Bits(kUrl), Where::kNetwork},
    {Place::kUserAgent, k1 | k2 | kC, Bits(kUserAgent), Where::kNetwork},
    {Place::kSmtp, k2 | kC, Bits(kEmail), Where::kNetwork},
    {Place::kSummaryMutex, k1 | k2 | kC, Bits(kMutex), Where::kBehavior},
    {Place::kSummaryKey, k1 | k2 | kC, Bits(kRegkey), Where::kBehavior},
    {Place::kSummaryFile, k1 | k2 | kC, Bits(kFilepath) | kBasename,
     Where::kBehavior},
    {Place::kSummaryPipe, k1 | k2 | kC, Bits(kNamedPipe), Where::kBehavior},
    {Place::kSummaryHost, k2, Bits(kHost), Where::kBehavior},
    {Place::kSummaryIp, k2, Bits(kIp), Where::kBehavior},
    {Place::kSummaryUrl, k2, Bits(kUrl), Where::kBehavior},
    {Place::kCommandLine, k2 | kC | k3, kInText, Where::kBehavior, kFreeText},
    {Place::kSignature, k1 | k2 | kC | k3Pre | k3,
     Bits(kUrl, kHost, kIp, kMutex, kRegkey, kFilepath), Where::kSignature},
    {Place::kConfig, k2 | kC, Bits(kUrl), Where::kConfig},
    {Place::kConfig, k2, Bits(kMutex, kUserAgent), Where::kConfig},
    {Place::kConfig, kC, Bits(kHost, kIpPort), Where::kConfig},
    {Place::kStringWhole, k1 | k2 | kD, kWhole, Where::kStrings},
    {Place::kStringText, k1 | k2 | kD, kInText, Where::kStrings, kFreeText},
    {Place::kProcessMemory, k2, Bits(kUrl), Where::kMemory},
    {Place::kDebugLog, k1 | k2 | kC, kInText, Where::kDebug, kFreeText},
    {Place::kCall, k1 | k2 | kC,
     Bits(kUrl, kHost, kIp, kFilepath, kRegkey, kMutex, kNamedPipe) | kBasename,
     Where::kBehavior},
    {Place::kCall, k2, Bits(kRegkeyValue), Where::kBehavior},
    {Place::kCallText, k1 | k2 | kC, kInText, Where::kBehavior, kFreeText},
    {Place::kApkFile, kD, Bits(kMd5), Where::kStatic},
    {Place::kDexString, kD, Bits(kUrl, kHost, kIp), Where::kStatic},
    {Place::kTargetHash, kC, Bits(kSha3_384, kTlsh), Where::kTarget,
     kSingle | kFileTarget | kNotDrawn},
    {Place::kDroppedHash, kC, Bits(kSha3_384, kTlsh), Where::kDropped,
     kNotDrawn},
    {Place::kAuthentihash, kC, Bits(kAuthentihash), Where::kStatic,
     kSingle | kFileTarget | kNotDrawn},
    {Place::kHttpPath, k1 | k2 | kC | kD, Bits(kUri), Where::kNetwork,
     kNotDrawn},
    {Place::kCall, k1 | kC, Bits(kRegkeyValue), Where::kBehavior, kNotDrawn},
    {Place::kVersion, k1 | k2 | kC, Bits(kIp), Where::kStatic,
     kSingle | kFileTarget | kNoObservation},
    {Place::kPcapHash, k1 | k2 | kC | kD, Bits(kSha256), Where::kNetwork,
     kSingle | kNoObservation},
    {Place::kDnsServers, k1 | k2 | kC | kD, Bits(kIp), Where::kNetwork,
     kNoObservation},
    {Place::kOwnMisp, k1 | k2 | kC | kD, Bits(kMd5, kHost), Where::kDebug,
     kNoObservation},
    {Place::kVirusTotal, k1 | k2 | kC | kD, Bits(kSha256, kHost), Where::kDebug,
     kNoObservation},
    {Place::kObjectKey, k1 | k2 | kC | k3Pre | k3 | kD, Bits(kSha1, kHost),
     Where::kDebug, kNoObservation},
};

}  // namespace

bool PlaceRule::IsIn(Source source) const {
  return (sources & Bit(source)) != 0;
}

bool PlaceRule::Holds(IndicatorKind kind, MatchRule rule) const {
  const uint64_t bit = rule == MatchRule::kBasename ? kBasename : Bits(kind);
  return (kinds & bit) != 0;
}

std::span<const PlaceRule> PlaceRules() { return kRules; }

}  // namespace mispsift::corpus
