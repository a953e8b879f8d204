#ifndef MISPSIFT_SRC_MATCH_NETWORK_SET_H_
#define MISPSIFT_SRC_MATCH_NETWORK_SET_H_

#include <array>
#include <bitset>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "src/normalize/ip_address.h"

namespace mispsift {

// Networks, of few lengths, to be asked for many addresses, most of which lie
// in none. Threads: safe to read from any number once all are added.
class NetworkSet {
 public:
  // The addresses whose first `prefix_bits` are those of `address`, in whatever
  // the rest of it is.
  void Add(IpAddress address, int prefix_bits);
  // Whether `address` lies in one.
  bool Holds(const IpAddress& address) const;

  bool has_ipv4() const { return !ipv4_prefixes_.empty(); }

 private:
  // Of IPv4 the address, its host bits cleared, before eight bits of length.
  absl::flat_hash_set<uint64_t> ipv4_;
  absl::flat_hash_set<std::pair<std::array<uint8_t, 16>, int>> ipv6_;
  std::vector<int> ipv4_prefixes_;
  std::vector<int> ipv6_prefixes_;
  // The first two bytes of the addresses in those of IPv4: near where a hash
  // table is not.
  std::bitset<1 << 16> ipv4_heads_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_MATCH_NETWORK_SET_H_
