#include "mispsift/submit/outbox.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <cerrno>
#include <cstring>

#include "mispsift/base/file.h"
#include "mispsift/base/sqlite.h"
#include "mispsift/base/status_macros.h"
#include "src/submit/outbox_database.h"

namespace mispsift {
namespace {

// The lock is on the file itself: SQLite's own locks are of another kind.
absl::StatusOr<FileDescriptor> LockFile(const std::string& path) {
  FileDescriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file.ok()) {
    return absl::InvalidArgumentError(
        fmt::format("cannot open {}: {}", path, std::strerror(errno)));
  }
  if (flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    return absl::AbortedError(fmt::format("{} is used by another run", path));
  }
  return file;
}

}  // namespace

struct Outbox::Impl {
  Impl(FileDescriptor file, Database opened)
      : lock(std::move(file)), database(std::move(opened)) {}

  FileDescriptor lock;  // closed last: that takes SQLite's locks away
  Database database;
  std::string name;
  int64_t destination = 0;
  int64_t next_position = 0;

  std::vector<SqlStatement> forget;
  std::optional<SqlStatement> event_of_report, plan_event, plan_report,
      plan_object, plan_attribute, plan_sighting, read_event, event_state,
      objects_state, attributes_state, refuse_attribute, settle_event,
      sighting_state, event_name, attribute_name;

  // What was settled in this run.
  OutboxCounts settled;
  std::vector<OutboxProblem> problems;

  absl::Status Begin();
  // The event that a report is in, if its state is one of these.
  absl::StatusOr<std::optional<Uuid>> EventOf(std::string_view report_id,
                                              SendState first, SendState last);
  absl::Status Forget(const Uuid& event);
  absl::Status NoteProblems(const SettledEvent& event);
  absl::StatusOr<std::vector<Uuid>> Uuids(const char* sql);
  absl::Status PlanAttributes(const EventDraft& event);
  absl::Status PlanAttribute(const Uuid& event, const Uuid* object,
                             const DraftAttribute& attribute);
};

Outbox::Outbox(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Outbox::~Outbox() = default;
Outbox::Outbox(Outbox&&) noexcept = default;
Outbox& Outbox::operator=(Outbox&&) noexcept = default;

absl::StatusOr<Outbox> Outbox::Open(const std::string& path,
                                    const std::string& destination) {
  MISPSIFT_ASSIGN_OR_RETURN(FileDescriptor lock, LockFile(path));
  MISPSIFT_ASSIGN_OR_RETURN(
      Database database,
      OpenOutboxDatabase(path, Database::Access::kReadWrite));
  auto impl = std::make_unique<Impl>(std::move(lock), std::move(database));
  impl->name = destination;
  MISPSIFT_RETURN_IF_ERROR(impl->Begin());
  return Outbox(std::move(impl));
}

absl::Status Outbox::Impl::Begin() {
  const std::pair<std::optional<SqlStatement>*, const char*> statements[] = {
      {&event_of_report,
       "SELECT r.event FROM reports r JOIN events e ON e.destination="
       "r.destination AND e.uuid=r.event WHERE r.destination=? AND r.report=? "
       "AND e.state BETWEEN ? AND ?"},
      {&plan_event,
       "INSERT INTO events(destination, uuid, position, state, info, "
       "attributes, json) VALUES(?,?,?,0,?,?,?) ON CONFLICT DO NOTHING"},
      {&plan_report,
       "INSERT OR REPLACE INTO reports(destination, report, event) "
       "VALUES(?,?,?)"},
      {&plan_object,
       "INSERT OR IGNORE INTO objects(destination, uuid, event, state) "
       "VALUES(?,?,?,0)"},
      {&plan_attribute,
       "INSERT OR IGNORE INTO attributes(destination, uuid, event, object, "
       "state, type, value) VALUES(?,?,?,?,0,?,?)"},
      {&plan_sighting,
       "INSERT OR IGNORE INTO sightings(destination, uuid, attribute, event, "
       "time, source, state) VALUES(?,?,?,?,?,?,0)"},
      {&read_event,
       "SELECT state, json, attributes FROM events WHERE destination=? AND "
       "uuid=?"},
      {&event_state,
       "UPDATE events SET state=? WHERE destination=? AND uuid=?"},
      {&objects_state,
       "UPDATE objects SET state=? WHERE destination=? AND event=?"},
      {&attributes_state,
       "UPDATE attributes SET state=? WHERE destination=? AND event=?"},
      {&refuse_attribute,
       "UPDATE attributes SET state=?, detail=? WHERE destination=? AND "
       "uuid=?"},
      {&settle_event,
       "UPDATE events SET state=?, server_id=?, detail=?, json=CASE ?1 WHEN 5 "
       "THEN json END WHERE destination=? AND uuid=?"},
      {&event_name, "SELECT info FROM events WHERE destination=? AND uuid=?"},
      {&attribute_name,
       "SELECT type || ' ' || value FROM attributes WHERE destination=? AND "
       "uuid=?"},
      {&sighting_state,
       "UPDATE sightings SET state=?, detail=? WHERE destination=? AND "
       "uuid=?"}};
  MISPSIFT_ASSIGN_OR_RETURN(
      SqlStatement add,
      database.Prepare("INSERT OR IGNORE INTO destinations(name) VALUES(?)"));
  MISPSIFT_RETURN_IF_ERROR(add.Run(name));
  MISPSIFT_ASSIGN_OR_RETURN(
      SqlStatement find,
      database.Prepare("SELECT id, (SELECT ifnull(max(position), -1) FROM "
                       "events WHERE destination=id) FROM destinations WHERE "
                       "name=?"));
  find.Start(name);
  MISPSIFT_RETURN_IF_ERROR(find.Next().status());
  destination = find.Int(0);
  next_position = find.Int(1) + 1;
  for (const auto& [statement, sql] : statements) {
    MISPSIFT_ASSIGN_OR_RETURN(*statement, database.Prepare(sql));
  }
  for (const char* sql :
       {"DELETE FROM events WHERE destination=? AND uuid=?",
        "DELETE FROM objects WHERE destination=? AND event=?",
        "DELETE FROM attributes WHERE destination=? AND event=?"}) {
    MISPSIFT_ASSIGN_OR_RETURN(SqlStatement statement, database.Prepare(sql));
    forget.push_back(std::move(statement));
  }
  return absl::OkStatus();
}

absl::Status Outbox::BeginPlan() {
  return impl_->database.Run("BEGIN IMMEDIATE");
}

absl::Status Outbox::FinishPlan() { return impl_->database.Run("COMMIT"); }

absl::StatusOr<std::optional<Uuid>> Outbox::EventOfReport(
    std::string_view report_id) {
  MISPSIFT_ASSIGN_OR_RETURN(
      const std::optional<Uuid> event,
      impl_->EventOf(report_id, SendState::kSending, SendState::kPartial));
  if (event.has_value()) return event;
  return impl_->EventOf(report_id, SendState::kBlocked, SendState::kBlocked);
}

absl::StatusOr<bool> Outbox::WasRefused(const Uuid& event,
                                        std::string_view json) {
  SqlStatement& select = *impl_->read_event;
  select.Start(impl_->destination, event.ToString());
  MISPSIFT_ASSIGN_OR_RETURN(const bool is_row, select.Next());
  if (!is_row) return false;
  const bool was_refused =
      StateOf(select.Int(0)) == SendState::kRefused && select.Text(1) == json;
  MISPSIFT_RETURN_IF_ERROR(select.Next().status());
  return was_refused;
}

absl::StatusOr<std::optional<Uuid>> Outbox::Impl::EventOf(
    std::string_view report_id, SendState first, SendState last) {
  event_of_report->Start(destination, report_id, Number(first), Number(last));
  MISPSIFT_ASSIGN_OR_RETURN(const bool is_row, event_of_report->Next());
  if (!is_row) return std::optional<Uuid>();
  const Uuid event = UuidOf(event_of_report->Text(0));
  MISPSIFT_RETURN_IF_ERROR(event_of_report->Next().status());  // lets go of it
  return std::optional<Uuid>(event);
}

absl::Status Outbox::PlanEvent(const EventDraft& event,
                               const std::vector<std::string>& report_ids,
                               std::optional<std::string_view> json) {
  Impl& impl = *impl_;
  for (const std::string& report : report_ids) {
    MISPSIFT_RETURN_IF_ERROR(PlanNoEvent(report));
    MISPSIFT_ASSIGN_OR_RETURN(
        const std::optional<Uuid> refused,
        impl.EventOf(report, SendState::kRefused, SendState::kRefused));
    if (refused.has_value()) MISPSIFT_RETURN_IF_ERROR(impl.Forget(*refused));
  }
  const std::string uuid = event.uuid.ToString();
  const int64_t count = static_cast<int64_t>(AttributeCount(event));
  const int64_t position = impl.next_position++;
  if (json.has_value()) {
    MISPSIFT_RETURN_IF_ERROR(impl.plan_event->Run(
        impl.destination, uuid, position, event.info, count, *json));
    MISPSIFT_RETURN_IF_ERROR(impl.PlanAttributes(event));
  } else {
    MISPSIFT_RETURN_IF_ERROR(impl.plan_event->Run(
        impl.destination, uuid, position, event.info, count, nullptr));
  }
  for (const std::string& report : report_ids) {
    MISPSIFT_RETURN_IF_ERROR(
        impl.plan_report->Run(impl.destination, report, uuid));
  }
  return absl::OkStatus();
}

absl::Status Outbox::PlanNoEvent(std::string_view report_id) {
  MISPSIFT_ASSIGN_OR_RETURN(
      const std::optional<Uuid> planned,
      impl_->EventOf(report_id, SendState::kPlanned, SendState::kPlanned));
  return planned.has_value() ? impl_->Forget(*planned) : absl::OkStatus();
}

// Of an event that the server has not got.
absl::Status Outbox::Impl::Forget(const Uuid& event) {
  const std::string uuid = event.ToString();
  for (SqlStatement& statement : forget) {
    MISPSIFT_RETURN_IF_ERROR(statement.Run(destination, uuid));
  }
  return absl::OkStatus();
}

absl::Status Outbox::Impl::PlanAttributes(const EventDraft& event) {
  for (const DraftAttribute& attribute : event.attributes) {
    MISPSIFT_RETURN_IF_ERROR(PlanAttribute(event.uuid, nullptr, attribute));
  }
  for (const DraftObject& object : event.objects) {
    MISPSIFT_RETURN_IF_ERROR(plan_object->Run(
        destination, object.uuid.ToString(), event.uuid.ToString()));
    for (const DraftAttribute& attribute : object.attributes) {
      MISPSIFT_RETURN_IF_ERROR(
          PlanAttribute(event.uuid, &object.uuid, attribute));
    }
  }
  return absl::OkStatus();
}

absl::Status Outbox::Impl::PlanAttribute(const Uuid& event, const Uuid* object,
                                         const DraftAttribute& attribute) {
  const std::string uuid = attribute.uuid.ToString();
  if (object == nullptr) {
    return plan_attribute->Run(destination, uuid, event.ToString(), nullptr,
                               attribute.type, attribute.value);
  }
  return plan_attribute->Run(destination, uuid, event.ToString(),
                             object->ToString(), attribute.type,
                             attribute.value);
}

absl::Status Outbox::PlanSighting(const SightingDraft& sighting) {
  return impl_->plan_sighting->Run(impl_->destination, sighting.uuid.ToString(),
                                   sighting.attribute.ToString(),
                                   sighting.event.ToString(), sighting.time,
                                   sighting.source);
}

absl::StatusOr<std::vector<Uuid>> Outbox::UnsettledEvents() {
  return impl_->Uuids(
      "SELECT uuid FROM events WHERE destination=? AND state IN (0,1) AND json "
      "IS NOT NULL ORDER BY state DESC, position");
}

absl::StatusOr<std::vector<Uuid>> Outbox::PlannedEvents() {
  return impl_->Uuids(
      "SELECT uuid FROM events WHERE destination=? AND state=0 ORDER BY "
      "position");
}

absl::StatusOr<std::vector<Uuid>> Outbox::Impl::Uuids(const char* sql) {
  MISPSIFT_ASSIGN_OR_RETURN(SqlStatement select, database.Prepare(sql));
  select.Start(destination);
  std::vector<Uuid> uuids;
  while (true) {
    MISPSIFT_ASSIGN_OR_RETURN(const bool is_row, select.Next());
    if (!is_row) return uuids;
    uuids.push_back(UuidOf(select.Text(0)));
  }
}

absl::StatusOr<WaitingEvent> Outbox::Event(const Uuid& uuid) {
  SqlStatement& select = *impl_->read_event;
  select.Start(impl_->destination, uuid.ToString());
  MISPSIFT_ASSIGN_OR_RETURN(const bool is_row, select.Next());
  if (!is_row || select.IsNull(1)) {
    return absl::NotFoundError(
        fmt::format("no event {} waits to be sent", uuid.ToString()));
  }
  WaitingEvent event{uuid, StateOf(select.Int(0)), std::string(select.Text(1)),
                     static_cast<uint64_t>(select.Int(2))};
  MISPSIFT_RETURN_IF_ERROR(select.Next().status());
  return event;
}

absl::Status Outbox::MarkSending(const Uuid& event) {
  const int64_t sending = Number(SendState::kSending);
  return impl_->database.InTransaction([&]() -> absl::Status {
    const std::string uuid = event.ToString();
    MISPSIFT_RETURN_IF_ERROR(
        impl_->event_state->Run(sending, impl_->destination, uuid));
    MISPSIFT_RETURN_IF_ERROR(
        impl_->objects_state->Run(sending, impl_->destination, uuid));
    return impl_->attributes_state->Run(sending, impl_->destination, uuid);
  });
}

absl::Status Outbox::Settle(const SettledEvent& event) {
  // What is in an event that the server has was seen there.
  const bool is_there =
      event.state != SendState::kRefused && event.state != SendState::kBlocked;
  const int64_t inside = Number(is_there ? SendState::kStored : event.state);
  return impl_->database.InTransaction([&]() -> absl::Status {
    const std::string uuid = event.uuid.ToString();
    MISPSIFT_RETURN_IF_ERROR(
        impl_->settle_event->Run(Number(event.state), event.server_id,
                                 event.detail, impl_->destination, uuid));
    MISPSIFT_RETURN_IF_ERROR(
        impl_->attributes_state->Run(inside, impl_->destination, uuid));
    for (const auto& [attribute, reason] : event.refused) {
      MISPSIFT_RETURN_IF_ERROR(impl_->refuse_attribute->Run(
          Number(SendState::kRefused), reason, impl_->destination,
          attribute.ToString()));
    }
    MISPSIFT_RETURN_IF_ERROR(
        impl_->objects_state->Run(inside, impl_->destination, uuid));
    return impl_->NoteProblems(event);
  });
}

absl::Status Outbox::Impl::NoteProblems(const SettledEvent& event) {
  ++settled.events[static_cast<size_t>(event.state)];
  const auto note = [this](const char* what, const Uuid& uuid, SendState state,
                           const std::string& detail,
                           SqlStatement* name_of) -> absl::Status {
    name_of->Start(destination, uuid.ToString());
    MISPSIFT_ASSIGN_OR_RETURN(const bool is_row, name_of->Next());
    problems.push_back({name, what, uuid, state,
                        std::string(is_row ? name_of->Text(0) : ""), detail});
    return is_row ? name_of->Next().status() : absl::OkStatus();
  };
  if (event.state != SendState::kStored && event.state != SendState::kExists) {
    MISPSIFT_RETURN_IF_ERROR(
        note("event", event.uuid, event.state, event.detail, &*event_name));
  }
  for (const auto& [attribute, reason] : event.refused) {
    MISPSIFT_RETURN_IF_ERROR(note("attribute", attribute, SendState::kRefused,
                                  reason, &*attribute_name));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<WaitingSightings>> Outbox::UnsettledSightings() {
  MISPSIFT_ASSIGN_OR_RETURN(
      SqlStatement select,
      impl_->database.Prepare(
          "SELECT uuid, attribute, event, time, source FROM "
          "sightings WHERE destination=? AND state IN (0,1) ORDER BY event, "
          "uuid"));
  select.Start(impl_->destination);
  std::vector<WaitingSightings> waiting;
  while (true) {
    MISPSIFT_ASSIGN_OR_RETURN(const bool is_row, select.Next());
    if (!is_row) return waiting;
    const Uuid event = UuidOf(select.Text(2));
    if (waiting.empty() || waiting.back().event != event) {
      waiting.push_back({event, {}});
    }
    waiting.back().sightings.push_back(
        {UuidOf(select.Text(0)), UuidOf(select.Text(1)), event, select.Int(3),
         std::string(select.Text(4))});
  }
}

absl::Status Outbox::MarkSending(const WaitingSightings& sightings) {
  return impl_->database.InTransaction([&]() -> absl::Status {
    for (const SightingDraft& sighting : sightings.sightings) {
      MISPSIFT_RETURN_IF_ERROR(impl_->sighting_state->Run(
          Number(SendState::kSending), nullptr, impl_->destination,
          sighting.uuid.ToString()));
    }
    return absl::OkStatus();
  });
}

absl::Status Outbox::Settle(
    const WaitingSightings& sightings,
    const absl::flat_hash_map<Uuid, std::string>& refused) {
  return impl_->database.InTransaction([&]() -> absl::Status {
    for (const SightingDraft& sighting : sightings.sightings) {
      const std::string uuid = sighting.uuid.ToString();
      const auto found = refused.find(sighting.uuid);
      if (found == refused.end()) {
        MISPSIFT_RETURN_IF_ERROR(impl_->sighting_state->Run(
            Number(SendState::kStored), nullptr, impl_->destination, uuid));
      } else {
        MISPSIFT_RETURN_IF_ERROR(impl_->sighting_state->Run(
            Number(SendState::kRefused), found->second, impl_->destination,
            uuid));
        impl_->problems.push_back(
            {impl_->name, "sighting", sighting.uuid, SendState::kRefused,
             sighting.attribute.ToString(), found->second});
      }
      const SendState state =
          found == refused.end() ? SendState::kStored : SendState::kRefused;
      ++impl_->settled.sightings[static_cast<size_t>(state)];
    }
    return absl::OkStatus();
  });
}

const OutboxCounts& Outbox::settled() const { return impl_->settled; }

const std::vector<OutboxProblem>& Outbox::problems() const {
  return impl_->problems;
}

absl::StatusOr<OutboxCounts> Outbox::Counts() {
  return CountOutbox(&impl_->database, impl_->destination, impl_->name);
}

}  // namespace mispsift
