#ifndef MISPSIFT_NORMALIZE_API_BUFFER_H_
#define MISPSIFT_NORMALIZE_API_BUFFER_H_

#include <string>
#include <string_view>

namespace mispsift {

// What the bytes of an API call's buffer spell. Cuckoo 1 and CAPE write a byte
// that is no letter as "\x00" or "\r\n", in text; UTF-16 then comes as letters
// with a NUL behind each, in every dialect.
//
// False when `text` says it as it is, and `*decoded` says nothing. A text that
// has neither a "\xNN" nor a "\r\n" spelled out is not touched: in a path, "\n"
// is the beginning of a name.
bool DecodeApiBuffer(std::string_view text, std::string* decoded);

}  // namespace mispsift

#endif  // MISPSIFT_NORMALIZE_API_BUFFER_H_
