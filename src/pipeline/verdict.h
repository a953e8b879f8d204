#ifndef MISPSIFT_SRC_PIPELINE_VERDICT_H_
#define MISPSIFT_SRC_PIPELINE_VERDICT_H_

#include <cstdint>
#include <map>
#include <set>
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
    SuppressionBits suppressed;
    IndicatorKind kind;
    bool is_own_traffic = false;  // of the sandbox, which suppresses it as well
  };
  // By row, which is by uuid.
  using ByAttribute = std::map<uint32_t, Found>;

  // An attribute counts once, by its strongest rule. `index`, whose match it
  // is, and its snapshot must outlive the verdict. `most` is MostConfidence().
  void Add(const Index& index, const IndicatorMatch& match, Reading reading,
           uint8_t most);
  // What was added is the sandbox's own traffic (match/report_limits.h).
  void SuppressAsOwnTraffic();

  const ByAttribute& matches() const { return matches_; }
  const ByAttribute& suppressed() const { return suppressed_; }
  // Names of those that suppress.
  const std::set<std::string_view>& warninglists() const {
    return warninglists_;
  }

  // "matched", "suppressed", or "unknown" when there is no such attribute.
  std::string_view Name() const;

 private:
  ByAttribute matches_;
  ByAttribute suppressed_;
  std::set<std::string_view> warninglists_;
};

// The members that lookup and explain share, of an object that is open:
//   "verdict","matches":[{"match","confidence","attribute","event"}],
//   "suppressed_by":[...],
//   "warninglists":[...], where these are among the reasons,
//   "suppressed":[{"match","confidence","by":[...],"attribute","event"}]
void WriteVerdict(const Index& index, const Verdict& verdict, JsonWriter* json);

// The same for a person, without what matches not. `with_reading`: what the
// place claims is said as well.
void AppendVerdictText(const Index& index, const Verdict& verdict,
                       bool with_reading, std::string* out);

// What of an observed value is compared.
std::string ComparedKey(const Index& index, IndicatorKind kind, KeyForm form,
                        std::string_view canonical);

// `text` as a person may read it: safe for a terminal, and cut after
// kMostShownBytes, with its length.
std::string Shown(std::string_view text);
inline constexpr size_t kMostShownBytes = 200;

}  // namespace mispsift

#endif  // MISPSIFT_SRC_PIPELINE_VERDICT_H_
