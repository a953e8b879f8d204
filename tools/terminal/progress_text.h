#ifndef MISPSIFT_TOOLS_TERMINAL_PROGRESS_TEXT_H_
#define MISPSIFT_TOOLS_TERMINAL_PROGRESS_TEXT_H_

#include <cstdint>
#include <string>

#include "tools/terminal/display_width.h"

namespace mispsift {

// How far a scan is.
struct ScanState {
  double seconds = 0;  // since it began to read
  uint64_t reports = 0;
  uint64_t bytes = 0;  // of the reports, uncompressed
  uint64_t matches = 0;
  uint64_t rejected = 0;
  uint64_t input_bytes = 0;  // on disk, done with
  uint64_t input_total = 0;  // on disk; 0: not known
};

// One line for a log: reports, bytes done of total, rate, matches, rejected
// inputs, time left. Where the total is not known there are the bytes of the
// reports, and no time left.
std::string ProgressText(const ScanState& state);

// The same behind a bar, for the last line of a terminal; no wider than that
// less one column.
std::string ProgressBar(const ScanState& state, const TextStyle& style);

}  // namespace mispsift

#endif  // MISPSIFT_TOOLS_TERMINAL_PROGRESS_TEXT_H_
