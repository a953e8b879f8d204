#include "mispsift/base/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace mispsift {
namespace {

namespace fs = std::filesystem;

class FileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "mispsift-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string Path(const std::string& name) { return folder_ + "/" + name; }
  size_t FilesInFolder() {
    return static_cast<size_t>(
        std::distance(fs::directory_iterator(folder_), {}));
  }

  std::string folder_;
};

TEST_F(FileTest, ReadsWhatWasWrittenAndClearsThePadding) {
  const std::string content(300'000, 'x');
  ASSERT_TRUE(WriteFileAtomically(Path("a"), content).ok());
  PaddedBytes bytes;
  bytes.Assign(std::string(400'000, 'y'));
  ASSERT_TRUE(ReadFile(Path("a"), 1 << 20, &bytes).ok());
  EXPECT_EQ(bytes.view(), content);
  for (size_t i = 0; i < PaddedBytes::kPadding; ++i) {
    EXPECT_EQ(bytes.data()[bytes.size() + i], '\0');
  }
}

TEST_F(FileTest, RefusesWhatIsLargerThanTheLimit) {
  ASSERT_TRUE(WriteFileAtomically(Path("a"), "12345").ok());
  PaddedBytes bytes;
  EXPECT_TRUE(ReadFile(Path("a"), 5, &bytes).ok());
  EXPECT_EQ(ReadFile(Path("a"), 4, &bytes).code(),
            absl::StatusCode::kOutOfRange);
}

TEST_F(FileTest, OpensRegularFilesOnly) {
  ASSERT_EQ(mkfifo(Path("fifo").c_str(), 0600), 0);
  EXPECT_FALSE(OpenForReading(Path("fifo")).ok());
  EXPECT_FALSE(OpenForReading(folder_).ok());
  EXPECT_EQ(OpenForReading(Path("missing")).status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(FileTest, LeavesTheOldFileUntilCommit) {
  ASSERT_TRUE(WriteFileAtomically(Path("a"), "old").ok());
  {
    absl::StatusOr<AtomicFile> file = AtomicFile::Create(Path("a"));
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE(file->Append("new").ok());
  }
  PaddedBytes bytes;
  ASSERT_TRUE(ReadFile(Path("a"), 100, &bytes).ok());
  EXPECT_EQ(bytes.view(), "old");
  EXPECT_EQ(FilesInFolder(), 1u);  // nothing temporary is left
}

TEST_F(FileTest, ReplacesOnlyFiles) {
  ASSERT_EQ(mkfifo(Path("fifo").c_str(), 0600), 0);
  EXPECT_EQ(WriteFileAtomically(Path("fifo"), "x").code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(fs::is_fifo(Path("fifo")));
  // A link goes on pointing to what it did.
  ASSERT_TRUE(WriteFileAtomically(Path("target"), "old").ok());
  fs::create_symlink("target", Path("link"));
  ASSERT_TRUE(WriteFileAtomically(Path("link"), "new").ok());
  EXPECT_TRUE(fs::is_symlink(Path("link")));
  PaddedBytes bytes;
  ASSERT_TRUE(ReadFile(Path("target"), 100, &bytes).ok());
  EXPECT_EQ(bytes.view(), "new");
}

TEST_F(FileTest, AFolderHasOneWriter) {
  const auto mine = [](const std::string& path) {
    return fs::path(path).filename() == "mine";
  };
  ASSERT_TRUE(WriteFileAtomically(Path("mine"), "x").ok());
  {
    const absl::StatusOr<FileDescriptor> lock =
        TakeEmptyFolder(folder_, "mine", mine);
    ASSERT_TRUE(lock.ok());
    EXPECT_EQ(FilesInFolder(), 0u);
    EXPECT_EQ(LockFolder(folder_).status().code(), absl::StatusCode::kAborted);
  }
  EXPECT_TRUE(LockFolder(folder_).ok());
  ASSERT_TRUE(WriteFileAtomically(Path("foreign"), "x").ok());
  EXPECT_EQ(TakeEmptyFolder(folder_, "mine", mine).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(FilesInFolder(), 1u);
}

}  // namespace
}  // namespace mispsift
