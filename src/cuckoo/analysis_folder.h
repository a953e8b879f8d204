#ifndef MISPSIFT_SRC_CUCKOO_ANALYSIS_FOLDER_H_
#define MISPSIFT_SRC_CUCKOO_ANALYSIS_FOLDER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace mispsift {

enum class EntryType : uint8_t {
  kFile,
  kFolder,
  kOther,  // a symlink, whatever it leads to, a FIFO, a device, ...
};

struct FolderEntry {
  std::string name;
  EntryType type;
};

// What `folder` holds, names in byte order, without "." and "..". Errors carry
// errno's text; `*entries` is empty then.
absl::Status ListFolder(const std::string& folder,
                        std::vector<FolderEntry>* entries);

// `folder` and `name` with one slash between them.
std::string JoinPath(std::string_view folder, std::string_view name);

// How a sandbox laid a folder out.
enum class FolderLayout : uint8_t {
  kFlat,      // none that we know
  kAnalysis,  // one analysis: its report is in reports/ or in task_<n>/
  kTask,      // a task folder: its report, if any, is right in it
};

// `entries` are those of `folder`, as ListFolder() gives them.
// Source: cuckoo 2.0.7 and CAPEv2 storage/analyses/<id>, cuckoo3
// storage/analyses/<date>/<id>[/task_<n>].
FolderLayout LayoutOf(const std::string& folder,
                      const std::vector<FolderEntry>& entries);

// The one of `entries` that is the report, by name; empty when none is.
std::string_view ReportAmong(const std::vector<FolderEntry>& entries);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_CUCKOO_ANALYSIS_FOLDER_H_
