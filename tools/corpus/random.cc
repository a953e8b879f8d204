#include "tools/corpus/random.h"

namespace mispsift::corpus {

uint64_t LogNormalSize(Random* random, uint64_t median) {
  // Twelve uniform numbers less six: a normal one, in 1/65536.
  int64_t normal = -6 * 65536;
  for (int i = 0; i < 12; ++i) normal += random->Below(65536);
  const int64_t power = normal * 1773 / 1024;  // 1.2 / ln 2 = 1.731
  // 2^x between whole powers is a straight line: floating point would not be
  // the same everywhere.
  const int64_t whole = power >= 0 ? power / 65536 : -((65535 - power) / 65536);
  const uint64_t part = static_cast<uint64_t>(power - whole * 65536);
  const uint64_t size = median * (65536 + part) / 65536;
  return whole >= 0 ? size << whole : size >> -whole;
}

}  // namespace mispsift::corpus
