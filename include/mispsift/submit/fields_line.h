#ifndef MISPSIFT_SUBMIT_FIELDS_LINE_H_
#define MISPSIFT_SUBMIT_FIELDS_LINE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "mispsift/base/uuid.h"
#include "mispsift/model/report.h"

namespace mispsift {

// An event of the snapshot that holds a hash of the report's target.
struct KnownEvent {
  Uuid uuid;
  std::string id;  // on its server; empty where there is none
};

// One line of fields.jsonl (sink/report_lines.h has the grammar), read back.
struct ReportFields {
  std::string report_id;
  ReportSource source;
  uint64_t matches = 0;
  std::vector<KnownEvent> known_events;
  ReportFacts facts;
  // What of it stands on warninglists; nothing when the snapshot had none.
  std::optional<std::vector<WarninglistedValue>> warninglisted;
};

// Errors: kDataLoss when the line is no such line.
absl::StatusOr<ReportFields> ParseFieldsLine(std::string_view line);

// What a summary.json says of its scan.
struct ScanSummary {
  std::string finished;             // ISO 8601, UTC
  std::optional<uint64_t> reports;  // that were read: lines of fields.jsonl
};

// Errors: kDataLoss when it is no summary.
absl::StatusOr<ScanSummary> ParseScanSummary(std::string_view json);

}  // namespace mispsift

#endif  // MISPSIFT_SUBMIT_FIELDS_LINE_H_
