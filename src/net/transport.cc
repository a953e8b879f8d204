#include "mispsift/net/transport.h"

namespace mispsift {

std::string_view HttpResponse::Header(std::string_view name) const {
  for (auto it = headers.rbegin(); it != headers.rend(); ++it) {
    if (it->first == name) return it->second;
  }
  return {};
}

}  // namespace mispsift
