#include "mispsift/base/digest.h"

#include <openssl/evp.h>
#include <xxhash.h>

#include "mispsift/base/check.h"

namespace mispsift {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

std::string Hex(const unsigned char* bytes, size_t size) {
  std::string hex(2 * size, '0');
  for (size_t i = 0; i < size; ++i) {
    hex[2 * i] = kHexDigits[bytes[i] >> 4];
    hex[2 * i + 1] = kHexDigits[bytes[i] & 15];
  }
  return hex;
}

std::string EvpHex(const EVP_MD* algorithm, std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  MISPSIFT_CHECK(EVP_Digest(bytes.data(), bytes.size(), digest, &size,
                            algorithm, nullptr) == 1);
  return Hex(digest, size);
}

}  // namespace

Digest DigestOf(uint64_t seed, std::string_view bytes) {
  const XXH128_hash_t hash =
      XXH3_128bits_withSeed(bytes.data(), bytes.size(), seed);
  return {hash.high64, hash.low64};
}

Digester::Digester() : state_(XXH3_createState()) {
  MISPSIFT_CHECK(state_ != nullptr);
  XXH3_128bits_reset(static_cast<XXH3_state_t*>(state_));
}

Digester::~Digester() { XXH3_freeState(static_cast<XXH3_state_t*>(state_)); }

void Digester::Add(std::string_view bytes) {
  XXH3_128bits_update(static_cast<XXH3_state_t*>(state_), bytes.data(),
                      bytes.size());
}

Digest Digester::Finish() const {
  const XXH128_hash_t hash =
      XXH3_128bits_digest(static_cast<const XXH3_state_t*>(state_));
  return {hash.high64, hash.low64};
}

Sha256Digester::Sha256Digester() : state_(EVP_MD_CTX_new()) {
  MISPSIFT_CHECK(state_ != nullptr);
  MISPSIFT_CHECK(EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(state_),
                                   EVP_sha256(), nullptr) == 1);
}

Sha256Digester::~Sha256Digester() {
  EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(state_));
}

void Sha256Digester::Add(std::string_view bytes) {
  MISPSIFT_CHECK(EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(state_),
                                  bytes.data(), bytes.size()) == 1);
}

std::string Sha256Digester::Finish() {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  MISPSIFT_CHECK(
      EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(state_), digest, &size) == 1);
  return Hex(digest, size);
}

std::string ToHex(const Digest& digest) {
  unsigned char bytes[16];
  for (int i = 0; i < 8; ++i) {
    bytes[i] = static_cast<unsigned char>(digest.high >> (56 - 8 * i));
    bytes[8 + i] = static_cast<unsigned char>(digest.low >> (56 - 8 * i));
  }
  return Hex(bytes, sizeof(bytes));
}

std::string Sha256Hex(std::string_view bytes) {
  return EvpHex(EVP_sha256(), bytes);
}

std::string Md5Hex(std::string_view bytes) { return EvpHex(EVP_md5(), bytes); }

}  // namespace mispsift
