#ifndef MISPSIFT_TOOLS_CORPUS_INDICATORS_H_
#define MISPSIFT_TOOLS_CORPUS_INDICATORS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "tools/corpus/random.h"

namespace mispsift::corpus {

enum class Type : uint8_t {
  kMd5,
  kSha1,
  kSha256,
  kSha512,
  kFilenameSha256,
  kFilenameMd5,
  kIpDst,
  kIpSrc,
  kIpSrcNetwork,
  kIpDstPort,
  kDomain,
  kHostname,
  kDomainIp,
  kUrl,
  kUserAgent,
  kMutex,
  kRegkey,
  kRegkeyValue,
  kFilename,
  kFilepath,
  kEmailSrc,
  kNamedPipe,
  kPdb,
  kSsdeep,
  kImphash,
  kX509Sha1,
  kJa3,
  kComment,
};

// How MISP names a type, and the category it stands in.
struct TypeName {
  std::string_view type;
  std::string_view category;
};
TypeName NameOf(Type type);

struct CorpusIndicator {
  uint64_t index = 0;
  Type type = Type::kComment;
  std::string uuid;
  std::string value;  // composite halves joined by '|'
  bool to_ids = false;
  bool deleted = false;

  bool is_composite() const { return value.find('|') != std::string::npos; }
  // The halves; of a value without any, both are the whole.
  std::string first() const { return value.substr(0, value.find('|')); }
  std::string second() const { return value.substr(value.find('|') + 1); }
};

// All indicators of a corpus. The one at an index is a function of seed and
// index alone, so nothing is kept in memory. No host, address, name or key
// belongs to two of them: what is planted of one matches that one and no other.
class IndicatorSet {
 public:
  IndicatorSet(uint64_t seed, uint64_t count);

  uint64_t count() const { return count_; }
  CorpusIndicator At(uint64_t index) const;

 private:
  std::string Value(uint64_t index, size_t slot, Random* random) const;

  const uint64_t seed_;
  const uint64_t count_;
  // The types of a hundred indicators in a row, and of those that have an
  // address or a network, how many of the hundred had one before.
  std::array<Type, 100> slots_{};
  std::array<uint32_t, 100> rank_{};
  uint32_t addresses_per_round_ = 0;
  uint32_t networks_per_round_ = 0;
};

std::string RandomUuid(Random* random);

}  // namespace mispsift::corpus

#endif  // MISPSIFT_TOOLS_CORPUS_INDICATORS_H_
