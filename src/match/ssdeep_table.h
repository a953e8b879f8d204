#ifndef MISPSIFT_SRC_MATCH_SSDEEP_TABLE_H_
#define MISPSIFT_SRC_MATCH_SSDEEP_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "mispsift/base/run_tasks.h"

namespace mispsift {

// ssdeep values, to be found by those that are like them.
//
//   value   "block size:part:part"; the second part is of twice the block size.
//           Runs of more than three equal characters count as three.
//   gram    seven characters in a row of a part, under the part's block size
//   core    of the three times five characters in a gram those with the least
//           hash: what has a gram in common has its core in common, and
//           neighbours have the same one as often as not
//
// Two values without a common gram have no score, but for those that are the
// same in all but their runs and have no seven characters in either part. These
// are only ever equal, as is a value that no ssdeep writes: longer than 147
// bytes, a block size over 32 bits, or a part of more than 64 characters.
//
// Memory: 11 to 14 bytes a core, some 45 cores a value.
// Threads: sealed; safe to read from any number.
// Source: libfuzzy's fuzzy_compare(); MISP's FuzzyCorrelateSsdeep.php, which
// does not tell block sizes apart before it compares.
class SsdeepTable {
 public:
  // The lowest score that is a match: MISP's own default.
  static constexpr int kLeastScore = 40;

  // Of canonical kSsdeep values, in any order; each counts once.
  SsdeepTable(std::vector<std::string> values, RunTasks run);

  // Calls `found` for each value that scores kLeastScore or more against
  // `digest`, a canonical kSsdeep, which is itself left out: score from
  // kLeastScore to 100, values in byte order, views into the table.
  void Find(
      std::string_view digest,
      absl::FunctionRef<void(std::string_view value, int score)> found) const;

  // Whether there is nothing to be found, whatever is asked for.
  bool empty() const { return cores_.empty(); }

 private:
  struct Core {
    uint32_t key;  // a hash of it and its block size
    uint32_t value;
  };

  void CollectCores(const std::vector<std::string>& values, RunTasks run);
  size_t BucketOf(uint32_t key) const;

  std::string texts_;             // each ends in NUL
  std::vector<uint32_t> begins_;  // in texts_, by value; the last is their end
  std::vector<Core> cores_;       // by buckets
  // In cores_, by the highest bits of the key; the last is their end.
  std::vector<uint32_t> buckets_;
  int bucket_bits_ = 0;
  // By bucket, four bits for each of its keys. Few are set: a core of another
  // value is hardly ever taken for one of these.
  std::vector<uint64_t> marks_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_MATCH_SSDEEP_TABLE_H_
