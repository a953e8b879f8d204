#include "tools/mispsift/value_lists.h"

#include <sstream>

namespace mispsift {

std::vector<std::string> SplitLists(const std::vector<std::string>& lists) {
  std::vector<std::string> values;
  for (const std::string& list : lists) {
    std::stringstream stream(list);
    for (std::string value; std::getline(stream, value, ',');) {
      const size_t first = value.find_first_not_of(" \t");
      if (first == std::string::npos) continue;
      const size_t last = value.find_last_not_of(" \t");
      values.push_back(value.substr(first, last - first + 1));
    }
  }
  return values;
}

}  // namespace mispsift
