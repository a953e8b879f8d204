#include "mispsift/model/json_path.h"

#include <fmt/format.h>

#include "absl/strings/ascii.h"
#include "mispsift/base/json_writer.h"

namespace mispsift {
namespace {

bool IsPlain(std::string_view key) {
  if (key.empty() || !(absl::ascii_isalpha(key[0]) || key[0] == '_')) {
    return false;
  }
  for (const char c : key) {
    if (!absl::ascii_isalnum(c) && c != '_' && c != '-') return false;
  }
  return true;
}

}  // namespace

std::string JsonPath::ToString() const {
  std::string path = "$";
  for (const Step& step : steps_) {
    if (step.key.data() == nullptr) {
      path += fmt::format("[{}]", step.index);
      continue;
    }
    const std::string_view key = step.key.substr(0, kMaxKeyBytes);
    if (IsPlain(key)) {
      path += '.';
      path += key;
    } else {
      path += '[';
      JsonWriter(&path).String(key);
      path += ']';
    }
  }
  return path;
}

}  // namespace mispsift
