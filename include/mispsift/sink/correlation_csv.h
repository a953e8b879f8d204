#ifndef MISPSIFT_SINK_CORRELATION_CSV_H_
#define MISPSIFT_SINK_CORRELATION_CSV_H_

#include <string>
#include <string_view>

#include "mispsift/match/index.h"
#include "mispsift/model/match.h"

namespace mispsift {

// What is done about texts that a spreadsheet would take for formulas.
enum class CsvGuard {
  // They get a ' in front: what begins with = + - @ or their full-width forms,
  // or with a TAB, LF, CR or NUL, behind which some still look for one.
  kFormulas,
  kNone,  // for machines: every text as it is
};

// correlations.csv: the correlations for a spreadsheet, a line for each line of
// correlations.jsonl, in its order.
//
//   file  = header *line           RFC 4180: every line ends in CR LF
//   line  = field *("," field)
//   field = text | <"> text <">    quoted where it holds `"` `,` CR or LF; a
//                                  `"` in it is doubled
//
// Columns: CorrelationCsvHeader(). What is not known is empty; lists are joined
// by ";"; of the paths the first is told. Valid UTF-8 without a byte order
// mark: what is not becomes U+FFFD, and so does NUL, which no two readers of
// CSV take alike.
std::string_view CorrelationCsvHeader();

// A pure function of result and index. Threads: any.
void AppendCorrelationCsv(const ReportResult& result, const Index& index,
                          CsvGuard guard, std::string* out);

}  // namespace mispsift

#endif  // MISPSIFT_SINK_CORRELATION_CSV_H_
