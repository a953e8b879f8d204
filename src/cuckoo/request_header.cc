#include "src/cuckoo/request_header.h"

#include <algorithm>

#include "mispsift/base/ascii_case.h"
#include "mispsift/base/byte_set.h"

namespace mispsift {

std::string_view HeaderOf(std::string_view request, std::string_view name) {
  static constexpr ByteSet kBlanks(" \t\n\v\f\r");
  while (!request.empty()) {
    const size_t end = std::min(request.find('\n'), request.size());
    const std::string_view line = request.substr(0, end);
    if (StartsWithIgnoreCase(line, name)) {
      return kBlanks.Trim(line.substr(name.size()));
    }
    request.remove_prefix(std::min(end + 1, request.size()));
  }
  return {};
}

}  // namespace mispsift
