#ifndef MISPSIFT_TESTS_SUPPORT_EVENT_VALIDITY_H_
#define MISPSIFT_TESTS_SUPPORT_EVENT_VALIDITY_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "mispsift/model/event_draft.h"

namespace mispsift {

// Whether a value, such as one on a warninglist, may not be in an event. It is
// asked for every attribute, for the halves of composites (as `domain`,
// `ip-dst`, `filename` or the type of the hash) and for the hosts of urls
// (likewise).
using MayNotStand =
    std::function<bool(std::string_view type, std::string_view value)>;

// What is wrong with {"Event":{...}}, as a server takes it or as a feed has it,
// in words; nothing when MISP would take all of it as it is, and nothing in it
// is known to be of no use to others: values, types, categories, what has to be
// said, uuids, doubles, templates, references, addresses of special use, hosts
// that every Windows asks for.
//
// Plain and slow, and but for MISP's rules of values (StoreLikeMisp, Fold:
// tests of their own hold them against a real server) on its own feet.
std::vector<std::string> ProblemsOfJson(std::string_view event_json,
                                        const MayNotStand& may_not_stand = {});
std::vector<std::string> ProblemsOf(const EventDraft& event,
                                    const MayNotStand& may_not_stand = {});

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_EVENT_VALIDITY_H_
