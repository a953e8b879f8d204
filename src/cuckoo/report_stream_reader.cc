#include "mispsift/cuckoo/report_stream_reader.h"

#include <fmt/format.h>
#include <rapidjson/error/en.h>

#include <deque>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "mispsift/base/byte_set.h"
#include "mispsift/base/json_stream.h"
#include "mispsift/base/json_text.h"
#include "mispsift/base/utf8.h"
#include "mispsift/cuckoo/json_mend.h"
#include "src/cuckoo/document_shape.h"
#include "src/cuckoo/document_stream.h"
#include "src/cuckoo/mended_stream.h"
#include "src/cuckoo/report_visitor.h"

namespace mispsift {

// RapidJSON's handler: walks a visitor.
class SaxWalker {
 public:
  SaxWalker(ScanDepth depth, size_t max_levels)
      : max_levels_(max_levels),
        visitor_(depth, ReportVisitor::Texts::kPass, max_levels) {}

  void Start(JsonStream* stream, ObservationSink* sink, ReportFacts* facts) {
    stream_ = stream;
    open_.clear();
    skipped_levels_ = 0;
    reject_ = Reject::kNone;
    detail_.clear();
    oddities_ = {};
    if (stream->Tell() > 0) oddities_.Add(Oddity::kByteOrderMark, 0);
    visitor_.Start(sink, facts);
  }
  bool Finish() { return visitor_.Finish(); }

  // Why the parser was stopped; kNone: it was not.
  Reject reject() const { return reject_; }
  const std::string& detail() const { return detail_; }
  // Of what was read so far and not skipped over.
  const Oddities& oddities() const { return oddities_; }

  // What RapidJSON calls; false stops it.
  bool StartObject() { return Begin('{'); }
  bool StartArray() { return Begin('['); }
  bool EndObject(rapidjson::SizeType) { return End(); }
  bool EndArray(rapidjson::SizeType) { return End(); }
  bool Key(const char* text, rapidjson::SizeType size, bool);
  bool String(const char* text, rapidjson::SizeType size, bool);
  // Any scalar that is no string; RapidJSON is not asked to tell them apart.
  bool RawNumber(const char* text, rapidjson::SizeType size, bool);
  bool Null() { return false; }
  bool Bool(bool) { return false; }
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(int64_t) { return false; }
  bool Uint64(uint64_t) { return false; }
  bool Double(double) { return false; }

  std::string* scratch() { return &scratch_; }

 private:
  bool Begin(char bracket);
  bool End();
  // False when the value that begins with `first` is skipped over.
  bool EnterValue(char first);
  void LeaveValue();
  bool CheckText(std::string_view text);
  // Of the string that was parsed last, and is not skipped over.
  void NoteLoneSurrogate(bool has_lone);
  bool Fail(Reject reject, std::string detail);

  const size_t max_levels_;
  ReportVisitor visitor_;
  JsonStream* stream_ = nullptr;
  std::string open_;  // the brackets that are, of what is not skipped
  // By level; grows only, since paths point into it.
  std::deque<std::string> keys_;
  uint64_t skipped_levels_ = 0;
  Reject reject_ = Reject::kNone;
  std::string detail_;
  Oddities oddities_;
  std::string scratch_;
};

}  // namespace mispsift

// RapidJSON computes what a number is, which nobody asks for, and fails where
// it is too large for it; and it knows other spellings of NaN than Python. So
// what is a scalar is decided here as everywhere.
template <>
template <>
inline void rapidjson::GenericReader<mispsift::RunUtf8, mispsift::RunUtf8>::
    ParseValue<mispsift::kJsonFlags, mispsift::JsonStream, mispsift::SaxWalker>(
        mispsift::JsonStream& in, mispsift::SaxWalker& walker) {
  static constexpr mispsift::ByteSet kEndsScalar(
      std::string_view("\0 \t\r\n,:\"[]{}", 12));
  if (in.Peek() == '"') return ParseString<mispsift::kJsonFlags>(in, walker);
  const size_t start = in.Tell();
  std::string* token = walker.scratch();
  token->clear();
  while (!kEndsScalar.Holds(in.Peek())) token->push_back(in.Take());
  if (!mispsift::IsJsonScalar(*token)) {
    SetParseError(kParseErrorValueInvalid, start);
  } else if (!walker.RawNumber(token->data(),
                               static_cast<SizeType>(token->size()), true)) {
    SetParseError(kParseErrorTermination, start);
  }
}

namespace mispsift {
namespace {

// More of a key is neither in a path nor in a table, and no family's name.
constexpr size_t kKeptKeyBytes = 4097;

ArchiveError ShapeOf(const std::string& path, const ArchiveLimits& limits,
                     DocumentShape* shape) {
  return ReadThrough(path, limits, [shape](std::string_view piece) {
    shape->Add(piece);
    return !shape->is_json_lines();
  });
}

}  // namespace

bool SaxWalker::Begin(char bracket) {
  if (!EnterValue(bracket)) {
    return ++skipped_levels_ <= kMaxSkippedLevels ||
           Fail(Reject::kTooDeep,
                fmt::format("more than {} levels", kMaxSkippedLevels));
  }
  if (!(bracket == '{' ? visitor_.BeginObject() : visitor_.BeginList())) {
    return Fail(Reject::kTooDeep,
                fmt::format("more than {} levels", max_levels_));
  }
  open_.push_back(bracket);
  if (keys_.size() < open_.size()) keys_.emplace_back();
  return true;
}

bool SaxWalker::End() {
  if (skipped_levels_ > 0) {
    --skipped_levels_;
    return true;
  }
  if (open_.back() == '{') {
    visitor_.EndObject();
  } else {
    visitor_.EndList();
  }
  open_.pop_back();
  LeaveValue();
  return true;
}

bool SaxWalker::Key(const char* text, rapidjson::SizeType size, bool) {
  const bool has_lone = stream_->TakeLoneSurrogate();
  const std::string_view key(text, size);
  if (!CheckText(key)) return false;
  if (skipped_levels_ == 0) {
    NoteLoneSurrogate(has_lone);
    keys_[open_.size() - 1] = key.substr(0, kKeptKeyBytes);
  }
  return true;
}

bool SaxWalker::String(const char* text, rapidjson::SizeType size, bool) {
  const bool has_lone = stream_->TakeLoneSurrogate();
  const std::string_view value(text, size);
  if (!CheckText(value)) return false;
  if (open_.empty() || !EnterValue('"')) return true;
  NoteLoneSurrogate(has_lone);
  visitor_.String(value);
  LeaveValue();
  return visitor_.kept_bytes() <= kMaxStreamText ||
         Fail(Reject::kTooLarge,
              fmt::format("over {} bytes of it must be kept to its end",
                          kMaxStreamText));
}

bool SaxWalker::RawNumber(const char* text, rapidjson::SizeType size, bool) {
  if (open_.empty() || !EnterValue(text[0])) return true;
  if (IsNonFinite({text, size})) {
    oddities_.Add(Oddity::kNotANumber, stream_->token_start());
  }
  if (text[0] == '-' || kDigits.Holds(text[0])) {
    visitor_.Number({text, size});
  }
  LeaveValue();
  return true;
}

bool SaxWalker::EnterValue(char first) {
  if (skipped_levels_ > 0) return false;
  if (open_.empty()) return true;
  if (open_.back() == '{')
    return visitor_.Member(keys_[open_.size() - 1], first);
  visitor_.Element();
  return true;
}

void SaxWalker::LeaveValue() {
  if (!open_.empty() && open_.back() == '{') visitor_.EndMember();
}

bool SaxWalker::CheckText(std::string_view text) {
  return IsUtf8(text) || Fail(Reject::kNotUtf8, "a string is not UTF-8");
}

void SaxWalker::NoteLoneSurrogate(bool has_lone) {
  // Behind the quote.
  if (has_lone) {
    oddities_.Add(Oddity::kLoneSurrogate, stream_->token_start() + 1);
  }
}

bool SaxWalker::Fail(Reject reject, std::string detail) {
  reject_ = reject;
  detail_ = std::move(detail);
  return false;
}

class ReportStreamReader::Walker {
 public:
  Walker(ScanDepth depth, size_t max_levels)
      : max_levels_(max_levels), sax_(depth, max_levels) {}

  StreamOutcome Read(const std::string& path, const ArchiveLimits& limits,
                     ObservationSink* sink, ReportFacts* facts);
  void StartMended(const std::string& path, const ArchiveLimits& limits);
  StreamOutcome ReadMended(ObservationSink* sink, ReportFacts* facts);

 private:
  // Fills `buffer` with what comes next of the document; 0 bytes at its end.
  using Source =
      absl::FunctionRef<ArchiveError(char* buffer, size_t size, size_t* got)>;

  ArchiveError ReadWhole(const std::string& path, const ArchiveLimits& limits,
                         ObservationSink* sink, ReportFacts* facts);
  ArchiveError Parse(Source source, ObservationSink* sink, ReportFacts* facts);
  // The reason that ReportReader gives, which looks at the whole document
  // before it walks.
  void Settle(const DocumentShape& shape);
  bool IsRead() const { return outcome_.reject == Reject::kNone; }
  void CheckShape() {
    if (sax_.Finish()) return;
    outcome_.reject = Reject::kNotAReport;
    outcome_.detail = "JSON, but not shaped like a report";
  }
  void SetUnreadable(ArchiveError error) {
    outcome_ = {.reject = error.reject,
                .detail = std::move(error.detail),
                .is_unreadable = true};
  }

  const size_t max_levels_;
  SaxWalker sax_;
  std::optional<MendedStream> mended_;
  ArchiveError mended_error_;  // of the file, which was not told yet
  StreamOutcome outcome_;
};

StreamOutcome ReportStreamReader::Walker::Read(const std::string& path,
                                               const ArchiveLimits& limits,
                                               ObservationSink* sink,
                                               ReportFacts* facts) {
  outcome_ = {};
  ArchiveError error = ReadWhole(path, limits, sink, facts);
  const bool is_parsed = IsRead();
  if (!error && is_parsed) CheckShape();
  if (IsRead()) outcome_.oddities = sax_.oddities();
  if (!error && (!IsRead() || !TellsReportId(*facts))) {
    DocumentShape shape;
    error = ShapeOf(path, limits, &shape);
    outcome_.bytes = shape.bytes();
    if (!is_parsed) Settle(shape);
    outcome_.id = ReportIdOfContent(shape.Sha256());
  } else if (!error) {
    outcome_.id = ReportId(*facts, {});
  }
  if (error) SetUnreadable(std::move(error));
  return std::move(outcome_);
}

void ReportStreamReader::Walker::StartMended(const std::string& path,
                                             const ArchiveLimits& limits) {
  mended_.emplace(limits, max_levels_);
  mended_error_ = mended_->Open(path);
}

StreamOutcome ReportStreamReader::Walker::ReadMended(ObservationSink* sink,
                                                     ReportFacts* facts) {
  outcome_ = {};
  ArchiveError error = std::exchange(mended_error_, {});
  if (!error) {
    mended_->Next();
    error =
        Parse([this](char* buffer, size_t size,
                     size_t* got) { return mended_->Read(buffer, size, got); },
              sink, facts);
    if (!error) error = mended_->Finish();
  }
  if (error) {
    mended_.reset();
    SetUnreadable(std::move(error));
    return std::move(outcome_);
  }
  const MendOutcome& mend = mended_->outcome();
  if (mend.reject != Reject::kNone) {
    outcome_.reject = mend.reject;
    outcome_.detail = mend.detail;
  } else if (IsRead()) {
    CheckShape();
  } else if (outcome_.reject == Reject::kTooLarge) {
    outcome_.detail += " once mended";  // so its byte is not the file's
  }
  outcome_.oddities = mend.oddities;
  outcome_.bytes = mended_->bytes();
  outcome_.id = IsRead() && TellsReportId(*facts)
                    ? ReportId(*facts, {})
                    : ReportIdOfContent(mended_->Sha256());
  outcome_.is_last = mended_->AtEnd();
  if (outcome_.is_last) mended_.reset();
  return std::move(outcome_);
}

ArchiveError ReportStreamReader::Walker::ReadWhole(const std::string& path,
                                                   const ArchiveLimits& limits,
                                                   ObservationSink* sink,
                                                   ReportFacts* facts) {
  DocumentStream document(limits);
  ArchiveError error = document.Open(path);
  if (error) return error;
  return Parse(
      [&](char* buffer, size_t size, size_t* got) {
        ArchiveError read = document.Read(buffer, size, got);
        outcome_.bytes += *got;
        return read;
      },
      sink, facts);
}

ArchiveError ReportStreamReader::Walker::Parse(Source source,
                                               ObservationSink* sink,
                                               ReportFacts* facts) {
  ArchiveError error;
  const auto read = [&](char* buffer, size_t size) -> absl::StatusOr<size_t> {
    size_t got = 0;
    error = source(buffer, size, &got);
    if (error) return absl::AbortedError("");
    return got;
  };
  JsonStream stream(read, kMaxStreamText);
  const uint64_t mark_bytes = stream.Tell();
  sax_.Start(&stream, sink, facts);
  JsonReader parser;
  const rapidjson::ParseResult result = parser.Parse<kJsonFlags>(stream, sax_);
  if (error) return error;
  if (sax_.reject() != Reject::kNone) {
    outcome_.reject = sax_.reject();
    outcome_.detail = sax_.detail();
  } else if (stream.token_too_long()) {
    outcome_.reject = Reject::kTooLarge;
    outcome_.detail = fmt::format("a string of over {} bytes, before byte {}",
                                  kMaxStreamText, stream.Tell());
  } else if (mark_bytes % kByteOrderMark.size() != 0) {
    outcome_.reject = Reject::kNotJson;
    outcome_.detail = "half a byte order mark, at byte 0";
  } else if (result.IsError()) {
    outcome_.reject = Reject::kNotJson;
    outcome_.detail = fmt::format("{}, at byte {}",
                                  rapidjson::GetParseError_En(result.Code()),
                                  result.Offset());
  }
  return {};
}

void ReportStreamReader::Walker::Settle(const DocumentShape& shape) {
  outcome_.is_json_lines = shape.is_json_lines();
  const auto reject = [this](Reject reason, std::string_view detail) {
    outcome_.reject = reason;
    outcome_.detail = detail;
  };
  if (shape.is_blank()) {
    return reject(Reject::kEmpty, "nothing but white space");
  }
  const bool is_text = shape.has_whole_strings() && shape.is_utf8();
  if (!is_text && shape.is_utf16()) {
    return reject(Reject::kNotUtf8, "UTF-16, not UTF-8");
  }
  if (shape.has_whole_strings() && !shape.is_utf8()) {
    return shape.is_container()
               ? reject(Reject::kNotUtf8, "a string is not UTF-8")
               : reject(Reject::kNotJson, "not text");
  }
  if (!is_text && outcome_.reject != Reject::kNotJson) {
    reject(Reject::kNotJson,
           "a string is not closed or has a raw control byte");
  } else if (outcome_.reject == Reject::kTooDeep && !shape.ends_as_begun()) {
    reject(Reject::kNotJson, "it does not end as it begins");
  }
  if (outcome_.reject == Reject::kNotJson && shape.ends_open()) {
    outcome_.reject = Reject::kTruncated;
  }
}

ReportStreamReader::ReportStreamReader(ScanDepth depth, size_t max_levels)
    : walker_(std::make_unique<Walker>(depth, max_levels)) {}
ReportStreamReader::~ReportStreamReader() = default;

StreamOutcome ReportStreamReader::Read(const std::string& path,
                                       const ArchiveLimits& limits,
                                       ObservationSink* sink,
                                       ReportFacts* facts) {
  return walker_->Read(path, limits, sink, facts);
}

void ReportStreamReader::StartMended(const std::string& path,
                                     const ArchiveLimits& limits) {
  walker_->StartMended(path, limits);
}

StreamOutcome ReportStreamReader::ReadMended(ObservationSink* sink,
                                             ReportFacts* facts) {
  return walker_->ReadMended(sink, facts);
}

}  // namespace mispsift
