#ifndef MISPSIFT_SRC_SUBMIT_DRAFT_TITLE_H_
#define MISPSIFT_SRC_SUBMIT_DRAFT_TITLE_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "mispsift/submit/fields_line.h"

namespace mispsift {

// The title (DraftSettings::title) with what its placeholders stand for, as
// MISP keeps it: one line, never empty. CheckTitle() has passed it.
//
// `count` is that of the analyses in a batch whose first `fields` is of, and 0
// for an event of one analysis.
std::string TitleOf(std::string_view title, const ReportFields& fields,
                    std::string_view date, size_t count);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_SUBMIT_DRAFT_TITLE_H_
