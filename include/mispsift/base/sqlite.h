#ifndef MISPSIFT_BASE_SQLITE_H_
#define MISPSIFT_BASE_SQLITE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

struct sqlite3;
struct sqlite3_stmt;

namespace mispsift {

// A prepared statement. Parameters are given in their order; the columns of a
// row are counted from 0.
//
//   MISPSIFT_RETURN_IF_ERROR(insert.Run(7, "text"));
//
//   select.Start(7);
//   while (true) {
//     MISPSIFT_ASSIGN_OR_RETURN(const bool is_row, select.Next());
//     if (!is_row) break;
//     Use(select.Text(0));
//   }
//
// Errors:   kDataLoss for a file that is none or is damaged, kInternal else,
//           with SQLite's words.
// Lifetime: a row's texts until the next call; the statement no longer than
//           its database.
// Threads:  thread-compatible, with its database.
class SqlStatement {
 public:
  // Runs it to its end; rows, if any, are passed over.
  template <typename... Args>
  absl::Status Run(const Args&... args) {
    Start(args...);
    return Finish();
  }
  // Begins anew with these parameters.
  template <typename... Args>
  void Start(const Args&... args) {
    Rewind();
    (Bind(args), ...);
  }
  // False behind the last row; it may then be begun anew.
  absl::StatusOr<bool> Next();

  int64_t Int(int column) const;
  std::string_view Text(int column) const;
  bool IsNull(int column) const;

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit SqlStatement(sqlite3_stmt* statement) : statement_(statement) {}

  void Rewind();
  absl::Status Finish();
  void Bind(int64_t number);
  void Bind(std::string_view text);
  void Bind(std::nullptr_t);

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bound_ = 0;
};

// A SQLite database in a file, in WAL mode with synchronous FULL: what is
// committed outlives a power cut. Not for network file systems.
//
// Threads: thread-compatible.
class Database {
 public:
  enum class Access : bool { kReadOnly, kReadWrite };

  // Makes the file if it is to be written and is not there. `schema` is run on
  // a new file, which then carries `application_id` and `version`; a file
  // with others in it is left as it is: kFailedPrecondition.
  static absl::StatusOr<Database> Open(const std::string& path, Access access,
                                       int32_t application_id, int32_t version,
                                       const char* schema);

  // Of SQL that gives no rows; several statements may follow one another.
  absl::Status Run(const char* sql);
  absl::StatusOr<SqlStatement> Prepare(const char* sql);
  // All that `write` does or nothing, durable at the end.
  absl::Status InTransaction(absl::FunctionRef<absl::Status()> write);

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  explicit Database(sqlite3* database) : database_(database) {}

  absl::Status Settle(int32_t application_id, int32_t version,
                      const char* schema, Access access,
                      const std::string& path);
  absl::StatusOr<int64_t> Pragma(const char* sql);

  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace mispsift

#endif  // MISPSIFT_BASE_SQLITE_H_
