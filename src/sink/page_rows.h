#ifndef MISPSIFT_SRC_SINK_PAGE_ROWS_H_
#define MISPSIFT_SRC_SINK_PAGE_ROWS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "mispsift/base/json_writer.h"
#include "mispsift/match/index.h"
#include "mispsift/model/match.h"
#include "mispsift/sink/misp_records.h"

namespace mispsift {

// The rows of the page's tables, as JSON; what stands in which cell is said in
// triage_page.cc.

// Bytes of one text; what is longer is cut, and whole in the JSON lines.
inline constexpr size_t kLongText = 400;
inline constexpr size_t kShortText = 200;

void WriteClipped(std::string_view text, size_t max_bytes, JsonWriter* json);
// The first of them.
void WriteTags(const std::vector<std::string_view>& tags, JsonWriter* json);

std::string ReportRow(const ReportResult& result,
                      const std::vector<std::string>& notes);
std::string RejectedRow(const ReportResult& result);
std::string SuppressedRow(const SuppressedAttribute& suppressed,
                          const std::vector<std::string_view>& warninglists,
                          const MispRecords& records);
// The cells of a match behind report and attribute, without the row's "[".
std::string MatchCells(const Match& match, const Observable& observable);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_SINK_PAGE_ROWS_H_
