#ifndef MISPSIFT_BASE_JSON_STREAM_H_
#define MISPSIFT_BASE_JSON_STREAM_H_

#include <rapidjson/encodings.h>
#include <rapidjson/reader.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "absl/status/status.h"
#include "mispsift/base/byte_source.h"

namespace mispsift {

// RapidJSON's input stream over a ByteSource: bytes pass through a window of
// fixed size. What JSON allows and RapidJSON does not, and what MISP's text and
// a sandbox's should survive, is mended on the way in, byte for byte, so that
// offsets stay true: a lone surrogate escape becomes \ufffd, a raw NUL the byte
// 0xff (no UTF-8; and RapidJSON takes a NUL for the end).
//
// The stream ends where the input does, and in lines mode at each newline
// until NextLine().
class JsonStream {
 public:
  using Ch = char;

  // A token is one string or number, and so what the reader has to hold.
  JsonStream(ByteSource read, uint64_t max_token_bytes);
  JsonStream(const JsonStream&) = delete;
  JsonStream& operator=(const JsonStream&) = delete;

  // From here on a newline ends the document that it stands in.
  void SetLinesMode();
  // Passes white space, in lines mode blank lines too. False when nothing
  // else follows.
  bool SkipBlank();
  // Goes behind the next newline, or to the end.
  void NextLine();
  // A token longer than max_token_bytes ends the stream early. This is where
  // the last one begins that the parser has come to.
  uint64_t token_start() const { return token_start_; }
  // Whether a lone surrogate stood in what was passed since this was asked
  // last, once for each token.
  bool TakeLoneSurrogate();

  // At the end of the input or, in lines mode, of the line.
  bool AtEnd() const { return cur_ == limit_ && !token_too_long_; }
  bool AtLineStart() const { return cur_[-1] == '\n'; }
  bool token_too_long() const { return token_too_long_; }
  // Number of the line that Tell() is in, from 1.
  uint64_t Line();
  // Not OK once reading has failed; the stream has then ended.
  const absl::Status& status() const { return status_; }

  // What RapidJSON asks for. Peek() is NUL at the end.
  char Peek() const { return *cur_; }
  char Take() {
    const char c = *cur_++;
    if (cur_ == limit_) Refill();
    return c;
  }
  // White space is part of no token, however much there is of it. The parser
  // passes it before each.
  void SkipSpace() {
    while (kSpace[static_cast<uint8_t>(*cur_)]) {
      if (cur_ + 1 == limit_) StartToken();
      Take();
    }
    StartToken();
  }
  size_t Tell() const {
    return static_cast<size_t>(window_offset_ + Position(cur_));
  }
  // What follows is only instantiated: it serves parsing in place.
  char* PutBegin() { return nullptr; }
  void Put(char) {}
  void* Push(uint32_t) { return nullptr; }
  void Flush() {}
  size_t PutEnd(char*) { return 0; }

  // Appends the run of ordinary string bytes that begins here, at least one.
  template <typename Out>
  void CopyRun(Out& out) {
    const char* end = cur_;
    while (kPlain[static_cast<uint8_t>(*end)]) ++end;
    const size_t size = static_cast<size_t>(end - cur_);
    std::memcpy(out.Push(static_cast<uint32_t>(size)), cur_, size);
    cur_ += size;
    if (cur_ == limit_) Refill();
  }

 private:
  // What may stand in a JSON string as itself. NUL, which also ends the
  // window, may not.
  static constexpr std::array<bool, 256> kPlain = [] {
    std::array<bool, 256> plain{};
    for (size_t c = 0x20; c < plain.size(); ++c) plain[c] = true;
    plain['"'] = false;
    plain['\\'] = false;
    return plain;
  }();

  static constexpr std::array<bool, 256> kSpace = [] {
    std::array<bool, 256> space{};
    for (const char c : {' ', '\t', '\r', '\n'}) {
      space[static_cast<uint8_t>(c)] = true;
    }
    return space;
  }();

  void StartToken() { token_start_ = Tell(); }
  uint64_t Position(const char* p) const {
    return static_cast<uint64_t>(p - window_.data()) - 1;
  }
  void Refill();
  void Fill();
  void Mend();
  void SetLimit();

  ByteSource read_;
  const uint64_t max_token_bytes_;
  absl::Status status_;
  // window_[0] is the byte before; then, up to end_, bytes to be given out,
  // and up to filled_ the head of an escape whose rest is not there yet.
  // *limit_ is NUL in place of saved_.
  std::vector<char> window_;
  char* cur_;
  char* limit_;
  char* end_;
  char* filled_;
  char saved_ = '\0';
  bool lines_ = false;
  bool source_ended_ = false;
  bool token_too_long_ = false;
  uint64_t window_offset_ = 0;  // of window_[1] in the input
  uint64_t token_start_ = 0;
  // Of this window, where there are any, and those that were passed.
  std::vector<const char*> lone_surrogates_;
  size_t passed_surrogates_ = 0;
  bool passed_surrogate_ = false;  // that was not taken yet
  const char* counted_;            // newlines before it are in line_
  uint64_t line_ = 1;
};

// Found by RapidJSON through its argument, and preferred to its own.
inline void SkipWhitespace(JsonStream& in) { in.SkipSpace(); }

// UTF-8 that RapidJSON copies by runs, where it would go byte by byte.
struct RunUtf8 : rapidjson::UTF8<> {};

}  // namespace mispsift

template <>
struct rapidjson::Transcoder<mispsift::RunUtf8, mispsift::RunUtf8> {
  template <typename Out>
  static bool Transcode(mispsift::JsonStream& in, Out& out) {
    in.CopyRun(out);
    return true;
  }
  // Instantiated, but never called: text that is no UTF-8 is let through.
  template <typename Out>
  static bool Validate(mispsift::JsonStream& in, Out& out) {
    return Transcode(in, out);
  }
};

namespace mispsift {

// The parser of a JsonStream. Nesting costs heap, never stack; numbers are
// wanted as they stand.
using JsonReader = rapidjson::GenericReader<RunUtf8, RunUtf8>;
inline constexpr unsigned kJsonFlags =
    rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;

}  // namespace mispsift

#endif  // MISPSIFT_BASE_JSON_STREAM_H_
