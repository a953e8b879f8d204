#include "tools/corpus/text.h"

#include <iterator>

namespace mispsift::corpus {
namespace {

constexpr std::string_view kSyllables[] = {
    "ba",  "dro", "fel", "gan", "hux", "ilm",  "jor", "kesh",
    "lun", "mav", "nib", "orz", "pru", "quil", "ras", "sov",
    "tam", "ulk", "vel", "wex", "yar", "zin"};

}  // namespace

void AppendHex(Random* random, size_t digits, std::string* out) {
  while (digits > 0) {
    uint64_t bits = random->Next();
    for (int i = 0; i < 16 && digits > 0; ++i, --digits, bits >>= 4) {
      out->push_back(kHexDigits[bits & 15]);
    }
  }
}

std::string Hex(Random* random, size_t digits) {
  std::string hex;
  AppendHex(random, digits, &hex);
  return hex;
}

void AppendNumber(uint64_t value, std::string* out, unsigned base) {
  char digits[64];
  size_t n = 0;
  do {
    digits[n++] = "0123456789abcdefghijklmnopqrstuvwxyz"[value % base];
    value /= base;
  } while (value > 0);
  while (n > 0) out->push_back(digits[--n]);
}

std::string Number(uint64_t value, unsigned base) {
  std::string number;
  AppendNumber(value, &number, base);
  return number;
}

void AppendWord(Random* random, std::string* out) {
  const uint64_t bits = random->Next();
  const size_t n = std::size(kSyllables);
  *out += kSyllables[(bits & 0xffff) % n];
  *out += kSyllables[((bits >> 16) & 0xffff) % n];
  if (bits >> 63) *out += kSyllables[((bits >> 32) & 0xffff) % n];
}

std::string Word(Random* random) {
  std::string word;
  AppendWord(random, &word);
  return word;
}

std::string InPairs(std::string_view hex) {
  std::string pairs;
  for (size_t i = 0; i < hex.size(); i += 2) {
    if (i > 0) pairs += ':';
    pairs += hex.substr(i, 2);
  }
  return pairs;
}

std::string Join(std::initializer_list<std::string_view> parts) {
  std::string joined;
  for (const std::string_view part : parts) joined += part;
  return joined;
}

}  // namespace mispsift::corpus
