#ifndef MISPSIFT_BASE_STATUS_MACROS_H_
#define MISPSIFT_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Leaves the function with the status of `expr` when it is not OK.
#define MISPSIFT_RETURN_IF_ERROR(expr)                                  \
  do {                                                                  \
    if (::absl::Status status_of_expr = (expr); !status_of_expr.ok()) { \
      return status_of_expr;                                            \
    }                                                                   \
  } while (false)

// Declares or assigns `lhs` from a StatusOr, or leaves with its status.
#define MISPSIFT_ASSIGN_OR_RETURN(lhs, expr) \
  MISPSIFT_ASSIGN_OR_RETURN_IMPL(            \
      MISPSIFT_CONCAT(status_or_of_line_, __LINE__), lhs, expr)

#define MISPSIFT_CONCAT_IMPL(a, b) a##b
#define MISPSIFT_CONCAT(a, b) MISPSIFT_CONCAT_IMPL(a, b)
#define MISPSIFT_ASSIGN_OR_RETURN_IMPL(result, lhs, expr) \
  auto result = (expr);                                   \
  if (!result.ok()) return std::move(result).status();    \
  lhs = *std::move(result)

#endif  // MISPSIFT_BASE_STATUS_MACROS_H_
