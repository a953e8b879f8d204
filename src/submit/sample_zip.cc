#include "src/submit/sample_zip.h"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <memory>

#include "mispsift/base/check.h"

namespace mispsift {
namespace {

// 1980-01-02, which a zip can tell in any time zone; of its own, a sample has
// no time.
constexpr time_t kEntryTime = 315619200;

la_ssize_t Append(archive* /*a*/, void* out, const void* bytes, size_t size) {
  static_cast<std::string*>(out)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

void AddEntry(archive* a, const std::string& name, std::string_view bytes) {
  const std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(
      archive_entry_new(), archive_entry_free);
  archive_entry_set_pathname(entry.get(), name.c_str());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0600);
  archive_entry_set_mtime(entry.get(), kEntryTime, 0);
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(bytes.size()));
  MISPSIFT_CHECK(archive_write_header(a, entry.get()) == ARCHIVE_OK);
  MISPSIFT_CHECK(archive_write_data(a, bytes.data(), bytes.size()) ==
                 static_cast<la_ssize_t>(bytes.size()));
}

}  // namespace

// Nothing is read and memory is all that is written to: what could fail here is
// a libarchive without zlib.
std::string SampleZip(std::string_view name, std::string_view md5,
                      std::string_view bytes) {
  std::string zip;
  const std::unique_ptr<archive, int (*)(archive*)> a(archive_write_new(),
                                                      archive_write_free);
  MISPSIFT_CHECK(archive_write_set_format_zip(a.get()) == ARCHIVE_OK);
  MISPSIFT_CHECK(
      archive_write_set_options(a.get(),
                                "zip:compression=deflate,zip:encryption="
                                "traditional") == ARCHIVE_OK);
  MISPSIFT_CHECK(archive_write_set_passphrase(a.get(), "infected") ==
                 ARCHIVE_OK);
  MISPSIFT_CHECK(archive_write_set_bytes_in_last_block(a.get(), 1) ==
                 ARCHIVE_OK);
  MISPSIFT_CHECK(archive_write_open(a.get(), &zip, nullptr, Append, nullptr) ==
                 ARCHIVE_OK);
  AddEntry(a.get(), std::string(md5), bytes);
  AddEntry(a.get(), fmt::format("{}.filename.txt", md5), name);
  MISPSIFT_CHECK(archive_write_close(a.get()) == ARCHIVE_OK);
  return zip;
}

}  // namespace mispsift
