#ifndef MISPSIFT_TOOLS_CORPUS_UNIQUE_NAMES_H_
#define MISPSIFT_TOOLS_CORPUS_UNIQUE_NAMES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "tools/corpus/random.h"

namespace mispsift::corpus {

// Invented values, none of which comes twice, nor holds another, nor is one
// that Background makes. Names and addresses are reserved ones.
class UniqueNames {
 public:
  explicit UniqueNames(uint64_t seed) : random_(seed) {}

  std::string Word();  // "drofel-1c"
  std::string Host();  // two labels or three
  std::string Hex(size_t digits);
  std::string FileName();
  std::string Folder();  // "C:\ProgramData\..\"
  uint32_t Port();

  // There are 508, and 32 networks of four addresses.
  std::string Ipv4();
  std::string Ipv4Network();  // "192.0.2.128/30"
  // "2001:db8:<third>:<fourth>", a /64.
  std::string Ipv6Network();

  // The next of a list that is gone through again and again.
  template <typename T, size_t n>
  const T& Next(const T (&list)[n]) {
    return list[next_of_list_++ % n];
  }
  Random& random() { return random_; }

 private:
  Random random_;
  uint64_t next_ = 0;
  uint32_t next_ipv4_ = 0;
  uint32_t next_network_ = 0;
  uint64_t next_of_list_ = 0;
};

}  // namespace mispsift::corpus

#endif  // MISPSIFT_TOOLS_CORPUS_UNIQUE_NAMES_H_
