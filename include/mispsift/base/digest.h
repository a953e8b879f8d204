#ifndef MISPSIFT_BASE_DIGEST_H_
#define MISPSIFT_BASE_DIGEST_H_

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace mispsift {

// 128 bits that stand for a longer value in a hash table. Not collision-proof
// against an adversary: who finds one confirms it against the value.
struct Digest {
  uint64_t high = 0;
  uint64_t low = 0;

  friend auto operator<=>(const Digest&, const Digest&) = default;
  // The bits are already well spread; hashing them again would only cost.
  template <typename H>
  friend H AbslHashValue(H h, const Digest& d) {
    return H::combine(std::move(h), d.low);
  }
};

// XXH3-128 of `bytes` under `seed`.
Digest DigestOf(uint64_t seed, std::string_view bytes);

// Digest over many pieces, each of any length; for checksums and ids.
class Digester {
 public:
  Digester();
  ~Digester();
  Digester(const Digester&) = delete;
  Digester& operator=(const Digester&) = delete;

  void Add(std::string_view bytes);
  Digest Finish() const;

 private:
  void* state_;
};

// SHA-256 of what comes in pieces.
class Sha256Digester {
 public:
  Sha256Digester();
  ~Sha256Digester();
  Sha256Digester(const Sha256Digester&) = delete;
  Sha256Digester& operator=(const Sha256Digester&) = delete;

  void Add(std::string_view bytes);
  // 64 lower-case hex digits; nothing can be added behind it.
  std::string Finish();

 private:
  void* state_;
};

// 32 lower-case hex digits.
std::string ToHex(const Digest& digest);

// SHA-256 of `bytes`, 64 lower-case hex digits.
std::string Sha256Hex(std::string_view bytes);
// MD5 of `bytes`, 32 lower-case hex digits (MISP feeds list values by it).
std::string Md5Hex(std::string_view bytes);

}  // namespace mispsift

#endif  // MISPSIFT_BASE_DIGEST_H_
