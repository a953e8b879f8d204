#include "tools/corpus/unique_names.h"

#include "mispsift/base/check.h"
#include "tools/corpus/text.h"

namespace mispsift::corpus {

// The number stands at the end behind a hyphen, in as many digits as any other:
// no name is the beginning or the end of another.
std::string UniqueNames::Word() {
  std::string word;
  AppendWord(&random_, &word);
  const std::string number = Number(next_++, 36);
  MISPSIFT_CHECK(number.size() <= 4);
  return word + '-' + std::string(4 - number.size(), '0') + number;
}

std::string UniqueNames::Host() {
  static constexpr std::string_view kTops[] = {".example", ".test", ".invalid",
                                               ".example.com", ".example.org"};
  return Join({Word(), random_.Of(kTops)});
}

std::string UniqueNames::Hex(size_t digits) {
  return corpus::Hex(&random_, digits);
}

std::string UniqueNames::FileName() {
  static constexpr std::string_view kEnds[] = {".exe", ".dll", ".scr", ".js"};
  return Join({Word(), "_", corpus::Word(&random_), random_.Of(kEnds)});
}

std::string UniqueNames::Folder() {
  return "C:\\ProgramData\\" + Word() + "\\";
}

uint32_t UniqueNames::Port() { return 1024 + random_.Below(5000); }

std::string UniqueNames::Ipv4() {
  MISPSIFT_CHECK(next_ipv4_ < 508);
  const uint32_t n = next_ipv4_++;
  // 101 and 254 have no divisor in common.
  return (n < 254 ? "203.0.113." : "198.51.100.") + Number(1 + n * 101 % 254);
}

std::string UniqueNames::Ipv4Network() {
  MISPSIFT_CHECK(next_network_ < 32);
  return "192.0.2." + Number(128 + 4 * next_network_++) + "/30";
}

std::string UniqueNames::Ipv6Network() {
  return Join({"2001:db8:", Number(0x100 + next_++, 16), ":",
               Number(0x1000 + random_.Below(0xe000), 16)});
}

}  // namespace mispsift::corpus
