#ifndef MISPSIFT_SUBMIT_SIGHTING_DRAFTS_H_
#define MISPSIFT_SUBMIT_SIGHTING_DRAFTS_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "mispsift/base/uuid.h"
#include "mispsift/model/event_draft.h"

namespace mispsift {

// What submission needs of a line of correlations.jsonl (sink/report_lines.h
// has the grammar).
struct CorrelationLine {
  std::string report_id;
  std::string started;  // ISO 8601; empty if not known
  std::string dialect;
  int confidence = 0;
  Uuid attribute;
  Uuid event;  // nil where the snapshot knows none that a MISP has
};

// Errors: kDataLoss when the line is no such line.
absl::StatusOr<CorrelationLine> ParseCorrelationLine(std::string_view line);

// That the sandbox saw the attribute: at the time of the analysis, or at
// `scanned` (ISO 8601, UTC) where that is not known. The uuid is a UUIDv5 of
// attribute, day (UTC) and source, so that there is one of each.
//
// An empty `source` stands for the sandbox: "Cuckoo Sandbox" or "CAPE
// Sandbox".
SightingDraft DraftSighting(const CorrelationLine& line,
                            std::string_view source, std::string_view scanned);

// A list as POST /sightings/bulkSaveSightings takes it, all of type 0: seen.
std::string SightingsJson(std::span<const SightingDraft> sightings);

}  // namespace mispsift

#endif  // MISPSIFT_SUBMIT_SIGHTING_DRAFTS_H_
