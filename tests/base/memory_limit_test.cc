#include "mispsift/base/memory_limit.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/temp_folder.h"

namespace mispsift {
namespace {

class MemoryLimitTest : public testing::Test {
 protected:
  void Write(const std::string& name, const std::string& content) {
    const std::filesystem::path path = folder_.path(name);
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << content;
  }
  uint64_t Limit() {
    return MemoryLimit(folder_.path(""), folder_.path("own"));
  }

  TempFolder folder_;
};

TEST_F(MemoryLimitTest, IsTheMachinesWhereNoGroupHasOne) {
  const uint64_t machine = Limit();
  EXPECT_GT(machine, uint64_t{1} << 20);
  Write("own", "0::/a.slice/b.service\n");
  EXPECT_EQ(Limit(), machine);
  Write("a.slice/b.service/memory.max", "max\n");
  EXPECT_EQ(Limit(), machine);
  Write("a.slice/memory.max", "9223372036854771712\n");
  EXPECT_EQ(Limit(), machine);
}

TEST_F(MemoryLimitTest, IsTheLeastOfTheGroupsAround) {
  Write("own", "1:name=systemd:/x\n0::/a.slice/b.service\n");
  Write("memory.max", "3000000\n");
  EXPECT_EQ(Limit(), 3'000'000u);
  Write("a.slice/memory.max", "1000000\n");
  Write("a.slice/b.service/memory.max", "2000000\n");
  EXPECT_EQ(Limit(), 1'000'000u);
  // In a container the group is the root of what is mounted.
  Write("own", "0::/\n");
  EXPECT_EQ(Limit(), 3'000'000u);
}

}  // namespace
}  // namespace mispsift
