#include "src/normalize/ip_address.h"

#include <arpa/inet.h>

#include <array>
#include <random>
#include <string>

#include "gtest/gtest.h"

namespace mispsift {
namespace {

bool ParsesForSystem(const std::string& text, std::array<uint8_t, 16>* bytes) {
  *bytes = {};
  const bool v6 = text.find(':') != std::string::npos;
  return inet_pton(v6 ? AF_INET6 : AF_INET, text.c_str(), bytes->data()) == 1;
}

// What our own code reads is what inet_pton reads, right and wrong alike.
TEST(IpAddressTest, ReadsWhatTheSystemReads) {
  std::mt19937_64 random(7);
  const std::string pieces[] = {
      "0", "1",  "25", "255",  "256",  "01",    "99", ".", ".", ".",
      ".", "::", ":",  "ffff", "1234", "12345", "a",  " ", "/", "g"};
  int valid = 0;
  for (int i = 0; i < 300'000; ++i) {
    std::string text;
    if (i % 3 == 2) {
      // Groups, mostly as many as there should be, with a gap and an IPv4 end
      // here and there.
      const char* const groups[] = {"0", "1", "fF", "00a", "1234", "89AB"};
      for (size_t count = 6 + random() % 3; count > 0; --count) {
        if (random() % 8 != 0) text += groups[random() % std::size(groups)];
        if (count > 1) text += random() % 12 == 0 ? "::" : ":";
      }
      if (random() % 6 == 0) text += ":192.0.2.9";
    } else if (i % 3 == 1) {
      for (int byte = 0; byte < 4; ++byte) {
        if (byte > 0) text += '.';
        text += pieces[random() % 7];
      }
    } else {
      for (size_t count = random() % 9; count > 0; --count) {
        text += pieces[random() % std::size(pieces)];
      }
    }
    std::array<uint8_t, 16> bytes;
    IpAddress ip;
    const bool parses = ParsesForSystem(text, &bytes);
    ASSERT_EQ(ParseIp(text, &ip), parses) << text;
    if (!parses) continue;
    ++valid;
    ASSERT_EQ(ip.bytes, bytes) << text;
  }
  EXPECT_GT(valid, 1000);
}

TEST(IpAddressTest, WritesWhatTheSystemWrites) {
  std::mt19937_64 random(8);
  for (int i = 0; i < 200'000; ++i) {
    IpAddress ip;
    ip.v6 = i % 4 != 0;
    for (size_t group = 0; group < 8; ++group) {
      if (random() % 2 == 0) continue;
      const uint64_t value = random() % 3 == 0 ? 0xffff : random();
      ip.bytes[2 * group] = random() % 2 == 0 ? 0 : uint8_t(value >> 8);
      ip.bytes[2 * group + 1] = uint8_t(value);
    }
    char expected[INET6_ADDRSTRLEN];
    ASSERT_NE(inet_ntop(ip.v6 ? AF_INET6 : AF_INET, ip.bytes.data(), expected,
                        sizeof(expected)),
              nullptr);
    std::string text;
    AppendIp(ip, &text);
    ASSERT_EQ(text, expected);
  }
}

}  // namespace
}  // namespace mispsift
