#include "src/cuckoo/document_shape.h"

#include <utility>

#include "mispsift/base/json_text.h"
#include "mispsift/base/utf8.h"

namespace mispsift {
namespace {

// How many bytes at the end of `text` begin a character that needs more.
size_t CutBytes(std::string_view text) {
  for (size_t i = 1; i <= 3 && i <= text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[text.size() - i]);
    if ((byte & 0xC0) == 0x80) continue;
    const size_t need = byte >= 0xF0   ? 4
                        : byte >= 0xE0 ? 3
                        : byte >= 0xC0 ? 2
                                       : 1;
    return need > i ? i : 0;
  }
  return 0;
}

}  // namespace

void DocumentShape::Add(std::string_view bytes) {
  if (bytes.empty()) return;
  const bool is_start = bytes_ == 0;
  bytes_ += bytes.size();
  sha256_.Add(bytes);
  AddUtf8(bytes);
  if (is_start) {
    if (bytes.starts_with(kByteOrderMark)) {
      bytes.remove_prefix(kByteOrderMark.size());
    }
    is_utf16_ = StartsAsUtf16(kJsonBlanks.TrimStart(bytes));
  }
  AddJson(bytes);
}

void DocumentShape::AddUtf8(std::string_view bytes) {
  if (!is_utf8_) return;
  cut_ += bytes;
  const std::string_view text = cut_;
  const size_t whole = text.size() - CutBytes(text);
  is_utf8_ = IsUtf8(text.substr(0, whole));
  cut_.erase(0, whole);
}

void DocumentShape::AddJson(std::string_view bytes) {
  for (const char c : bytes) {
    const bool is_escaped_anywhere =
        std::exchange(is_escaped_anywhere_, c == '\\' && !is_escaped_anywhere_);
    if (c == '"' && !is_escaped_anywhere) {
      is_quoted_ = !is_quoted_;
    } else {
      holds_control_ |= is_quoted_ && static_cast<unsigned char>(c) < 0x20;
    }
    if (in_string_) {
      if (is_escaped_) {
        is_escaped_ = false;
      } else if (c == '\\') {
        is_escaped_ = true;
      } else if (c == '"') {
        in_string_ = false;
      }
    } else if (c == '"') {
      in_string_ = true;
    } else if (c == '{' || c == '[') {
      ++open_;
    } else if (c == '}' || c == ']') {
      if (open_ <= 1) is_closed_ = true;
      if (open_ > 0) --open_;
    }
    if (c == '\n' && line_ == Line::kFirst && has_first_) {
      line_ = first_ == '{' && last_ == '}' ? Line::kEnded : Line::kOther;
    }
    if (kJsonBlanks.Holds(c)) continue;
    if (line_ == Line::kEnded) {
      line_ = c == '{' ? Line::kNextIsObject : Line::kOther;
    }
    if (!has_first_) {
      has_first_ = true;
      first_ = c;
    }
    last_ = c;
  }
}

}  // namespace mispsift
