#include "src/normalize/php_regex.h"

#include <re2/re2.h>

#include "mispsift/base/byte_set.h"
#include "src/normalize/misp_checks.h"

namespace mispsift {
namespace {

constexpr size_t kNowhere = std::string_view::npos;
constexpr ByteSet kBlanks(" \t\n\r\v\f");

class LinearRegex : public PhpRegex {
 public:
  LinearRegex(const std::string& expression, const re2::RE2::Options& options,
              bool anchored)
      : regex_(expression, options), anchored_(anchored) {}

  bool ok() const { return regex_.ok(); }
  const std::string& error() const { return regex_.error(); }

  bool Matches(std::string_view text) const override {
    const re2::StringPiece piece(text.data(), text.size());
    return regex_.Match(
        piece, 0, piece.size(),
        anchored_ ? re2::RE2::ANCHOR_START : re2::RE2::UNANCHORED, nullptr, 0);
  }

 private:
  re2::RE2 regex_;
  bool anchored_;
};

char ClosingOf(char delimiter) {
  switch (delimiter) {
    case '(':
      return ')';
    case '[':
      return ']';
    case '{':
      return '}';
    case '<':
      return '>';
    default:
      return delimiter;
  }
}

// Where the delimiter that ends the expression stands; `text` is behind the
// one that begins it.
size_t FindClosing(std::string_view text, char opening) {
  const char closing = ClosingOf(opening);
  int open = 1;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == closing) {
      if (--open == 0) return i;
    } else if (text[i] == opening) {
      ++open;
    }
  }
  return kNowhere;
}

// What flag x lets one write: blanks and comments, outside of classes.
std::string WithoutComments(std::string_view expression) {
  std::string plain;
  bool in_class = false;
  for (size_t i = 0; i < expression.size(); ++i) {
    const char c = expression[i];
    if (c == '\\' && i + 1 < expression.size()) {
      plain.append(expression.substr(i++, 2));
    } else if (in_class) {
      in_class = c != ']';
      plain.push_back(c);
    } else if (c == '#') {
      i = expression.find('\n', i);
      if (i == kNowhere) break;
    } else if (!kBlanks.Holds(c)) {
      plain.push_back(c);
      if (c == '[') {
        in_class = true;
        // A bracket that comes first closes nothing.
        const size_t first = expression.substr(i + 1).starts_with('^') ? 2 : 1;
        if (expression.substr(i + first).starts_with(']')) {
          plain.append(expression.substr(i + 1, first));
          i += first;
        }
      }
    }
  }
  return plain;
}

}  // namespace

std::unique_ptr<const PhpRegex> PhpRegex::Parse(std::string_view text,
                                                bool allow_g,
                                                std::string* problem) {
  const std::string_view all = kBlanks.TrimStart(text);
  if (all.empty()) {
    *problem = "empty";
    return nullptr;
  }
  const char opening = all.front();
  if (IsAlnum(opening) || opening == '\\' || opening == '\0') {
    *problem = "begins with no delimiter";
    return nullptr;
  }
  const size_t end = FindClosing(all.substr(1), opening);
  if (end == kNowhere) {
    *problem = "no delimiter at its end";
    return nullptr;
  }
  std::string expression(all.substr(1, end));
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_encoding(re2::RE2::Options::EncodingLatin1);
  std::string inline_flags;
  bool anchored = false;
  bool extended = false;
  for (const char flag : all.substr(end + 2)) {
    switch (flag) {
      case 'i':
      case 'm':
      case 's':
      case 'U':
        inline_flags.push_back(flag);
        break;
      case 'x':
        extended = true;
        break;
      case 'A':
        anchored = true;
        break;
      case 'u':
        options.set_encoding(re2::RE2::Options::EncodingUTF8);
        break;
      case 'D':
      case 'S':
      case 'X':
      case ' ':
      case '\n':
      case '\r':
        break;
      default:
        if (flag == 'g' && allow_g) break;
        *problem = "a flag that PHP does not have";
        return nullptr;
    }
  }
  if (extended) expression = WithoutComments(expression);
  if (!inline_flags.empty())
    expression = "(?" + inline_flags + ")" + expression;
  auto regex =
      std::make_unique<const LinearRegex>(expression, options, anchored);
  if (!regex->ok()) {
    *problem = regex->error();
    return nullptr;
  }
  return regex;
}

}  // namespace mispsift
