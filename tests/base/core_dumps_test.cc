#include "mispsift/base/core_dumps.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "tests/support/temp_folder.h"

namespace mispsift {
namespace {

// Whether a child that aborts dumps its core, in `folder`.
bool Dumps(const std::string& folder, bool forbid) {
  const pid_t child = fork();
  if (child == 0) {
    rlimit limit{};
    if (chdir(folder.c_str()) != 0 || getrlimit(RLIMIT_CORE, &limit) != 0) {
      _exit(2);
    }
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_CORE, &limit);
    if (forbid && !ForbidCoreDumps().ok()) _exit(3);
    std::signal(SIGABRT, SIG_DFL);
    std::abort();
  }
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status));
  return WCOREDUMP(status);
}

TEST(CoreDumps, WhoForbidsThemLeavesNone) {
  const TempFolder folder;
  EXPECT_FALSE(Dumps(folder.path(""), true));
  if (!Dumps(folder.path(""), false)) GTEST_SKIP() << "nobody leaves one here";
}

TEST(CoreDumps, NeitherLimitNorDumpableIsLeft) {
  const pid_t child = fork();
  if (child == 0) {
    rlimit limit{};
    const bool done = ForbidCoreDumps().ok() &&
                      prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 &&
                      getrlimit(RLIMIT_CORE, &limit) == 0 &&
                      limit.rlim_cur == 0 && limit.rlim_max == 0;
    _exit(done ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace mispsift
