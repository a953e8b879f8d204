#ifndef MISPSIFT_TESTS_SUPPORT_FAKE_MISP_VALUES_H_
#define MISPSIFT_TESTS_SUPPORT_FAKE_MISP_VALUES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mispsift {

// Bits that look like chance and are a function of `x`.
inline uint64_t Mix(uint64_t x) {  // splitmix64
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

// A stream of bits that belongs to one row.
class Bits {
 public:
  explicit Bits(uint64_t state) : state_(state) {}
  uint64_t Next() { return Mix(state_++); }
  uint64_t Below(uint64_t bound) { return Next() % bound; }
  template <size_t n>
  std::string_view Of(const std::array<std::string_view, n>& words) {
    return words[Below(n)];
  }

 private:
  uint64_t state_;
};

// How the values of a type are made.
enum class Form : uint8_t {
  kHex,  // of `width` digits
  kFilename,
  kDomain,
  kHostname,
  kAddress,
  kUrl,
  kUri,
  kUserAgent,
  kMutex,
  kPipe,
  kRegkey,
  kEmail,
  kSsdeep,
  kTlsh,
  kText,
  kNumber,
  kPort,
  kCve,
  kDatetime,
  kRule,
  kWord,
};

// A type of attribute as generated rows have it.
struct RowKind {
  std::string_view type;
  std::string_view category;
  uint16_t weight;  // how often, against the others
  uint8_t to_ids_percent;
  Form form;
  uint8_t width = 0;
  bool second = false;  // a second half behind "|"
  Form second_form = Form::kHex;
  uint8_t second_width = 0;
};

// One of the types that reports are matched with, by its weight; the same for
// the same bits.
const RowKind& KindOf(uint64_t bits);

// Appends a value of that kind. Names and addresses are reserved ones.
void AppendValue(const RowKind& kind, Bits* bits, std::string* out);
void AppendNumber(uint64_t number, std::string* out);

inline constexpr std::array<std::string_view, 32> kWords = {
    "amber", "birch",  "cedar",  "delta",   "ember",  "fjord",  "gravel",
    "heron", "iris",   "jade",   "kestrel", "larch",  "maple",  "north",
    "onyx",  "pearl",  "quill",  "raven",   "slate",  "thorn",  "umber",
    "vale",  "willow", "xenon",  "yarrow",  "zephyr", "update", "mail",
    "cloud", "login",  "static", "cache"};
inline constexpr std::array<std::string_view, 6> kForeignNames = {
    "счёт-фактура",     "請求書", "Überweisung",
    "facture-échéance", "δείγμα", "rechnung märz"};
inline constexpr std::array<std::string_view, 8> kComments = {
    "first stage",
    "second stage, from the dropper",
    "seen in a mail with a password-protected archive",
    "sandbox run of the loader; \"quoted\" by its author",
    "образец из почты",
    "échantillon n° 3 – voir le rapport",
    "通信先の一つ",
    "command and control, still up when it was checked\nsecond line"};
inline constexpr std::array<std::string_view, 10> kTags = {
    "tlp:white",
    "tlp:green",
    "tlp:amber",
    "type:OSINT",
    "Cuckoo",
    "kill-chain:Delivery",
    "kill-chain:Command and Control",
    "misp-galaxy:malware=\"Example Loader\"",
    "example:confidence=\"high\"",
    "estimative-language:likelihood=\"likely\""};

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_FAKE_MISP_VALUES_H_
