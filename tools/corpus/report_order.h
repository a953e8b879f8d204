#ifndef MISPSIFT_TOOLS_CORPUS_REPORT_ORDER_H_
#define MISPSIFT_TOOLS_CORPUS_REPORT_ORDER_H_

#include <cstdint>
#include <string>

#include "tools/corpus/places.h"
#include "tools/corpus/report_writer.h"

namespace mispsift::corpus {

// What one report is to be.
struct ReportOrder {
  std::string name;  // of the file, for the truth
  uint64_t number = 0;
  Source source = Source::kCuckoo2;
  JsonStyle style;
  bool url_target = false;
  uint64_t bytes = 0;  // to aim at; a report has at least a few KB
  uint32_t matches = 0;
  uint32_t near_misses = 0;
};

}  // namespace mispsift::corpus

#endif  // MISPSIFT_TOOLS_CORPUS_REPORT_ORDER_H_
