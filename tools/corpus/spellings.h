#ifndef MISPSIFT_TOOLS_CORPUS_SPELLINGS_H_
#define MISPSIFT_TOOLS_CORPUS_SPELLINGS_H_

#include <optional>
#include <string>
#include <string_view>

#include "mispsift/model/indicator.h"
#include "mispsift/model/match.h"
#include "tools/corpus/indicators.h"
#include "tools/corpus/random.h"

namespace mispsift::corpus {

// A text that a report may show, and the rule by which it matches.
struct Spelling {
  IndicatorKind kind;
  std::string text;
  MatchRule rule = MatchRule::kExact;
};

// None for what a report cannot show (a comment).
std::optional<Spelling> SpellingOf(const CorpusIndicator& indicator,
                                   Random* random);

// Something that is not the value but holds it whole.
struct NearMiss {
  std::string text;
  std::string_view reason;
  // No field of this kind can hold the text.
  bool only_in_text = false;
};

// None for the kinds that have no such thing.
std::optional<NearMiss> NearMissOf(const Spelling& spelling, Random* random);

// A sentence around a value, of the sort that command lines, buffers and logs
// have; the value is set off by blanks or quotes.
std::string InText(IndicatorKind kind, const std::string& value,
                   Random* random);

}  // namespace mispsift::corpus

#endif  // MISPSIFT_TOOLS_CORPUS_SPELLINGS_H_
