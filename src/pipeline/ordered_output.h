#ifndef MISPSIFT_SRC_PIPELINE_ORDERED_OUTPUT_H_
#define MISPSIFT_SRC_PIPELINE_ORDERED_OUTPUT_H_

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mispsift/base/file.h"
#include "mispsift/sink/result_folder.h"

namespace mispsift {

// What is to be written of one or several reports of a candidate.
struct OutputPiece {
  uint64_t file = 0;  // ReportCandidate::file
  ReportText text;
  std::string keys;  // records of a key file

  // In memory, about.
  uint64_t Bytes() const;
};

// Brings what workers make of candidates, in any order, into input order. What
// is of the candidate whose turn it is goes straight to `write`; the rest
// waits, and what is over a bound waits on disk, in a file without a name.
//
// Threads: any number; `write` is called by one at a time. Nobody waits for
// another's turn but in WaitUntilNear(). Errors: those of `write` and of the
// disk; the first one is kept, and nothing is written after it.
class OrderedOutput {
 public:
  using Write = std::function<absl::Status(OutputPiece* piece)>;

  // Pieces of more than `most_waiting_bytes` together do not wait in memory.
  // `spill_path` names the file that they go to where the file system has no
  // files without names.
  OrderedOutput(std::string spill_path, uint64_t most_waiting_bytes,
                Write write)
      : spill_path_(std::move(spill_path)),
        most_waiting_bytes_(most_waiting_bytes),
        write_(std::move(write)) {}
  OrderedOutput(const OrderedOutput&) = delete;
  OrderedOutput& operator=(const OrderedOutput&) = delete;

  // The next piece of candidate `number`; they are numbered from 0, none is
  // left out, and each has a last piece.
  void Add(uint64_t number, OutputPiece piece, bool is_last);

  // Until fewer than so many candidates stand between this one and the one
  // whose turn it is, or there was an error. For who holds nothing that another
  // one waits for.
  void WaitUntilNear(uint64_t number, uint64_t most_ahead);

  bool failed() const { return failed_; }
  absl::Status status() const;
  uint64_t spilled_bytes() const;  // in all

 private:
  struct WaitingPiece {
    OutputPiece piece;
    uint64_t spilled_at = 0;
    uint64_t spilled_bytes = 0;  // 0: it is in memory
  };
  struct Waiting {
    std::deque<WaitingPiece> pieces;
    bool is_whole = false;
  };

  absl::Status Spill(std::unique_lock<std::mutex>* lock, WaitingPiece* waiting);
  absl::Status Unspill(WaitingPiece* waiting);
  // Writes what may be written now.
  void Drain(std::unique_lock<std::mutex>* lock);
  void Fail(const absl::Status& status);

  const std::string spill_path_;
  const uint64_t most_waiting_bytes_;
  const Write write_;
  std::atomic<bool> failed_{false};

  mutable std::mutex mutex_;  // of all that follows
  std::condition_variable turned_;
  absl::Status status_;
  uint64_t turn_ = 0;  // the candidate whose turn it is
  bool is_writing_ = false;
  std::map<uint64_t, Waiting> waiting_;
  uint64_t waiting_bytes_ = 0;  // in memory
  FileDescriptor spill_;
  uint64_t spill_end_ = 0;
  uint64_t in_spill_ = 0;  // bytes that were not read back yet
  uint64_t spilled_bytes_ = 0;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_PIPELINE_ORDERED_OUTPUT_H_
