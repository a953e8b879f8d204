#ifndef MISPSIFT_BASE_BYTE_SOURCE_H_
#define MISPSIFT_BASE_BYTE_SOURCE_H_

#include <cstddef>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"

namespace mispsift {

// Fills `buffer` with up to `size` bytes; 0 at the end.
using ByteSource =
    absl::FunctionRef<absl::StatusOr<size_t>(char* buffer, size_t size)>;

}  // namespace mispsift

#endif  // MISPSIFT_BASE_BYTE_SOURCE_H_
