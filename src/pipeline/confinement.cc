#include "src/pipeline/confinement.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

namespace mispsift {

std::string FolderWritten(const std::string& file) {
  std::error_code ignored;
  return std::filesystem::weakly_canonical(
             std::filesystem::absolute(file, ignored), ignored)
      .parent_path()
      .string();
}

std::string ConfineTo(const Confinement& allowed, std::string_view what) {
  const absl::Status confined = Confine(allowed);
  if (!confined.ok()) {
    return fmt::format("not confined: {}", std::string(confined.message()));
  }
  return fmt::format("confined to {} (Landlock {})", what, LandlockVersion());
}

}  // namespace mispsift
