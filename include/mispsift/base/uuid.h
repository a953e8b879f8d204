#ifndef MISPSIFT_BASE_UUID_H_
#define MISPSIFT_BASE_UUID_H_

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace mispsift {

// An RFC 4122 UUID as 16 bytes. Default is the nil UUID, which stands for
// "none".
struct Uuid {
  std::array<uint8_t, 16> bytes{};

  bool IsNil() const { return *this == Uuid{}; }
  // 36 characters, lower case.
  std::string ToString() const;

  // Bytewise, as two numbers: sorting and merging a million is little else.
  friend bool operator==(const Uuid& a, const Uuid& b) {
    return a.Half(0) == b.Half(0) && a.Half(8) == b.Half(8);
  }
  friend std::strong_ordering operator<=>(const Uuid& a, const Uuid& b) {
    const uint64_t left = a.Half(0);
    const uint64_t right = b.Half(0);
    return left != right ? left <=> right : a.Half(8) <=> b.Half(8);
  }
  template <typename H>
  friend H AbslHashValue(H h, const Uuid& u) {
    return H::combine(std::move(h), u.bytes);
  }

 private:
  uint64_t Half(size_t begin) const {
    uint64_t half = 0;
    std::memcpy(&half, bytes.data() + begin, sizeof(half));
    return __builtin_bswap64(half);  // snapshots are little-endian as well
  }
};

// Reads the 36-character form, any case; false when `text` is not one.
bool ParseUuid(std::string_view text, Uuid* uuid);

// Version 5 (SHA-1) UUID of `name` in `name_space`: the same name gives the
// same UUID for ever, which is what keeps anything from being sent twice.
// Source: RFC 4122 section 4.3.
Uuid UuidV5(const Uuid& name_space, std::string_view name);

// The name space of every UUID that mispsift makes. Never change it.
extern const Uuid kMispsiftNamespace;

}  // namespace mispsift

#endif  // MISPSIFT_BASE_UUID_H_
