#include "src/submit/event_start.h"

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace mispsift {

int64_t SecondsOf(std::string time) {
  if (!time.empty() && time.back() == 'Z') time.pop_back();
  absl::CivilSecond civil;
  if (!absl::ParseCivilTime(time, &civil)) return 0;
  return absl::ToUnixSeconds(absl::FromCivil(civil, absl::UTCTimeZone()));
}

const std::string& TimeOf(const ReportFields& fields,
                          const DraftSettings& settings) {
  const std::string& started = fields.facts.started;
  return SecondsOf(started) != 0 ? started : settings.scanned;
}

EventDraft StartEvent(const DraftSettings& settings, const std::string& time) {
  EventDraft event;
  event.date = time.substr(0, 10);
  event.timestamp = SecondsOf(time);
  event.distribution = settings.distribution;
  event.sharing_group_id = settings.sharing_group_id;
  event.threat_level_id = settings.threat_level_id;
  event.analysis = settings.analysis;
  event.tags = settings.tags;
  return event;
}

}  // namespace mispsift
