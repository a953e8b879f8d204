#ifndef MISPSIFT_BASE_CHECK_H_
#define MISPSIFT_BASE_CHECK_H_

#include <cstdio>
#include <cstdlib>

// A bug, not an input: says where, and aborts. (Debian's Abseil has no
// absl/log yet.)
#define MISPSIFT_CHECK(condition)                                  \
  do {                                                             \
    if (!(condition)) {                                            \
      std::fprintf(stderr, "%s:%d: bug: %s\n", __FILE__, __LINE__, \
                   #condition);                                    \
      std::abort();                                                \
    }                                                              \
  } while (false)

#endif  // MISPSIFT_BASE_CHECK_H_
