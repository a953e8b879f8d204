#ifndef MISPSIFT_SRC_SUBMIT_EVENT_JSON_H_
#define MISPSIFT_SRC_SUBMIT_EVENT_JSON_H_

#include <string>
#include <vector>

#include "mispsift/base/json_writer.h"
#include "mispsift/model/event_draft.h"

namespace mispsift {

// {"Event":{...}} as a feed has it: with the organisation `org` that it is by.
std::string FeedEventJson(const EventDraft& event, const std::string& org);

// Parts that a feed's manifest shares with its events.
void WriteFeedOrg(const std::string& org, JsonWriter* json);
void WriteEventTags(const std::vector<std::string>& tags, JsonWriter* json);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_SUBMIT_EVENT_JSON_H_
