#ifndef MISPSIFT_TESTS_SUPPORT_FAKE_MISP_SEARCH_H_
#define MISPSIFT_TESTS_SUPPORT_FAKE_MISP_SEARCH_H_

#include <cstdint>
#include <vector>

#include "tests/support/fake_misp_filters.h"
#include "tests/support/fake_misp_store.h"

namespace mispsift {

// One row of an answer.
struct FakeRow {
  const StoredEvent* event = nullptr;
  uint64_t id = 0;
};

// What one key may see; 0: everything.
struct FakeSight {
  bool site_admin = true;
  uint64_t hide_every = 0;
};

// The page asked for, or all rows without a limit, in the order asked for or
// else in that in which MariaDB was seen to give them.
std::vector<FakeRow> SearchAttributes(const FakeMispStore& store,
                                      const FakeSearch& search,
                                      const FakeSight& sight);
// All events that fit, by id.
std::vector<const StoredEvent*> SearchEvents(const FakeMispStore& store,
                                             const FakeSearch& search);

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_FAKE_MISP_SEARCH_H_
