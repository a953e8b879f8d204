#include "mispsift/submit/outbox.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "mispsift/base/file.h"
#include "mispsift/base/sqlite.h"
#include "mispsift/base/status_macros.h"

namespace mispsift {
namespace {

constexpr int32_t kApplicationId = 0x6d737074;  // "mspt"
constexpr int32_t kVersion = 1;

constexpr char kSchema[] = R"sql(
CREATE TABLE destinations(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE events(
  destination INTEGER NOT NULL, uuid TEXT NOT NULL, position INTEGER NOT NULL,
  state INTEGER NOT NULL, info TEXT NOT NULL, attributes INTEGER NOT NULL,
  json TEXT, server_id TEXT, detail TEXT,
  PRIMARY KEY(destination, uuid)) WITHOUT ROWID;
CREATE INDEX events_by_state ON events(destination, state, position);
CREATE TABLE reports(
  destination INTEGER NOT NULL, report TEXT NOT NULL, event TEXT NOT NULL,
  PRIMARY KEY(destination, report)) WITHOUT ROWID;
CREATE TABLE objects(
  destination INTEGER NOT NULL, uuid TEXT NOT NULL, event TEXT NOT NULL,
  state INTEGER NOT NULL, PRIMARY KEY(destination, uuid)) WITHOUT ROWID;
CREATE INDEX objects_by_event ON objects(destination, event);
CREATE TABLE attributes(
  destination INTEGER NOT NULL, uuid TEXT NOT NULL, event TEXT NOT NULL,
  object TEXT, state INTEGER NOT NULL, type TEXT NOT NULL, value TEXT NOT NULL,
  detail TEXT, PRIMARY KEY(destination, uuid)) WITHOUT ROWID;
CREATE INDEX attributes_by_event ON attributes(destination, event);
CREATE TABLE sightings(
  destination INTEGER NOT NULL, uuid TEXT NOT NULL, attribute TEXT NOT NULL,
  event TEXT NOT NULL, time INTEGER NOT NULL,
  source TEXT NOT NULL, state INTEGER NOT NULL, detail TEXT,
  PRIMARY KEY(destination, uuid)) WITHOUT ROWID;
CREATE INDEX sightings_by_state ON sightings(destination, state, event);
)sql";

int64_t Number(SendState state) { return static_cast<int64_t>(state); }

SendState StateOf(int64_t number) {
  return number >= 0 && number < Number(SendState::kCount)
             ? static_cast<SendState>(number)
             : SendState::kPlanned;
}

Uuid UuidOf(std::string_view text) {
  Uuid uuid;
  return ParseUuid(text, &uuid) ? uuid : Uuid{};
}

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

absl::Status CountStates(Database* database, const char* sql,
                         int64_t destination, OutboxCounts::ByState* counts) {
  MISPSIFT_ASSIGN_OR_RETURN(SqlStatement select, database->Prepare(sql));
  select.Start(destination);
  while (true) {
    MISPSIFT_ASSIGN_OR_RETURN(const bool is_row, select.Next());
    if (!is_row) return absl::OkStatus();
    (*counts)[static_cast<size_t>(StateOf(select.Int(0)))] +=
        static_cast<uint64_t>(select.Int(1));
  }
}

absl::StatusOr<OutboxCounts> CountAll(Database* database, int64_t destination,
                                      std::string name) {
  OutboxCounts counts;
  counts.destination = std::move(name);
  const std::pair<const char*, OutboxCounts::ByState*> tables[] = {
      {"SELECT state, count(*) FROM events WHERE destination=? GROUP BY state",
       &counts.events},
      {"SELECT state, count(*) FROM objects WHERE destination=? GROUP BY state",
       &counts.objects},
      {"SELECT state, count(*) FROM attributes WHERE destination=? GROUP BY "
       "state",
       &counts.attributes},
      {"SELECT state, count(*) FROM sightings WHERE destination=? GROUP BY "
       "state",
       &counts.sightings}};
  for (const auto& [sql, by_state] : tables) {
    MISPSIFT_RETURN_IF_ERROR(CountStates(database, sql, destination, by_state));
  }
  return counts;
}

absl::Status ReadProblems(Database* database, int64_t destination,
                          const std::string& name,
                          std::vector<OutboxProblem>* problems) {
  const std::pair<const char*, const char*> tables[] = {
      {"event",
       "SELECT uuid, state, info, detail FROM events WHERE destination=? AND "
       "state IN (4,5,6) ORDER BY position"},
      {"attribute",
       "SELECT uuid, state, type || ' ' || value, detail FROM attributes WHERE "
       "destination=? AND state=5 AND detail IS NOT NULL ORDER BY event, uuid"},
      {"sighting",
       "SELECT uuid, state, attribute, detail FROM sightings WHERE "
       "destination=? AND state=5 ORDER BY event, uuid"}};
  static_assert(static_cast<int>(SendState::kPartial) == 4 &&
                static_cast<int>(SendState::kRefused) == 5 &&
                static_cast<int>(SendState::kBlocked) == 6);
  for (const auto& [what, sql] : tables) {
    MISPSIFT_ASSIGN_OR_RETURN(SqlStatement select, database->Prepare(sql));
    select.Start(destination);
    while (true) {
      MISPSIFT_ASSIGN_OR_RETURN(const bool is_row, select.Next());
      if (!is_row) break;
      problems->push_back({name, what, UuidOf(select.Text(0)),
                           StateOf(select.Int(1)), std::string(select.Text(2)),
                           std::string(select.Text(3))});
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::string_view SendStateName(SendState state) {
  switch (state) {
    case SendState::kPlanned:
      return "planned";
    case SendState::kSending:
      return "sending";
    case SendState::kStored:
      return "stored";
    case SendState::kExists:
      return "exists";
    case SendState::kPartial:
      return "partial";
    case SendState::kRefused:
      return "refused";
    case SendState::kBlocked:
      return "blocked";
    case SendState::kCount:
      break;
  }
  return "";
}

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
      sighting_state, attribute_name;

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
  // All or nothing, durable at the end.
  template <typename Write>
  absl::Status InTransaction(Write write) {
    MISPSIFT_RETURN_IF_ERROR(database.Run("BEGIN IMMEDIATE"));
    absl::Status status = write();
    if (status.ok()) return database.Run("COMMIT");
    static_cast<void>(database.Run("ROLLBACK"));
    return status;
  }
};

Outbox::Outbox(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Outbox::~Outbox() = default;
Outbox::Outbox(Outbox&&) noexcept = default;
Outbox& Outbox::operator=(Outbox&&) noexcept = default;

absl::StatusOr<Outbox> Outbox::Open(const std::string& path,
                                    const std::string& destination) {
  MISPSIFT_ASSIGN_OR_RETURN(FileDescriptor lock, LockFile(path));
  MISPSIFT_ASSIGN_OR_RETURN(Database database,
                            Database::Open(path, Database::Access::kReadWrite,
                                           kApplicationId, kVersion, kSchema));
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
       "UPDATE events SET state=?, server_id=?, detail=?, json=NULL WHERE "
       "destination=? AND uuid=?"},
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
  return impl_->EventOf(report_id, SendState::kSending, SendState::kCount);
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
    MISPSIFT_ASSIGN_OR_RETURN(
        const std::optional<Uuid> planned,
        impl.EventOf(report, SendState::kPlanned, SendState::kPlanned));
    if (planned.has_value()) MISPSIFT_RETURN_IF_ERROR(impl.Forget(*planned));
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
  return impl_->InTransaction([&]() -> absl::Status {
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
  return impl_->InTransaction([&]() -> absl::Status {
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
  if (event.state != SendState::kStored && event.state != SendState::kExists) {
    problems.push_back(
        {name, "event", event.uuid, event.state, "", event.detail});
  }
  for (const auto& [attribute, reason] : event.refused) {
    attribute_name->Start(destination, attribute.ToString());
    MISPSIFT_ASSIGN_OR_RETURN(const bool is_row, attribute_name->Next());
    problems.push_back({name, "attribute", attribute, SendState::kRefused,
                        std::string(is_row ? attribute_name->Text(0) : ""),
                        reason});
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
  return impl_->InTransaction([&]() -> absl::Status {
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
  return impl_->InTransaction([&]() -> absl::Status {
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
  return CountAll(&impl_->database, impl_->destination, impl_->name);
}

absl::StatusOr<OutboxStatus> ReadOutboxStatus(const std::string& path) {
  if (access(path.c_str(), F_OK) != 0) {
    return absl::NotFoundError(fmt::format("there is no ledger {}", path));
  }
  MISPSIFT_ASSIGN_OR_RETURN(Database database,
                            Database::Open(path, Database::Access::kReadOnly,
                                           kApplicationId, kVersion, kSchema));
  // One state of it all, whoever writes meanwhile.
  MISPSIFT_RETURN_IF_ERROR(database.Run("BEGIN"));
  MISPSIFT_ASSIGN_OR_RETURN(
      SqlStatement select,
      database.Prepare("SELECT id, name FROM destinations ORDER BY id"));
  std::vector<std::pair<int64_t, std::string>> destinations;
  select.Start();
  while (true) {
    MISPSIFT_ASSIGN_OR_RETURN(const bool is_row, select.Next());
    if (!is_row) break;
    destinations.emplace_back(select.Int(0), select.Text(1));
  }
  OutboxStatus status;
  for (const auto& [id, name] : destinations) {
    MISPSIFT_ASSIGN_OR_RETURN(OutboxCounts counts,
                              CountAll(&database, id, name));
    status.counts.push_back(std::move(counts));
    MISPSIFT_RETURN_IF_ERROR(
        ReadProblems(&database, id, name, &status.problems));
  }
  return status;
}

}  // namespace mispsift
