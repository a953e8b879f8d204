#include "mispsift/base/sqlite.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include "mispsift/base/check.h"
#include "mispsift/base/status_macros.h"

namespace mispsift {
namespace {

// How long another one's short write is waited for.
constexpr int kBusyMilliseconds = 5000;

absl::Status StatusOf(sqlite3* database, int code) {
  const std::string words =
      database == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(database);
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::DataLossError(words);
    default:
      return absl::InternalError(words);
  }
}

absl::Status WithPath(const absl::Status& status, const std::string& path) {
  if (status.ok()) return status;
  return absl::Status(
      status.code(),
      fmt::format("{}: {}", path, std::string(status.message())));
}

}  // namespace

void SqlStatement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

void SqlStatement::Rewind() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
  bound_ = 0;
}

void SqlStatement::Bind(int64_t number) {
  MISPSIFT_CHECK(sqlite3_bind_int64(statement_.get(), ++bound_, number) ==
                 SQLITE_OK);
}

void SqlStatement::Bind(std::string_view text) {
  MISPSIFT_CHECK(sqlite3_bind_text64(statement_.get(), ++bound_,
                                     text.empty() ? "" : text.data(),
                                     text.size(), SQLITE_TRANSIENT,
                                     SQLITE_UTF8) == SQLITE_OK);
}

void SqlStatement::Bind(std::nullptr_t) {
  MISPSIFT_CHECK(sqlite3_bind_null(statement_.get(), ++bound_) == SQLITE_OK);
}

absl::StatusOr<bool> SqlStatement::Next() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  sqlite3* database = sqlite3_db_handle(statement_.get());
  const absl::Status status =
      code == SQLITE_DONE ? absl::OkStatus() : StatusOf(database, code);
  sqlite3_reset(statement_.get());
  if (!status.ok()) return status;
  return false;
}

absl::Status SqlStatement::Finish() {
  while (true) {
    MISPSIFT_ASSIGN_OR_RETURN(const bool is_row, Next());
    if (!is_row) return absl::OkStatus();
  }
}

int64_t SqlStatement::Int(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string_view SqlStatement::Text(int column) const {
  const void* bytes = sqlite3_column_blob(statement_.get(), column);
  if (bytes == nullptr) return {};
  return {static_cast<const char*>(bytes),
          static_cast<size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

bool SqlStatement::IsNull(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

void Database::Close::operator()(sqlite3* database) const {
  sqlite3_close_v2(database);
}

absl::StatusOr<Database> Database::Open(const std::string& path, Access access,
                                        int32_t application_id, int32_t version,
                                        const char* schema) {
  const int flags = access == Access::kReadOnly
                        ? SQLITE_OPEN_READONLY
                        : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
  Database database(opened);
  if (code != SQLITE_OK) return WithPath(StatusOf(opened, code), path);
  sqlite3_busy_timeout(opened, kBusyMilliseconds);
  MISPSIFT_RETURN_IF_ERROR(
      database.Settle(application_id, version, schema, access, path));
  return database;
}

absl::Status Database::Settle(int32_t application_id, int32_t version,
                              const char* schema, Access access,
                              const std::string& path) {
  // A process that is confined could not write to the folder for such files.
  MISPSIFT_RETURN_IF_ERROR(WithPath(Run("PRAGMA temp_store=MEMORY"), path));
  const absl::StatusOr<int64_t> id = Pragma("PRAGMA application_id");
  if (!id.ok()) return WithPath(id.status(), path);
  const absl::StatusOr<int64_t> tables =
      Pragma("SELECT count(*) FROM sqlite_master");
  if (!tables.ok()) return WithPath(tables.status(), path);
  const bool is_new = *tables == 0 && *id == 0;
  if (is_new && access == Access::kReadWrite) {
    // Of one piece, or a kill between would leave a file that is nobody's.
    const std::string setup = fmt::format(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; BEGIN IMMEDIATE; {};"
        "PRAGMA application_id={}; PRAGMA user_version={}; COMMIT",
        schema, application_id, version);
    return WithPath(Run(setup.c_str()), path);
  }
  const absl::StatusOr<int64_t> found = Pragma("PRAGMA user_version");
  if (!found.ok()) return WithPath(found.status(), path);
  if (*id != application_id) {
    return absl::FailedPreconditionError(
        fmt::format("{}: a database of something else", path));
  }
  if (*found != version) {
    return absl::FailedPreconditionError(fmt::format(
        "{}: of version {}, where {} is wanted", path, *found, version));
  }
  return WithPath(Run("PRAGMA synchronous=FULL"), path);
}

absl::StatusOr<int64_t> Database::Pragma(const char* sql) {
  MISPSIFT_ASSIGN_OR_RETURN(SqlStatement statement, Prepare(sql));
  MISPSIFT_ASSIGN_OR_RETURN(const bool is_row, statement.Next());
  return is_row ? statement.Int(0) : 0;
}

absl::Status Database::Run(const char* sql) {
  const int code =
      sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : StatusOf(database_.get(), code);
}

absl::Status Database::InTransaction(absl::FunctionRef<absl::Status()> write) {
  MISPSIFT_RETURN_IF_ERROR(Run("BEGIN IMMEDIATE"));
  absl::Status status = write();
  if (status.ok()) return Run("COMMIT");
  static_cast<void>(Run("ROLLBACK"));
  return status;
}

absl::StatusOr<SqlStatement> Database::Prepare(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  const int code =
      sqlite3_prepare_v2(database_.get(), sql, -1, &statement, nullptr);
  if (code != SQLITE_OK) return StatusOf(database_.get(), code);
  MISPSIFT_CHECK(statement != nullptr);
  return SqlStatement(statement);
}

}  // namespace mispsift
