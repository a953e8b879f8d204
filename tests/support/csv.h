#ifndef MISPSIFT_TESTS_SUPPORT_CSV_H_
#define MISPSIFT_TESTS_SUPPORT_CSV_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mispsift {

// Reads a file by RFC 4180's grammar, to the letter: lines end in CR LF, the
// last one too, and what holds a quote, a comma, CR or LF stands in quotes.
// Nothing where it breaks a rule.
inline std::optional<std::vector<std::vector<std::string>>> ParseCsv(
    std::string_view text) {
  std::vector<std::vector<std::string>> lines;
  while (!text.empty()) {
    std::vector<std::string> line;
    while (true) {
      std::string field;
      if (text.starts_with('"')) {
        text.remove_prefix(1);
        while (true) {
          const size_t quote = text.find('"');
          if (quote == text.npos) return std::nullopt;
          field += text.substr(0, quote);
          text.remove_prefix(quote + 1);
          if (!text.starts_with('"')) break;
          field += '"';
          text.remove_prefix(1);
        }
      } else {
        const size_t end = text.find_first_of("\",\r\n");
        if (end == text.npos) return std::nullopt;
        field = text.substr(0, end);
        text.remove_prefix(end);
      }
      line.push_back(std::move(field));
      if (!text.starts_with(',')) break;
      text.remove_prefix(1);
    }
    if (!text.starts_with("\r\n")) return std::nullopt;
    text.remove_prefix(2);
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_CSV_H_
