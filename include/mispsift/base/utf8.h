#ifndef MISPSIFT_BASE_UTF8_H_
#define MISPSIFT_BASE_UTF8_H_

#include <string>
#include <string_view>

namespace mispsift {

bool IsUtf8(std::string_view text);
bool IsAscii(std::string_view text);

// `text` itself when it is UTF-8; else a copy in `*scratch` in which every
// maximal ill-formed part has become U+FFFD. The view lives as long as both.
std::string_view ReplaceInvalidUtf8(std::string_view text,
                                    std::string* scratch);

// Appends `code_point` (a scalar value) as UTF-8.
void AppendUtf8(char32_t code_point, std::string* out);

}  // namespace mispsift

#endif  // MISPSIFT_BASE_UTF8_H_
