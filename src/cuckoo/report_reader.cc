#include "mispsift/cuckoo/report_reader.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "mispsift/base/byte_set.h"
#include "mispsift/base/check.h"
#include "mispsift/base/json_text.h"
#include "mispsift/base/utf8.h"
#include "src/cuckoo/report_outline.h"
#include "src/cuckoo/report_visitor.h"

namespace mispsift {
namespace {

namespace ondemand = simdjson::ondemand;

static_assert(PaddedBytes::kPadding >= simdjson::SIMDJSON_PADDING);

}  // namespace

// Walks a visitor over one document. On-Demand parses only what it is asked
// for, so that everything that is met is asked for: each key and string is
// unescaped, each other scalar checked. Recursion ends with max_levels.
class ReportReader::Walker {
 public:
  Walker(ScanDepth depth, size_t max_levels)
      : depth_(depth),
        max_levels_(max_levels),
        outline_(depth, max_levels),
        visitor_(depth, ReportVisitor::Texts::kStay, max_levels) {}

  ReadOutcome Read(const PaddedBytes& report, ObservationSink* sink,
                   ReportFacts* facts);

  const PaddedBytes* Outline(const PaddedBytes& report) {
    const bool is_drawn =
        depth_ != ScanDepth::kFull && outline_.Draw(report.view());
    return is_drawn ? &outline_.json() : nullptr;
  }

  void Start(const PaddedBytes& report);
  void TakeBrackets(const JsonBrackets& brackets, size_t blocks) {
    outline_.TakeBrackets(brackets, blocks);
  }
  ReadOutcome Finish(ObservationSink* sink, ReportFacts* facts);
  void StartParts() { outline_.Start(); }
  std::optional<size_t> AddPart(const PaddedBytes& part);
  std::optional<ReadOutcome> FinishParts(std::string_view rest,
                                         ObservationSink* sink,
                                         ReportFacts* facts);

 private:
  // Of the outline, or of the whole.
  ReadOutcome Walk(std::string_view text, ObservationSink* sink,
                   ReportFacts* facts);
  // All return false when the document is rejected; outcome_ then says why.
  bool Document();
  bool RootScalar();
  // `token`: what the value begins with, with the blanks behind it.
  bool Value(ondemand::value& value, std::string_view token);
  bool Object(ondemand::object object);
  bool List(ondemand::array list);
  bool String(ondemand::value& value, std::string_view token);
  bool Key(ondemand::field* field, std::string_view* key);
  // The string whose JSON spelling begins at `raw`, behind the quote.
  bool Unescape(const char* raw, std::string_view* text);

  bool FailTooDeep();
  bool FailWhole(simdjson::error_code error);
  bool FailSyntax(std::string_view what, const char* where);
  bool Fail(Reject reject, std::string detail);
  void Note(Oddity oddity, const char* where) {
    outcome_.oddities.Add(oddity, ByteOf(where));
  }
  std::string At(std::string_view what, const char* where) const;
  size_t ByteOf(const char* where) const {
    const size_t byte = static_cast<size_t>(where - text_.data()) + mark_bytes_;
    return is_outline_ ? outline_.ByteOfReport(byte) : byte;
  }

  const ScanDepth depth_;
  const size_t max_levels_;
  ReportOutline outline_;
  bool is_outline_ = false;  // that is what is walked over
  ReportVisitor visitor_;
  ondemand::parser parser_;
  std::string_view text_;  // the document, without a byte order mark
  size_t mark_bytes_ = 0;  // of the byte order mark
  ReadOutcome outcome_;
  std::deque<std::string> repaired_;  // strings with half a surrogate pair
};

ReadOutcome ReportReader::Walker::Read(const PaddedBytes& report,
                                       ObservationSink* sink,
                                       ReportFacts* facts) {
  const PaddedBytes* const outline = Outline(report);
  is_outline_ = outline != nullptr;
  return Walk((is_outline_ ? *outline : report).view(), sink, facts);
}

void ReportReader::Walker::Start(const PaddedBytes& report) {
  text_ = report.view();
  outline_.Start();
  outline_.StartText(text_);
}

ReadOutcome ReportReader::Walker::Finish(ObservationSink* sink,
                                         ReportFacts* facts) {
  const std::optional<size_t> settled = outline_.EndText();
  is_outline_ = settled.has_value() && outline_.Finish(text_.substr(*settled));
  return Walk(is_outline_ ? outline_.json().view() : text_, sink, facts);
}

std::optional<size_t> ReportReader::Walker::AddPart(const PaddedBytes& part) {
  const std::optional<size_t> settled = outline_.Add(part.view());
  if (outline_.json().size() > kMaxPartsKept) return std::nullopt;
  return settled;
}

std::optional<ReadOutcome> ReportReader::Walker::FinishParts(
    std::string_view rest, ObservationSink* sink, ReportFacts* facts) {
  if (!outline_.Finish(rest)) return std::nullopt;
  is_outline_ = true;
  return Walk(outline_.json().view(), sink, facts);
}

ReadOutcome ReportReader::Walker::Walk(std::string_view text,
                                       ObservationSink* sink,
                                       ReportFacts* facts) {
  text_ = text;
  mark_bytes_ = text_.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  text_.remove_prefix(mark_bytes_);
  outcome_ = {};
  if (mark_bytes_ > 0) outcome_.oddities.Add(Oddity::kByteOrderMark, 0);
  repaired_.clear();
  visitor_.Start(sink, facts);
  if (kJsonBlanks.HoldsAllOf(text_)) {
    Fail(Reject::kEmpty, "nothing but white space");
  } else if (Document() && !visitor_.Finish()) {
    Fail(Reject::kNotAReport, "JSON, but not shaped like a report");
  }
  return std::move(outcome_);
}

bool ReportReader::Walker::Document() {
  ondemand::document document;
  const simdjson::padded_string_view padded(
      text_.data(), text_.size(), text_.size() + PaddedBytes::kPadding);
  if (const auto error = parser_.iterate(padded).get(document)) {
    if (error == simdjson::CAPACITY) {
      return Fail(Reject::kTooLarge, "more than 4 GiB");
    }
    if (error == simdjson::MEMALLOC) {
      return Fail(Reject::kTooLarge, "not enough memory to parse it");
    }
    return FailWhole(error);
  }
  const char first = kJsonBlanks.TrimStart(text_).front();
  if (first == '{') {
    ondemand::object object;
    if (const auto error = document.get_object().get(object)) {
      return FailSyntax(simdjson::error_message(error), nullptr);
    }
    if (!Object(object)) return false;
  } else if (first == '[') {
    ondemand::array list;
    if (const auto error = document.get_array().get(list)) {
      return FailSyntax(simdjson::error_message(error), nullptr);
    }
    if (!List(list)) return false;
  } else {
    return RootScalar();
  }
  const char* rest = nullptr;
  if (document.current_location().get(rest) == simdjson::SUCCESS) {
    return FailSyntax("something follows the document", rest);
  }
  return true;
}

// Nothing of the document could be told apart.
bool ReportReader::Walker::FailWhole(simdjson::error_code error) {
  const std::string_view start = kJsonBlanks.TrimStart(text_);
  if (StartsAsUtf16(start)) {
    return Fail(Reject::kNotUtf8, "UTF-16, not UTF-8");
  }
  if (error == simdjson::UTF8_ERROR) {
    if (start[0] != '{' && start[0] != '[') {
      return Fail(Reject::kNotJson, "not text");
    }
    return Fail(Reject::kNotUtf8, "a string is not UTF-8");
  }
  if (error == simdjson::INCOMPLETE_ARRAY_OR_OBJECT && !EndsOpen(text_)) {
    return Fail(Reject::kNotJson, "something follows the document");
  }
  return FailSyntax(simdjson::error_message(error), nullptr);
}

// Valid or not, it is no report; only the reason differs.
bool ReportReader::Walker::RootScalar() {
  const std::string_view token = kJsonBlanks.Trim(text_);
  if (token[0] == '"') {
    const size_t length = JsonStringLength(token.substr(1));
    std::string_view text;
    if (length == token.size() - 2) return Unescape(token.data() + 1, &text);
    return FailSyntax("something follows the document", token.data());
  }
  if (IsJsonScalar(token)) return true;
  return FailSyntax("not a JSON value", token.data());
}

bool ReportReader::Walker::Value(ondemand::value& value,
                                 std::string_view token) {
  token = kJsonBlanks.TrimEnd(token);
  if (token.empty()) return FailSyntax("a value is missing", nullptr);
  if (token[0] == '{') {
    ondemand::object object;
    if (const auto error = value.get_object().get(object)) {
      return FailSyntax(simdjson::error_message(error), token.data());
    }
    return Object(object);
  }
  if (token[0] == '[') {
    ondemand::array list;
    if (const auto error = value.get_array().get(list)) {
      return FailSyntax(simdjson::error_message(error), token.data());
    }
    return List(list);
  }
  if (token[0] == '"') return String(value, token);
  if (!IsJsonScalar(token)) {
    return FailSyntax("not a JSON value", token.data());
  }
  if (IsNonFinite(token)) Note(Oddity::kNotANumber, token.data());
  if (token[0] == '-' || kDigits.Holds(token[0])) {
    visitor_.Number(token);
  }
  return true;
}

bool ReportReader::Walker::Object(ondemand::object object) {
  if (!visitor_.BeginObject()) return FailTooDeep();
  for (auto&& result : object) {
    if (result.error()) {
      return FailSyntax(simdjson::error_message(result.error()), nullptr);
    }
    // By reference: copies of what was just stored in pieces stall the CPU.
    ondemand::field&& field = std::move(result).value_unsafe();
    std::string_view key;
    if (!Key(&field, &key)) return false;
    ondemand::value& value = field.value();
    const std::string_view token = value.raw_json_token();
    if (!visitor_.Member(key, token.empty() ? '\0' : token[0])) continue;
    if (!Value(value, token)) return false;
    visitor_.EndMember();
  }
  visitor_.EndObject();
  return true;
}

bool ReportReader::Walker::List(ondemand::array list) {
  if (!visitor_.BeginList()) return FailTooDeep();
  for (auto&& result : list) {
    if (result.error()) {
      return FailSyntax(simdjson::error_message(result.error()), nullptr);
    }
    ondemand::value&& value = std::move(result).value_unsafe();
    visitor_.Element();
    if (!Value(value, value.raw_json_token())) return false;
  }
  visitor_.EndList();
  return true;
}

bool ReportReader::Walker::String(ondemand::value& value,
                                  std::string_view token) {
  std::string_view text;
  if (value.get_string().get(text) != simdjson::SUCCESS &&
      !Unescape(token.data() + 1, &text)) {
    return false;
  }
  visitor_.String(text);
  return true;
}

bool ReportReader::Walker::Key(ondemand::field* field, std::string_view* key) {
  const char* raw = field->key().raw();
  if (field->unescaped_key().get(*key) == simdjson::SUCCESS) return true;
  return Unescape(raw, key);
}

bool ReportReader::Walker::Unescape(const char* raw, std::string_view* text) {
  const size_t begin = static_cast<size_t>(raw - text_.data());
  const size_t length = JsonStringLength(text_.substr(begin));
  if (length == std::string_view::npos ||
      !UnescapeJson(text_.substr(begin, length), &repaired_.emplace_back())) {
    return FailSyntax("a string has an escape that JSON does not know", raw);
  }
  // The parser takes all else that UnescapeJson() does.
  Note(Oddity::kLoneSurrogate, raw);
  *text = repaired_.back();
  return true;
}

bool ReportReader::Walker::FailTooDeep() {
  return Fail(Reject::kTooDeep,
              fmt::format("more than {} levels", max_levels_));
}

bool ReportReader::Walker::FailSyntax(std::string_view what,
                                      const char* where) {
  return Fail(EndsOpen(text_) ? Reject::kTruncated : Reject::kNotJson,
              At(what, where));
}

bool ReportReader::Walker::Fail(Reject reject, std::string detail) {
  outcome_ = {reject, std::move(detail), {}};
  return false;
}

std::string ReportReader::Walker::At(std::string_view what,
                                     const char* where) const {
  if (where == nullptr) return std::string(what);
  return fmt::format("{}, at byte {}", what, ByteOf(where));
}

ReportReader::ReportReader(ScanDepth depth, size_t max_levels)
    : walker_(std::make_unique<Walker>(depth, max_levels)) {
  MISPSIFT_CHECK(max_levels <= kMostLevels);
}
ReportReader::~ReportReader() = default;

ReadOutcome ReportReader::Read(const PaddedBytes& report, ObservationSink* sink,
                               ReportFacts* facts) {
  return walker_->Read(report, sink, facts);
}

const PaddedBytes* ReportReader::Outline(const PaddedBytes& report) {
  return walker_->Outline(report);
}

void ReportReader::Start(const PaddedBytes& report) { walker_->Start(report); }

void ReportReader::TakeBrackets(const JsonBrackets& brackets, size_t blocks) {
  walker_->TakeBrackets(brackets, blocks);
}

ReadOutcome ReportReader::Finish(ObservationSink* sink, ReportFacts* facts) {
  return walker_->Finish(sink, facts);
}

void ReportReader::StartParts() { walker_->StartParts(); }

std::optional<size_t> ReportReader::AddPart(const PaddedBytes& part) {
  return walker_->AddPart(part);
}

std::optional<ReadOutcome> ReportReader::FinishParts(std::string_view rest,
                                                     ObservationSink* sink,
                                                     ReportFacts* facts) {
  return walker_->FinishParts(rest, sink, facts);
}

}  // namespace mispsift
