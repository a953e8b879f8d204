#include "tools/corpus/report_writer.h"

#include "tools/corpus/text.h"

namespace mispsift::corpus {

ReportWriter& ReportWriter::Key(std::string_view key) {
  Level& level = levels_.back();
  Separate(&level);
  if (level.keyed) path_.Pop();
  level.keyed = true;
  path_.PushKey(key);
  Quote(key);
  *out_ += style_.indent > 0 ? ": " : ":";
  return *this;
}

void ReportWriter::String(std::string_view value) {
  BeforeValue();
  Quote(value);
}

void ReportWriter::Int(uint64_t value) {
  BeforeValue();
  AppendNumber(value, out_);
}

void ReportWriter::Raw(std::string_view json) {
  BeforeValue();
  *out_ += json;
}

void ReportWriter::NewLine() {
  if (style_.indent == 0) return;
  out_->push_back('\n');
  out_->append(style_.indent * levels_.size(), ' ');
}

void ReportWriter::Separate(Level* level) {
  if (!level->empty) {
    out_->push_back(',');
    if (style_.trailing_blank && style_.indent > 0) out_->push_back(' ');
  }
  level->empty = false;
  NewLine();
}

void ReportWriter::BeforeValue() {
  if (levels_.empty() || !levels_.back().array) return;
  Separate(&levels_.back());
  path_.NextIndex();
}

void ReportWriter::Open(char bracket, bool array) {
  BeforeValue();
  out_->push_back(bracket);
  levels_.push_back({array});
  if (array) path_.PushIndex();
}

void ReportWriter::Close(char bracket) {
  const Level level = levels_.back();
  levels_.pop_back();
  if (level.array || level.keyed) path_.Pop();
  if (!level.empty) NewLine();
  out_->push_back(bracket);
}

void ReportWriter::Quote(std::string_view value) {
  out_->push_back('"');
  size_t plain = 0;
  for (size_t i = 0; i < value.size();) {
    const unsigned char c = static_cast<unsigned char>(value[i]);
    if (c >= 0x20 && c != '"' && c != '\\' && (c < 0x80 || !style_.ascii) &&
        (c != '/' || !style_.escape_slash)) {
      ++i;
      continue;
    }
    out_->append(value.substr(plain, i - plain));
    i += Escape(value.substr(i));
    plain = i;
  }
  out_->append(value.substr(plain));
  out_->push_back('"');
}

size_t ReportWriter::Escape(std::string_view text) {
  static constexpr std::string_view kControls = "\b\f\n\r\t";
  const unsigned char c = static_cast<unsigned char>(text[0]);
  if (c == '"' || c == '\\' || c == '/') {
    out_->push_back('\\');
    out_->push_back(text[0]);
    return 1;
  }
  if (const size_t at = kControls.find(text[0]); at != kControls.npos) {
    out_->push_back('\\');
    out_->push_back("bfnrt"[at]);
    return 1;
  }
  if (c < 0x80) {
    EscapeUnit(c);
    return 1;
  }
  const size_t length = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
  uint32_t point = c & (0xffu >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    point = point << 6 | (static_cast<unsigned char>(text[i]) & 0x3fu);
  }
  if (point < 0x10000) {
    EscapeUnit(point);
  } else {
    EscapeUnit(0xd800 + ((point - 0x10000) >> 10));
    EscapeUnit(0xdc00 + ((point - 0x10000) & 0x3ff));
  }
  return length;
}

void ReportWriter::EscapeUnit(uint32_t unit) {
  *out_ += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) {
    out_->push_back(kHexDigits[(unit >> shift) & 15]);
  }
}

}  // namespace mispsift::corpus
