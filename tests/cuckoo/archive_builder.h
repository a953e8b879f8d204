#ifndef MISPSIFT_TESTS_CUCKOO_ARCHIVE_BUILDER_H_
#define MISPSIFT_TESTS_CUCKOO_ARCHIVE_BUILDER_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "mispsift/cuckoo/report_archive.h"

namespace mispsift {

// A member of an archive under test.
struct TestMember {
  enum class Type : uint8_t { kFile, kFolder, kSymlink, kHardlink, kFifo };

  std::string name;
  std::string content;  // for a link: where it leads
  Type type = Type::kFile;
};

struct ArchiveOptions {
  std::string format = "tar";   // tar, zip, 7z or raw
  std::string filter = "none";  // none, gzip, bzip2, xz or zstd
  std::string password;         // of a zip
  std::string settings;         // libarchive's, "zip:zip64"
};

// The bytes of an archive that holds `members` as they stand, written by
// libarchive itself. The name's bytes go in untouched.
std::string MakeArchive(const std::vector<TestMember>& members,
                        const ArchiveOptions& options);

// `content` under one compression filter.
std::string Compress(std::string_view content, const std::string& filter);

// A folder of its own for every test, and the walk over what is in it.
class ReportArchiveTestBase : public ::testing::Test {
 protected:
  ReportArchiveTestBase();
  ~ReportArchiveTestBase() override;

  // Full path of `path`, with the folders above it made.
  std::string At(const std::string& path) const;
  void Write(const std::string& path, std::string_view content) const;
  void Symlink(const std::string& target, const std::string& path) const;

  // What walking `paths` (below the folder of the test) gives, one line a
  // candidate, and the content of each, loaded where it is on disk:
  //   "path[|member]"             listed
  //   "path[|member] unlisted"
  //   "path[|member] !bad_archive"  rejected, by the walk or by the load
  // Fails when a candidate breaks a promise of the header.
  std::vector<std::string> Walk(const std::vector<std::string>& paths);

  ArchiveLimits limits_;
  // Of the last walk.
  std::vector<std::string> contents_;
  std::vector<std::string> details_;
  uint64_t skipped_ = 0;

 private:
  std::string root_;
};

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_CUCKOO_ARCHIVE_BUILDER_H_
