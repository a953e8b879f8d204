#ifndef MISPSIFT_BASE_MEMORY_LIMIT_H_
#define MISPSIFT_BASE_MEMORY_LIMIT_H_

#include <cstdint>
#include <string>

namespace mispsift {

// How much memory this process can have, in bytes: that of the machine, or less
// where its control group, or one around it, is given less (containers, systemd
// services). Never 0.
//
// Source: cgroup v2, memory.max. `groups` is where the groups are mounted,
// `own` the file that names the one of this process; what is not there limits
// nothing.
uint64_t MemoryLimit(const std::string& groups = "/sys/fs/cgroup",
                     const std::string& own = "/proc/self/cgroup");

}  // namespace mispsift

#endif  // MISPSIFT_BASE_MEMORY_LIMIT_H_
