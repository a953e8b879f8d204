#include "src/match/network_set.h"

#include <algorithm>
#include <cstddef>

namespace mispsift {
namespace {

constexpr int kHeadBits = 16;

uint32_t NumberOf(const IpAddress& ipv4) {
  return uint32_t{ipv4.bytes[0]} << 24 | uint32_t{ipv4.bytes[1]} << 16 |
         uint32_t{ipv4.bytes[2]} << 8 | ipv4.bytes[3];
}

// The network of an IPv4 address.
uint64_t KeyOf(uint32_t address, int prefix_bits) {
  const uint64_t hosts = uint64_t{0xFFFFFFFF} >> prefix_bits;
  return (address & ~hosts) << 8 | static_cast<uint64_t>(prefix_bits);
}

}  // namespace

void NetworkSet::Add(IpAddress address, int prefix_bits) {
  ClearHostBits(prefix_bits, &address);
  std::vector<int>& prefixes = address.v6 ? ipv6_prefixes_ : ipv4_prefixes_;
  if (std::ranges::find(prefixes, prefix_bits) == prefixes.end()) {
    prefixes.push_back(prefix_bits);
  }
  if (address.v6) {
    ipv6_.emplace(address.bytes, prefix_bits);
    return;
  }
  const uint32_t number = NumberOf(address);
  // Heads are many for a short one, which may come again and again.
  if (!ipv4_.insert(KeyOf(number, prefix_bits)).second) return;
  const size_t heads = size_t{1} << std::max(0, kHeadBits - prefix_bits);
  for (size_t i = 0; i < heads; ++i) {
    ipv4_heads_.set((number >> (32 - kHeadBits)) + i);
  }
}

bool NetworkSet::Holds(const IpAddress& address) const {
  if (address.v6) {
    return std::ranges::any_of(ipv6_prefixes_, [&](int prefix_bits) {
      IpAddress network = address;
      ClearHostBits(prefix_bits, &network);
      return ipv6_.contains({network.bytes, prefix_bits});
    });
  }
  const uint32_t number = NumberOf(address);
  return ipv4_heads_[number >> (32 - kHeadBits)] &&
         std::ranges::any_of(ipv4_prefixes_, [&](int prefix_bits) {
           return ipv4_.contains(KeyOf(number, prefix_bits));
         });
}

}  // namespace mispsift
