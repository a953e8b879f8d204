#ifndef MISPSIFT_SRC_SUBMIT_EVENT_START_H_
#define MISPSIFT_SRC_SUBMIT_EVENT_START_H_

#include <cstdint>
#include <string>

#include "mispsift/submit/event_drafts.h"

namespace mispsift {

// When the analysis was, or the scan where the report does not say (ISO 8601).
const std::string& TimeOf(const ReportFields& fields,
                          const DraftSettings& settings);

// Seconds since 1970 of "2018-02-06T16:40:25[Z]"; 0 if it is none.
int64_t SecondsOf(std::string time);

// An event without attributes, uuid and title: what the settings say of it, and
// its time.
EventDraft StartEvent(const DraftSettings& settings, const std::string& time);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_SUBMIT_EVENT_START_H_
