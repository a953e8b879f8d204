#ifndef MISPSIFT_PIPELINE_MANIFEST_H_
#define MISPSIFT_PIPELINE_MANIFEST_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "mispsift/cuckoo/report_files.h"

namespace mispsift {

// The inputs of a scan, in its order, written down once, so that each of many
// machines may take its share of them. JSON lines; the first one says
//
//   {"schema":1,"version","inputs":lines,"bytes":sum,"skipped":files,"id"}
//
// id is XXH3-128 of all further lines, in 32 hex digits; skipped are the files
// that were met and are no inputs. Then a line for each input,
//
//   {"path","bytes","kind":"document|archive","listed":bool}
//   {"path","bytes":0,"kind":"unreadable","detail"}
//
// bytes is the size of the file on disk. An input is what a scan opens as one:
// an archive is not split. A path that is no UTF-8 is "path_hex" instead, its
// bytes in hex digits. Paths stand as they were given or walked, so a relative
// one needs the same working directory.
struct Manifest {
  struct Input {
    ReportFile file;
    uint64_t bytes = 0;
    int64_t modified = 0;  // as OnDisk has it; only of a walk
  };

  std::string id;
  uint64_t bytes = 0;
  uint64_t skipped = 0;
  std::vector<Input> inputs;  // numbered as they stand here
};

// What a scan of `paths` would open. Which of them are unreadable is part of
// it, and no error.
Manifest WalkManifest(const std::vector<std::string>& paths);

// Its bytes; fills in the id.
std::string ManifestText(Manifest* manifest);

// What ManifestText() wrote, all of it checked. Memory: the inputs.
// Errors: kInvalidArgument with the line, for what is no such file or not
// whole.
absl::StatusOr<Manifest> ReadManifest(const std::string& path);

}  // namespace mispsift

#endif  // MISPSIFT_PIPELINE_MANIFEST_H_
