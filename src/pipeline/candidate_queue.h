#ifndef MISPSIFT_SRC_PIPELINE_CANDIDATE_QUEUE_H_
#define MISPSIFT_SRC_PIPELINE_CANDIDATE_QUEUE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "mispsift/cuckoo/report_archive.h"

namespace mispsift {

// A candidate with its place in the input.
struct NumberedCandidate {
  ReportCandidate candidate;
  uint64_t number = 0;       // from 0
  uint64_t input_bytes = 0;  // on disk, that the walk passed with it
};

// Hands the candidates of a walk to workers: in input order, but for large
// files, of which the largest comes first as soon as it is kLookAhead inputs
// away. So the one that takes longest does not begin when all others are done.
// A member of an archive is in memory, and is not passed by.
//
// Threads: any number.
class CandidateQueue {
 public:
  static constexpr uint64_t kLookAhead = 1024;
  // Inputs that are looked at for each that is taken: no worker waits until all
  // of the look-ahead is there.
  static constexpr int kWalkAtOnce = 32;
  static constexpr uint64_t kLargeBytes = uint64_t{8} << 20;  // on disk

  // `goes_on` is asked whenever a candidate is to be taken, and told how many
  // were walked so far. It may wait for those that are under way; false ends
  // it.
  CandidateQueue(ReportArchiveWalker* walker,
                 std::function<bool(uint64_t walked)> goes_on)
      : walker_(walker), goes_on_(std::move(goes_on)) {}

  // False at the end. Reuses the memory of the bytes in `*next`.
  bool Take(NumberedCandidate* next);

 private:
  // False: nothing more is to be walked now.
  bool Walk(PaddedBytes* room);

  std::mutex mutex_;  // of all that follows
  ReportArchiveWalker* walker_;
  std::function<bool(uint64_t)> goes_on_;
  uint64_t walked_ = 0;
  uint64_t passed_bytes_ = 0;
  bool is_over_ = false;
  bool holds_member_ = false;
  std::map<uint64_t, NumberedCandidate> waiting_;  // by number
  std::set<std::pair<uint64_t, uint64_t>> large_;  // of those; bytes, ~number
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_PIPELINE_CANDIDATE_QUEUE_H_
