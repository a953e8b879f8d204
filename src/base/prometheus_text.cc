#include "mispsift/base/prometheus_text.h"

#include <fmt/format.h>

namespace mispsift {
namespace {

void AppendEscaped(std::string_view text, bool in_quotes, std::string* out) {
  for (const char c : text) {
    if (c == '\n') {
      *out += "\\n";
      continue;
    }
    if (c == '\\' || (in_quotes && c == '"')) *out += '\\';
    *out += c;
  }
}

}  // namespace

void PrometheusText::Start(std::string_view name, std::string_view type,
                           std::string_view help) {
  name_ = name;
  text_ += fmt::format("# HELP {} ", name);
  AppendEscaped(help, false, &text_);
  text_ += fmt::format("\n# TYPE {} {}\n", name, type);
}

void PrometheusText::Add(const Labels& labels, double value) {
  text_ += name_;
  char separator = '{';
  for (const auto& [label, text] : labels) {
    text_ += fmt::format("{}{}=\"", separator, label);
    AppendEscaped(text, true, &text_);
    text_ += '"';
    separator = ',';
  }
  if (!labels.empty()) text_ += '}';
  text_ += fmt::format(" {}\n", value);
}

}  // namespace mispsift
