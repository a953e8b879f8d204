#ifndef MISPSIFT_TOOLS_TERMINAL_SCAN_TEXT_H_
#define MISPSIFT_TOOLS_TERMINAL_SCAN_TEXT_H_

#include <string>

#include "mispsift/sink/result_folder.h"
#include "mispsift/sink/summary.h"
#include "tools/terminal/display_width.h"

namespace mispsift {

// Where a scan's results are.
struct ScanFiles {
  std::string folder;
  bool fields = true;  // fields.jsonl is among them
  OutputFormats formats;
};

// A scan in one sentence: for a log. What was merged says of how many shards;
// its seconds are those of all of them, added up.
std::string ScanSentence(const Summary& summary, const std::string& folder);

// A scan for a person at a terminal: what was read and rejected, what matched,
// the events that most reports match, what was suppressed, which values are in
// very many reports, and what to open. Lines are no wider than style.columns,
// all but the path at the end. What reports and MISP say is escaped.
std::string ScanText(const Summary& summary, const ScanFiles& files,
                     const TextStyle& style);

}  // namespace mispsift

#endif  // MISPSIFT_TOOLS_TERMINAL_SCAN_TEXT_H_
