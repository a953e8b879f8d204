#include "mispsift/base/uuid.h"

#include <openssl/evp.h>

#include <algorithm>

#include "mispsift/base/check.h"
#include "mispsift/base/hex_digit.h"

namespace mispsift {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

// Where the two digits of each byte stand.
constexpr std::array<uint8_t, 16> kBytePlaces = {
    0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};

bool IsDash(size_t position) {
  return position == 8 || position == 13 || position == 18 || position == 23;
}

}  // namespace

// UUIDv5 of "mispsift" in the DNS name space of RFC 4122, written out so that
// no change of code can change it.
const Uuid kMispsiftNamespace = {{0x17, 0xd7, 0x63, 0xd4, 0xcc, 0x85, 0x55,
                                  0x14, 0xa0, 0x42, 0x49, 0xa6, 0x62, 0x4c,
                                  0x09, 0x07}};

std::string Uuid::ToString() const {
  std::string text;
  text.reserve(36);
  for (const uint8_t byte : bytes) {
    if (IsDash(text.size())) text.push_back('-');
    text.push_back(kHexDigits[byte >> 4]);
    text.push_back(kHexDigits[byte & 15]);
  }
  return text;
}

// Snapshots are read at a million UUIDs a second: no branch for each digit.
bool ParseUuid(std::string_view text, Uuid* uuid) {
  if (text.size() != 36 || text[8] != '-' || text[13] != '-' ||
      text[18] != '-' || text[23] != '-') {
    return false;
  }
  Uuid parsed;
  uint8_t seen = 0;
  for (size_t i = 0; i < kBytePlaces.size(); ++i) {
    const size_t place = kBytePlaces[i];
    const uint8_t high = HexDigit(text[place]);
    const uint8_t low = HexDigit(text[place + 1]);
    seen |= high | low;
    parsed.bytes[i] = static_cast<uint8_t>(high << 4 | low);
  }
  if (seen > 15) return false;
  *uuid = parsed;
  return true;
}

Uuid UuidV5(const Uuid& name_space, std::string_view name) {
  std::string message(name_space.bytes.begin(), name_space.bytes.end());
  message += name;
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  MISPSIFT_CHECK(EVP_Digest(message.data(), message.size(), digest, &size,
                            EVP_sha1(), nullptr) == 1);
  Uuid uuid;
  std::copy_n(digest, uuid.bytes.size(), uuid.bytes.begin());
  uuid.bytes[6] = static_cast<uint8_t>((uuid.bytes[6] & 0x0f) | 0x50);
  uuid.bytes[8] = static_cast<uint8_t>((uuid.bytes[8] & 0x3f) | 0x80);
  return uuid;
}

}  // namespace mispsift
