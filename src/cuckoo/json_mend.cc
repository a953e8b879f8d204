#include "mispsift/cuckoo/json_mend.h"

#include <fmt/format.h>

#include <utility>

#include "mispsift/base/byte_set.h"
#include "mispsift/base/json_text.h"
#include "mispsift/base/utf8.h"

namespace mispsift {
namespace {

constexpr ByteSet kEndsScalar(" \t\r\n,:[]{}\"");

class Mender {
 public:
  Mender(std::string_view text, size_t begin, uint64_t max_bytes,
         size_t max_levels, PaddedBytes* mended)
      : text_(text),
        max_bytes_(max_bytes),
        max_levels_(max_levels),
        mended_(*mended),
        at_(begin),
        copied_(begin) {
    mended_.SetSize(0);
  }

  MendOutcome Run();

 private:
  // What may come next.
  enum class Next : uint8_t {
    kValue,
    kFirstElement,  // or "]"
    kFirstKey,      // or "}"
    kKey,
    kMember,  // behind the colon
    kRest,    // a comma, or the end of what is open
  };

  // All return false when the document is rejected; outcome_ then says why.
  bool Document();
  bool Step(char c);
  bool Value(char c);
  bool Close(char c);
  bool Key();
  bool String();
  bool Escape(bool* is_lone);
  bool OddByte(unsigned char byte);
  bool Scalar();
  bool Behind();

  // Writes `by` for the next `bytes` of the text.
  bool Replace(size_t bytes, std::string_view by, Oddity oddity);
  bool CopyUpToHere();
  bool Append(std::string_view bytes);

  bool AtEnd() const { return at_ == text_.size(); }
  void SkipBlanks() {
    while (!AtEnd() && kJsonBlanks.Holds(text_[at_])) ++at_;
  }
  bool Truncated() { return Fail(Reject::kTruncated, "cut short"); }
  bool NotJson(std::string_view what) { return Fail(Reject::kNotJson, what); }
  bool Fail(Reject reject, std::string_view what);

  const std::string_view text_;
  const uint64_t max_bytes_;
  const size_t max_levels_;
  PaddedBytes& mended_;
  size_t at_;
  size_t copied_;  // up to here `text_` has gone to `mended_`
  Next next_ = Next::kValue;
  std::string open_;  // a bracket for each object and list
  MendOutcome outcome_;
};

MendOutcome Mender::Run() {
  outcome_.end = text_.size();
  if (!Document() || !Behind()) outcome_.oddities = {};
  return std::move(outcome_);
}

bool Mender::Document() {
  if (text_.substr(at_).starts_with(kByteOrderMark)) {
    outcome_.oddities.Add(Oddity::kByteOrderMark, at_);
    at_ += kByteOrderMark.size();
  }
  SkipBlanks();
  if (AtEnd()) return Fail(Reject::kEmpty, "nothing but white space");
  if (StartsAsUtf16(text_.substr(at_))) {
    return Fail(Reject::kNotUtf8, "UTF-16, not UTF-8");
  }
  do {
    SkipBlanks();
    if (AtEnd()) return Truncated();
    if (!Step(text_[at_])) return false;
  } while (!open_.empty());
  return true;
}

bool Mender::Step(char c) {
  switch (next_) {
    case Next::kFirstKey:
      if (c == '}') return Close(c);
      [[fallthrough]];
    case Next::kKey:
      return Key();
    case Next::kMember:
      if (c == ']') {
        if (!Replace(0, "[", Oddity::kUnopenedList)) return false;
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
    case Next::kRest:
      if (c != ',') return Close(c);
      ++at_;
      next_ = open_.back() == '{' ? Next::kKey : Next::kValue;
      return true;
  }
  return true;
}

bool Mender::Value(char c) {
  if (c == '{' || c == '[') {
    if (open_.size() == max_levels_) {
      return Fail(Reject::kTooDeep,
                  fmt::format("more than {} levels", max_levels_));
    }
    open_.push_back(c);
    ++at_;
    next_ = c == '{' ? Next::kFirstKey : Next::kFirstElement;
    return true;
  }
  next_ = Next::kRest;
  return c == '"' ? String() : Scalar();
}

bool Mender::Close(char c) {
  if (c != (open_.back() == '{' ? '}' : ']')) {
    return NotJson(open_.back() == '{' ? "neither a comma nor the object's end"
                                       : "neither a comma nor the list's end");
  }
  open_.pop_back();
  ++at_;
  next_ = Next::kRest;
  return true;
}

bool Mender::Key() {
  if (text_[at_] != '"') return NotJson("a key that is no string");
  if (!String()) return false;
  SkipBlanks();
  if (AtEnd()) return Truncated();
  if (text_[at_] != ':') return NotJson("a colon is missing");
  ++at_;
  next_ = Next::kMember;
  return true;
}

bool Mender::String() {
  const size_t begin = ++at_;
  bool has_lone = false;
  while (!AtEnd()) {
    const auto byte = static_cast<unsigned char>(text_[at_]);
    if (byte == '"') {
      ++at_;
      if (has_lone) outcome_.oddities.Add(Oddity::kLoneSurrogate, begin);
      return true;
    }
    if (byte == '\\') {
      if (!Escape(&has_lone)) return false;
    } else if (byte >= 0x20 && byte < 0x80) {
      ++at_;
    } else if (!OddByte(byte)) {
      return false;
    }
  }
  return Truncated();
}

bool Mender::Escape(bool* is_lone) {
  char32_t code_point = 0;
  if (ReadJsonEscape(text_, &at_, &code_point)) {
    *is_lone |= IsSurrogate(code_point);
    return true;
  }
  if (JsonStringLength(text_.substr(at_)) == std::string_view::npos) {
    return Truncated();
  }
  return NotJson("an escape that JSON does not know");
}

bool Mender::OddByte(unsigned char byte) {
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

bool Mender::Scalar() {
  size_t end = at_;
  while (end < text_.size() && !kEndsScalar.Holds(text_[end])) ++end;
  const std::string_view token = text_.substr(at_, end - at_);
  if (!IsJsonScalar(token)) {
    if (end == text_.size() && !open_.empty()) return Truncated();
    return NotJson(token.empty() ? "a value is missing" : "not a JSON value");
  }
  if (IsNonFinite(token)) outcome_.oddities.Add(Oddity::kNotANumber, at_);
  at_ = end;
  return true;
}

bool Mender::Behind() {
  const bool is_nested = text_[at_ - 1] == '}' || text_[at_ - 1] == ']';
  SkipBlanks();
  if (!CopyUpToHere()) return false;
  if (AtEnd()) return true;
  if (!is_nested) return NotJson("something follows the document");
  std::string_view rest = text_.substr(at_);
  if (rest.starts_with(kByteOrderMark)) {
    rest.remove_prefix(kByteOrderMark.size());
  }
  if (kJsonBlanks.TrimStart(rest).starts_with('{')) {
    outcome_.end = at_;
  } else {
    outcome_.oddities.Add(Oddity::kTrailingGarbage, at_, text_.size() - at_);
  }
  return true;
}

bool Mender::Replace(size_t bytes, std::string_view by, Oddity oddity) {
  outcome_.oddities.Add(oddity, at_);
  if (!CopyUpToHere() || !Append(by)) return false;
  at_ += bytes;
  copied_ = at_;
  return true;
}

bool Mender::CopyUpToHere() {
  if (!Append(text_.substr(copied_, at_ - copied_))) return false;
  copied_ = at_;
  return true;
}

bool Mender::Append(std::string_view bytes) {
  if (mended_.size() + bytes.size() > max_bytes_) {
    return Fail(Reject::kTooLarge,
                fmt::format("more than {} bytes once mended", max_bytes_));
  }
  mended_.Append(bytes);
  return true;
}

bool Mender::Fail(Reject reject, std::string_view what) {
  outcome_.reject = reject;
  outcome_.detail = fmt::format("{}, at byte {}", what, at_);
  return false;
}

}  // namespace

MendOutcome MendJson(std::string_view text, size_t begin, uint64_t max_bytes,
                     size_t max_levels, PaddedBytes* mended) {
  return Mender(text, begin, max_bytes, max_levels, mended).Run();
}

}  // namespace mispsift
