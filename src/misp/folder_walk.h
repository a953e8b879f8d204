#ifndef MISPSIFT_SRC_MISP_FOLDER_WALK_H_
#define MISPSIFT_SRC_MISP_FOLDER_WALK_H_

#include <filesystem>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

namespace mispsift::misp {

// Calls `visit` for each regular file below `folder`, depth first, in the byte
// order of the names in each folder. A link is not followed: what it points to
// may be outside, or a folder around it. A folder below that cannot be read
// goes to `unreadable` with errno's text.
// Errors: `folder` itself cannot be read.
absl::Status WalkFiles(
    const std::string& folder,
    absl::FunctionRef<void(const std::filesystem::path& file)> visit,
    absl::FunctionRef<void(const std::filesystem::path& folder,
                           const std::string& problem)>
        unreadable);

}  // namespace mispsift::misp

#endif  // MISPSIFT_SRC_MISP_FOLDER_WALK_H_
