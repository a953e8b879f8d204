#include "src/pipeline/report_scanner.h"

#include <fmt/format.h>

#include <iterator>
#include <string>
#include <utility>

#include "mispsift/base/digest.h"
#include "mispsift/base/utf8.h"

namespace mispsift {
namespace {

constexpr std::string_view kBlank = " \t\r\n";

// Hands the observations of a report to the matcher.
class MatcherSink : public ObservationSink {
 public:
  explicit MatcherSink(Matcher* matcher) : matcher_(matcher) {}
  void Observe(const Observation& observation, const JsonPath& path) override {
    matcher_->Observe(observation, path);
  }

 private:
  Matcher* matcher_;
};

bool IsJsonLines(std::string_view bytes) {
  if (bytes.starts_with(kByteOrderMark)) {
    bytes.remove_prefix(kByteOrderMark.size());
  }
  const size_t begin = bytes.find_first_not_of(kBlank);
  if (begin == std::string_view::npos || bytes[begin] != '{') return false;
  const size_t newline = bytes.find('\n', begin);
  if (newline == std::string_view::npos) return false;
  const size_t last = bytes.find_last_not_of(kBlank, newline);
  if (bytes[last] != '}') return false;
  const size_t next = bytes.find_first_not_of(kBlank, newline);
  return next != std::string_view::npos && bytes[next] == '{';
}

void AppendNumber(uint64_t number, std::string* member) {
  fmt::format_to(std::back_inserter(*member), "{}{}",
                 member->empty() ? "" : ":", number);
}

// A document that nobody named and that cannot be told to be a report is one
// of the many files that lie around; one that was cut short might be one.
bool IsSkipped(Reject reject) {
  return reject == Reject::kNotAReport || reject == Reject::kNotJson ||
         reject == Reject::kNotUtf8 || reject == Reject::kEmpty;
}

}  // namespace

ScannedCandidate ReportScanner::Scan(const ReportCandidate& candidate) {
  ScannedCandidate out;
  ReportResult failed;
  failed.source = candidate.source;
  failed.reject = candidate.reject;
  failed.detail = candidate.detail;
  const PaddedBytes* document = &candidate.bytes;
  if (failed.reject == Reject::kNone && candidate.on_disk) {
    failed.reject =
        LoadCandidate(candidate, limits_, &packed_, &file_, &failed.detail);
    document = &file_;
  }
  if (failed.reject != Reject::kNone) {
    if (!candidate.listed && IsSkipped(failed.reject)) {
      ++out.skipped;
    } else {
      out.results.push_back(std::move(failed));
    }
    return out;
  }
  if (IsJsonLines(document->view())) {
    ScanLines(document->view(), candidate, &out);
  } else {
    ScanDocument(*document, candidate.source, candidate.listed, &out);
  }
  return out;
}

void ReportScanner::ScanLines(std::string_view lines,
                              const ReportCandidate& candidate,
                              ScannedCandidate* out) {
  uint64_t number = 0;
  while (!lines.empty()) {
    ++number;
    const size_t newline = lines.find('\n');
    const std::string_view line = lines.substr(0, newline);
    lines.remove_prefix(newline == std::string_view::npos ? lines.size()
                                                          : newline + 1);
    if (line.find_first_not_of(kBlank) == std::string_view::npos) continue;
    // The reader asks for readable bytes behind the document that are not
    // those of the next line.
    line_.Assign(line);
    ReportSource source = candidate.source;
    AppendNumber(number, &source.member);
    ScanDocument(line_, source, candidate.listed, out);
  }
}

// Whether a report in which nothing was seen matches after all. Which ones are
// asked about depends on their bytes alone.
bool ReportScanner::IsOverlooked(const PaddedBytes& document) {
  constexpr size_t kHead = 4096;
  if (DigestOf(0, document.view().substr(0, kHead)).low % 100 >=
      verify_percent_) {
    return false;
  }
  MatcherSink sink(&matcher_);
  ReportFacts facts;
  if (reader_.Read(document, &sink, &facts).reject != Reject::kNone) {
    matcher_.Drop();
    return false;
  }
  return !matcher_.Take().matches.empty();
}

void ReportScanner::ScanDocument(const PaddedBytes& document,
                                 const ReportSource& source, bool listed,
                                 ScannedCandidate* out) {
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
                               ScannedCandidate* out) {
  PaddedBytes mended;
  uint64_t number = 0;
  for (size_t begin = 0; begin < text.size();) {
    MendOutcome mend = MendJson(text, begin, limits_.max_report_bytes, &mended);
    if (number == limits_.max_members) {
      mend.reject = Reject::kTooManyMembers;
      mend.detail = fmt::format("more than {} documents, at byte {}",
                                limits_.max_members, begin);
      mend.end = text.size();
    }
    ReportResult result;
    result.source = source;
    if (begin > 0 || mend.end < text.size()) {
      AppendNumber(++number, &result.source.member);
    }
    const std::string_view original = text.substr(begin, mend.end - begin);
    begin = mend.end;
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
  result->observed =
      !candidate_scanner_.has_value() || candidate_scanner_->MayMatch(document);
  result->syntax_checked = result->observed && depth_ == ScanDepth::kFull;
  MatcherSink sink(&matcher_);
  ReadOutcome outcome = (result->observed ? reader_ : facts_reader_)
                            .Read(document, &sink, &result->facts);
  result->reject = outcome.reject;
  result->detail = std::move(outcome.detail);
  result->oddities = outcome.oddities;
  if (result->reject == Reject::kNone) {
    result->matches = matcher_.Take();
  } else {
    matcher_.Drop();
    result->facts = {};
  }
  return !result->observed && IsOverlooked(document);
}

void ReportScanner::Keep(ReportResult result, std::string_view original,
                         bool listed, ScannedCandidate* out) {
  if (!listed && IsSkipped(result.reject)) {
    ++out->skipped;
    return;
  }
  result.id = ReportId(result.facts, original);
  out->results.push_back(std::move(result));
}

}  // namespace mispsift
