#ifndef MISPSIFT_TESTS_SUPPORT_MISP_PAIRS_H_
#define MISPSIFT_TESTS_SUPPORT_MISP_PAIRS_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "nlohmann/json.hpp"
#include "tests/support/real_data.h"

namespace mispsift {

// Two attributes of which a real MISP 2.5.1 was asked whether they correlate.
struct MispPair {
  struct Side {
    std::string type;
    std::string sent;
    bool stored;
    std::string value;  // when stored
  };
  Side a;
  Side b;
  bool correlates;
  bool correlates_advanced;
};

// All of them, from the real data.
inline std::vector<MispPair> ReadMispPairs() {
  std::ifstream file(RealData("misp-correlates.tsv"));
  std::vector<MispPair> pairs;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#') || line.starts_with("a_type")) continue;
    std::vector<nlohmann::json> fields;
    for (size_t begin = 0; begin <= line.size();) {
      const size_t end = std::min(line.find('\t', begin), line.size());
      fields.push_back(nlohmann::json::parse(line.substr(begin, end - begin),
                                             nullptr, false));
      begin = end + 1;
    }
    if (fields.size() != 8) {
      ADD_FAILURE() << "not a row: " << line;
      continue;
    }
    const auto side = [&](size_t at) -> MispPair::Side {
      const bool stored = fields[at + 2].is_string();
      return {fields[at], fields[at + 1], stored,
              stored ? fields[at + 2].get<std::string>() : std::string()};
    };
    pairs.push_back({side(0), side(3), fields[6], fields[7]});
  }
  return pairs;
}

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_MISP_PAIRS_H_
