#ifndef MISPSIFT_TOOLS_MISPSIFT_BOUNDS_FLAGS_H_
#define MISPSIFT_TOOLS_MISPSIFT_BOUNDS_FLAGS_H_

#include <cstddef>
#include <cstdint>

#include "mispsift/cuckoo/report_archive.h"

namespace CLI {
class App;
}

namespace mispsift {

// What is over a bound is refused under the reason that is named here.
void AddBounds(CLI::App* command, ArchiveLimits* limits,
               size_t* max_json_nesting, uint64_t* max_report_memory);

// What follows from those that were typed.
void ApplyBounds(ArchiveLimits* limits);

}  // namespace mispsift

#endif  // MISPSIFT_TOOLS_MISPSIFT_BOUNDS_FLAGS_H_
