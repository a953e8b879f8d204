#ifndef MISPSIFT_MODEL_CORRELATING_PARTS_H_
#define MISPSIFT_MODEL_CORRELATING_PARTS_H_

#include <cstdint>
#include <string_view>

namespace mispsift {

// Which parts of an attribute's value MISP correlates.
enum class CorrelatingParts : uint8_t {
  kNone,  // a comment, a counter, a port
  kWhole,
  kFirst,  // of "address|port" and "host|port", what stands before the bar
  kBoth,   // of any other composite
};

// By the attribute's type. Source: MISP 2.5, Correlation.php.
CorrelatingParts CorrelatingPartsOf(std::string_view type);

}  // namespace mispsift

#endif  // MISPSIFT_MODEL_CORRELATING_PARTS_H_
