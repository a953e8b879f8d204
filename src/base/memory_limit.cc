#include "mispsift/base/memory_limit.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "mispsift/base/bytes.h"
#include "mispsift/base/file.h"

namespace mispsift {
namespace {

uint64_t MachineBytes() {
  return static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) *
         static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

// The group in the one line that cgroup v2 has: "0::/system.slice/x.service".
std::string_view GroupNamedIn(std::string_view lines) {
  constexpr std::string_view kMark = "0::";
  const size_t mark = lines.starts_with(kMark) ? 0 : lines.find("\n0::");
  if (mark == std::string_view::npos) return {};
  lines.remove_prefix(mark + kMark.size() + (mark > 0 ? 1 : 0));
  return lines.substr(0, lines.find('\n'));
}

}  // namespace

uint64_t MemoryLimit(const std::string& groups, const std::string& own) {
  constexpr uint64_t kMaxFileBytes = 4096;
  uint64_t limit = MachineBytes();
  PaddedBytes bytes;
  if (!ReadFile(own, kMaxFileBytes, &bytes).ok()) return limit;
  std::string group(GroupNamedIn(bytes.view()));
  while (true) {
    // "max" is no number, and no bound.
    uint64_t bound = 0;
    if (ReadFile(groups + group + "/memory.max", kMaxFileBytes, &bytes).ok()) {
      std::from_chars(bytes.data(), bytes.data() + bytes.size(), bound);
    }
    if (bound > 0) limit = std::min(limit, bound);
    const size_t slash = group.rfind('/');
    if (slash == std::string::npos) return limit;
    group.resize(slash);
  }
}

}  // namespace mispsift
