#include "src/submit/event_start.h"

namespace mispsift {

EventDraft StartEvent(const DraftSettings& settings, const AnalysisTime& time) {
  EventDraft event;
  event.date = time.date;
  event.timestamp = time.seconds;
  event.distribution = settings.distribution;
  event.sharing_group_id = settings.sharing_group_id;
  event.threat_level_id = settings.threat_level_id;
  event.analysis = settings.analysis;
  event.tags = settings.tags;
  return event;
}

}  // namespace mispsift
