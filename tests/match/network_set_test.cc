#include "src/match/network_set.h"

#include <gtest/gtest.h>

#include <random>
#include <utility>
#include <vector>

#include "tests/support/test_seed.h"

namespace mispsift {
namespace {

IpAddress Ip(std::string_view text) {
  IpAddress ip;
  EXPECT_TRUE(ParseIp(text, &ip)) << text;
  return ip;
}

TEST(NetworkSetTest, HoldsTheAddressesOfItsNetworks) {
  NetworkSet networks;
  EXPECT_FALSE(networks.has_ipv4());
  EXPECT_FALSE(networks.Holds(Ip("192.0.2.1")));
  networks.Add(Ip("2001:db8::1"), 128);
  EXPECT_FALSE(networks.has_ipv4());
  networks.Add(Ip("192.0.2.7"), 24);
  networks.Add(Ip("10.0.0.0"), 9);
  EXPECT_TRUE(networks.has_ipv4());
  for (const char* const held :
       {"2001:db8::1", "192.0.2.0", "192.0.2.255", "10.0.0.1", "10.127.9.9"}) {
    EXPECT_TRUE(networks.Holds(Ip(held))) << held;
  }
  for (const char* const other : {"2001:db8::2", "192.0.3.1", "10.128.0.0"}) {
    EXPECT_FALSE(networks.Holds(Ip(other))) << other;
  }
  networks.Add(Ip("0.0.0.0"), 0);
  EXPECT_TRUE(networks.Holds(Ip("203.0.113.255")));
}

TEST(NetworkSetTest, HoldsWhatComparingBitsHolds) {
  std::mt19937_64 random(TestSeed());
  int held = 0;
  for (int round = 0; round < 200; ++round) {
    NetworkSet networks;
    std::vector<std::pair<IpAddress, int>> all;
    // Addresses that have most of their bits in common.
    const auto address = [&random, v6 = random() % 2 == 0] {
      IpAddress ip{.v6 = v6};
      for (int i = 0; i < ip.bits() / 8; ++i) {
        ip.bytes[static_cast<size_t>(i)] =
            static_cast<uint8_t>(random() % 8 == 0 ? random() : 7);
      }
      return ip;
    };
    for (size_t i = random() % 6; i > 0; --i) {
      const IpAddress ip = address();
      all.emplace_back(
          ip,
          static_cast<int>(random() % static_cast<uint64_t>(ip.bits() + 1)));
      networks.Add(all.back().first, all.back().second);
    }
    for (int i = 0; i < 20; ++i) {
      const IpAddress ip = address();
      bool expected = false;
      for (const auto& [network, prefix_bits] : all) {
        IpAddress theirs = network;
        IpAddress ours = ip;
        ClearHostBits(prefix_bits, &theirs);
        ClearHostBits(prefix_bits, &ours);
        expected = expected || theirs == ours;
      }
      ASSERT_EQ(networks.Holds(ip), expected);
      held += expected ? 1 : 0;
    }
  }
  EXPECT_GT(held, 0);
}

}  // namespace
}  // namespace mispsift
