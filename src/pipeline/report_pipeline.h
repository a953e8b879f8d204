#ifndef MISPSIFT_SRC_PIPELINE_REPORT_PIPELINE_H_
#define MISPSIFT_SRC_PIPELINE_REPORT_PIPELINE_H_

#include "absl/status/status.h"
#include "mispsift/base/file.h"
#include "mispsift/base/run_tasks.h"
#include "mispsift/cuckoo/report_archive.h"
#include "mispsift/match/candidate_scanner.h"
#include "mispsift/match/index.h"
#include "mispsift/pipeline/scan.h"
#include "mispsift/sink/result_folder.h"
#include "mispsift/sink/triage_page.h"
#include "src/pipeline/shard_lines.h"

namespace mispsift {

// Reports in parallel, large files first (candidate_queue.h), output in input
// order (ordered_output.h): a report's lines depend on the report and the index
// alone, so any number of threads gives the same bytes. Each of options.threads
// holds one report, all of them no more than options.max_report_memory as far
// as they are files; of a file with a report a line it also holds the text of
// some lines. What waits takes options.max_waiting_bytes of memory, the rest is
// on disk.
//
// `run` gets a task for each thread; one that comes late, or only when another
// one is over, finds less to do. A stage of oneTBB's parallel_pipeline would
// hand on all that a file gives at once; and so a test can have ThreadSanitizer
// see it run without oneTBB. `run_besides` gets what is done at once with one
// large file, from within these.
//
// Without `filter`, every report is walked whole; so it is with `keys`, which
// gets a record of each (report_key_file.h) and is not committed here. `lines`
// are for the scan of a shard, else null; they are still to be ended. Errors:
// those of the disk; kInternal when a report that was walked to verify it
// (verify_percent) matches although `filter` shows nothing in it.
absl::Status ScanReports(const ScanOptions& options, const Index& index,
                         const CandidateFilter* filter,
                         ReportArchiveWalker* walker, ResultFolder* folder,
                         TriagePage* page, ShardLines* lines, AtomicFile* keys,
                         Summary* summary, ScanProgress* progress,
                         RunTasks run = RunOneByOne,
                         RunTasks run_besides = RunOneByOne);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_PIPELINE_REPORT_PIPELINE_H_
