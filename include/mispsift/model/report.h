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

// What a report says about itself, and the indicator-bearing fields that
// submission needs, as the report spells them; each list in document order,
// without repetition.
struct ReportFacts {
  Dialect dialect = Dialect::kOther;
  std::string task_id;  // digits or Cuckoo 3's text; empty if not said
  std::string started;  // ISO 8601; empty if not said
  std::optional<double> score;
  ReportTarget target;

  std::vector<std::string> urls;  // assembled protocol://host+uri
  std::vector<ContactedDomain> domains;
  std::vector<std::string> hosts;
  std::vector<MalwareConfig> configs;

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
