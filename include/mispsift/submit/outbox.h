#ifndef MISPSIFT_SUBMIT_OUTBOX_H_
#define MISPSIFT_SUBMIT_OUTBOX_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mispsift/base/uuid.h"
#include "mispsift/model/event_draft.h"

namespace mispsift {

// How far something is that goes to a server.
enum class SendState : uint8_t {
  kPlanned,
  kSending,  // the server may have it: only the server can tell
  kStored,   // it was seen there
  kExists,   // it had been there before it was sent
  kPartial,  // an event of which something was refused
  kRefused,  // the server does not take it; `detail` says why
  kBlocked,  // the event was deleted there once, and stays so
  kCount,
};

std::string_view SendStateName(SendState state);

// Whether nothing is left to do about it.
inline bool IsSettled(SendState state) { return state > SendState::kSending; }

// An event as it waits to be sent.
struct WaitingEvent {
  Uuid uuid;
  SendState state = SendState::kPlanned;
  std::string json;  // EventJson()
  uint64_t attribute_count = 0;
};

// What became of an event. Attributes that are not named have the state of the
// event, which for kPartial is kStored.
struct SettledEvent {
  Uuid uuid;
  SendState state = SendState::kStored;
  std::string server_id;
  std::string detail;
  std::vector<std::pair<Uuid, std::string>> refused;  // attributes, and why
};

// Sightings of the attributes of one event.
struct WaitingSightings {
  Uuid event;
  std::vector<SightingDraft> sightings;
};

// How many of a destination are in which state.
struct OutboxCounts {
  using ByState = std::array<uint64_t, static_cast<size_t>(SendState::kCount)>;
  std::string destination;
  ByState events{};
  ByState objects{};
  ByState attributes{};
  ByState sightings{};
};

// Something that the server did not take, or not whole.
struct OutboxProblem {
  std::string destination;
  std::string what;  // "event", "attribute", "sighting"
  Uuid uuid;
  SendState state = SendState::kRefused;
  std::string name;  // an event's info; "type value"; the sighted attribute
  std::string detail;
};

// The ledger of everything that was, is being or will be sent, by destination:
// a SQLite file that outlives every crash, so that nothing is sent twice.
//
//   destinations  id, name             "https://misp.example"
//   events        uuid, position, state, info, attributes (their number),
//                 json (until the server has it; none: noted only),
//                 server_id, detail
//   reports       report id -> the event that its analysis is in
//   objects       uuid, event, state
//   attributes    uuid, event, object, state, type, value, detail
//   sightings     uuid, attribute, event, time, source, state, detail
// All but the first by destination and uuid. States are SendState's numbers,
// uuids text.
//
// A plan is written before anything of it is sent, kSending before the request
// that it stands for, and what became of it once the server has said so. Each
// of these is one transaction, durable when the call returns.
//
// Errors:  the database's; kAborted when another run has it.
// Threads: thread-compatible.
class Outbox {
 public:
  // Makes the file if it is not there.
  static absl::StatusOr<Outbox> Open(const std::string& path,
                                     const std::string& destination);
  ~Outbox();
  Outbox(Outbox&&) noexcept;
  Outbox& operator=(Outbox&&) noexcept;

  // --- The plan. What is planned between these two is so all at once.
  absl::Status BeginPlan();
  absl::Status FinishPlan();
  // The event that holds an analysis and that the server has, may have, or had
  // once.
  absl::StatusOr<std::optional<Uuid>> EventOfReport(std::string_view report_id);
  // Whether the server has refused this very event: it would again.
  absl::StatusOr<bool> WasRefused(const Uuid& event, std::string_view json);
  // Takes the place of whatever was planned of these reports and not sent yet,
  // or refused: settings may have changed since. An event that is being sent,
  // or is settled otherwise, stays as it is. Without `json` it is noted only,
  // and not to be sent.
  absl::Status PlanEvent(const EventDraft& event,
                         const std::vector<std::string>& report_ids,
                         std::optional<std::string_view> json);
  // Forgets what was planned of the report and not sent yet: by the settings of
  // this plan it is in no event.
  absl::Status PlanNoEvent(std::string_view report_id);
  // One that is there already stays as it is.
  absl::Status PlanSighting(const SightingDraft& sighting);

  // --- Sending.
  // Events that are not settled, those that are being sent first, then in the
  // order of the plan; what is only noted is not among them.
  absl::StatusOr<std::vector<Uuid>> UnsettledEvents();
  absl::StatusOr<WaitingEvent> Event(const Uuid& uuid);
  absl::Status MarkSending(const Uuid& event);
  absl::Status Settle(const SettledEvent& event);

  absl::StatusOr<std::vector<WaitingSightings>> UnsettledSightings();
  absl::Status MarkSending(const WaitingSightings& sightings);
  // Those that are not refused are kStored.
  absl::Status Settle(const WaitingSightings& sightings,
                      const absl::flat_hash_map<Uuid, std::string>& refused);

  // --- Looking in, at this destination.
  absl::StatusOr<OutboxCounts> Counts();
  // Events that are planned or noted, in the order of the plan.
  absl::StatusOr<std::vector<Uuid>> PlannedEvents();
  // What was settled since Open(), and of it what the server did not take.
  const OutboxCounts& settled() const;
  const std::vector<OutboxProblem>& problems() const;

 private:
  struct Impl;
  explicit Outbox(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// All destinations of a ledger, while a run may be writing into it; and what
// the servers did not take, in the order of destination, events, attributes,
// sightings.
struct OutboxStatus {
  std::vector<OutboxCounts> counts;
  std::vector<OutboxProblem> problems;
};

// Errors: kNotFound when there is no such file; the database's.
absl::StatusOr<OutboxStatus> ReadOutboxStatus(const std::string& path);

}  // namespace mispsift

#endif  // MISPSIFT_SUBMIT_OUTBOX_H_
