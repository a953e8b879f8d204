#include "mispsift/base/json_stream.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "mispsift/base/check.h"
#include "mispsift/base/hex_digit.h"

namespace mispsift {
namespace {

constexpr size_t kWindowBytes = size_t{256} << 10;
constexpr size_t kEscapeBytes = 6;               // \ud83d
constexpr size_t kPairBytes = 2 * kEscapeBytes;  // \ud83d\ude00

// The code unit of the escape \uXXXX at `p`, which has kEscapeBytes; -1 for
// anything else.
int CodeUnit(const char* p) {
  if (p[0] != '\\' || p[1] != 'u') return -1;
  int unit = 0;
  for (size_t i = 2; i < kEscapeBytes; ++i) {
    const uint8_t digit = HexDigit(p[i]);
    if (digit == kNoHexDigit) return -1;
    unit = unit << 4 | digit;
  }
  return unit;
}

bool IsHighSurrogate(int unit) { return unit >= 0xd800 && unit <= 0xdbff; }
bool IsLowSurrogate(int unit) { return unit >= 0xdc00 && unit <= 0xdfff; }

void ReplaceEscape(char* p) { std::memcpy(p, "\\ufffd", kEscapeBytes); }

char* Find(char* begin, char* end, char c) {
  return static_cast<char*>(
      std::memchr(begin, c, static_cast<size_t>(end - begin)));
}

}  // namespace

JsonStream::JsonStream(ByteSource read, uint64_t max_token_bytes)
    : read_(read),
      max_token_bytes_(max_token_bytes),
      window_(1 + kWindowBytes + 1) {
  window_[0] = '\n';
  cur_ = limit_ = end_ = filled_ = window_.data() + 1;
  counted_ = cur_;
  Fill();
  for (const char c : std::string_view("\xef\xbb\xbf")) {  // a BOM
    if (Peek() == c) Take();
  }
}

void JsonStream::SetLinesMode() {
  *limit_ = saved_;
  lines_ = true;
  SetLimit();
}

bool JsonStream::SkipBlank() {
  StartToken();
  while (true) {
    const char c = Peek();
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      Take();
      StartToken();
    } else if (cur_ != limit_) {
      return true;
    } else if (cur_ == end_) {
      return false;
    } else {
      NextLine();
    }
  }
}

void JsonStream::NextLine() {
  token_too_long_ = false;
  *limit_ = saved_;
  while (true) {
    StartToken();
    char* newline = Find(cur_, end_, '\n');
    if (newline != nullptr) {
      cur_ = newline + 1;
      break;
    }
    cur_ = limit_ = end_;
    if (source_ended_ && end_ == filled_) break;
    saved_ = *limit_;
    Fill();
    if (cur_ == end_) return;
    *limit_ = saved_;
  }
  StartToken();
  SetLimit();
  if (cur_ == end_) Fill();
}

uint64_t JsonStream::Line() {
  line_ += static_cast<uint64_t>(
      std::count(counted_, static_cast<const char*>(cur_), '\n'));
  counted_ = cur_;
  return line_;
}

bool JsonStream::TakeLoneSurrogate() {
  while (passed_surrogates_ < lone_surrogates_.size() &&
         lone_surrogates_[passed_surrogates_] < cur_) {
    ++passed_surrogates_;
    passed_surrogate_ = true;
  }
  return std::exchange(passed_surrogate_, false);
}

void JsonStream::SetLimit() {
  char* newline = lines_ ? Find(cur_, end_, '\n') : nullptr;
  limit_ = newline != nullptr ? newline : end_;
  saved_ = *limit_;
  *limit_ = '\0';
}

// At the limit: more of the document, unless it is the end of the line.
void JsonStream::Refill() {
  if (limit_ == end_) Fill();
}

// Called with the window used up; leaves cur_ == end_ at the end of the input.
void JsonStream::Fill() {
  if (Tell() - token_start_ > max_token_bytes_) {
    token_too_long_ = true;
    return;
  }
  Line();
  passed_surrogate_ |= passed_surrogates_ < lone_surrogates_.size();
  lone_surrogates_.clear();
  passed_surrogates_ = 0;
  *limit_ = saved_;
  do {
    const size_t kept = static_cast<size_t>(filled_ - end_);
    char* begin = window_.data() + 1;
    window_offset_ += Position(end_);
    window_[0] = end_[-1];
    std::memmove(begin, end_, kept);
    cur_ = end_ = begin;
    filled_ = begin + kept;
    if (!source_ended_) {
      const absl::StatusOr<size_t> got = read_(filled_, kWindowBytes - kept);
      if (!got.ok()) status_ = got.status();
      source_ended_ = !got.ok() || *got == 0;
      if (got.ok()) {
        MISPSIFT_CHECK(*got <= kWindowBytes - kept);
        filled_ += *got;
      }
    }
    // Only what is new: the rest was looked at before.
    for (char* p = begin + kept; (p = Find(p, filled_, '\0')) != nullptr;) {
      *p++ = '\xff';
    }
    Mend();
  } while (end_ == window_.data() + 1 && !source_ended_);
  counted_ = cur_;
  SetLimit();
}

// Replaces lone surrogates from cur_ on and sets end_. Escapes are read in
// order, so that an escaped backslash before a "u" is not taken for one.
void JsonStream::Mend() {
  char* p = cur_;
  while ((p = Find(p, filled_, '\\')) != nullptr) {
    const size_t left = static_cast<size_t>(filled_ - p);
    const bool cut = !source_ended_ && left < kPairBytes;
    if (cut && (left < 2 || p[1] == 'u')) break;
    if (left < kEscapeBytes || p[1] != 'u') {
      p += std::min<size_t>(left, 2);
      continue;
    }
    const int unit = CodeUnit(p);
    if (IsHighSurrogate(unit) && left >= kPairBytes &&
        IsLowSurrogate(CodeUnit(p + kEscapeBytes))) {
      p += kPairBytes;
    } else if (IsHighSurrogate(unit) || IsLowSurrogate(unit)) {
      lone_surrogates_.push_back(p);
      ReplaceEscape(p);
      p += kEscapeBytes;
    } else {
      p += 2;
    }
  }
  end_ = p != nullptr ? p : filled_;
}

}  // namespace mispsift
