#include "mispsift/cuckoo/json_mend.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "mispsift/base/byte_set.h"
#include "mispsift/base/json_text.h"
#include "mispsift/base/utf8.h"

namespace mispsift {
namespace {

constexpr ByteSet kEndsScalar(" \t\r\n,:[]{}\"");

// What stands in a string as itself and is ASCII.
constexpr ByteSet kPlain = [] {
  ByteSet plain("");
  for (char c = 0x20; c != 0x7f; ++c) {
    if (c != '"' && c != '\\') plain.Add(c);
  }
  plain.Add(0x7f);
  return plain;
}();

constexpr size_t kMostEscapeBytes = 12;  // \ud83d\ude00
constexpr size_t kMostUtf8Bytes = 4;
constexpr size_t kUtf16Bytes = 2;

}  // namespace

void JsonMender::Start(uint64_t begin) {
  begin_ = begin;
  at_ = 0;
  mended_bytes_ = 0;
  next_ = Next::kMark;
  open_.clear();
  is_nested_ = false;
  outcome_ = {};
}

size_t JsonMender::Add(std::string_view piece, bool is_last,
                       PaddedBytes* mended) {
  text_ = piece;
  is_last_ = is_last;
  mended_ = mended;
  at_ = copied_ = 0;
  while (Step()) {
  }
  // What a reject is for is told where the whole would tell it.
  const std::string_view rest = text_.substr(copied_, at_ - copied_);
  mended_->Append(rest);
  mended_bytes_ += rest.size();
  begin_ += at_;
  return at_;
}

bool JsonMender::Step() {
  switch (next_) {
    case Next::kMark:
      return Mark();
    case Next::kFront:
      return Front();
    case Next::kString:
      return String();
    case Next::kBadString:
      return BadString();
    case Next::kBehind:
      return Behind();
    case Next::kPassOver:
      return PassOver();
    case Next::kDone:
      return false;
    default:
      SkipBlanks();
      return AtEnd() ? is_last_ && Truncated() : Token(text_[at_]);
  }
}

bool JsonMender::Mark() {
  if (!IsAhead(kByteOrderMark.size())) return false;
  if (text_.substr(at_).starts_with(kByteOrderMark)) {
    outcome_.oddities.Add(Oddity::kByteOrderMark, Here());
    at_ += kByteOrderMark.size();
  }
  next_ = Next::kFront;
  return true;
}

bool JsonMender::Front() {
  SkipBlanks();
  if (!IsAhead(kUtf16Bytes)) return false;
  if (AtEnd()) return Fail(Reject::kEmpty, "nothing but white space");
  if (StartsAsUtf16(text_.substr(at_))) {
    return Fail(Reject::kNotUtf8, "UTF-16, not UTF-8");
  }
  next_ = Next::kValue;
  return true;
}

bool JsonMender::Token(char c) {
  switch (next_) {
    case Next::kFirstKey:
      if (c == '}') return Close(c);
      [[fallthrough]];
    case Next::kKey:
      if (c != '"') return NotJson("a key that is no string");
      return StartString(Next::kColon);
    case Next::kColon:
      if (c != ':') return NotJson("a colon is missing");
      ++at_;
      next_ = Next::kMember;
      return true;
    case Next::kMember:
      if (c == ']') {
        if (!Replace(0, "[", Oddity::kUnopenedList)) return true;
        ++at_;
        next_ = Next::kRest;
        return true;
      }
      return Value(c);
    case Next::kFirstElement:
      if (c == ']') return Close(c);
      [[fallthrough]];
    case Next::kValue:
      return Value(c);
    default:  // kRest
      if (c != ',') return Close(c);
      ++at_;
      next_ = open_.back() == '{' ? Next::kKey : Next::kValue;
      return true;
  }
}

bool JsonMender::Value(char c) {
  if (c == '"') return StartString(BehindValue());
  if (c != '{' && c != '[') return Scalar();
  if (open_.size() == max_levels_) {
    return Fail(Reject::kTooDeep,
                fmt::format("more than {} levels", max_levels_));
  }
  is_nested_ = true;
  open_.push_back(c);
  ++at_;
  next_ = c == '{' ? Next::kFirstKey : Next::kFirstElement;
  return true;
}

bool JsonMender::Close(char c) {
  if (c != (open_.back() == '{' ? '}' : ']')) {
    return NotJson(open_.back() == '{' ? "neither a comma nor the object's end"
                                       : "neither a comma nor the list's end");
  }
  open_.pop_back();
  ++at_;
  next_ = BehindValue();
  return true;
}

bool JsonMender::StartString(Next behind) {
  ++at_;
  string_at_ = Here();
  has_lone_ = false;
  behind_string_ = behind;
  next_ = Next::kString;
  return String();
}

bool JsonMender::String() {
  for (;;) {
    SkipPlain();
    if (AtEnd()) return is_last_ && Truncated();
    const auto byte = static_cast<unsigned char>(text_[at_]);
    if (byte == '"') {
      ++at_;
      if (has_lone_) outcome_.oddities.Add(Oddity::kLoneSurrogate, string_at_);
      next_ = behind_string_;
      return true;
    }
    if (byte == '\\') {
      if (!IsAhead(kMostEscapeBytes)) return false;
      char32_t code_point = 0;
      if (!ReadJsonEscape(text_, &at_, &code_point)) {
        bad_at_ = Here();
        next_ = Next::kBadString;
        return true;
      }
      has_lone_ |= IsSurrogate(code_point);
    } else if (!IsAhead(kMostUtf8Bytes)) {
      return false;
    } else if (!OddByte(byte)) {
      return true;
    }
  }
}

// Why it is bad is told by whether it ends.
bool JsonMender::BadString() {
  while (!AtEnd()) {
    if (text_[at_] == '"') {
      return FailAt(bad_at_, Reject::kNotJson,
                    "an escape that JSON does not know");
    }
    const size_t bytes = text_[at_] == '\\' ? 2 : 1;
    if (!IsAhead(bytes)) return false;
    at_ = std::min(at_ + bytes, text_.size());
  }
  return is_last_ && FailAt(bad_at_, Reject::kTruncated, "cut short");
}

bool JsonMender::OddByte(unsigned char byte) {
  if (byte < 0x20) {
    constexpr char kHex[] = "0123456789abcdef";
    const char escape[] = {'\\',           'u', '0', '0', kHex[byte >> 4],
                           kHex[byte & 15]};
    return Replace(1, {escape, sizeof(escape)}, Oddity::kControlByte);
  }
  size_t bad = 0;
  const size_t length = Utf8SequenceLength(text_.substr(at_), &bad);
  if (length == 0) {
    return Replace(bad, kReplacementCharacter, Oddity::kInvalidUtf8);
  }
  at_ += length;
  return true;
}

bool JsonMender::Scalar() {
  size_t end = at_;
  while (end < text_.size() && !kEndsScalar.Holds(text_[end])) ++end;
  if (end == text_.size() && !is_last_) return WantMore();
  const std::string_view token = text_.substr(at_, end - at_);
  if (!IsJsonScalar(token)) {
    if (end == text_.size() && !open_.empty()) return Truncated();
    return NotJson(token.empty() ? "a value is missing" : "not a JSON value");
  }
  if (IsNonFinite(token)) outcome_.oddities.Add(Oddity::kNotANumber, Here());
  at_ = end;
  next_ = BehindValue();
  return true;
}

bool JsonMender::Behind() {
  SkipBlanks();
  if (!IsAhead(kByteOrderMark.size())) return false;
  if (!CopyUpToHere()) return true;
  if (AtEnd()) return Done();
  if (!is_nested_) return NotJson("something follows the document");
  std::string_view rest = text_.substr(at_);
  if (rest.starts_with(kByteOrderMark)) {
    rest = kJsonBlanks.TrimStart(rest.substr(kByteOrderMark.size()));
    if (rest.empty() && !is_last_) return WantMore();
  }
  if (rest.starts_with('{')) return Done();
  passed_ = Here();
  next_ = Next::kPassOver;
  return true;
}

bool JsonMender::PassOver() {
  at_ = copied_ = text_.size();
  if (!is_last_) return false;
  if (outcome_.reject == Reject::kNone) {
    outcome_.oddities.Add(Oddity::kTrailingGarbage, passed_, Here() - passed_);
  }
  return Done();
}

bool JsonMender::Done() {
  outcome_.end = Here();
  next_ = Next::kDone;
  return false;
}

bool JsonMender::WantMore() {
  return text_.size() - at_ >= kMostAhead &&
         Fail(Reject::kTooLarge,
              fmt::format("over {} bytes without an end", kMostAhead));
}

bool JsonMender::Replace(size_t bytes, std::string_view by, Oddity oddity) {
  outcome_.oddities.Add(oddity, Here());
  if (!CopyUpToHere() || !Append(by)) return false;
  at_ += bytes;
  copied_ = at_;
  return true;
}

bool JsonMender::CopyUpToHere() {
  if (!Append(text_.substr(copied_, at_ - copied_))) return false;
  copied_ = at_;
  return true;
}

bool JsonMender::Append(std::string_view bytes) {
  if (mended_bytes_ + bytes.size() > max_bytes_) {
    Fail(Reject::kTooLarge,
         fmt::format("more than {} bytes once mended", max_bytes_));
    return false;
  }
  mended_->Append(bytes);
  mended_bytes_ += bytes.size();
  return true;
}

void JsonMender::SkipPlain() {
  size_t at = at_;
  while (at < text_.size() && kPlain.Holds(text_[at])) ++at;
  at_ = at;
}

void JsonMender::SkipBlanks() {
  while (!AtEnd() && kJsonBlanks.Holds(text_[at_])) ++at_;
}

bool JsonMender::Fail(Reject reject, std::string_view what) {
  return FailAt(Here(), reject, what);
}

bool JsonMender::FailAt(uint64_t byte, Reject reject, std::string_view what) {
  outcome_.reject = reject;
  outcome_.detail = fmt::format("{}, at byte {}", what, byte);
  outcome_.oddities = {};
  next_ = Next::kPassOver;
  return true;
}

MendOutcome MendJson(std::string_view text, size_t begin, uint64_t max_bytes,
                     size_t max_levels, PaddedBytes* mended) {
  JsonMender mender(max_bytes, max_levels);
  mender.Start(begin);
  mended->SetSize(0);
  mender.Add(text.substr(begin), /*is_last=*/true, mended);
  return mender.outcome();
}

}  // namespace mispsift
