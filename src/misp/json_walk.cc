#include "src/misp/json_walk.h"

#include <fmt/format.h>

#include <cstring>

namespace mispsift::misp {

void JsonWalk::FindBackslash(const char* from) {
  const char* end = text_.data() + text_.size();
  const void* found =
      from < end ? std::memchr(from, '\\', static_cast<size_t>(end - from))
                 : nullptr;
  backslash_ = found == nullptr ? end : static_cast<const char*>(found);
}

bool JsonWalk::Unescape(std::string_view raw, std::string* buffer,
                        std::string_view* text) {
  if (!UnescapeJson(raw, buffer)) {
    return Fail("a string has an escape that JSON does not know");
  }
  *text = *buffer;
  return true;
}

absl::Status JsonWalk::Failure(std::string_view what) const {
  const char* problem = problem_ == nullptr ? "it is not JSON" : problem_;
  if (text_.starts_with('<')) problem = "it is a page of HTML";
  if (EndsOpen(text_)) problem = "it was cut short";
  return absl::DataLossError(fmt::format("{}: {} (byte {} of {})", what,
                                         problem, at_ - text_.data(),
                                         text_.size()));
}

}  // namespace mispsift::misp
