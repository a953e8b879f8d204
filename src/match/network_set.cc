#include "src/match/network_set.h"

#include <algorithm>
#include <cstddef>

namespace mispsift {
namespace {

constexpr int kHeadBits = 16;

size_t HeadOf(const IpAddress& ipv4) {
  return static_cast<size_t>(ipv4.bytes[0]) << 8 | ipv4.bytes[1];
}

}  // namespace

void NetworkSet::Add(IpAddress address, int prefix_bits) {
  ClearHostBits(prefix_bits, &address);
  std::vector<int>& prefixes = address.v6 ? ipv6_prefixes_ : ipv4_prefixes_;
  if (std::ranges::find(prefixes, prefix_bits) == prefixes.end()) {
    prefixes.push_back(prefix_bits);
  }
  networks_.insert({address, prefix_bits});
  if (address.v6) return;
  const size_t heads = size_t{1} << std::max(0, kHeadBits - prefix_bits);
  for (size_t i = 0; i < heads; ++i) ipv4_heads_.set(HeadOf(address) + i);
}

bool NetworkSet::Holds(const IpAddress& address) const {
  if (!address.v6 && !ipv4_heads_[HeadOf(address)]) return false;
  return std::ranges::any_of(address.v6 ? ipv6_prefixes_ : ipv4_prefixes_,
                             [&](int prefix_bits) {
                               Network network = {address, prefix_bits};
                               ClearHostBits(prefix_bits, &network.address);
                               return networks_.contains(network);
                             });
}

}  // namespace mispsift
