#ifndef MISPSIFT_SRC_CUCKOO_ARCHIVE_NAMES_H_
#define MISPSIFT_SRC_CUCKOO_ARCHIVE_NAMES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mispsift {

// What a file's name says about it, in any case.
enum class NameKind : uint8_t {
  kDocument,        // .json .jsonl .ndjson, plain or compressed
  kZippedDocument,  // .json.zip: CAPE's store_compressed, an API download
  kArchive,         // .tar and kin, .zip, .7z
  kOther,
};

NameKind KindOfName(std::string_view name);

// The names under which an analysis keeps its report, the best first.
inline constexpr std::array<std::string_view, 6> kReportNames = {
    "report.json",    "report.json.gz",  "report.json.bz2",
    "report.json.xz", "report.json.zst", "report.json.zip"};

// What a sandbox writes beside report.json in JSON and is no report: task.json,
// lite.json, wmi_etw.json, ... plain or compressed.
bool IsSandboxSibling(std::string_view name);

// What a sandbox packs beside its reports: the sample, its event logs.
bool IsSandboxArchive(std::string_view name);

// "task_" and digits: a task folder of Cuckoo 3.
bool IsTaskFolder(std::string_view name);

// The part behind the last slash.
std::string_view BaseName(std::string_view path);

// Bytes that the functions below look at.
inline constexpr size_t kPeekBytes = 512;

// The first byte that is no white space, behind a byte order mark if there is
// one, is '{'.
bool LooksLikeJson(std::string_view head);
// gzip, bzip2, xz or zstd.
bool IsCompressed(std::string_view head);
bool IsGzip(std::string_view head);
bool IsZstd(std::string_view head);
// zip, 7z or tar.
bool IsContainer(std::string_view head);

// Tells, member by member in stored order, what in an archive is the
// sandbox's or the sample's own. A sample chooses the content of what it
// drops, and so could forge a report.
class MemberRules {
 public:
  // True for a member that is no report whatever it holds. Also learns from
  // `path`, which may be of any type, where an analysis folder stands.
  bool Excludes(std::string_view path);
  void Reset() { in_analysis_ = false; }

 private:
  void Split(std::string_view path);
  void NoteAnalysis();

  // Reused from member to member: the path in lower case and its components.
  std::string lower_;
  std::vector<std::string_view> parts_;
  // The analysis folder met last, by its components; archives store one
  // folder's members together.
  bool in_analysis_ = false;
  std::vector<std::string> analysis_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_CUCKOO_ARCHIVE_NAMES_H_
