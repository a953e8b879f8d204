#include "mispsift/submit/sender.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <memory>
#include <vector>

#include "mispsift/base/status_macros.h"
#include "src/submit/conversation.h"
#include "src/submit/event_conversation.h"
#include "src/submit/sighting_conversation.h"

namespace mispsift {
namespace {

constexpr size_t kMaxSightingsOfARequest = 1000;

// Those of one event, in requests of a size that a server stores within
// seconds.
std::vector<WaitingSightings> Parted(std::vector<WaitingSightings> all) {
  std::vector<WaitingSightings> parted;
  for (WaitingSightings& of_event : all) {
    for (size_t begin = 0; begin < of_event.sightings.size();
         begin += kMaxSightingsOfARequest) {
      const size_t end =
          std::min(begin + kMaxSightingsOfARequest, of_event.sightings.size());
      WaitingSightings part{of_event.event, of_event.server_id, {}};
      std::move(of_event.sightings.begin() + static_cast<ptrdiff_t>(begin),
                of_event.sightings.begin() + static_cast<ptrdiff_t>(end),
                std::back_inserter(part.sightings));
      parted.push_back(std::move(part));
    }
  }
  return parted;
}

}  // namespace

absl::Status SendEvents(const SenderOptions& options, Outbox* outbox,
                        misp::Server* server) {
  MISPSIFT_ASSIGN_OR_RETURN(const std::vector<Uuid> events,
                            outbox->UnsettledEvents());
  const size_t end = static_cast<size_t>(
      std::min<uint64_t>(events.size(), options.max_events));
  size_t next = 0;
  return RunConversations(server, options.connections, options.items_per_second,
                          options.settled,
                          [&]() -> std::unique_ptr<Conversation> {
                            if (next == end) return nullptr;
                            return std::make_unique<EventConversation>(
                                events[next++], options.gzip, outbox, server);
                          });
}

absl::Status SendSightings(const SenderOptions& options, Outbox* outbox,
                           misp::Server* server) {
  MISPSIFT_ASSIGN_OR_RETURN(std::vector<WaitingSightings> all,
                            outbox->UnsettledSightings());
  std::vector<WaitingSightings> waiting = Parted(std::move(all));
  size_t next = 0;
  return RunConversations(server, options.connections, options.items_per_second,
                          nullptr, [&]() -> std::unique_ptr<Conversation> {
                            if (next == waiting.size()) return nullptr;
                            return std::make_unique<SightingConversation>(
                                std::move(waiting[next++]), outbox, server);
                          });
}

}  // namespace mispsift
