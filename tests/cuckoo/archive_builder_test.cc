#include "tests/cuckoo/archive_builder.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>

#include <fstream>
#include <string>
#include <utility>

#include "mispsift/base/check.h"
#include "mispsift/base/utf8.h"

namespace mispsift {
namespace {

la_ssize_t AppendTo(archive*, void* out, const void* bytes, size_t size) {
  static_cast<std::string*>(out)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

void Must(archive* a, int result) {
  if (result == ARCHIVE_OK || result == ARCHIVE_WARN) return;
  std::fprintf(stderr, "libarchive: %s\n", archive_error_string(a));
  MISPSIFT_CHECK(result == ARCHIVE_OK);
}

void WriteMember(archive* a, const TestMember& member) {
  archive_entry* entry = archive_entry_new();
  archive_entry_set_pathname(entry, member.name.c_str());
  archive_entry_set_perm(entry, 0644);
  archive_entry_set_mtime(entry, 1'600'000'000, 0);
  switch (member.type) {
    case TestMember::Type::kFile:
      archive_entry_set_filetype(entry, AE_IFREG);
      archive_entry_set_size(entry,
                             static_cast<la_int64_t>(member.content.size()));
      break;
    case TestMember::Type::kFolder:
      archive_entry_set_filetype(entry, AE_IFDIR);
      break;
    case TestMember::Type::kSymlink:
      archive_entry_set_filetype(entry, AE_IFLNK);
      archive_entry_set_symlink(entry, member.content.c_str());
      break;
    case TestMember::Type::kHardlink:
      archive_entry_set_filetype(entry, AE_IFREG);
      archive_entry_set_hardlink(entry, member.content.c_str());
      break;
    case TestMember::Type::kFifo:
      archive_entry_set_filetype(entry, AE_IFIFO);
      break;
  }
  Must(a, archive_write_header(a, entry));
  if (member.type == TestMember::Type::kFile && !member.content.empty()) {
    const la_ssize_t written =
        archive_write_data(a, member.content.data(), member.content.size());
    MISPSIFT_CHECK(written == static_cast<la_ssize_t>(member.content.size()));
  }
  archive_entry_free(entry);
}

}  // namespace

std::string MakeArchive(const std::vector<TestMember>& members,
                        const ArchiveOptions& options) {
  std::string out;
  archive* a = archive_write_new();
  if (options.format == "tar") {
    Must(a, archive_write_set_format_ustar(a));
  } else if (options.format == "zip") {
    Must(a, archive_write_set_format_zip(a));
  } else if (options.format == "7z") {
    Must(a, archive_write_set_format_7zip(a));
  } else {
    MISPSIFT_CHECK(options.format == "raw");
    Must(a, archive_write_set_format_raw(a));
  }
  if (options.filter != "none") {
    Must(a, archive_write_add_filter_by_name(a, options.filter.c_str()));
  }
  if (!options.password.empty()) {
    Must(a, archive_write_set_passphrase(a, options.password.c_str()));
    Must(a, archive_write_set_options(a, "zip:encryption=aes256"));
  }
  if (!options.settings.empty()) {
    Must(a, archive_write_set_options(a, options.settings.c_str()));
  }
  Must(a, archive_write_set_bytes_in_last_block(a, 1));  // no padding
  Must(a, archive_write_open(a, &out, nullptr, AppendTo, nullptr));
  for (const TestMember& member : members) WriteMember(a, member);
  Must(a, archive_write_close(a));
  archive_write_free(a);
  return out;
}

std::string Compress(std::string_view content, const std::string& filter) {
  return MakeArchive({{"content", std::string(content)}},
                     {.format = "raw", .filter = filter, .password = ""});
}

ReportArchiveTestBase::ReportArchiveTestBase() {
  std::string pattern =
      (std::filesystem::temp_directory_path() / "mispsift_test_XXXXXX")
          .string();
  MISPSIFT_CHECK(mkdtemp(pattern.data()) != nullptr);
  root_ = pattern;
}

ReportArchiveTestBase::~ReportArchiveTestBase() {
  std::error_code ignored;
  std::filesystem::remove_all(root_, ignored);
}

std::string ReportArchiveTestBase::At(const std::string& path) const {
  const std::filesystem::path full = root_ + "/" + path;
  std::filesystem::create_directories(full.parent_path());
  return full.string();
}

void ReportArchiveTestBase::Write(const std::string& path,
                                  std::string_view content) const {
  // Anew: overwriting makes some file systems wait for the disk.
  std::filesystem::remove(At(path));
  std::ofstream file(At(path), std::ios::binary);
  file << content;
  MISPSIFT_CHECK(file.good());
}

void ReportArchiveTestBase::Symlink(const std::string& target,
                                    const std::string& path) const {
  std::filesystem::create_symlink(target, At(path));
}

std::vector<std::string> ReportArchiveTestBase::Walk(
    const std::vector<std::string>& paths) {
  contents_.clear();
  details_.clear();
  std::vector<std::string> full;
  for (const std::string& path : paths) full.push_back(root_ + "/" + path);
  ReportArchiveWalker walker(full, limits_);
  std::vector<std::string> lines;
  ReportCandidate candidate;
  while (walker.Next(&candidate)) {
    std::string line = candidate.source.source;
    EXPECT_TRUE(line.starts_with(root_ + "/")) << line;
    line.erase(0, root_.size() + 1);
    EXPECT_TRUE(IsUtf8(candidate.source.member));
    if (!candidate.source.member.empty()) {
      line += "|" + candidate.source.member;
    }
    if (!candidate.listed) line += " unlisted";
    Reject reject = candidate.reject;
    std::string detail = candidate.detail;
    PaddedBytes packed;
    PaddedBytes loaded;
    if (candidate.on_disk) {
      EXPECT_EQ(reject, Reject::kNone);
      reject = LoadCandidate(candidate, limits_, &packed, &loaded, &detail);
    } else {
      loaded.Assign(candidate.bytes.view());
    }
    if (reject != Reject::kNone) {
      line += " !" + std::string(RejectName(reject));
      EXPECT_EQ(loaded.size(), 0u) << line;
    }
    EXPECT_TRUE(IsUtf8(detail));
    EXPECT_LE(loaded.size(), limits_.max_report_bytes);
    lines.push_back(line);
    contents_.emplace_back(loaded.view());
    details_.push_back(detail);
  }
  EXPECT_FALSE(walker.Next(&candidate)) << "the end is not the end";
  skipped_ = walker.skipped();
  return lines;
}

}  // namespace mispsift
