#include "tools/mispsift/value_lists.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <string_view>
#include <utility>

#include "mispsift/base/bytes.h"
#include "mispsift/base/file.h"
#include "mispsift/base/status_macros.h"
#include "mispsift/normalize/refang.h"
#include "mispsift/normalize/value_list.h"

namespace mispsift {
namespace {

constexpr uint64_t kMaxSafelistBytes = uint64_t{64} << 20;

// Takes the first value off a list.
std::string TakeValue(std::string_view* list) {
  const bool may_have_commas = TrimBlanks(*list).starts_with('/');
  std::string value;
  while (!list->empty()) {
    const char c = list->front();
    const bool is_escaped = may_have_commas && list->starts_with("\\,");
    list->remove_prefix(is_escaped ? 2 : 1);
    if (c == ',') break;
    value += is_escaped ? ',' : c;
  }
  return std::string(TrimBlanks(value));
}

}  // namespace

std::vector<std::string> SplitLists(const std::vector<std::string>& lists) {
  std::vector<std::string> values;
  for (std::string_view list : lists) {
    while (!list.empty()) {
      std::string value = TakeValue(&list);
      if (!value.empty()) values.push_back(std::move(value));
    }
  }
  return values;
}

absl::Status ReadValueList(const char* flag, const std::vector<std::string>& of,
                           std::vector<std::string>* entries) {
  *entries = of;
  const absl::Status checked = ValueList::Check(of);
  if (checked.ok()) return checked;
  return absl::InvalidArgumentError(
      fmt::format("{} {}", flag, std::string(checked.message())));
}

absl::StatusOr<std::vector<std::string>> ReadSafelists(
    const std::vector<std::string>& files) {
  std::vector<std::string> entries;
  for (const std::string& file : files) {
    PaddedBytes bytes;
    const absl::Status read = ReadFile(file, kMaxSafelistBytes, &bytes);
    if (!read.ok()) {
      return absl::InvalidArgumentError(
          fmt::format("no safelist: {}", std::string(read.message())));
    }
    for (std::string_view rest = bytes.view(); !rest.empty();) {
      const size_t end = std::min(rest.find('\n'), rest.size());
      const std::string_view line = TrimBlanks(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (!line.empty() && !line.starts_with('#')) entries.emplace_back(line);
    }
  }
  return entries;
}

absl::Status ReadCuckooSafelists(const CuckooConf& conf,
                                 std::vector<std::string>* entries) {
  const CuckooSafelists& lists = conf.safelists;
  std::vector<std::string> files = {lists.domains, lists.ips, lists.urls,
                                    lists.hashes};
  std::erase(files, "");
  MISPSIFT_ASSIGN_OR_RETURN(std::vector<std::string> safe,
                            ReadSafelists(files));
  for (std::string& value : SplitLists(conf.whitelist)) {
    safe.push_back(std::move(value));
  }
  return ReadValueList("Cuckoo's safelist or whitelist:", safe, entries);
}

void ReadPathsFromStdin(std::vector<std::string>* paths) {
  std::vector<std::string> expanded;
  for (std::string& path : *paths) {
    if (path != "-") {
      expanded.push_back(std::move(path));
      continue;
    }
    for (std::string line; std::getline(std::cin, line);) {
      if (!line.empty()) expanded.push_back(std::move(line));
    }
  }
  *paths = std::move(expanded);
}

}  // namespace mispsift
