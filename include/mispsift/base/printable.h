#ifndef MISPSIFT_BASE_PRINTABLE_H_
#define MISPSIFT_BASE_PRINTABLE_H_

#include <string>
#include <string_view>

namespace mispsift {

// `text` as it may be shown on a terminal, whoever wrote it: control characters
// (C0, C1, DEL), and the marks that turn the direction of writing, are \xNN or
// \u{NNNN}; what is no UTF-8 is U+FFFD.
std::string Printable(std::string_view text);

}  // namespace mispsift

#endif  // MISPSIFT_BASE_PRINTABLE_H_
