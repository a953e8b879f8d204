#ifndef MISPSIFT_SRC_NORMALIZE_IP_ADDRESS_H_
#define MISPSIFT_SRC_NORMALIZE_IP_ADDRESS_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace mispsift {

// An address of either family, in network byte order.
struct IpAddress {
  bool v6 = false;
  std::array<uint8_t, 16> bytes{};  // of IPv4 the first 4; then zeros

  int bits() const { return v6 ? 128 : 32; }

  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

// Reads a dotted quad without leading zeros, or RFC 4291 text without a zone.
bool ParseIp(std::string_view text, IpAddress* ip);

// Appends the address as inet_ntop spells it: lower case, longest run of
// zeros compressed.
void AppendIp(const IpAddress& ip, std::string* out);

// "::ffff:192.0.2.1" becomes 192.0.2.1; anything else stays.
void UnmapIp(IpAddress* ip);

void ClearHostBits(int prefix_bits, IpAddress* ip);

// Reads an address, or "address/prefix"; host bits stay. A network of v4-mapped
// addresses stays one of IPv6.
bool ParseNetwork(std::string_view text, IpAddress* ip, int* prefix_bits);

// The same network, of IPv4 addresses, where it is one of v4-mapped addresses.
void UnmapNetwork(IpAddress* ip, int* prefix_bits);

// Reads "address/prefix", clears the host bits and appends "192.0.2.0/24".
// A network of v4-mapped addresses is a network of IPv4 addresses. False when
// it is none.
bool AppendNetwork(std::string_view text, std::string* out);

// Reads decimal digits, leading zeros allowed; false when there are none, or
// something else, or the number is over `max`.
bool ParseNumber(std::string_view digits, uint32_t max, uint32_t* number);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_NORMALIZE_IP_ADDRESS_H_
