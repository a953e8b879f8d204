#include "mispsift/model/report.h"

#include <fmt/format.h>

#include "mispsift/base/digest.h"

namespace mispsift {

namespace {

const std::string& TargetOf(const ReportFacts& facts) {
  return facts.target.sha256.empty() ? facts.target.url : facts.target.sha256;
}

}  // namespace

std::string ReportId(const ReportFacts& facts, std::string_view content) {
  if (!TellsReportId(facts)) return ReportIdOfContent(Sha256Hex(content));
  return ReportIdOfContent(Sha256Hex(fmt::format(
      "{}\n{}\n{}", TargetOf(facts), facts.started, facts.task_id)));
}

bool TellsReportId(const ReportFacts& facts) {
  return !TargetOf(facts).empty() &&
         (!facts.started.empty() || !facts.task_id.empty());
}

std::string ReportIdOfContent(std::string_view sha256) {
  return std::string(sha256.substr(0, 32));
}

}  // namespace mispsift
