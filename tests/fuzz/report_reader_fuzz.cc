// Any bytes as a report: no crash, no leak, no disagreement. What is read to
// its end must give what the slow reader gives; what one depth calls JSON the
// other must not call cut short.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "mispsift/base/check.h"
#include "mispsift/cuckoo/report_reader.h"
#include "tests/support/observations.h"
#include "tests/support/slow_report_facts.h"
#include "tests/support/slow_report_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using mispsift::Reject;
  using mispsift::ScanDepth;
  static mispsift::ReportReader full(ScanDepth::kFull);
  static mispsift::ReportReader fields(ScanDepth::kFields);
  const std::string json(reinterpret_cast<const char*>(data), size);
  const mispsift::ReadResult read =
      mispsift::ReadReport(json, ScanDepth::kFull, &full);
  const mispsift::ReadResult shallow =
      mispsift::ReadReport(json, ScanDepth::kFields, &fields);
  const bool whole = read.outcome.reject == Reject::kNone ||
                     read.outcome.reject == Reject::kNotAReport;
  if (!whole) return 0;
  MISPSIFT_CHECK(shallow.outcome.reject == read.outcome.reject);
  mispsift::JsonNode root;
  // Stricter in places: half a surrogate pair, NaN, 1e999.
  if (!mispsift::ParseJson(json, &root)) return 0;
  if (root.type != mispsift::JsonNode::Type::kObject) return 0;
  const mispsift::ReportFacts slow = mispsift::SlowReadFacts(root);
  MISPSIFT_CHECK(read.facts == shallow.facts);
  if (read.facts.left_out == 0) {
    MISPSIFT_CHECK(mispsift::FactsDifference(read.facts, slow).empty());
  }
  for (const ScanDepth depth : {ScanDepth::kFull, ScanDepth::kFields}) {
    MISPSIFT_CHECK(ToText(depth == ScanDepth::kFull ? read.all : shallow.all) ==
                   ToText(mispsift::SlowReadReport(root, depth)));
  }
  return 0;
}
