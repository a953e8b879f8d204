// StoreLikeMisp against what a real MISP 2.5.1 stored, refused, and why.

#include <fstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mispsift/normalize/normalize.h"
#include "nlohmann/json.hpp"
#include "tests/support/real_data.h"

namespace mispsift {
namespace {

struct Row {
  std::string type;
  std::string sent;
  bool stored;
  std::string value;
};

// Tab-separated JSON values; null in the third field means refused.
std::vector<Row> ReadRows() {
  std::ifstream file(RealData("misp-stores.tsv"));
  std::vector<Row> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    std::vector<nlohmann::json> fields;
    for (size_t begin = 0; begin <= line.size();) {
      const size_t end = std::min(line.find('\t', begin), line.size());
      fields.push_back(nlohmann::json::parse(line.substr(begin, end - begin),
                                             nullptr, false));
      begin = end + 1;
    }
    if (fields.size() != 4 || !fields[0].is_string()) {
      ADD_FAILURE() << "not a row: " << line;
      continue;
    }
    const bool stored = fields[2].is_string();
    rows.push_back({fields[0], fields[1], stored,
                    stored ? fields[2].get<std::string>() : std::string()});
  }
  return rows;
}

std::string Replaced(std::string text, const std::string& what,
                     const std::string& with) {
  const size_t at = text.find(what);
  return at == std::string::npos ? text : text.replace(at, what.size(), with);
}

// The import expressions of that server: a setting of its site, which rewrites
// folders of Windows after the rule of the type has done its work.
bool IsImportExpression(const std::string& ours, const std::string& theirs) {
  return Replaced(ours, "C:\\Windows", "%WINDIR%") == theirs ||
         Replaced(ours, "C:\\ProgramData", "%ALLUSERSPROFILE%") == theirs;
}

TEST(MispStoresReal, StoresWhatMispStores) {
  const std::vector<Row> rows = ReadRows();
  EXPECT_EQ(rows.size(), 858u);
  int rewritten_by_site = 0;
  for (const Row& row : rows) {
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
  for (const Row& row : ReadRows()) {
    if (!row.stored) continue;
    const MispStored stored = StoreLikeMisp(row.type, row.value);
    EXPECT_TRUE(stored.kept) << row.type << ": " << row.value;
    EXPECT_EQ(stored.value, row.value);
  }
}

}  // namespace
}  // namespace mispsift
