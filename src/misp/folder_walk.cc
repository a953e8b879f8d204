#include "src/misp/folder_walk.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>
#include <vector>

namespace mispsift::misp {
namespace {

namespace fs = std::filesystem;

// Pushes what is in `folder` so that the first by name is popped first.
std::error_code PushEntries(const fs::path& folder,
                            std::vector<fs::directory_entry>* pending) {
  std::error_code error;
  const auto first = static_cast<std::ptrdiff_t>(pending->size());
  for (fs::directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    pending->push_back(*it);
  }
  std::sort(pending->begin() + first, pending->end(),
            [](const fs::directory_entry& a, const fs::directory_entry& b) {
              return a.path().native() > b.path().native();
            });
  return error;
}

}  // namespace

absl::Status WalkFiles(
    const std::string& folder, absl::FunctionRef<void(const fs::path&)> visit,
    absl::FunctionRef<void(const fs::path&, const std::string&)> unreadable) {
  std::vector<fs::directory_entry> pending;
  if (const std::error_code failed = PushEntries(folder, &pending)) {
    return absl::ErrnoToStatus(failed.value(),
                               fmt::format("cannot read {}", folder));
  }
  std::error_code error;
  while (!pending.empty()) {
    const fs::directory_entry entry = std::move(pending.back());
    pending.pop_back();
    const fs::file_status status = entry.symlink_status(error);
    if (fs::is_directory(status)) {
      if (const std::error_code failed = PushEntries(entry.path(), &pending)) {
        unreadable(entry.path(), failed.message());
      }
    } else if (fs::is_regular_file(status)) {
      visit(entry.path());
    }
  }
  return absl::OkStatus();
}

}  // namespace mispsift::misp
