#ifndef MISPSIFT_TESTS_SUPPORT_ZIP_READING_H_
#define MISPSIFT_TESTS_SUPPORT_ZIP_READING_H_

#include <archive.h>
#include <archive_entry.h>

#include <ctime>
#include <string>
#include <string_view>
#include <vector>

namespace mispsift {

struct ZipEntry {
  std::string name;
  std::string bytes;  // empty where they cannot be read
  bool encrypted = false;
  time_t time = 0;
};

inline std::vector<ZipEntry> ReadZip(std::string_view zip,
                                     const char* password) {
  std::vector<ZipEntry> entries;
  archive* a = archive_read_new();
  archive_read_support_format_zip_seekable(a);
  archive_read_add_passphrase(a, password);
  archive_entry* entry = nullptr;
  if (archive_read_open_memory(a, zip.data(), zip.size()) == ARCHIVE_OK) {
    while (archive_read_next_header(a, &entry) == ARCHIVE_OK) {
      ZipEntry& read = entries.emplace_back();
      read.name = archive_entry_pathname(entry);
      read.encrypted = archive_entry_is_data_encrypted(entry) == 1;
      read.time = archive_entry_mtime(entry);
      std::string block(1 << 16, '\0');
      for (la_ssize_t got = 0;
           (got = archive_read_data(a, block.data(), block.size())) > 0;) {
        read.bytes.append(block, 0, static_cast<size_t>(got));
      }
    }
  }
  archive_read_free(a);
  return entries;
}

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_ZIP_READING_H_
