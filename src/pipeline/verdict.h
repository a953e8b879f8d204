#ifndef MISPSIFT_SRC_PIPELINE_VERDICT_H_
#define MISPSIFT_SRC_PIPELINE_VERDICT_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "mispsift/base/json_writer.h"
#include "mispsift/match/index.h"
#include "mispsift/match/matcher.h"

namespace mispsift {

// What the index says of one value: the attributes that it matches, and those
// that it would match were they, or the value, not suppressed.
class Verdict {
 public:
  struct Found {
    MatchRule rule;
    uint8_t confidence;
    Reading reading;
    Index::SuppressionBits suppressed;
  };
  // By row, which is by uuid.
  using ByAttribute = std::map<uint32_t, Found>;

  // An attribute counts once, by its strongest rule.
  void Add(const IndicatorMatch& found, Reading reading);

  const ByAttribute& matches() const { return matches_; }
  const ByAttribute& suppressed() const { return suppressed_; }

  // "matched", "suppressed", or "unknown" when there is no such attribute.
  std::string_view Name() const;

 private:
  ByAttribute matches_;
  ByAttribute suppressed_;
};

// The members that lookup and explain share, of an object that is open:
//   "verdict","matches":[{"match","confidence","attribute","event"}],
//   "suppressed_by":[...],
//   "suppressed":[{"match","confidence","by":[...],"attribute","event"}]
void WriteVerdict(const Snapshot& snapshot, const Verdict& verdict,
                  JsonWriter* json);

// The same for a person, without what matches not. `with_reading`: what the
// place claims is said as well.
void AppendVerdictText(const Snapshot& snapshot, const Verdict& verdict,
                       bool with_reading, std::string* out);

// What of an observed value is compared.
std::string ComparedKey(IndicatorKind kind, KeyForm form,
                        std::string_view canonical);

// `text` as a person may read it: safe for a terminal, and cut after
// kMostShownBytes, with its length.
std::string Shown(std::string_view text);
inline constexpr size_t kMostShownBytes = 200;

}  // namespace mispsift

#endif  // MISPSIFT_SRC_PIPELINE_VERDICT_H_
