// IP addresses and networks.
//
// An address is written one way: IPv4 as a dotted quad without leading zeros,
// IPv6 in lower case with its longest run of zeros compressed, and an IPv4
// address mapped into IPv6 as the IPv4 address that it is. A network is an
// address with its host bits cleared, "/" and the number of its network bits.

#include "src/normalize/ip_address.h"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "mispsift/base/byte_set.h"
#include "mispsift/base/check.h"
#include "mispsift/base/hex_digit.h"
#include "mispsift/normalize/normalize.h"

namespace mispsift {
namespace {

constexpr uint8_t kMappedPrefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255};
constexpr int kMappedBits = 96;

bool IsMapped(const IpAddress& ip) {
  return ip.v6 && std::equal(std::begin(kMappedPrefix), std::end(kMappedPrefix),
                             ip.bytes.begin());
}

// Not by inet_pton and inet_ntop, which prints through sprintf: every address
// of every report and of every attribute comes by here, each several times.
bool ParseIpv4(std::string_view text, IpAddress* ip) {
  size_t at = 0;
  for (size_t i = 0; i < 4; ++i) {
    if (i > 0 && (at == text.size() || text[at++] != '.')) return false;
    const size_t begin = at;
    unsigned value = 0;
    for (; at < text.size() && kDigits.Holds(text[at]); ++at) {
      if (at > begin && value == 0) return false;  // a leading zero
      value = 10 * value + static_cast<unsigned>(text[at] - '0');
      if (value > 255) return false;
    }
    if (at == begin) return false;
    ip->bytes[i] = static_cast<uint8_t>(value);
  }
  return at == text.size();
}

// RFC 4291, section 2.2, as inet_pton reads it: "::" stands for one group or
// more.
bool ParseIpv6(std::string_view text, IpAddress* ip) {
  constexpr size_t kNone = ~size_t{0};
  constexpr size_t kGroupDigits = 4;
  auto& bytes = ip->bytes;
  size_t size = 0;     // of what is read, in bytes
  size_t gap = kNone;  // where "::" stands among these
  size_t at = 0;
  if (text.starts_with("::")) {
    gap = 0;
    at = 2;
  }
  while (at < text.size()) {
    const size_t begin = at;
    unsigned group = 0;
    for (; at < text.size() && IsHexDigit(text[at]); ++at) {
      if (at - begin == kGroupDigits) return false;
      group = group << 4 | HexDigit(text[at]);
    }
    if (at < text.size() && text[at] == '.') {
      IpAddress v4;
      if (size + 4 > bytes.size() || !ParseIpv4(text.substr(begin), &v4)) {
        return false;
      }
      std::copy_n(v4.bytes.begin(), 4, bytes.begin() + size);
      size += 4;
      break;
    }
    if (at == begin || size == bytes.size()) return false;
    bytes[size++] = static_cast<uint8_t>(group >> 8);
    bytes[size++] = static_cast<uint8_t>(group & 0xff);
    if (at == text.size()) break;
    if (text[at++] != ':' || at == text.size()) return false;
    if (text[at] == ':') {
      if (gap != kNone) return false;
      gap = size;
      ++at;
    }
  }
  if (gap == kNone) return size == bytes.size();
  if (size == bytes.size()) return false;
  uint8_t* const begin = bytes.data();
  uint8_t* const moved =
      std::copy_backward(begin + gap, begin + size, begin + bytes.size());
  std::fill(begin + gap, moved, uint8_t{0});
  return true;
}

void AppendDotted(const uint8_t* bytes, std::string* out) {
  const auto digit = [](int value) { return static_cast<char>('0' + value); };
  for (size_t i = 0; i < 4; ++i) {
    const uint8_t byte = bytes[i];
    if (i > 0) out->push_back('.');
    if (byte >= 100) out->push_back(digit(byte / 100));
    if (byte >= 10) out->push_back(digit(byte / 10 % 10));
    out->push_back(digit(byte % 10));
  }
}

void AppendIpv6(const IpAddress& ip, std::string* out) {
  constexpr int kGroups = 8;
  std::array<unsigned, kGroups> groups;
  for (size_t i = 0; i < kGroups; ++i) {
    groups[i] =
        static_cast<unsigned>(ip.bytes[2 * i] << 8) | ip.bytes[2 * i + 1];
  }
  // The longest run of zeros, of two at least; of equal ones the first.
  int begin = kGroups;
  int length = 1;
  for (int i = 0, run = 0; i < kGroups; ++i) {
    run = groups[static_cast<size_t>(i)] == 0 ? run + 1 : 0;
    if (run > length) {
      begin = i + 1 - run;
      length = run;
    }
  }
  for (int i = 0; i < kGroups; ++i) {
    if (i == begin) {
      out->append("::");
      i += length - 1;
      continue;
    }
    if (i > 0 && i != begin + length) out->push_back(':');
    // As a part of "::192.0.2.1" and "::ffff:192.0.2.1" the last four bytes
    // are an IPv4 address.
    if (i == 6 && begin == 0 &&
        (length == 6 || (length == 5 && groups[5] == 0xffff))) {
      return AppendDotted(ip.bytes.data() + 12, out);
    }
    bool is_begun = false;
    for (unsigned shift = 16; shift > 0;) {
      shift -= 4;
      const unsigned digit = groups[static_cast<size_t>(i)] >> shift & 15;
      is_begun |= digit != 0 || shift == 0;
      if (is_begun) out->push_back("0123456789abcdef"[digit]);
    }
  }
}

bool BeginAlike(const IpAddress& a, const IpAddress& b, int bits) {
  const auto whole = static_cast<size_t>(bits / 8);
  if (std::memcmp(a.bytes.data(), b.bytes.data(), whole) != 0) return false;
  const int rest = bits % 8;
  return rest == 0 || (a.bytes[whole] ^ b.bytes[whole]) >> (8 - rest) == 0;
}

void AppendPrefixed(const IpAddress& ip, int prefix_bits, std::string* out) {
  AppendIp(ip, out);
  out->push_back('/');
  out->append(std::to_string(prefix_bits));
}

struct SpecialRange {
  const char* network;
  int prefix_bits;
};

constexpr SpecialRange kSpecialRanges[] = {
    {"0.0.0.0", 32},          // unspecified
    {"10.0.0.0", 8},          // private
    {"100.64.0.0", 10},       // shared (CGNAT)
    {"127.0.0.0", 8},         // loopback
    {"169.254.0.0", 16},      // link-local
    {"172.16.0.0", 12},       // private
    {"192.168.0.0", 16},      // private
    {"224.0.0.0", 4},         // multicast
    {"255.255.255.255", 32},  // broadcast
    {"::", 128},              // unspecified
    {"::1", 128},             // loopback
    {"fc00::", 7},            // private (unique local)
    {"fe80::", 10},           // link-local
    {"ff00::", 8},            // multicast
};

struct ParsedRange {
  IpAddress network;
  int prefix_bits;
};

std::array<ParsedRange, std::size(kSpecialRanges)> ParseSpecialRanges() {
  std::array<ParsedRange, std::size(kSpecialRanges)> ranges;
  for (size_t i = 0; i < ranges.size(); ++i) {
    MISPSIFT_CHECK(ParseIp(kSpecialRanges[i].network, &ranges[i].network));
    ranges[i].prefix_bits = kSpecialRanges[i].prefix_bits;
  }
  return ranges;
}

}  // namespace

bool ParseIp(std::string_view text, IpAddress* ip) {
  *ip = {};
  ip->v6 = text.find(':') != std::string_view::npos;
  return ip->v6 ? ParseIpv6(text, ip) : ParseIpv4(text, ip);
}

void AppendIp(const IpAddress& ip, std::string* out) {
  if (ip.v6) return AppendIpv6(ip, out);
  AppendDotted(ip.bytes.data(), out);
}

void UnmapIp(IpAddress* ip) {
  if (!IsMapped(*ip)) return;
  std::copy(ip->bytes.begin() + kMappedBits / 8, ip->bytes.end(),
            ip->bytes.begin());
  std::fill(ip->bytes.begin() + 4, ip->bytes.end(), uint8_t{0});
  ip->v6 = false;
}

void ClearHostBits(int prefix_bits, IpAddress* ip) {
  for (int i = 0; i < ip->bits() / 8; ++i) {
    const int kept = std::clamp(prefix_bits - 8 * i, 0, 8);
    ip->bytes[static_cast<size_t>(i)] &=
        static_cast<uint8_t>(0xff00u >> static_cast<unsigned>(kept));
  }
}

bool ParseNetwork(std::string_view text, IpAddress* ip, int* prefix_bits) {
  const size_t slash = text.find('/');
  if (!ParseIp(text.substr(0, slash), ip)) return false;
  auto prefix = static_cast<uint32_t>(ip->bits());
  if (slash != std::string_view::npos &&
      !ParseNumber(text.substr(slash + 1), prefix, &prefix)) {
    return false;
  }
  *prefix_bits = static_cast<int>(prefix);
  return true;
}

void UnmapNetwork(IpAddress* ip, int* prefix_bits) {
  if (!IsMapped(*ip) || *prefix_bits < kMappedBits) return;
  UnmapIp(ip);
  *prefix_bits -= kMappedBits;
}

bool AppendNetwork(std::string_view text, std::string* out) {
  IpAddress ip;
  int prefix_bits = 0;
  if (text.find('/') == std::string_view::npos ||
      !ParseNetwork(text, &ip, &prefix_bits)) {
    return false;
  }
  UnmapNetwork(&ip, &prefix_bits);
  ClearHostBits(prefix_bits, &ip);
  AppendPrefixed(ip, prefix_bits, out);
  return true;
}

bool ParseNumber(std::string_view digits, uint32_t max, uint32_t* number) {
  if (digits.empty()) return false;
  uint64_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return false;
    value = 10 * value + static_cast<uint64_t>(c - '0');
    if (value > max) return false;
  }
  *number = static_cast<uint32_t>(value);
  return true;
}

void NetworkOf(std::string_view ip, int prefix_bits, std::string* network) {
  IpAddress address;
  MISPSIFT_CHECK(ParseIp(ip, &address));
  MISPSIFT_CHECK(prefix_bits >= 0 && prefix_bits <= address.bits());
  ClearHostBits(prefix_bits, &address);
  network->clear();
  AppendPrefixed(address, prefix_bits, network);
}

int PrefixBitsOf(std::string_view network) {
  uint32_t bits = 0;
  MISPSIFT_CHECK(
      ParseNumber(network.substr(network.rfind('/') + 1), 128, &bits));
  return static_cast<int>(bits);
}

bool IsIpv6(std::string_view canonical_ip) {
  return canonical_ip.find(':') != std::string_view::npos;
}

bool IsSpecialUse(std::string_view canonical_ip_or_network) {
  static const auto ranges = ParseSpecialRanges();
  IpAddress ip;
  int prefix_bits = 0;
  if (!ParseNetwork(canonical_ip_or_network, &ip, &prefix_bits)) return false;
  return std::ranges::any_of(ranges, [&](const ParsedRange& range) {
    return range.network.v6 == ip.v6 && prefix_bits >= range.prefix_bits &&
           BeginAlike(ip, range.network, range.prefix_bits);
  });
}

}  // namespace mispsift
