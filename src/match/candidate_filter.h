#ifndef MISPSIFT_SRC_MATCH_CANDIDATE_FILTER_H_
#define MISPSIFT_SRC_MATCH_CANDIDATE_FILTER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "mispsift/base/digest.h"
#include "mispsift/match/candidate_scanner.h"
#include "src/match/witness.h"

namespace mispsift {

// Three tables, each smaller and asked less often than the one before.
struct CandidateFilter::Tables {
  // 1. Windows, as a Bloom filter of two bits in one word: most words of most
  // reports end here.
  std::vector<uint64_t> bloom;
  int bloom_shift = 63;

  bool MayBeWindow(uint64_t window) const {
    const uint64_t hash = window * kMultiplier;
    const uint64_t bits = BloomBits(hash);
    return (bloom[hash >> bloom_shift] & bits) == bits;
  }
  static uint64_t BloomBits(uint64_t hash) {
    // Not those bits that choose the word.
    return uint64_t{1} << (hash & 63) | uint64_t{1} << (hash >> 6 & 63);
  }
  static constexpr uint64_t kMultiplier = 0x9E3779B97F4A7C15;

  // 2. Windows themselves, with the lengths of the witnesses that end in each:
  // bit i for i bytes.
  absl::flat_hash_map<uint64_t, uint64_t> windows;

  // 3. The witnesses, by what they are and what stands before them.
  absl::flat_hash_map<uint64_t, uint8_t> witnesses;  // bits 1 << Before

  static uint64_t WitnessKey(std::string_view text) {
    return DigestOf(text.size(), text).low;
  }

  // Addresses and networks are no texts. Canonical, as Canonicalize() has them.
  absl::flat_hash_set<std::string> ipv6;
  absl::flat_hash_set<std::string> networks;
  std::vector<uint8_t> ipv4_prefixes;
  std::vector<uint8_t> ipv6_prefixes;

  size_t unseen = 0;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_MATCH_CANDIDATE_FILTER_H_
