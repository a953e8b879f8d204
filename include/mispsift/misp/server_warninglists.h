#ifndef MISPSIFT_MISP_SERVER_WARNINGLISTS_H_
#define MISPSIFT_MISP_SERVER_WARNINGLISTS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "mispsift/misp/server.h"
#include "mispsift/model/snapshot.h"
#include "mispsift/model/warninglist.h"

namespace mispsift::misp {

// The warninglists of a server, in the order of their names. Entries travel
// only for lists that are enabled there and that `old`, if not null, does not
// hold with the same name, version and number of entries.
//
// Errors: those of Server::Ask; kUnavailable for answers that are no lists.
absl::StatusOr<std::vector<Warninglist>> FetchWarninglists(Server* server,
                                                           const Snapshot* old);

}  // namespace mispsift::misp

#endif  // MISPSIFT_MISP_SERVER_WARNINGLISTS_H_
