#ifndef MISPSIFT_TOOLS_CORPUS_REPORT_WRITER_H_
#define MISPSIFT_TOOLS_CORPUS_REPORT_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mispsift/model/json_path.h"

namespace mispsift::corpus {

// How a sandbox writes its JSON.
struct JsonStyle {
  size_t indent = 0;            // blanks a level; 0: all on one line
  bool trailing_blank = false;  // Python 2 leaves one behind each comma
  bool ascii = false;           // \uXXXX for all that is not ASCII
  bool escape_slash = false;
};

// Appends one JSON document to a string in a given style and knows the path at
// which it stands. Keys must be literals or outlive the document; values are
// valid UTF-8.
class ReportWriter {
 public:
  ReportWriter(const JsonStyle& style, std::string* out)
      : style_(style), out_(out) {}

  ReportWriter& Key(std::string_view key);
  void Object() { Open('{', false); }
  void Array() { Open('[', true); }
  void EndObject() { Close('}'); }
  void EndArray() { Close(']'); }
  void EmptyObject() { Raw("{}"); }
  void EmptyArray() { Raw("[]"); }
  void String(std::string_view value);
  void Int(uint64_t value);
  void Bool(bool value) { Raw(value ? "true" : "false"); }
  void Null() { Raw("null"); }
  // A scalar that is JSON already.
  void Raw(std::string_view json);

  // Of the value written last, or of the container just opened.
  std::string Path() const { return path_.ToString(); }
  // In bytes, so far.
  uint64_t size() const { return out_->size(); }

 private:
  struct Level {
    bool array;
    bool empty = true;
    bool keyed = false;
  };

  void NewLine();
  void Separate(Level* level);
  void BeforeValue();
  void Open(char bracket, bool array);
  void Close(char bracket);
  void Quote(std::string_view value);
  // Writes the character at the beginning of `text` escaped; its length.
  size_t Escape(std::string_view text);
  void EscapeUnit(uint32_t unit);

  const JsonStyle style_;
  std::string* const out_;
  std::vector<Level> levels_;
  JsonPath path_;
};

}  // namespace mispsift::corpus

#endif  // MISPSIFT_TOOLS_CORPUS_REPORT_WRITER_H_
