#ifndef MISPSIFT_TESTS_SUPPORT_TEST_UUID_H_
#define MISPSIFT_TESTS_SUPPORT_TEST_UUID_H_

#include <cstdint>

#include "mispsift/base/uuid.h"

namespace mispsift {

// One for each kind and number below 65,536; their order is not that of the
// numbers.
inline Uuid TestUuid(uint8_t kind, uint32_t number) {
  Uuid uuid;
  uuid.bytes[0] = static_cast<uint8_t>(number * 37);
  uuid.bytes[6] = 0x40;
  uuid.bytes[8] = 0x80;
  uuid.bytes[9] = kind;
  uuid.bytes[14] = static_cast<uint8_t>(number >> 8);
  uuid.bytes[15] = static_cast<uint8_t>(number);
  return uuid;
}

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_TEST_UUID_H_
