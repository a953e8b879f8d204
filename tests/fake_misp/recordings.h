#ifndef MISPSIFT_TESTS_FAKE_MISP_RECORDINGS_H_
#define MISPSIFT_TESTS_FAKE_MISP_RECORDINGS_H_

// What a real MISP was asked and answered, as it was written down. For tests
// named *Real* only.

#include <cctype>
#include <cstddef>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "httplib.h"
#include "tests/support/real_data.h"

namespace mispsift {

struct Exchange {
  std::string title;
  std::string asked;  // behind ">> "
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;  // cut somewhere
};

// ### title / >> request / << status / three blanks and a header / body.
inline std::vector<Exchange> ReadExchanges(const std::string& name) {
  std::ifstream file(RealData("misp-exchanges/" + name));
  std::vector<Exchange> exchanges;
  std::string line;
  bool in_headers = false;
  while (std::getline(file, line)) {
    if (line.starts_with("### ")) {
      exchanges.push_back({.title = line.substr(4)});
      in_headers = true;
      continue;
    }
    if (exchanges.empty()) continue;
    Exchange& last = exchanges.back();
    const size_t colon = line.find(": ");
    if (in_headers && line.starts_with(">> ")) {
      last.asked = line.substr(3);
    } else if (in_headers && line.starts_with("<< ")) {
      const size_t digits = line.starts_with("<< HTTP/") ? 12 : 3;
      last.status = std::stoi(line.substr(digits));
    } else if (in_headers && line.starts_with("   ") &&
               colon != std::string::npos) {
      last.headers.emplace_back(line.substr(3, colon - 3),
                                line.substr(colon + 2));
    } else {
      in_headers = false;
      last.body += line + "\n";
    }
  }
  for (Exchange& exchange : exchanges) {
    while (exchange.body.ends_with("\n")) exchange.body.pop_back();
  }
  return exchanges;
}

// The one with this title whose request holds `asked`.
inline Exchange Find(const std::string& file, std::string_view title,
                     std::string_view asked = "") {
  for (Exchange& exchange : ReadExchanges(file)) {
    if (exchange.title == title &&
        exchange.asked.find(asked) != std::string::npos) {
      return exchange;
    }
  }
  ADD_FAILURE() << "no exchange " << title << " in " << file;
  return {};
}

// JSON with its values as kinds only: s, 0, b or null. What is cut is left
// out from the first half token on.
inline std::string Skeleton(std::string_view json) {
  std::string out;
  size_t at = 0;
  while (at < json.size()) {
    if (json[at] == '"') {
      size_t end = at + 1;
      while (end < json.size() && json[end] != '"') {
        end += json[end] == '\\' ? 2 : 1;
      }
      if (end >= json.size()) return out;
      size_t next = json.find_first_not_of(" \n", end + 1);
      if (next == std::string_view::npos) return out;
      out += json[next] == ':' ? json.substr(at, end + 1 - at) : "\"s\"";
      at = end + 1;
    } else if (std::isalnum(static_cast<unsigned char>(json[at])) != 0) {
      size_t end = at;
      while (end < json.size() &&
             std::isalnum(static_cast<unsigned char>(json[end])) != 0) {
        ++end;
      }
      if (end == json.size()) return out;
      const std::string_view word = json.substr(at, end - at);
      if (word == "null") {
        out += word;
      } else {
        out += word == "true" || word == "false" ? "b" : "0";
      }
      at = end;
    } else {
      out += json[at++];
    }
  }
  return out;
}

inline void ExpectSameShape(const httplib::Response& answer,
                            const Exchange& recorded) {
  EXPECT_EQ(answer.status, recorded.status);
  for (const auto& [name, value] : recorded.headers) {
    EXPECT_TRUE(answer.has_header(name)) << name;
    if (name != "Content-Length" && name != "X-Result-Count") {
      EXPECT_EQ(answer.get_header_value(name), value) << name;
    }
  }
  const std::string expected = Skeleton(recorded.body);
  EXPECT_GT(expected.size(), 20u);
  EXPECT_EQ(Skeleton(answer.body).substr(0, expected.size()), expected);
}

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_FAKE_MISP_RECORDINGS_H_
