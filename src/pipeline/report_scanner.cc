#include "src/pipeline/report_scanner.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "mispsift/base/digest.h"
#include "mispsift/base/json_text.h"
#include "mispsift/base/utf8.h"
#include "mispsift/cuckoo/json_lines_stream.h"
#include "mispsift/match/report_limits.h"

namespace mispsift {
namespace {

constexpr uint64_t kCost = 5;
constexpr size_t kKeptBytes = size_t{64} << 20;
// Files from here on need not be in memory whole for nothing to be found in
// them, nor those of which this much comes, which smaller ones seldom hold.
constexpr uint64_t kWindowedBytes = uint64_t{8} << 20;
constexpr uint64_t kWindowedBytesOut = kKeptBytes;
constexpr uint64_t kLeastBytesIn = uint64_t{1} << 20;

// Hands the observations of a report to the matcher, and to who listens.
class MatcherSink : public ObservationSink {
 public:
  explicit MatcherSink(Matcher* matcher, ReportListener* listener = nullptr)
      : matcher_(matcher), listener_(listener) {}
  bool Observe(const Observation& observation, const JsonPath& path) override {
    const bool is_known = matcher_->Observe(observation, path);
    return (listener_ != nullptr && listener_->Observe(observation, path)) ||
           is_known;
  }

 private:
  Matcher* matcher_;
  ReportListener* listener_;
};

bool IsJsonLines(std::string_view bytes) {
  if (bytes.starts_with(kByteOrderMark)) {
    bytes.remove_prefix(kByteOrderMark.size());
  }
  bytes = kJsonBlanks.TrimStart(bytes);
  const size_t newline = bytes.find('\n');
  return bytes.starts_with('{') && newline != std::string_view::npos &&
         kJsonBlanks.TrimEnd(bytes.substr(0, newline)).ends_with('}') &&
         kJsonBlanks.TrimStart(bytes.substr(newline)).starts_with('{');
}

// A document that nobody named and that cannot be told to be a report is one
// of the many files that lie around; one that was cut short might be one.
bool IsSkipped(Reject reject) {
  return reject == Reject::kNotAReport || reject == Reject::kNotJson ||
         reject == Reject::kNotUtf8 || reject == Reject::kEmpty;
}

// A line of a file, or another document of several in it.
ReportSource LineSource(const ReportSource& file, uint64_t number) {
  return {file.source, fmt::format("{}{}{}", file.member,
                                   file.member.empty() ? "" : ":", number)};
}

// What a document of so many bytes takes up: itself, and where each value of it
// is, which simdjson keeps in 4 bytes each.
uint64_t Cost(uint64_t document_bytes) {
  uint64_t cost = 0;
  return __builtin_mul_overflow(document_bytes, kCost, &cost)
             ? std::numeric_limits<uint64_t>::max()
             : cost;
}

}  // namespace

void ReportScanner::MakeReaders() {
  reader_.emplace(settings_.depth, settings_.max_json_nesting);
  unmatched_reader_.emplace(settings_.unmatched_depth,
                            settings_.max_json_nesting);
  if (filter_ != nullptr) candidate_scanner_.emplace(filter_);
}

void ReportScanner::Shrink(size_t document_bytes) {
  for (PaddedBytes* bytes : {&packed_, &file_, &line_}) {
    if (bytes->capacity() > kKeptBytes) *bytes = PaddedBytes();
  }
  if (document_bytes > kKeptBytes) MakeReaders();
}

void ReportScanner::TakeFailed(const ReportSource& source, bool listed,
                               Reject reject, const std::string& detail,
                               Taken* out) {
  if (!listed && IsSkipped(reject)) {
    ++out->skipped;
    return;
  }
  ReportResult failed;
  failed.source = source;
  failed.reject = reject;
  failed.detail = detail;
  out->Take(std::move(failed));
}

ScannedCandidate ReportScanner::Scan(const ReportCandidate& candidate,
                                     TakeResult take) {
  Taken out(take);
  if (candidate.reject != Reject::kNone) {
    TakeFailed(candidate.source, candidate.listed, candidate.reject,
               candidate.detail, &out);
  } else if (candidate.on_disk) {
    ScanFile(candidate, &out);
  } else {
    MemoryBudget::Share share;
    if (budget_ != nullptr)
      share = budget_->Count(Cost(candidate.bytes.size()));
    ScanHeld(candidate.bytes, candidate, &out);
    Shrink(candidate.bytes.size());
  }
  return out;
}

void ReportScanner::ScanFile(const ReportCandidate& candidate, Taken* out) {
  const uint64_t expected = ExpectedBytes(candidate);
  const bool is_large =
      candidate.file_bytes >= kWindowedBytes ||
      (candidate.file_bytes >= kLeastBytesIn && expected >= kWindowedBytesOut);
  if (is_large && SiftWindows(candidate, out)) return;
  if (ScanHeldFile(candidate, expected, out)) return;
  if (is_large || !SiftWindows(candidate, out)) ScanStream(candidate, out);
}

bool ReportScanner::SiftWindows(const ReportCandidate& candidate, Taken* out) {
  if (!candidate_scanner_.has_value()) return false;
  bool is_first = true;
  const auto look = [&](const PaddedBytes& window) {
    if (std::exchange(is_first, false) && IsVerified(window.view())) {
      return false;
    }
    return !candidate_scanner_->MayMatch(window);
  };
  ReportResult result;
  std::optional<WindowedReport> sifted =
      window_reader_.Read(candidate.source.source, settings_.limits, look,
                          &result.facts, settings_.run);
  if (!sifted) return false;
  result.source = candidate.source;
  result.observed = false;
  result.syntax_checked = false;
  result.bytes = sifted->bytes;
  result.id = std::move(sifted->id);
  result.oddities = sifted->oddities;
  End(&result);
  out->Take(std::move(result));
  return true;
}

bool ReportScanner::ScanHeldFile(const ReportCandidate& candidate,
                                 uint64_t expected, Taken* out) {
  ArchiveLimits limits = settings_.limits;
  MemoryBudget::Share share;
  if (budget_ != nullptr) {
    if (expected > ReportReader::kMaxBytes ||
        Cost(expected) > budget_->total_bytes()) {
      return false;
    }
    limits.max_held_bytes = expected;
    share = budget_->Wait(Cost(expected));
  }
  std::string detail;
  const Reject reject =
      LoadCandidate(candidate, limits, &packed_, &file_, &detail);
  const bool is_held = reject != Reject::kTooLarge ||
                       limits.MostHeld() == limits.max_report_bytes;
  if (reject == Reject::kNone) {
    ScanHeld(file_, candidate, out);
  } else if (is_held) {
    TakeFailed(candidate.source, candidate.listed, reject, detail, out);
  }
  Shrink(file_.size());
  return is_held;
}

void ReportScanner::ScanStream(const ReportCandidate& candidate, Taken* out) {
  if (!Starts(candidate.source)) return;
  ReportResult result;
  result.source = candidate.source;
  MatcherSink sink(&matcher_, listener_);
  StreamOutcome outcome = stream_reader_.Read(
      candidate.source.source, settings_.limits, &sink, &result.facts);
  result.reject = outcome.reject;
  End(&result);
  if (outcome.is_json_lines) return ScanLineStream(candidate, out);
  if (outcome.reject == Reject::kNotJson ||
      outcome.reject == Reject::kNotUtf8) {
    return ScanMendedStream(candidate, out);
  }
  KeepStreamed(std::move(outcome), std::move(result), candidate.listed, out);
}

void ReportScanner::ScanMendedStream(const ReportCandidate& candidate,
                                     Taken* out) {
  stream_reader_.StartMended(candidate.source.source, settings_.limits);
  bool is_last = false;
  for (uint64_t number = 1; !is_last && !out->is_enough; ++number) {
    ReportResult result;
    result.source =
        number == 1 ? candidate.source : LineSource(candidate.source, number);
    const bool starts = Starts(result.source);
    MatcherSink sink(&matcher_, starts ? listener_ : nullptr);
    StreamOutcome outcome = stream_reader_.ReadMended(&sink, &result.facts);
    is_last = outcome.is_last;
    // Whether it is alone is known at its end.
    if (number == 1 && !is_last) {
      result.source = LineSource(candidate.source, number);
    }
    if (!starts) {
      matcher_.Drop();
      continue;
    }
    result.reject = outcome.reject;
    End(&result);
    KeepStreamed(std::move(outcome), std::move(result), candidate.listed, out);
  }
}

void ReportScanner::KeepStreamed(StreamOutcome outcome, ReportResult result,
                                 bool listed, Taken* out) {
  if (outcome.is_unreadable) {
    return TakeFailed(result.source, listed, outcome.reject, outcome.detail,
                      out);
  }
  if (!listed && IsSkipped(outcome.reject)) {
    ++out->skipped;
    return;
  }
  result.id = std::move(outcome.id);
  result.bytes = outcome.bytes;
  result.observed = true;
  result.syntax_checked = settings_.depth == ScanDepth::kFull;
  result.detail = std::move(outcome.detail);
  result.oddities = outcome.oddities;
  out->Take(std::move(result));
}

void ReportScanner::ScanLineStream(const ReportCandidate& candidate,
                                   Taken* out) {
  uint64_t most = kKeptBytes;
  MemoryBudget::Share share;
  if (budget_ != nullptr) {
    most = std::min(most, budget_->total_bytes() / kCost);
    share = budget_->Wait(Cost(most));
  }
  JsonLinesStream lines(candidate.source.source, settings_.limits, most);
  JsonLine line;
  while (!out->is_enough && lines.Next(&line, &line_)) {
    // The file is an archive of its lines.
    if (line.reject == Reject::kNone &&
        line.number > settings_.limits.max_members) {
      line = {.reject = Reject::kTooManyMembers,
              .detail = fmt::format("more than {} lines; the rest is not read",
                                    settings_.limits.max_members)};
    }
    out->passed_bytes = lines.passed_bytes();
    const ReportSource source = line.number == 0
                                    ? candidate.source
                                    : LineSource(candidate.source, line.number);
    if (line.reject == Reject::kNone) {
      ScanDocument(line_, source, candidate.listed, out);
      continue;
    }
    TakeFailed(source, candidate.listed, line.reject, line.detail, out);
    if (line.number == 0) break;
  }
  Shrink(0);
}

void ReportScanner::ScanHeld(const PaddedBytes& document,
                             const ReportCandidate& candidate, Taken* out) {
  if (IsJsonLines(document.view())) {
    ScanLines(document.view(), candidate, out);
  } else {
    ScanDocument(document, candidate.source, candidate.listed, out);
  }
}

void ReportScanner::ScanLines(std::string_view lines,
                              const ReportCandidate& candidate, Taken* out) {
  uint64_t number = 0;
  const double bytes_on_disk = static_cast<double>(candidate.file_bytes) /
                               static_cast<double>(lines.size());
  const char* const begin = lines.data();
  while (!out->is_enough && !lines.empty()) {
    ++number;
    out->passed_bytes = static_cast<uint64_t>(
        static_cast<double>(lines.data() - begin) * bytes_on_disk);
    const size_t newline = lines.find('\n');
    const std::string_view line = lines.substr(0, newline);
    lines.remove_prefix(newline == std::string_view::npos ? lines.size()
                                                          : newline + 1);
    if (kJsonBlanks.HoldsAllOf(line)) continue;
    // The reader asks for readable bytes behind the document that are not
    // those of the next line.
    line_.Assign(line);
    ScanDocument(line_, LineSource(candidate.source, number), candidate.listed,
                 out);
  }
}

// Which ones depends on their bytes alone.
bool ReportScanner::IsVerified(std::string_view document) const {
  constexpr size_t kHead = 4096;
  return DigestOf(0, document.substr(0, kHead)).low % 100 <
         settings_.verify_percent;
}

// Whether a report in which nothing was seen matches after all.
bool ReportScanner::IsOverlooked(const PaddedBytes& document) {
  if (!IsVerified(document.view())) return false;
  MatcherSink sink(&matcher_);
  ReportFacts facts;
  if (reader_->Read(document, &sink, &facts).reject != Reject::kNone) {
    matcher_.Drop();
    return false;
  }
  return !matcher_.Take().matches.empty();
}

ReportMatches ReportScanner::TakeMatches(const ReportFacts& facts) {
  ReportMatches matches = matcher_.Take();
  // A MISP server knows nothing of sandboxes.
  if (!as_misp_) LeaveOutOwnTraffic(facts.own_addresses, &matches);
  LeaveOutValues(settings_.max_values, &matches);
  return matches;
}

void ReportScanner::ScanDocument(const PaddedBytes& document,
                                 const ReportSource& source, bool listed,
                                 Taken* out) {
  if (!Starts(source)) return;
  ReportResult result;
  result.source = source;
  result.bytes = document.size();
  if (Read(document, &result)) ++out->overlooked;
  if (result.reject == Reject::kNotJson || result.reject == Reject::kNotUtf8) {
    return ScanMended(document.view(), source, listed, out);
  }
  Keep(std::move(result), document.view(), listed, out);
}

void ReportScanner::ScanMended(std::string_view text,
                               const ReportSource& source, bool listed,
                               Taken* out) {
  PaddedBytes mended;
  uint64_t number = 0;
  for (size_t begin = 0; !out->is_enough && begin < text.size();) {
    MendOutcome mend = MendJson(text, begin, settings_.limits.MostHeld(),
                                settings_.max_json_nesting, &mended);
    if (number == settings_.limits.max_members) {
      mend.reject = Reject::kTooManyMembers;
      mend.detail = fmt::format("more than {} documents, at byte {}",
                                settings_.limits.max_members, begin);
      mend.end = text.size();
    }
    ReportResult result;
    const bool is_alone = begin == 0 && mend.end == text.size();
    result.source = is_alone ? source : LineSource(source, ++number);
    const std::string_view original = text.substr(begin, mend.end - begin);
    begin = mend.end;
    if (!Starts(result.source)) continue;
    result.bytes = original.size();
    if (mend.reject == Reject::kNone) {
      if (Read(mended, &result)) ++out->overlooked;
      result.oddities = mend.oddities;
    } else {
      result.reject = mend.reject;
      result.detail = std::move(mend.detail);
    }
    Keep(std::move(result), original, listed, out);
  }
}

bool ReportScanner::Read(const PaddedBytes& document, ReportResult* result) {
  // What the depth skips over is not sifted either.
  const PaddedBytes* const outline =
      candidate_scanner_.has_value() ? reader_->Outline(document) : nullptr;
  const PaddedBytes& sifted = outline != nullptr ? *outline : document;
  // One pass over the bytes says whether anything can match, and where the
  // brackets are that the rest of the report is told by.
  unmatched_reader_->Start(sifted);
  const auto take = [this](const JsonBrackets& brackets, size_t blocks) {
    unmatched_reader_->TakeBrackets(brackets, blocks);
  };
  result->observed = !candidate_scanner_.has_value() ||
                     candidate_scanner_->MayMatch(sifted, take);
  result->syntax_checked =
      result->observed && settings_.depth == ScanDepth::kFull;
  MatcherSink sink(&matcher_, listener_);
  ReadOutcome outcome = result->observed
                            ? reader_->Read(document, &sink, &result->facts)
                            : unmatched_reader_->Finish(&sink, &result->facts);
  if (!result->observed && outline != nullptr &&
      (outcome.reject != Reject::kNone || outcome.oddities != Oddities())) {
    // What is said of bytes is said of the document's.
    result->facts = {};
    outcome = unmatched_reader_->Read(document, &sink, &result->facts);
  }
  result->reject = outcome.reject;
  result->detail = std::move(outcome.detail);
  result->oddities = outcome.oddities;
  End(result);
  return !result->observed && IsOverlooked(document);
}

void ReportScanner::End(ReportResult* result) {
  if (listener_ != nullptr) {
    listener_->EndReport(result->source, result->reject);
  }
  if (result->reject == Reject::kNone) {
    result->matches = TakeMatches(result->facts);
  } else {
    matcher_.Drop();
    result->facts = {};
  }
}

void ReportScanner::Keep(ReportResult result, std::string_view original,
                         bool listed, Taken* out) {
  if (!listed && IsSkipped(result.reject)) {
    ++out->skipped;
    return;
  }
  result.id = ReportId(result.facts, original);
  out->Take(std::move(result));
}

}  // namespace mispsift
