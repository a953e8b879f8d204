#include "mispsift/base/landlock.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <thread>

#include "mispsift/base/file.h"
#include "tests/support/temp_folder.h"

namespace mispsift {
namespace {

namespace fs = std::filesystem;

// Of what a child does, the first that is not as it should be; empty if all is.
std::string InAChild(const std::function<std::string()>& run) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    const std::string wrong = run();
    if (write(ends[1], wrong.data(), wrong.size()) < 0) _exit(2);
    _exit(0);
  }
  close(ends[1]);
  std::string wrong(4096, '\0');
  wrong.resize(static_cast<size_t>(
      std::max<ssize_t>(0, read(ends[0], wrong.data(), wrong.size()))));
  close(ends[0]);
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return status == 0 ? wrong : "the child died";
}

bool CanOpen(const std::string& path, int flags) {
  return FileDescriptor(open(path.c_str(), flags | O_CLOEXEC, 0600)).ok();
}

class LandlockTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* folder : {"in", "out", "elsewhere"}) {
      fs::create_directory(folder_.path(folder));
      ASSERT_TRUE(WriteFileAtomically(File(folder), "x").ok());
    }
    fs::create_symlink(File("elsewhere"), folder_.path("in/link"));
    fs::create_symlink(folder_.path("in"), folder_.path("to_in"));
  }

  std::string File(const std::string& folder) {
    return folder_.path(folder + "/file");
  }
  Confinement InAndOut() {
    Confinement allowed;
    allowed.read = {folder_.path("to_in"), folder_.path("none")};
    allowed.write = {folder_.path("out")};
    return allowed;
  }

  TempFolder folder_;
};

TEST_F(LandlockTest, WhatIsNotAllowedCannotBeOpened) {
  if (LandlockVersion() == 0) GTEST_SKIP() << "the kernel has no Landlock";
  EXPECT_EQ(InAChild([&]() -> std::string {
              const absl::Status confined = Confine(InAndOut());
              if (!confined.ok()) return std::string(confined.message());
              if (!CanOpen(File("in"), O_RDONLY)) return "in is not read";
              if (CanOpen(File("in"), O_WRONLY)) return "in is written";
              if (CanOpen(folder_.path("in/new"), O_WRONLY | O_CREAT)) {
                return "in gets a file";
              }
              if (unlink(File("in").c_str()) == 0) return "in loses a file";
              if (CanOpen(File("elsewhere"), O_RDONLY)) return "elsewhere";
              if (CanOpen(folder_.path("in/link"), O_RDONLY)) return "a link";
              if (CanOpen("/etc/passwd", O_RDONLY)) return "/etc/passwd";
              execl("/bin/true", "true", nullptr);
              if (errno != EACCES) return "another program runs";
              return "";
            }),
            "");
}

TEST_F(LandlockTest, ResultsAreMadeAsEver) {
  if (LandlockVersion() == 0) GTEST_SKIP() << "the kernel has no Landlock";
  EXPECT_EQ(InAChild([&]() -> std::string {
              const absl::Status confined = Confine(InAndOut());
              if (!confined.ok()) return std::string(confined.message());
              const std::string file = folder_.path("out/sub/file");
              std::error_code error;
              fs::create_directory(folder_.path("out/sub"), error);
              if (error) return "no folder";
              if (!WriteFileAtomically(file, "y").ok()) return "no file";
              if (!WriteFileAtomically(file, "z").ok()) return "not replaced";
              if (truncate(file.c_str(), 0) != 0) return "not cut";
              fs::remove_all(folder_.path("out/sub"), error);
              return error ? "not removed" : "";
            }),
            "");
}

TEST_F(LandlockTest, ThreadsThatStartLaterAreConfinedToo) {
  if (LandlockVersion() == 0) GTEST_SKIP() << "the kernel has no Landlock";
  EXPECT_EQ(InAChild([&]() -> std::string {
              const absl::Status confined = Confine(InAndOut());
              if (!confined.ok()) return std::string(confined.message());
              bool opened = true;
              std::thread([&] {
                opened = CanOpen(File("elsewhere"), O_RDONLY);
              }).join();
              return opened ? "a thread is free" : "";
            }),
            "");
}

// What becomes of a TCP connection under it.
std::string Connecting(const Confinement& allowed) {
  const FileDescriptor listener(socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(here);
  auto* address = reinterpret_cast<sockaddr*>(&here);
  if (bind(listener.get(), address, size) != 0 ||
      listen(listener.get(), 1) != 0 ||
      getsockname(listener.get(), address, &size) != 0) {
    return "no listener";
  }
  const absl::Status confined = Confine(allowed);
  if (!confined.ok()) return std::string(confined.message());
  const FileDescriptor caller(socket(AF_INET, SOCK_STREAM, 0));
  if (connect(caller.get(), address, size) == 0) return "connects";
  return errno == EACCES ? "is refused" : "something else is wrong";
}

TEST_F(LandlockTest, ThereIsNoNetwork) {
  if (LandlockVersion() < 4) GTEST_SKIP() << "this Landlock lets TCP be";
  EXPECT_EQ(InAChild([&] { return Connecting(InAndOut()); }), "is refused");
}

TEST_F(LandlockTest, TheNetworkMayBeLeftFree) {
  if (LandlockVersion() == 0) GTEST_SKIP() << "the kernel has no Landlock";
  Confinement allowed = InAndOut();
  allowed.connect_anywhere = true;
  EXPECT_EQ(InAChild([&] { return Connecting(allowed); }), "connects");
}

TEST_F(LandlockTest, ReadingMayBeLeftFree) {
  if (LandlockVersion() == 0) GTEST_SKIP() << "the kernel has no Landlock";
  EXPECT_EQ(InAChild([&]() -> std::string {
              Confinement allowed = InAndOut();
              allowed.read_anything = true;
              const absl::Status confined = Confine(allowed);
              if (!confined.ok()) return std::string(confined.message());
              if (!CanOpen(File("elsewhere"), O_RDONLY)) return "not read";
              if (CanOpen(File("elsewhere"), O_WRONLY)) return "written";
              return CanOpen(folder_.path("out/new"), O_WRONLY | O_CREAT)
                         ? ""
                         : "out gets no file";
            }),
            "");
}

TEST_F(LandlockTest, AKernelWithoutItSaysSo) {
  if (LandlockVersion() > 0) GTEST_SKIP() << "the kernel has Landlock";
  EXPECT_TRUE(absl::IsUnimplemented(Confine(InAndOut())));
  EXPECT_TRUE(CanOpen(File("elsewhere"), O_RDONLY));
}

}  // namespace
}  // namespace mispsift
