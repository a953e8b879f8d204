#ifndef MISPSIFT_SUBMIT_EVENT_DRAFTS_H_
#define MISPSIFT_SUBMIT_EVENT_DRAFTS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "mispsift/model/event_draft.h"
#include "mispsift/model/report.h"

namespace mispsift {

// One line of fields.jsonl (sink/report_lines.h has the grammar), read back.
struct ReportFields {
  std::string report_id;
  uint64_t matches = 0;
  ReportFacts facts;
};

// Errors: kDataLoss when the line is no such line.
absl::StatusOr<ReportFields> ParseFieldsLine(std::string_view line);

// When the scan behind a summary.json was finished, as written there.
// Errors: kDataLoss when it is no summary.
absl::StatusOr<std::string> ParseScanTime(std::string_view summary_json);

// The options of Cuckoo's reporting module, with its defaults.
struct DraftSettings {
  std::string title = "Cuckoo Sandbox analysis";
  std::vector<std::string> tags;
  int distribution = 0;
  int threat_level_id = 4;
  int analysis = 0;
  // Values that are never submitted, each the whole of a value or of a half,
  // in any spelling.
  std::vector<std::string> ioc_blacklist;
  // When the reports were scanned (ISO 8601, UTC), which stands in for the
  // start of an analysis that does not tell it.
  std::string scanned;
};

// An attribute that MISP would not store, and why.
struct RefusedAttribute {
  std::string type;
  std::string value;
  std::string reason;
};

struct DraftedEvent {
  EventDraft event;
  std::vector<RefusedAttribute> refused;
};

// One unpublished event of one analysis, with the attributes that Cuckoo's
// reporting module would have sent: hashes of the target (filename|md5 ...),
// urls, domain|ip, ip-dst of hosts that no domain resolves to, and what the
// malware's configuration names. Values are as MISP would store them; what it
// would refuse is listed and left out; what it would take for the same value
// comes once.
//
// The same report and settings give the same event, uuids included: the
// event's is a UUIDv5 of the report's id, an attribute's of event, type and
// value.
DraftedEvent DraftEvent(const ReportFields& fields,
                        const DraftSettings& settings);

// {"Event":{...}} as POST /events/add takes it, one line without its end.
std::string EventJson(const EventDraft& event);

}  // namespace mispsift

#endif  // MISPSIFT_SUBMIT_EVENT_DRAFTS_H_
