#ifndef MISPSIFT_SRC_CUCKOO_DOCUMENT_SHAPE_H_
#define MISPSIFT_SRC_CUCKOO_DOCUMENT_SHAPE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "mispsift/base/digest.h"

namespace mispsift {

// What the bytes of a document say before anybody parses it: they come a piece
// at a time, the first of them with 3 bytes at least if there are so many. It
// is what decides for which reason a document is rejected, whichever parser
// found it wanting.
//
// Threads: thread-compatible.
class DocumentShape {
 public:
  void Add(std::string_view bytes);

  // The rest is said of all that was added.
  uint64_t bytes() const { return bytes_; }  // with a byte order mark
  bool is_blank() const { return !has_first_; }
  bool is_utf16() const { return is_utf16_; }
  bool is_utf8() const { return is_utf8_ && cut_.empty(); }
  // It begins as an object or a list.
  bool is_container() const { return first_ == '{' || first_ == '['; }
  // No control byte stands in a string, and the last string is closed, where a
  // backslash escapes a quote outside of strings too: so simdjson sees it.
  bool has_whole_strings() const { return !holds_control_ && !is_quoted_; }
  // The last byte closes what the first has opened.
  bool ends_as_begun() const {
    return (first_ == '{' && last_ == '}') || (first_ == '[' && last_ == ']');
  }
  // See EndsOpen() in json_text.h.
  bool ends_open() const { return !is_closed_ && (in_string_ || open_ > 0); }
  // A line that is an object as it seems, and another begins behind it.
  bool is_json_lines() const { return line_ == Line::kNextIsObject; }
  // In hex; nothing can be added behind it.
  std::string Sha256() { return sha256_.Finish(); }

 private:
  enum class Line : uint8_t { kFirst, kEnded, kNextIsObject, kOther };

  void AddUtf8(std::string_view bytes);
  void AddJson(std::string_view bytes);

  Sha256Digester sha256_;
  uint64_t bytes_ = 0;
  bool has_first_ = false;
  char first_ = '\0';  // that is no blank
  char last_ = '\0';   // likewise
  bool is_utf16_ = false;
  bool is_utf8_ = true;
  std::string cut_;  // bytes of a character that goes on in the next piece
  bool in_string_ = false;
  bool is_escaped_ = false;
  bool is_quoted_ = false;  // as simdjson sees it
  bool is_escaped_anywhere_ = false;
  bool holds_control_ = false;
  bool is_closed_ = false;
  uint64_t open_ = 0;
  Line line_ = Line::kFirst;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_CUCKOO_DOCUMENT_SHAPE_H_
