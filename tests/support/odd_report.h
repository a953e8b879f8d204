#ifndef MISPSIFT_TESTS_SUPPORT_ODD_REPORT_H_
#define MISPSIFT_TESTS_SUPPORT_ODD_REPORT_H_

#include <fmt/format.h>

#include <random>
#include <string>
#include <string_view>

#include "mispsift/model/oddity.h"

namespace mispsift {

// A document as a careless writer leaves it, and the one that it meant.
struct OddReport {
  std::string odd;
  std::string meant;
  Oddities oddities;
};

// Spoils `clean`, which is JSON, here and there, in every way that is mended.
inline OddReport SpoilReport(const std::string& clean,
                             std::mt19937_64* random) {
  const auto below = [random](size_t n) {
    return std::uniform_int_distribution<size_t>(0, n - 1)(*random);
  };
  // What is no UTF-8, and how many parts of it are replaced.
  struct IllFormed {
    std::string_view bytes;
    size_t parts;
  };
  static constexpr IllFormed kIllFormed[] = {
      {"\x80", 1},         {"\xFF", 1},         {"\xE9", 1},
      {"\xC3", 1},         {"\xC0\xAF", 2},     {"\xE2\x82", 1},
      {"\xED\xA0\x80", 3}, {"\xF0\x9F\x98", 1}, {"\xF5\x80\x80\x80", 4},
  };
  static constexpr std::string_view kGarbage[] = {
      "}", "]]", "\n,\"a\":1}", "x", "\xFF", "\"", "[]", "\xEF\xBB\xBF ]",
  };

  OddReport report;
  const size_t one_in = 1 + below(40);
  bool in_string = false;
  for (size_t at = 0; at < clean.size(); ++at) {
    const char c = clean[at];
    const auto next = static_cast<unsigned char>(
        at + 1 < clean.size() ? clean[at + 1] : '\0');
    const bool spoil = below(one_in) == 0;
    if (in_string && c == '\\') {
      const size_t escape = next == 'u' ? 6 : 2;
      report.odd += clean.substr(at, escape);
      report.meant += clean.substr(at, escape);
      at += escape - 1;
      continue;
    }
    if (!in_string && spoil && (c == '[') && next == ']' &&
        report.odd.find_last_not_of(" \t\r\n") != std::string::npos &&
        report.odd[report.odd.find_last_not_of(" \t\r\n")] == ':') {
      report.odd += "\n    ";
      report.meant += "\n    ";
      report.oddities.Add(Oddity::kUnopenedList, report.odd.size());
      report.odd += "]";
      report.meant += "[]";
      ++at;
      continue;
    }
    report.odd += c;
    report.meant += c;
    if (c == '"') in_string = !in_string;
    // Not into the middle of a character.
    if (!in_string || !spoil || (next & 0xC0) == 0x80) continue;
    if (below(2) == 0) {
      const auto byte = static_cast<char>(below(0x20));
      report.oddities.Add(Oddity::kControlByte, report.odd.size());
      report.odd += byte;
      report.meant += fmt::format("\\u{:04x}", static_cast<int>(byte));
    } else {
      const IllFormed& ill = kIllFormed[below(std::size(kIllFormed))];
      report.oddities.Add(Oddity::kInvalidUtf8, report.odd.size(), ill.parts);
      report.odd += ill.bytes;
      for (size_t i = 0; i < ill.parts; ++i) report.meant += "\xEF\xBF\xBD";
    }
  }
  if (below(4) == 0) {
    const std::string_view garbage = kGarbage[below(std::size(kGarbage))];
    // A blank in front of it is still the document's.
    const size_t blanks = garbage.find_first_not_of(" \t\r\n");
    report.oddities.Add(Oddity::kTrailingGarbage, report.odd.size() + blanks,
                        garbage.size() - blanks);
    report.odd += garbage;
    report.meant += garbage.substr(0, blanks);
  }
  return report;
}

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_ODD_REPORT_H_
