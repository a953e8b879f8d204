#ifndef MISPSIFT_TOOLS_CORPUS_REPORT_H_
#define MISPSIFT_TOOLS_CORPUS_REPORT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tools/corpus/background.h"
#include "tools/corpus/calls.h"
#include "tools/corpus/plan.h"
#include "tools/corpus/planting_writer.h"
#include "tools/corpus/random.h"
#include "tools/corpus/report_order.h"

namespace mispsift::corpus {

// Writes one report, section by section, as its sandbox would, and puts the
// planted values in their places. API calls (in Cuckoo 3 connections, in
// droid reports files and dex strings) fill it up to the ordered size.
// Replaces `*out`, appends to `*log`; every value of the plan is then shown.
void MakeReport(const ReportOrder& order, std::vector<Planted>* plan,
                Random* random, PlantLog* log, std::string* out);

// A report that is being written: what every section draws upon.
struct Report {
  Report(const ReportOrder& report_order, std::vector<Planted>* plan,
         Random* report_random, PlantLog* log, std::string* out)
      : order(report_order),
        random(*report_random),
        json(order, plan, report_random, log, out),
        background(report_random),
        calls(order.source, &json, report_random),
        strings_bytes(order.bytes * 13 / 100) {}

  const ReportOrder& order;
  Random& random;
  PlantingWriter json;
  Background background;
  CallWriter calls;
  const uint64_t strings_bytes;  // of the section of strings
};

}  // namespace mispsift::corpus

#endif  // MISPSIFT_TOOLS_CORPUS_REPORT_H_
