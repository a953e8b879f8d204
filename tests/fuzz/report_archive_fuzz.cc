#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "mispsift/base/check.h"
#include "mispsift/base/file.h"
#include "mispsift/base/utf8.h"
#include "mispsift/cuckoo/report_archive.h"
#include "src/cuckoo/archive_names.h"
#include "src/cuckoo/decompress.h"
#include "src/cuckoo/document_stream.h"

namespace {

// Two names for one file in memory: with the second the bytes are taken for an
// archive whatever they look like.
struct Input {
  Input() : file(memfd_create("input", MFD_CLOEXEC)) {
    MISPSIFT_CHECK(file.ok());
    plain = "/proc/self/fd/" + std::to_string(file.get());
    char pattern[] = "/tmp/mispsift_fuzz_XXXXXX";
    MISPSIFT_CHECK(mkdtemp(pattern) != nullptr);
    folder = pattern;
    archive = folder + "/x.tar";
    MISPSIFT_CHECK(symlink(plain.c_str(), archive.c_str()) == 0);
  }
  ~Input() {
    unlink(archive.c_str());
    rmdir(folder.c_str());
  }

  mispsift::FileDescriptor file;
  std::string plain;
  std::string folder;
  std::string archive;
};

// What is read in pieces must be what is read whole. The other way round it may
// be refused: see src/cuckoo/gzip_stream.h.
void CheckStream(const std::string& path, std::string_view gzip,
                 const mispsift::ArchiveLimits& limits) {
  using namespace mispsift;
  static PaddedBytes whole;
  const ArchiveError refused = Decompress(gzip, limits, &whole);
  DocumentStream stream(limits);
  ArchiveError error = stream.Open(path);
  std::string content;
  char piece[4096];
  for (size_t got = sizeof(piece); !error && got == sizeof(piece);) {
    error = stream.Read(piece, sizeof(piece), &got);
    content.append(piece, got);
  }
  MISPSIFT_CHECK(content.size() <= limits.max_report_bytes);
  MISPSIFT_CHECK(error || (!refused && content == whole.view()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace mispsift;
  static const Input input;
  MISPSIFT_CHECK(ftruncate(input.file.get(), 0) == 0);
  MISPSIFT_CHECK(pwrite(input.file.get(), bytes, size, 0) ==
                 static_cast<ssize_t>(size));
  const ArchiveLimits limits = {.max_report_bytes = 1 << 16,
                                .max_members = 100,
                                .max_ratio = 50,
                                .ratio_floor_bytes = 1 << 15,
                                .archive_floor_bytes = 1 << 17,
                                .max_nesting = 3};
  const std::string_view content(reinterpret_cast<const char*>(bytes), size);
  if (IsGzip(content)) CheckStream(input.plain, content, limits);
  ReportArchiveWalker walker({input.plain, input.archive}, limits);
  ReportCandidate candidate;
  PaddedBytes packed;
  PaddedBytes loaded;
  std::string detail;
  while (walker.Next(&candidate)) {
    const bool is_rejected = candidate.reject != Reject::kNone;
    MISPSIFT_CHECK(candidate.listed || !is_rejected);
    MISPSIFT_CHECK(!is_rejected || candidate.bytes.size() == 0);
    MISPSIFT_CHECK(candidate.bytes.size() <= limits.max_report_bytes);
    MISPSIFT_CHECK(IsUtf8(candidate.source.member));
    MISPSIFT_CHECK(IsUtf8(candidate.detail));
    if (!candidate.on_disk) continue;
    const Reject reject =
        LoadCandidate(candidate, limits, &packed, &loaded, &detail);
    MISPSIFT_CHECK(reject == Reject::kNone || loaded.size() == 0);
    MISPSIFT_CHECK(loaded.size() <= limits.max_report_bytes);
  }
  return 0;
}
