#ifndef MISPSIFT_SRC_SUBMIT_OUTBOX_DATABASE_H_
#define MISPSIFT_SRC_SUBMIT_OUTBOX_DATABASE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "mispsift/base/sqlite.h"
#include "mispsift/base/uuid.h"
#include "mispsift/submit/outbox.h"

namespace mispsift {

// The tables behind an Outbox (submit/outbox.h has their grammar), as it writes
// them and as ReadOutboxStatus() reads them.

absl::StatusOr<Database> OpenOutboxDatabase(const std::string& path,
                                            Database::Access access);

// How states and uuids stand in the tables.
inline int64_t Number(SendState state) { return static_cast<int64_t>(state); }
SendState StateOf(int64_t number);
Uuid UuidOf(std::string_view text);

// Of the destination with this id.
absl::StatusOr<OutboxCounts> CountOutbox(Database* database,
                                         int64_t destination, std::string name);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_SUBMIT_OUTBOX_DATABASE_H_
