#ifndef MISPSIFT_SRC_SUBMIT_EVENT_START_H_
#define MISPSIFT_SRC_SUBMIT_EVENT_START_H_

#include "mispsift/submit/event_drafts.h"
#include "src/submit/analysis_time.h"

namespace mispsift {

// An event without attributes, uuid and title: what the settings say of it, and
// its time.
EventDraft StartEvent(const DraftSettings& settings, const AnalysisTime& time);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_SUBMIT_EVENT_START_H_
