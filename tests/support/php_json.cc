#include "tests/support/php_json.h"

#include <charconv>
#include <cstddef>
#include <system_error>

#include "fmt/format.h"

namespace mispsift {
namespace {

// The text between quotes.
void AppendEscaped(std::string_view text, bool slashes, std::string* out) {
  size_t plain = 0;  // from here to `at` nothing needs escaping
  for (size_t at = 0; at < text.size(); ++at) {
    const unsigned char byte = static_cast<unsigned char>(text[at]);
    // U+2028 and U+2029, which JavaScript of old took for line ends.
    const bool separator =
        byte == 0xe2 && (text.substr(at, 3) == "\xe2\x80\xa8" ||
                         text.substr(at, 3) == "\xe2\x80\xa9");
    const bool escaped = byte < 0x20 || byte == '"' || byte == '\\' ||
                         (slashes && byte == '/') || separator;
    if (!escaped) continue;
    out->append(text.substr(plain, at - plain));
    switch (byte) {
      case '\b':
        out->append("\\b");
        break;
      case '\f':
        out->append("\\f");
        break;
      case '\n':
        out->append("\\n");
        break;
      case '\r':
        out->append("\\r");
        break;
      case '\t':
        out->append("\\t");
        break;
      case '"':
        out->append("\\\"");
        break;
      case '\\':
        out->append("\\\\");
        break;
      case '/':
        out->append("\\/");
        break;
      case 0xe2:
        out->append(text[at + 2] == '\xa8' ? "\\u2028" : "\\u2029");
        at += 2;
        break;
      default:
        out->append(fmt::format("\\u{:04x}", byte));
    }
    plain = at + 1;
  }
  out->append(text.substr(plain));
}

}  // namespace

void AppendDecimal(int64_t number, std::string* out) {
  char digits[24];
  const auto [end, error] =
      std::to_chars(digits, digits + sizeof(digits), number);
  out->append(digits, static_cast<size_t>(end - digits));
}

void AppendQuoted(std::string_view text, std::string* out) {
  out->push_back('"');
  AppendEscaped(text, false, out);
  out->push_back('"');
}

std::string_view BoolText(bool value) { return value ? "true" : "false"; }

PhpJson& PhpJson::Key(std::string_view key) {
  Separate();
  out_->push_back('"');
  AppendEscaped(key, style_.escape_slashes, out_);
  out_->append(style_.pretty ? "\": " : "\":");
  after_key_ = true;
  return *this;
}

PhpJson& PhpJson::String(std::string_view text) {
  Separate();
  out_->push_back('"');
  AppendEscaped(text, style_.escape_slashes, out_);
  out_->push_back('"');
  return *this;
}

PhpJson& PhpJson::Number(int64_t number) {
  if (style_.numbers) return Integer(number);
  Separate();
  out_->push_back('"');
  AppendDecimal(number, out_);
  out_->push_back('"');
  return *this;
}

PhpJson& PhpJson::Integer(int64_t number) {
  Separate();
  AppendDecimal(number, out_);
  return *this;
}

PhpJson& PhpJson::Bool(bool value) {
  Separate();
  out_->append(BoolText(value));
  return *this;
}

PhpJson& PhpJson::Null() {
  Separate();
  out_->append("null");
  return *this;
}

PhpJson& PhpJson::Start(char bracket) {
  Separate();
  out_->push_back(bracket);
  filled_.push_back(false);
  return *this;
}

PhpJson& PhpJson::End(char bracket) {
  const bool filled = filled_.back();
  filled_.pop_back();
  if (filled) NewLine();
  out_->push_back(bracket);
  return *this;
}

void PhpJson::Separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (filled_.empty()) return;
  if (filled_.back()) out_->push_back(',');
  filled_.back() = true;
  NewLine();
}

void PhpJson::NewLine() {
  if (!style_.pretty) return;
  out_->push_back('\n');
  out_->append(4 * filled_.size(), ' ');
}

}  // namespace mispsift
