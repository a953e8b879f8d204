#include "mispsift/cuckoo/report_window_reader.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "mispsift/base/digest.h"
#include "src/cuckoo/document_stream.h"

namespace mispsift {

std::optional<WindowedReport> ReportWindowReader::Read(
    const std::string& path, const ArchiveLimits& limits, Look look,
    ReportFacts* facts) {
  const std::optional<uint64_t> settled = Windows(path, limits, look);
  if (!settled) return std::nullopt;
  const std::optional<ReadOutcome> outcome =
      reader_.FinishParts(window_.view(), nullptr, facts);
  if (!outcome || outcome->reject != Reject::kNone) return std::nullopt;
  WindowedReport report = {.oddities = outcome->oddities,
                           .bytes = *settled + window_.size()};
  if (TellsReportId(*facts)) {
    report.id = ReportId(*facts, {});
    return report;
  }
  Sha256Digester sha256;
  const auto add = [&sha256](std::string_view piece) {
    sha256.Add(piece);
    return true;
  };
  if (ReadThrough(path, limits, add)) return std::nullopt;
  report.id = ReportIdOfContent(sha256.Finish());
  return report;
}

std::optional<uint64_t> ReportWindowReader::Windows(const std::string& path,
                                                    const ArchiveLimits& limits,
                                                    Look look) {
  DocumentStream document(limits);
  if (document.Open(path)) return std::nullopt;
  reader_.StartParts();
  window_.SetSize(0);
  uint64_t settled_bytes = 0;
  for (bool is_end = false; !is_end;) {
    // What is left from before is read again, with as much behind it.
    const size_t left = window_.size();
    if (left > kMaxWindowBytes / 2) return std::nullopt;
    const size_t wanted = std::max(window_bytes_, 2 * left) - left;
    size_t got = 0;
    window_.SetSize(left + wanted);
    if (document.Read(window_.data() + left, wanted, &got)) {
      return std::nullopt;
    }
    window_.SetSize(left + got);
    is_end = got < wanted;
    const std::optional<size_t> settled = reader_.AddPart(window_);
    if (!settled) return std::nullopt;
    if (*settled == 0) continue;
    next_.Assign(window_.view().substr(*settled));
    window_.SetSize(*settled);
    if (!look(window_)) return std::nullopt;
    settled_bytes += *settled;
    std::swap(window_, next_);
  }
  return settled_bytes;
}

}  // namespace mispsift
