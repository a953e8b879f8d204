#ifndef MISPSIFT_TESTS_SUPPORT_FETCH_HARNESS_H_
#define MISPSIFT_TESTS_SUPPORT_FETCH_HARNESS_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "mispsift/model/snapshot.h"
#include "mispsift/pipeline/fetch.h"
#include "tests/support/fake_misp.h"
#include "tests/support/temp_folder.h"

namespace mispsift {

// Options of a fetch from `server` into `out` that does not wait long.
FetchOptions OptionsFor(const FakeMisp& server, const std::string& out);

// What a snapshot says of each attribute, one line each: uuid, type, category,
// value, comment, flags, tags, and of its event uuid, info, date, org, levels,
// tags.
std::set<std::string> LinesOf(const Snapshot& snapshot);
// The same lines, from what the server would let a site admin see now.
std::set<std::string> LinesOf(const FakeMisp& server);

// What is in one and not in the other, "- " and "+ " before it.
std::vector<std::string> Difference(const std::set<std::string>& have,
                                    const std::set<std::string>& want);

// Fetches and loads what came of it.
struct Fetched {
  FetchReport report;
  Snapshot snapshot;
  std::set<std::string> lines;
};
absl::StatusOr<Fetched> RunFetch(const FetchOptions& options);

// What the usual client gets: pages of `limit` rows until one is short. The
// uuids as they came.
std::vector<std::string> NaiveDownload(const FakeMisp& server, uint64_t limit,
                                       const std::string& more_filters = "");

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_FETCH_HARNESS_H_
