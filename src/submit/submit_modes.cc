#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>

#include "mispsift/base/ascii_case.h"
#include "mispsift/submit/event_drafts.h"

namespace mispsift {
namespace {

struct NamedMode {
  SubmitMode mode;
  std::string_view name;
};

constexpr NamedMode kModes[] = {
    {SubmitMode::kMaldoc, "maldoc"},
    {SubmitMode::kIpaddr, "ipaddr"},
    {SubmitMode::kHashes, "hashes"},
    {SubmitMode::kUrl, "url"},
    {SubmitMode::kDropped, "dropped"},
    {SubmitMode::kRegistry, "registry"},
    {SubmitMode::kRegistryRead, "registry_read"},
    {SubmitMode::kMutexes, "mutexes"},
    {SubmitMode::kNetwork, "network"},
    {SubmitMode::kConfig, "config"},
    {SubmitMode::kSignatures, "signatures"},
    {SubmitMode::kIdsFiles, "ids_files"},
};

}  // namespace

absl::Status ParseSubmitModes(std::string_view names, uint32_t* modes) {
  constexpr std::string_view kBetween = ", \t\r\n";
  uint32_t parsed = 0;
  for (size_t begin = names.find_first_not_of(kBetween);
       begin != std::string_view::npos;) {
    const size_t end =
        std::min(names.find_first_of(kBetween, begin), names.size());
    const std::string_view name = names.substr(begin, end - begin);
    const NamedMode* const found = std::find_if(
        std::begin(kModes), std::end(kModes), [name](const NamedMode& named) {
          return named.name.size() == name.size() &&
                 StartsWithIgnoreCase(name, named.name);
        });
    if (found == std::end(kModes)) {
      std::string all;
      for (const NamedMode& named : kModes) all.append(" ").append(named.name);
      return absl::InvalidArgumentError(
          fmt::format("{}: no such mode; there are{}", name, all));
    }
    parsed |= static_cast<uint32_t>(found->mode);
    begin = names.find_first_not_of(kBetween, end);
  }
  *modes = parsed;
  return absl::OkStatus();
}

}  // namespace mispsift
