#ifndef MISPSIFT_SRC_SINK_PAGE_TEXT_H_
#define MISPSIFT_SRC_SINK_PAGE_TEXT_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace mispsift {

// `json` so that it may stand in a <script type="application/json"> element,
// whatever its strings say: `<`, `>`, `&`, U+2028 and U+2029, which JSON has
// nowhere but in strings, become \u003c, \u003e, \u0026, \u2028 and \u2029. No
// `</script` and no `<!--` is left, and a JSON parser reads the same.
std::string EscapeForScript(std::string_view json);

// `text`, or as many whole characters of it as fit in `max_bytes` and "…".
std::string ClipText(std::string_view text, size_t max_bytes);

// Where MISP shows the event: of a server at `location`, as a user typed it.
// Empty when that is no plain http or https URL; one that names a user is none.
std::string EventUrl(std::string_view location, std::string_view event);

// The page around the data, as page/assemble.py has put it together, in pieces.
std::span<const std::string_view> PageHead();
std::span<const std::string_view> PageTail();

}  // namespace mispsift

#endif  // MISPSIFT_SRC_SINK_PAGE_TEXT_H_
