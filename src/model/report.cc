#include "mispsift/model/report.h"

#include <fmt/format.h>

#include "mispsift/base/digest.h"

namespace mispsift {

std::string ReportId(const ReportFacts& facts, std::string_view content) {
  const std::string& target =
      facts.target.sha256.empty() ? facts.target.url : facts.target.sha256;
  const bool tells_analyses_apart =
      !facts.started.empty() || !facts.task_id.empty();
  const std::string hash =
      !target.empty() && tells_analyses_apart
          ? Sha256Hex(
                fmt::format("{}\n{}\n{}", target, facts.started, facts.task_id))
          : Sha256Hex(content);
  return hash.substr(0, 32);
}

}  // namespace mispsift
