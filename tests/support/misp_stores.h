#ifndef MISPSIFT_TESTS_SUPPORT_MISP_STORES_H_
#define MISPSIFT_TESTS_SUPPORT_MISP_STORES_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "nlohmann/json.hpp"
#include "tests/support/real_data.h"

namespace mispsift {

// What a real MISP 2.5.1 made of a value.
struct MispStoresRow {
  std::string type;
  std::string sent;
  bool stored;
  std::string value;  // when stored
};

// All of them, from the real data: tab-separated JSON values; null in the third
// field means refused.
inline std::vector<MispStoresRow> ReadMispStores() {
  std::ifstream file(RealData("misp-stores.tsv"));
  std::vector<MispStoresRow> rows;
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

inline std::string ReplacedOnce(std::string text, const std::string& what,
                                const std::string& with) {
  const size_t at = text.find(what);
  return at == std::string::npos ? text : text.replace(at, what.size(), with);
}

// The import expressions of that server: a setting of its site, which rewrites
// folders of Windows after the rule of the type has done its work.
inline bool IsImportExpression(const std::string& ours,
                               const std::string& theirs) {
  return ReplacedOnce(ours, "C:\\Windows", "%WINDIR%") == theirs ||
         ReplacedOnce(ours, "C:\\ProgramData", "%ALLUSERSPROFILE%") == theirs;
}

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_MISP_STORES_H_
