#ifndef MISPSIFT_MODEL_REPORT_H_
#define MISPSIFT_MODEL_REPORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mispsift/base/reject.h"
#include "mispsift/model/indicator.h"

namespace mispsift {

// The writer of a report, told by the shape of the document.
enum class Dialect : uint8_t {
  kCuckoo0,  // 0.4 to 0.6: a top-level `file`
  kCuckoo1,
  kCuckoo2,
  kCape,
  kCuckoo3,
  kDroid,  // CuckooDroid of either generation: apkinfo or droidmon
  kOther,  // a report by shape, such as the VirusTotal fork's
};

std::string_view DialectName(Dialect dialect);

struct ReportTarget {
  std::string category;  // "file", "url", ...
  std::string name;
  std::string md5;
  std::string sha1;
  std::string sha256;
  std::string url;

  friend bool operator==(const ReportTarget&, const ReportTarget&) = default;
};

// A domain as `network.domains` has it; `ip` may be empty.
struct ContactedDomain {
  std::string domain;
  std::string ip;

  friend bool operator==(const ContactedDomain&,
                         const ContactedDomain&) = default;
};

// What one malware configuration names (Cuckoo 2's metadata.cfgextr, CAPE's
// configs).
struct MalwareConfig {
  std::string family;
  std::vector<std::string> urls;
  std::vector<std::string> mutexes;
  std::vector<std::string> user_agents;

  friend bool operator==(const MalwareConfig&, const MalwareConfig&) = default;
};

// A file that a report tells the hashes of. What it does not tell is empty, and
// a size of 0.
struct FileFacts {
  std::string name;
  std::string md5;
  std::string sha1;
  std::string sha256;
  std::string sha512;
  std::string ssdeep;
  std::string type;  // in the words of file(1)
  uint64_t size = 0;

  friend bool operator==(const FileFacts&, const FileFacts&) = default;
};

// A signature that the sandbox raised.
struct SignatureFacts {
  static constexpr size_t kMaxMarks = 10;

  std::string name;  // "persistence_autorun"
  std::string description;
  std::optional<double> severity;
  std::vector<std::string> attack_ids;  // of ATT&CK: "T1547", "T1547.001"
  std::vector<std::string> marks;       // the first values that it names

  friend bool operator==(const SignatureFacts&,
                         const SignatureFacts&) = default;
};

// A value that stands on warninglists.
struct WarninglistedValue {
  std::string value;
  std::vector<std::string> lists;  // their names
  bool blocks = false;             // else all of them only inform

  friend bool operator==(const WarninglistedValue&,
                         const WarninglistedValue&) = default;
};

// What a report says about itself, and the indicator-bearing fields that
// submission needs, as the report spells them; each list in document order,
// without repetition, and of no more than kMaxOfAList.
struct ReportFacts {
  static constexpr size_t kMaxOfAList = 1000;

  Dialect dialect = Dialect::kOther;
  std::string task_id;  // digits or Cuckoo 3's text; empty if not said
  std::string started;  // ISO 8601; empty if not said
  std::optional<double> score;
  ReportTarget target;

  std::vector<std::string> urls;  // assembled protocol://host+uri
  std::vector<ContactedDomain> domains;
  std::vector<std::string> hosts;
  std::vector<MalwareConfig> configs;

  FileFacts target_file;  // of what `target` does not say: sha512 and on
  std::vector<FileFacts> dropped;
  std::vector<FileFacts> ids_files;          // that Suricata saw on the wire
  std::vector<ContactedDomain> dns_answers;  // names and their addresses
  std::vector<std::string> user_agents;      // of HTTP requests
  std::vector<std::string> mutexes;
  std::vector<std::string> regkeys;       // that were written or made
  std::vector<std::string> read_regkeys;  // where the dialect lists those
  // That a document named to be opened (malicious_document_urls).
  std::vector<std::string> document_urls;
  std::vector<SignatureFacts> signatures;
  // What was over kMaxOfAList, of all lists together.
  uint64_t left_out = 0;

  // What the report declares to be the sandbox's own: the name servers that it
  // asked, the address of the analysis machine and of the one that takes its
  // results. Canonical addresses.
  std::vector<std::string> own_addresses;

  friend bool operator==(const ReportFacts&, const ReportFacts&) = default;
};

// Where a report was found.
struct ReportSource {
  std::string source;  // path of the file or archive, as walked
  // Inside the archive; line of a JSON lines file; number of the document in a
  // file that has several.
  std::string member;
};

// The first 32 hex digits of SHA-256 over target sha256 (or url), started and
// task id; over `content` where the report has no target, or neither start nor
// task. The same analysis in two archives has the same id.
std::string ReportId(const ReportFacts& facts, std::string_view content);
// Whether it can be told without the content; and what it is where it cannot,
// by the content's SHA-256 in hex.
bool TellsReportId(const ReportFacts& facts);
std::string ReportIdOfContent(std::string_view sha256);

}  // namespace mispsift

#endif  // MISPSIFT_MODEL_REPORT_H_
