#include "src/pipeline/conf_section.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "mispsift/base/ascii_case.h"
#include "mispsift/normalize/refang.h"

namespace mispsift {
namespace {

std::string WithoutComment(std::string_view value) {
  for (size_t i = 1; i < value.size(); ++i) {
    if (value[i] == ';' && (value[i - 1] == ' ' || value[i - 1] == '\t')) {
      value = value.substr(0, i);
      break;
    }
  }
  return std::string(TrimBlanks(value));
}

}  // namespace

absl::StatusOr<std::vector<ConfSetting>> ReadConfSection(
    std::string_view text, std::string_view section, const std::string& file) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  std::vector<ConfSetting> settings;
  bool in_a_section = false;
  bool in_ours = false;
  // Of the setting that a line may go on with, how far it is indented.
  size_t indent = std::string_view::npos;
  for (uint64_t number = 1; !text.empty(); ++number) {
    const auto refuse = [&](const char* what) {
      return absl::InvalidArgumentError(
          fmt::format("{}:{}: {}", file, number, what));
    };
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view whole = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string_view line = TrimBlanks(whole);
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;

    const size_t line_indent = static_cast<size_t>(line.data() - whole.data());
    if (indent != std::string_view::npos && line_indent > indent) {
      if (in_ours) settings.back().lines.push_back(WithoutComment(line));
      continue;
    }
    if (line.front() == '[') {
      const size_t close = line.find(']');
      if (close == std::string_view::npos) return refuse("a [ without its ]");
      in_a_section = true;
      in_ours = line.substr(1, close - 1) == section;
      indent = std::string_view::npos;
      continue;
    }
    if (!in_a_section) return refuse("stands in no [section]");
    indent = line_indent;
    if (!in_ours) continue;
    const size_t mark = line.find_first_of("=:");
    std::string key(TrimBlanks(line.substr(0, mark)));
    if (mark == std::string_view::npos || key.empty()) {
      return refuse("neither key = value nor a # comment");
    }
    LowerAscii(&key);
    settings.push_back(
        {std::move(key), {WithoutComment(line.substr(mark + 1))}, number});
  }
  return settings;
}

}  // namespace mispsift
