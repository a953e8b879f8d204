#include "mispsift/base/landlock.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "mispsift/base/file.h"
#include "mispsift/base/status_macros.h"

namespace mispsift {
namespace {

// As in linux/landlock.h, of which distributions have older ones than kernels.
constexpr uint64_t kWriteFile = 1 << 1;
constexpr uint64_t kReadFile = 1 << 2;
constexpr uint64_t kReadFolder = 1 << 3;
constexpr uint64_t kRemoveFolder = 1 << 4;
constexpr uint64_t kRemoveFile = 1 << 5;
constexpr uint64_t kMakeFolder = 1 << 7;
constexpr uint64_t kMakeFile = 1 << 8;
constexpr uint64_t kMoveBetweenFolders = 1 << 13;
constexpr uint64_t kTruncate = 1 << 14;
constexpr uint64_t kBindAndConnectTcp = 3;
constexpr uint64_t kAbstractSockets = 1;
constexpr uint32_t kAskVersion = 1;
constexpr int kPathBeneath = 1;

struct Ruleset {
  uint64_t files = 0;
  uint64_t network = 0;
  uint64_t scopes = 0;
};

struct __attribute__((packed)) PathRule {
  uint64_t allowed;
  int32_t fd;
};

// Read by the C library and by those that load something when it is needed.
constexpr const char* kSystem[] = {"/usr",
                                   "/lib",
                                   "/lib64",
                                   "/etc/localtime",
                                   "/proc/self",
                                   "/etc/ld.so.cache",
                                   "/dev/null",
                                   "/dev/urandom",
                                   "/sys/devices/system/cpu",
                                   "/etc/ssl/openssl.cnf",
                                   "/sys/devices/system/node"};

// All that a version can forbid.
Ruleset AllOf(int version) {
  Ruleset all;
  all.files = (1 << 13) - 1;
  if (version >= 2) all.files |= kMoveBetweenFolders;
  if (version >= 3) all.files |= kTruncate;
  if (version >= 4) all.network = kBindAndConnectTcp;
  if (version >= 6) all.scopes = kAbstractSockets;
  return all;
}

absl::Status Allow(int ruleset, const std::string& path, uint64_t rights) {
  const FileDescriptor fd(open(path.c_str(), O_PATH | O_CLOEXEC));
  struct stat status;
  if (!fd.ok() || fstat(fd.get(), &status) != 0) return absl::OkStatus();
  if (!S_ISDIR(status.st_mode)) rights &= kWriteFile | kReadFile | kTruncate;
  const PathRule rule{rights, fd.get()};
  if (rights != 0 &&
      syscall(SYS_landlock_add_rule, ruleset, kPathBeneath, &rule, 0) != 0) {
    return absl::ErrnoToStatus(errno, "Landlock does not take " + path);
  }
  return absl::OkStatus();
}

}  // namespace

int LandlockVersion() {
  const long version =
      syscall(SYS_landlock_create_ruleset, nullptr, 0, kAskVersion);
  return version < 0 ? 0 : static_cast<int>(version);
}

absl::Status Confine(const Confinement& allowed) {
  const int version = LandlockVersion();
  if (version == 0) {
    return absl::UnimplementedError("the kernel has no Landlock");
  }
  const uint64_t read = kReadFile | kReadFolder;
  Ruleset handled = AllOf(version);
  const uint64_t write =
      (read | kWriteFile | kRemoveFolder | kRemoveFile | kMakeFolder |
       kMakeFile | kMoveBetweenFolders | kTruncate) &
      handled.files;
  if (allowed.read_anything) handled.files &= ~read;
  if (allowed.connect_anywhere) handled.network = 0;
  const FileDescriptor ruleset(static_cast<int>(
      syscall(SYS_landlock_create_ruleset, &handled, sizeof(handled), 0)));
  if (!ruleset.ok()) return absl::ErrnoToStatus(errno, "no Landlock ruleset");
  if (!allowed.read_anything) {
    for (const char* path : kSystem) {
      MISPSIFT_RETURN_IF_ERROR(Allow(ruleset.get(), path, read));
    }
    for (const std::string& path : allowed.read) {
      MISPSIFT_RETURN_IF_ERROR(Allow(ruleset.get(), path, read));
    }
  }
  for (const std::string& path : allowed.write) {
    MISPSIFT_RETURN_IF_ERROR(Allow(ruleset.get(), path, write & handled.files));
  }
  // Without it only root may confine itself.
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0) {
    return absl::ErrnoToStatus(errno, "Landlock refuses");
  }
  return absl::OkStatus();
}

}  // namespace mispsift
