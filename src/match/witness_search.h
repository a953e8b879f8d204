#ifndef MISPSIFT_SRC_MATCH_WITNESS_SEARCH_H_
#define MISPSIFT_SRC_MATCH_WITNESS_SEARCH_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "mispsift/match/candidate_scanner.h"
#include "src/match/block_sieve.h"
#include "src/match/candidate_filter.h"

namespace mispsift {

// What is passed over, block by block.
enum class SiftedText : uint8_t {
  kJson,
  kPlain,   // values of strings; bytes >= 0x80 part words
  kFolded,  // likewise, folded; they are letters
  kDotted,  // an IPv4 address
};

// Looks for the witnesses of a filter where its windows are. The tables must
// outlive it. Threads: one each.
class WitnessSearch {
  using Tables = CandidateFilter::Tables;

 public:
  explicit WitnessSearch(const Tables* tables);

  // Whether one stands in `text` before one of the ends of a batch that begins
  // at `base`, with around it what it asks for.
  template <SiftedText kText>
  bool Stands(std::string_view text, size_t base, const Sieved& sieved);

 private:
  // What may be a witness, by its key, and where it stands in the text.
  struct Suspected {
    uint64_t key;
    size_t begin;
    size_t end;
  };

  template <SiftedText kText>
  void Suspect(std::string_view text, size_t end, uint64_t window);
  template <SiftedText kText>
  bool IsWitness(std::string_view text, const Suspected& suspected) const;

  const Tables& tables_;
  std::vector<Suspected> suspected_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_MATCH_WITNESS_SEARCH_H_
