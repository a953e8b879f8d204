// Any bytes as each of Cuckoo's conf files: no crash; what is taken is within
// its bounds, and neither line ends nor a byte order mark change it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mispsift/base/check.h"
#include "mispsift/pipeline/cuckoo_conf.h"

namespace {

using mispsift::CuckooConf;
using mispsift::CuckooReporting;

struct Result {
  absl::Status status;
  CuckooConf conf;
};

template <typename Reader>
Result Read(Reader reader, std::string_view text) {
  Result result;
  result.status = reader(text, "file", &result.conf);
  return result;
}

bool IsWithin(const std::optional<int>& value, int lowest, int highest) {
  return !value.has_value() || (*value >= lowest && *value <= highest);
}

void CheckBounds(const CuckooConf& conf) {
  MISPSIFT_CHECK(conf.processing.maxioc.value_or(1) > 0);
  const CuckooReporting& reporting = conf.reporting;
  MISPSIFT_CHECK(IsWithin(reporting.distribution, 0, 4));
  MISPSIFT_CHECK(IsWithin(reporting.threat_level_id, 1, 4));
  MISPSIFT_CHECK(IsWithin(reporting.analysis, 0, 2));
  for (const std::string* word : {&conf.processing.url, &conf.processing.apikey,
                                  &reporting.url, &reporting.apikey}) {
    MISPSIFT_CHECK(word->find_first_of(" \t\n") == std::string::npos);
  }
  for (const std::string& tag : reporting.tags) MISPSIFT_CHECK(!tag.empty());
}

template <typename Reader>
void Check(Reader reader, std::string_view text) {
  const Result once = Read(reader, text);
  if (once.status.ok()) CheckBounds(once.conf);
  std::string crlf = text.starts_with("\xef\xbb\xbf") ? "" : "\xef\xbb\xbf";
  for (const char c : text) {
    if (c == '\n') crlf += '\r';
    crlf += c;
  }
  const Result again = Read(reader, crlf);
  MISPSIFT_CHECK(again.status == once.status);
  MISPSIFT_CHECK(again.conf == once.conf);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Check(mispsift::ReadProcessingConf, text);
  Check(mispsift::ReadReportingConf, text);
  Check(mispsift::ReadMispConf, text);
  return 0;
}
