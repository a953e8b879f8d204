#include "mispsift/misp/server_warninglists.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "mispsift/base/status_macros.h"
#include "mispsift/misp/warninglist_reader.h"
#include "mispsift/model/warninglist_columns.h"

namespace mispsift::misp {
namespace {

// The longest list there is has a million entries, 30 MB in a file; a view of
// it names each with an id and a comment.
constexpr uint64_t kMaxListBytes = uint64_t{512} << 20;

// A server that gives attributes and no lists: the key is not to blame.
absl::Status OfLists(const absl::Status& status) {
  if (absl::IsCancelled(status)) return status;
  return absl::Status(
      status.code(),
      fmt::format("{} (asked for its warninglists; --warninglists none leaves "
                  "them out)",
                  std::string(status.message())));
}

absl::Status Unavailable(const Server& server, const absl::Status& status) {
  return absl::UnavailableError(fmt::format("{}: {}", server.options().url,
                                            std::string(status.message())));
}

}  // namespace

absl::StatusOr<std::vector<Warninglist>> FetchWarninglists(
    Server* server, const Snapshot* old) {
  absl::flat_hash_map<std::string, const WarninglistView*> held;
  WarninglistsView old_lists;
  if (old != nullptr) {
    MISPSIFT_ASSIGN_OR_RETURN(
        old_lists, WarninglistsView::Read(old->columns().warninglists));
    for (const WarninglistView& list : old_lists) {
      held.emplace(list.name, &list);
    }
  }
  HttpRequest request = server->Get("/warninglists/index");
  request.max_body_bytes = kMaxListBytes;
  const absl::StatusOr<HttpResponse> index = server->Ask(request);
  if (!index.ok()) return OfLists(index.status());
  absl::StatusOr<std::vector<ServerWarninglist>> named =
      ParseWarninglistIndex(index->body.view());
  if (!named.ok()) return OfLists(Unavailable(*server, named.status()));

  std::vector<Warninglist> lists;
  for (ServerWarninglist& listed : *named) {
    Warninglist& list = lists.emplace_back(std::move(listed.list));
    if (!list.enabled) continue;
    const auto at = held.find(list.name);
    if (at != held.end() && at->second->version == list.version &&
        at->second->type == list.type &&
        at->second->entry_count() == listed.entry_count) {
      for (uint64_t i = 0; i < at->second->entry_count(); ++i) {
        list.entries.emplace_back(at->second->entry(i));
      }
      continue;
    }
    HttpRequest view =
        server->Get(fmt::format("/warninglists/view/{}", listed.id));
    view.max_body_bytes = kMaxListBytes;
    const absl::StatusOr<HttpResponse> response = server->Ask(view);
    if (!response.ok()) return OfLists(response.status());
    absl::StatusOr<ServerWarninglist> viewed =
        ParseWarninglistView(response->body.view());
    if (!viewed.ok()) return OfLists(Unavailable(*server, viewed.status()));
    list.entries = std::move(viewed->list.entries);
  }
  std::sort(lists.begin(), lists.end(),
            [](const Warninglist& a, const Warninglist& b) {
              return a.name < b.name;
            });
  return lists;
}

}  // namespace mispsift::misp
