#ifndef MISPSIFT_SRC_MISP_JSON_LIMITS_H_
#define MISPSIFT_SRC_MISP_JSON_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace mispsift::misp {

// One string or number of a document, and so what the reader may have to hold.
// The longest is an attachment in base64; MISP takes uploads of 50 MB.
inline constexpr uint64_t kMaxTokenBytes = uint64_t{128} << 20;
// How deep a document may nest; handlers stop at it.
inline constexpr size_t kMaxDepth = 512;

}  // namespace mispsift::misp

#endif  // MISPSIFT_SRC_MISP_JSON_LIMITS_H_
