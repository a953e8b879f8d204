// StoreLikeMisp against what a real MISP 2.5.1 stored, refused, and why.

#include <vector>

#include "gtest/gtest.h"
#include "mispsift/normalize/normalize.h"
#include "tests/support/misp_stores.h"

namespace mispsift {
namespace {

TEST(MispStoresReal, StoresWhatMispStores) {
  const std::vector<MispStoresRow> rows = ReadMispStores();
  EXPECT_EQ(rows.size(), 858u);
  int rewritten_by_site = 0;
  for (const MispStoresRow& row : rows) {
    SCOPED_TRACE(row.type + ": " + row.sent);
    const MispStored stored = StoreLikeMisp(row.type, row.sent);
    EXPECT_EQ(stored.kept, row.stored) << stored.refusal;
    EXPECT_EQ(stored.refusal.empty(), stored.kept);
    if (!row.stored) continue;
    if (stored.value != row.value &&
        IsImportExpression(stored.value, row.value)) {
      ++rewritten_by_site;
      continue;
    }
    EXPECT_EQ(stored.value, row.value);
  }
  EXPECT_EQ(rewritten_by_site, 9);
}

TEST(MispStoresReal, StoringWhatIsStoredChangesNothing) {
  for (const MispStoresRow& row : ReadMispStores()) {
    if (!row.stored) continue;
    const MispStored stored = StoreLikeMisp(row.type, row.value);
    EXPECT_TRUE(stored.kept) << row.type << ": " << row.value;
    EXPECT_EQ(stored.value, row.value);
  }
}

}  // namespace
}  // namespace mispsift
