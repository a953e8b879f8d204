#include "tools/corpus/report.h"

#include "mispsift/base/check.h"
#include "tools/corpus/dialects.h"
#include "tools/corpus/sections.h"

namespace mispsift::corpus {
namespace {

void WriteMembers(Report* report) {
  switch (report->order.source) {
    case Source::kCuckoo1:
      return WriteCuckoo1(report);
    case Source::kCuckoo2:
      return WriteCuckoo2(report);
    case Source::kCape:
      return WriteCape(report);
    case Source::kCuckoo3Pre:
      return WriteCuckoo3Pre(report);
    case Source::kCuckoo3Post:
      return WriteCuckoo3Post(report);
    case Source::kDroid:
      return WriteDroid(report);
  }
}

}  // namespace

void MakeReport(const ReportOrder& order, std::vector<Planted>* plan,
                Random* random, PlantLog* log, std::string* out) {
  out->clear();
  Report report(order, plan, random, log, out);
  report.json.Object();
  WriteMembers(&report);
  OtherSections(&report);
  report.json.EndObject();
  if (order.style.indent > 0) out->push_back('\n');
  for (const Planted& planted : *plan) MISPSIFT_CHECK(planted.shown);
}

}  // namespace mispsift::corpus
