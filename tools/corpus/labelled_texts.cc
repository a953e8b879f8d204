#include "tools/corpus/labelled_texts.h"

#include <string_view>

#include "tools/corpus/text.h"

namespace mispsift::corpus {
namespace {

constexpr size_t kFirstPart = 44;
constexpr size_t kSecondPart = 26;
// Two alphabets that have nothing in common, of 32 characters each.
constexpr std::string_view kOnes = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef";
constexpr std::string_view kOthers = "ghijklmnopqrstuvwxyz0123456789+/";

// No character follows itself: ssdeep shortens runs.
std::string Characters(std::string_view alphabet, size_t n,
                       UniqueNames* names) {
  std::string text;
  while (text.size() < n) {
    const char c = alphabet[names->random().Below(32)];
    if (text.empty() || text.back() != c) text += c;
  }
  return text;
}

}  // namespace

SsdeepPair MakeSsdeep(size_t changed, UniqueNames* names) {
  SsdeepPair pair;
  const std::string first = Characters(kOnes, kFirstPart, names);
  const std::string second = Characters(kOnes, kSecondPart, names);
  pair.one = Join({"96:", first, ":", second});
  if (changed == 0) {
    pair.other = pair.one;
    return pair;
  }
  pair.other =
      Join({"96:", Characters(kOthers, changed, names), first.substr(changed),
            ":", Characters(kOthers, kSecondPart, names)});
  return pair;
}

SsdeepPair MakeSsdeepOfTwoSizes(UniqueNames* names) {
  const std::string shared = Characters(kOnes, kSecondPart, names);
  return {Join({"96:", Characters(kOnes, kFirstPart, names), ":", shared}),
          Join({"192:", Characters(kOthers, 2, names), shared.substr(2), ":",
                Characters(kOthers, kSecondPart, names)})};
}

std::string AddressIn(const std::string& network, uint32_t n) {
  const size_t last = network.rfind('.') + 1;
  return network.substr(0, last) + Number(std::stoul(network.substr(last)) + n);
}

}  // namespace mispsift::corpus
