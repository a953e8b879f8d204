#ifndef MISPSIFT_MATCH_CANDIDATE_SCANNER_H_
#define MISPSIFT_MATCH_CANDIDATE_SCANNER_H_

#include <cstddef>
#include <memory>
#include <vector>

#include "absl/functional/function_ref.h"
#include "mispsift/base/bytes.h"
#include "mispsift/base/json_brackets.h"
#include "mispsift/base/run_tasks.h"
#include "mispsift/model/indicator.h"

namespace mispsift {

class SsdeepTable;

// What of an index a report's text is sifted for (see witness.h). Sealed:
// built by its Builder, never changed, safe to read from any number of threads.
class CandidateFilter {
 public:
  class Builder;

  CandidateFilter(CandidateFilter&&) noexcept;
  CandidateFilter& operator=(CandidateFilter&&) noexcept;
  ~CandidateFilter();

  // Indicators with nothing in them that could be looked for ("***"). With one
  // of these every report is a candidate.
  size_t unseen_count() const;

 private:
  friend class CandidateScanner;
  friend class WitnessSearch;
  struct Tables;
  explicit CandidateFilter(std::unique_ptr<const Tables> tables);

  std::unique_ptr<const Tables> tables_;
};

class CandidateFilter::Builder {
 public:
  Builder();
  ~Builder();
  Builder(Builder&&) noexcept;
  Builder& operator=(Builder&&) noexcept;

  // None of these must be called after Build(), nor a second time with `other`.
  //
  // Of an ssdeep the value itself; what is like it needs AddSimilarTo() too.
  void Add(const Indicator& indicator);
  // Whatever is similar to one of these.
  void AddSimilarTo(std::shared_ptr<const SsdeepTable> ssdeep);
  void AddAllOf(Builder&& other);
  CandidateFilter Build(RunTasks run = RunOneByOne) &&;

 private:
  struct Part;
  // Of all builders that this one is made of; the last is its own.
  std::vector<std::unique_ptr<Part>> parts_;
};

// Tells from the bytes of a report, without parsing it, whether any indicator
// of a filter can match in it.
//
// Shape:    JSON in any spelling. False: whatever ReportReader observes in this
//           report, at either depth, the Matcher finds nothing. True: perhaps.
//           Of what is no JSON at all nothing is said.
// Cost:     one pass over the bytes; strings that are not ASCII, or that spell
//           bytes out, are unescaped and passed over up to four times more.
// Threads:  one scanner per worker; the filter is shared and must outlive it.
class CandidateScanner {
 public:
  explicit CandidateScanner(const CandidateFilter* filter);
  ~CandidateScanner();
  CandidateScanner(const CandidateScanner&) = delete;
  CandidateScanner& operator=(const CandidateScanner&) = delete;

  // Is handed the brackets of a report, batch by batch: of all of it where
  // MayMatch() is false.
  using TakeBrackets =
      absl::FunctionRef<void(const JsonBrackets& brackets, size_t blocks)>;

  bool MayMatch(const PaddedBytes& report);
  bool MayMatch(const PaddedBytes& report, TakeBrackets take);

 private:
  class Scan;
  struct Scratch;

  const CandidateFilter::Tables* tables_;
  std::unique_ptr<Scratch> scratch_;
};

}  // namespace mispsift

#endif  // MISPSIFT_MATCH_CANDIDATE_SCANNER_H_
