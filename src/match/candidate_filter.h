#ifndef MISPSIFT_SRC_MATCH_CANDIDATE_FILTER_H_
#define MISPSIFT_SRC_MATCH_CANDIDATE_FILTER_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "mispsift/base/ascii_case.h"
#include "mispsift/base/digest.h"
#include "mispsift/match/candidate_scanner.h"
#include "mispsift/normalize/normalize.h"
#include "src/match/network_set.h"
#include "src/match/shards.h"
#include "src/match/ssdeep_table.h"
#include "src/match/window_table.h"
#include "src/match/witness.h"

namespace mispsift {

// Three tables, each smaller and asked less often than the one before.
struct CandidateFilter::Tables {
  // 1. Most words of most reports end here.
  WindowTable windows;
  // 2. Windows themselves, with what is common to the witnesses that end in
  // each.
  struct Endings {
    uint32_t lengths = 0;  // LengthBit() of each
    // Likewise, of those that may stand behind alnum.
    uint32_t anywhere = 0;
    // BeforeBit() of the bytes that stand before the window in them; all bits
    // where it is all of one.
    uint32_t befores = 0;
    // PairBit() of the two before that one, in scan form; all bits where one
    // has less.
    uint32_t pairs = 0;
  };
  static_assert(kMaxWitnessBytes <= 32);
  static uint32_t LengthBit(size_t bytes) { return 1u << (bytes - 1); }
  static uint32_t BeforeBit(char before) { return 1u << (before & 31); }
  static constexpr size_t kPairEnd = 3;  // before the window, where it begins
  static uint32_t PairBit(const char* pair) {
    return 1u << ((pair[0] * 5 ^ pair[1]) & 31);
  }
  static_assert(WindowTable::kBefores == 8);
  ShardedMap<Endings> endings;

  // 3. The witnesses, by what they are and what stands around them.
  MarkedMap<uint16_t> witnesses;  // ContextBit()s

  const Endings* EndingsOf(uint64_t window) const {
    return endings.Find(WindowTable::HashOf(window), window);
  }
  const uint16_t* ContextsOf(uint64_t witness_key) const {
    return witnesses.Find(witness_key);
  }
  void PrefetchEndingsOf(uint64_t window) const {
    endings.Prefetch(WindowTable::HashOf(window), window);
  }
  void PrefetchContextsOf(uint64_t witness_key) const {
    witnesses.Prefetch(witness_key);
  }

  static uint64_t WitnessKey(std::string_view text) {
    return DigestOf(text.size(), text).low;
  }

  // Less than eight bytes in lower case, as a number.
  static uint64_t Packed(std::string_view text) {
    uint64_t packed = 0;
    std::memcpy(&packed, text.data(), text.size());
    return LowerAscii(packed);
  }

  // A fingerprint may be spelled with colons. As Canonicalize() has it.
  absl::flat_hash_set<std::string> fingerprints;
  // Networks are no texts, nor are IPv6 addresses: these are of all bits.
  NetworkSet networks;

  // What makes the folds of a text worth a pass: FoldedTo() what the witnesses
  // have.
  WideCharacters telling;

  // Witnesses::short_hosts() and what else is short and found behind a dot or a
  // dash, Packed(), and their lengths: bit n for n bytes.
  absl::flat_hash_set<uint64_t> short_values;
  uint32_t short_value_lengths = 0;
  // No window has less bytes.
  size_t shortest_window = kWindowBytes;
  // Whether "%41" may be an "A" of what is looked for.
  bool has_urls = false;
  // Whether a witness may be a number of JSON's: values are assembled of these
  // too, {"dst":"192.0.2.9","dport":80}.
  bool has_numbers = false;
  // Never empty ones.
  std::vector<std::shared_ptr<const SsdeepTable>> ssdeep;

  size_t unseen = 0;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_MATCH_CANDIDATE_FILTER_H_
