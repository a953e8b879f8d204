#include "mispsift/model/correlating_parts.h"

#include <algorithm>
#include <iterator>

namespace mispsift {
namespace {

constexpr std::string_view kNoTypes[] = {
    "aba-rtn", "anonymised", "boolean",     "comment", "cortex",      "counter",
    "float",   "gender",     "http-method", "integer", "nationality", "port"};
constexpr std::string_view kFirstTypes[] = {"hostname|port", "ip-dst|port",
                                            "ip-src|port"};

bool IsOneOf(std::string_view type, auto& types) {
  return std::find(std::begin(types), std::end(types), type) != std::end(types);
}

}  // namespace

CorrelatingParts CorrelatingPartsOf(std::string_view type) {
  if (IsOneOf(type, kNoTypes)) return CorrelatingParts::kNone;
  if (IsOneOf(type, kFirstTypes)) return CorrelatingParts::kFirst;
  const bool is_composite =
      type.find('|') != std::string_view::npos || type == "malware-sample";
  return is_composite ? CorrelatingParts::kBoth : CorrelatingParts::kWhole;
}

}  // namespace mispsift
