#ifndef MISPSIFT_MISP_SERVER_ACCESS_H_
#define MISPSIFT_MISP_SERVER_ACCESS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "mispsift/misp/server.h"

namespace mispsift::misp {

// What a server is, who a key belongs to and what that role may do.
struct ServerAccess {
  std::string version;  // "2.5.1"
  std::string role;
  std::string org;
  bool site_admin = false;
  bool may_add = false;          // events and attributes
  bool may_tag = false;          // with tags that there are
  bool may_create_tags = false;  // by using them
  bool may_sight = false;
  bool takes_gzip = false;  // request bodies
};

// Asks the server who it is and who we are. That a key is for reading alone it
// does not tell.
// Errors: those of Ask(); kPermissionDenied when the key may not search.
absl::StatusOr<ServerAccess> ReadAccess(Server* server);

// Which of `tags` the server does not have, as its database compares names:
// without regard to case. Asks for all that it has.
// Errors: those of Ask(); kUnavailable when what it says is no list of tags.
absl::StatusOr<std::vector<std::string>> UnknownTags(
    Server* server, const std::vector<std::string>& tags);

}  // namespace mispsift::misp

#endif  // MISPSIFT_MISP_SERVER_ACCESS_H_
