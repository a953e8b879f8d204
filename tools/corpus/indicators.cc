#include "tools/corpus/indicators.h"

#include <iterator>

#include "mispsift/base/check.h"
#include "tools/corpus/text.h"

namespace mispsift::corpus {
namespace {

struct TypeRow {
  TypeName name;
  uint32_t percent;  // of all attributes
};

// In the order of Type; hashes and hosts lead, as in real feeds.
constexpr TypeRow kTypes[] = {
    {{"md5", "Payload delivery"}, 9},
    {{"sha1", "Payload delivery"}, 6},
    {{"sha256", "Payload delivery"}, 14},
    {{"sha512", "Payload delivery"}, 1},
    {{"filename|sha256", "Payload delivery"}, 5},
    {{"filename|md5", "Payload delivery"}, 2},
    {{"ip-dst", "Network activity"}, 8},
    {{"ip-src", "Network activity"}, 1},
    {{"ip-src", "Network activity"}, 1},
    {{"ip-dst|port", "Network activity"}, 5},
    {{"domain", "Network activity"}, 12},
    {{"hostname", "Network activity"}, 6},
    {{"domain|ip", "Network activity"}, 2},
    {{"url", "Network activity"}, 10},
    {{"user-agent", "Network activity"}, 1},
    {{"mutex", "Artifacts dropped"}, 2},
    {{"regkey", "Persistence mechanism"}, 2},
    {{"regkey|value", "Persistence mechanism"}, 1},
    {{"filename", "Payload delivery"}, 2},
    {{"filename", "Artifacts dropped"}, 2},
    {{"email-src", "Payload delivery"}, 1},
    {{"named pipe", "Artifacts dropped"}, 1},
    {{"pdb", "Artifacts dropped"}, 1},
    {{"ssdeep", "Payload delivery"}, 1},
    {{"imphash", "Payload delivery"}, 1},
    {{"x509-fingerprint-sha1", "Network activity"}, 1},
    {{"ja3-fingerprint-md5", "Network activity"}, 1},
    {{"comment", "Other"}, 1},
};

bool HasAddress(Type type) {
  return type == Type::kIpDst || type == Type::kIpSrc ||
         type == Type::kIpDstPort || type == Type::kDomainIp;
}

std::string Host(uint64_t index, bool sub_domain, Random* random) {
  static constexpr std::string_view kTops[] = {".example", ".test", ".invalid"};
  static constexpr std::string_view kSubs[] = {"cdn.", "mail.", "gate.",
                                               "img."};
  std::string host;
  if (sub_domain) host += random->Of(kSubs);
  AppendWord(random, &host);
  host += '-';
  AppendNumber(index, &host, 36);
  host += random->Of(kTops);
  return host;
}

std::string Ipv6(uint64_t third, uint64_t ordinal) {
  return "2001:db8:" + Number(third, 16) + ":" +
         Number(1 + ordinal % 0xfffe, 16);
}

// The documentation ranges have 508 addresses to give away (192.0.2.0/24 is
// for networks and for what reports are full of); the rest are IPv6, in the
// canonical spelling.
std::string Address(uint64_t ordinal) {
  if (ordinal < 508) {
    return (ordinal < 254 ? "203.0.113." : "198.51.100.") +
           Number(1 + (ordinal * 101) % 254);
  }
  return Ipv6(1 + ordinal / 0xfffe, ordinal) +
         "::" + Number(1 + Mix(ordinal) % 0xfffe, 16);
}

std::string Network(uint64_t ordinal) {
  if (ordinal < 8) return "192.0.2." + Number(128 + ordinal * 16) + "/28";
  return Ipv6(0x8000 + ordinal / 0xfffe, ordinal) + "::/64";
}

std::string FileName(uint64_t index, Random* random) {
  static constexpr std::string_view kEnds[] = {".exe", ".dll", ".scr", ".js",
                                               ".docm"};
  return Join({Word(random), "_", Number(index, 36), random->Of(kEnds)});
}

std::string Url(uint64_t index, Random* random) {
  static constexpr std::string_view kSchemes[] = {"http://", "http://",
                                                  "https://"};
  const std::string host = Host(index, true, random);
  // One in twenty has no scheme and matches under any.
  std::string url = random->Percent(5) ? "" : std::string(random->Of(kSchemes));
  url += host + "/" + Word(random) + "/" + Number(index, 36);
  if (random->Percent(50)) return url + ".php";
  return url + ".bin?id=" + Number(random->Below(999));
}

std::string Ssdeep(Random* random) {
  static constexpr char kBase64[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string ssdeep = Number(uint64_t{3} << (3 + random->Below(10)));
  for (const int length : {44, 26}) {
    ssdeep += ':';
    for (int i = 0; i < length; ++i) ssdeep += kBase64[random->Below(64)];
  }
  return ssdeep;
}

}  // namespace

TypeName NameOf(Type type) { return kTypes[static_cast<size_t>(type)].name; }

std::string RandomUuid(Random* random) {
  std::string uuid = Hex(random, 32);
  uuid[12] = '4';
  uuid[16] = "89ab"[random->Below(4)];
  for (const size_t at : {8, 13, 18, 23}) uuid.insert(at, 1, '-');
  return uuid;
}

IndicatorSet::IndicatorSet(uint64_t seed, uint64_t count)
    : seed_(seed), count_(count) {
  size_t slot = 0;
  for (size_t type = 0; type < std::size(kTypes); ++type) {
    for (uint32_t i = 0; i < kTypes[type].percent; ++i) {
      slots_[slot++] = static_cast<Type>(type);
    }
  }
  MISPSIFT_CHECK(slot == slots_.size());
  for (size_t i = 0; i < slots_.size(); ++i) {
    if (HasAddress(slots_[i])) rank_[i] = addresses_per_round_++;
    if (slots_[i] == Type::kIpSrcNetwork) rank_[i] = networks_per_round_++;
  }
}

CorpusIndicator IndicatorSet::At(uint64_t index) const {
  Random random(seed_ ^ Mix(index));
  CorpusIndicator indicator;
  indicator.index = index;
  // 37 and 100 have no divisor in common: every hundred has the whole mix,
  // and neighbours differ.
  const size_t slot = (index * 37) % slots_.size();
  indicator.type = slots_[slot];
  indicator.uuid = RandomUuid(&random);
  indicator.deleted = random.Percent(3);
  indicator.to_ids = indicator.type != Type::kComment && !random.Percent(15);
  indicator.value = Value(index, slot, &random);
  return indicator;
}

std::string IndicatorSet::Value(uint64_t index, size_t slot,
                                Random* random) const {
  const uint64_t round = index / slots_.size();
  const std::string id = Number(index, 36);
  const uint64_t address = round * addresses_per_round_ + rank_[slot];
  switch (slots_[slot]) {
    case Type::kMd5:
    case Type::kImphash:
    case Type::kJa3:
      return Hex(random, 32);
    case Type::kSha1:
    case Type::kX509Sha1:
      return Hex(random, 40);
    case Type::kSha256:
      return Hex(random, 64);
    case Type::kSha512:
      return Hex(random, 128);
    case Type::kFilenameSha256:
      return Join({FileName(index, random), "|", Hex(random, 64)});
    case Type::kFilenameMd5:
      return Join({FileName(index, random), "|", Hex(random, 32)});
    case Type::kIpDst:
    case Type::kIpSrc:
      return Address(address);
    case Type::kIpSrcNetwork:
      return Network(round * networks_per_round_ + rank_[slot]);
    case Type::kIpDstPort:
      return Address(address) + "|" + Number(1024 + random->Below(60000));
    case Type::kDomain:
      return Host(index, false, random);
    case Type::kHostname:
      return Host(index, true, random);
    case Type::kDomainIp:
      return Host(index, false, random) + "|" + Address(address);
    case Type::kUrl:
      return Url(index, random);
    case Type::kUserAgent:
      return Join({"Mozilla/5.0 (compatible; ", Word(random), "/",
                   Number(random->Below(9)), ".", id, ")"});
    case Type::kMutex:
      return "Global\\" + Word(random) + "-" + id;
    case Type::kRegkey:
      return "HKEY_CURRENT_USER\\Software\\" + Word(random) + "\\" + id;
    case Type::kRegkeyValue:
      return Join(
          {"HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\"
           "Run\\",
           Word(random), id, "|C:\\ProgramData\\", FileName(index, random)});
    case Type::kFilename:
      return FileName(index, random);
    case Type::kFilepath:
      return Join(
          {"C:\\ProgramData\\", Word(random), "\\", FileName(index, random)});
    case Type::kEmailSrc:
      return Join({Word(random), "@", Host(index, false, random)});
    case Type::kNamedPipe:
      return "\\\\.\\pipe\\" + Word(random) + id;
    case Type::kPdb:
      return Join({"D:\\build\\", Word(random), "\\", id, "\\Release\\",
                   Word(random), ".pdb"});
    case Type::kSsdeep:
      return Ssdeep(random);
    case Type::kComment:
      return "seen again by " + Word(random) + " " + id;
  }
  return {};
}

}  // namespace mispsift::corpus
