#include "src/submit/outbox_database.h"

#include <fmt/format.h>
#include <unistd.h>

#include <utility>
#include <vector>

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

SendState StateOf(int64_t number) {
  return number >= 0 && number < Number(SendState::kCount)
             ? static_cast<SendState>(number)
             : SendState::kPlanned;
}

Uuid UuidOf(std::string_view text) {
  Uuid uuid;
  return ParseUuid(text, &uuid) ? uuid : Uuid{};
}

absl::StatusOr<Database> OpenOutboxDatabase(const std::string& path,
                                            Database::Access access) {
  return Database::Open(path, access, kApplicationId, kVersion, kSchema);
}

absl::StatusOr<OutboxCounts> CountOutbox(Database* database,
                                         int64_t destination,
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

absl::StatusOr<OutboxStatus> ReadOutboxStatus(const std::string& path) {
  if (access(path.c_str(), F_OK) != 0) {
    return absl::NotFoundError(fmt::format("there is no ledger {}", path));
  }
  MISPSIFT_ASSIGN_OR_RETURN(
      Database database, OpenOutboxDatabase(path, Database::Access::kReadOnly));
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
                              CountOutbox(&database, id, name));
    status.counts.push_back(std::move(counts));
    MISPSIFT_RETURN_IF_ERROR(
        ReadProblems(&database, id, name, &status.problems));
  }
  return status;
}

}  // namespace mispsift
