#include "mispsift/cuckoo/report_window_reader.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "mispsift/base/digest.h"
#include "src/cuckoo/document_stream.h"

namespace mispsift {

std::optional<WindowedReport> ReportWindowReader::Read(
    const std::string& path, const ArchiveLimits& limits, Look look,
    ReportFacts* facts, RunTasks run) {
  const std::optional<uint64_t> settled = Windows(path, limits, look, run);
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
                                                    Look look, RunTasks run) {
  DocumentStream document(limits);
  if (document.Open(path)) return std::nullopt;
  reader_.StartParts();
  window_.SetSize(0);
  bool is_end = false;
  if (!Fill(&document, &window_, &is_end)) return std::nullopt;
  uint64_t settled_bytes = 0;
  for (bool was_end = false; !was_end;) {
    was_end = is_end;
    const std::optional<size_t> settled = reader_.AddPart(window_);
    if (!settled) return std::nullopt;
    if (*settled == 0) {
      if (!was_end && !Fill(&document, &window_, &is_end)) return std::nullopt;
      continue;
    }
    next_.Assign(window_.view().substr(*settled));
    window_.SetSize(*settled);
    // What comes next is read, and decompressed, while this is looked at.
    bool is_wanted = false;
    bool is_filled = true;
    run(was_end ? 1 : 2, [&](size_t task) {
      if (task == 0) {
        is_wanted = look(window_);
      } else {
        is_filled = Fill(&document, &next_, &is_end);
      }
    });
    if (!is_wanted || !is_filled) return std::nullopt;
    settled_bytes += *settled;
    std::swap(window_, next_);
  }
  return settled_bytes;
}

// Reads as much behind what `*window` has as makes it a window; twice as much
// as it has, where that is more. False: that would be too much, or it cannot be
// read.
bool ReportWindowReader::Fill(DocumentStream* document, PaddedBytes* window,
                              bool* is_end) const {
  const size_t left = window->size();
  if (left > kMaxWindowBytes / 2) return false;
  const size_t wanted = std::max(window_bytes_, 2 * left) - left;
  size_t got = 0;
  window->SetSize(left + wanted);
  if (document->Read(window->data() + left, wanted, &got)) return false;
  window->SetSize(left + got);
  *is_end = got < wanted;
  return true;
}

}  // namespace mispsift
