#ifndef MISPSIFT_TESTS_SUPPORT_TEMP_FOLDER_H_
#define MISPSIFT_TESTS_SUPPORT_TEMP_FOLDER_H_

#include <unistd.h>

#include <filesystem>
#include <string>

#include "mispsift/base/check.h"

namespace mispsift {

// A folder that goes with the object.
class TempFolder {
 public:
  TempFolder() {
    std::string name =
        (std::filesystem::temp_directory_path() / "mispsift-XXXXXX").string();
    MISPSIFT_CHECK(mkdtemp(name.data()) != nullptr);
    folder_ = name;
  }
  ~TempFolder() { std::filesystem::remove_all(folder_); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  std::string path(const std::string& name) const { return folder_ / name; }

 private:
  std::filesystem::path folder_;
};

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_TEMP_FOLDER_H_
