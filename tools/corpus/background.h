#ifndef MISPSIFT_TOOLS_CORPUS_BACKGROUND_H_
#define MISPSIFT_TOOLS_CORPUS_BACKGROUND_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "tools/corpus/random.h"

namespace mispsift::corpus {

// What reports are full of and no indicator ever is: hosts without a hyphen,
// addresses below 192.0.2.128, names without an underscore. Each function
// replaces the text of the one before.
class Background {
 public:
  explicit Background(Random* random) : random_(*random) {}

  std::string_view Host();
  std::string_view Ip();
  std::string_view Module();
  std::string_view Function();
  std::string_view Path();
  std::string_view Key();
  std::string_view Handle();
  std::string_view Address();
  std::string_view Name();
  std::string_view HexText(size_t digits);
  // Bytes as the monitor saw them, each a code point below 0x100: NULs and
  // other control characters, words, bytes above 0x7f.
  std::string_view Buffer();
  // A printable run as `strings` finds it.
  std::string_view Printable();

 private:
  void AppendGuid();
  void AppendHighByte();

  Random& random_;
  std::string text_;
};

}  // namespace mispsift::corpus

#endif  // MISPSIFT_TOOLS_CORPUS_BACKGROUND_H_
