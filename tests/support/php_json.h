#ifndef MISPSIFT_TESTS_SUPPORT_PHP_JSON_H_
#define MISPSIFT_TESTS_SUPPORT_PHP_JSON_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mispsift {

// JSON as PHP's json_encode prints it: pretty with four spaces or compact,
// UTF-8 as it is, slashes escaped only where MISP does.
class PhpJson {
 public:
  struct Style {
    bool pretty = false;
    bool escape_slashes = false;
    bool numbers = false;  // Number() prints 1 instead of "1"
  };

  PhpJson(std::string* out, Style style) : out_(out), style_(style) {}

  PhpJson& StartObject() { return Start('{'); }
  PhpJson& EndObject() { return End('}'); }
  PhpJson& StartArray() { return Start('['); }
  PhpJson& EndArray() { return End(']'); }
  PhpJson& Key(std::string_view key);
  PhpJson& String(std::string_view text);
  // What the database holds as a number.
  PhpJson& Number(int64_t number);
  PhpJson& Integer(int64_t number);  // a number in any case
  PhpJson& Bool(bool value);
  PhpJson& Null();

 private:
  PhpJson& Start(char bracket);
  PhpJson& End(char bracket);
  void Separate();
  void NewLine();

  std::string* out_;
  Style style_;
  std::vector<bool> filled_;  // for each open bracket: has it members yet
  bool after_key_ = false;
};

// Of PhpJson, for who appends text himself: a number as it is, and a text with
// its quotes.
void AppendDecimal(int64_t number, std::string* out);
void AppendQuoted(std::string_view text, std::string* out);
std::string_view BoolText(bool value);

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_PHP_JSON_H_
