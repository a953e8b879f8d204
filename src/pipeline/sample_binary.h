#ifndef MISPSIFT_SRC_PIPELINE_SAMPLE_BINARY_H_
#define MISPSIFT_SRC_PIPELINE_SAMPLE_BINARY_H_

#include <cstdint>
#include <optional>

#include "mispsift/submit/event_drafts.h"
#include "mispsift/submit/fields_line.h"

namespace mispsift {

// The file that a sandbox analysed, where it lies beside the report as the
// sandbox left it: "<analysis>/binary" of "<analysis>/reports/report.json".
// Nothing when it is not there, is larger, or its SHA-256 is not the target's.
//
// Source: Cuckoo's and CAPE's storage (facts on reports, section 5).
std::optional<SampleFile> FindSample(const ReportFields& fields,
                                     uint64_t max_bytes);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_PIPELINE_SAMPLE_BINARY_H_
