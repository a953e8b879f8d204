#ifndef MISPSIFT_TOOLS_CORPUS_LABELLED_FORMS_H_
#define MISPSIFT_TOOLS_CORPUS_LABELLED_FORMS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "mispsift/model/indicator.h"
#include "tools/corpus/places.h"
#include "tools/corpus/unique_names.h"

namespace mispsift::corpus {

// An attribute, and what a report shows.
struct LabelledPair {
  std::string type;
  std::string value;
  std::string text;
};

// One way in which a report shows the value of an attribute, or something that
// is nearly its value.
struct LabelledForm {
  // Bits of `traits`.
  static constexpr uint32_t kTextOnly = 1;    // amid other text
  static constexpr uint32_t kTypedOnly = 2;   // where the field says the kind
  static constexpr uint32_t kBehindPath = 4;  // the text is a path
  static constexpr uint32_t kNotForIds = 8;   // of the attribute
  static constexpr uint32_t kDeleted = 16;
  static constexpr uint32_t kUncorrelated = 32;

  IndicatorKind kind;   // of the indicator
  IndicatorKind shown;  // which places can show the text
  // By which it matches, or nearly does.
  std::string_view rule;
  std::string_view what;  // for a person
  std::function<LabelledPair(UniqueNames*)> make;
  uint32_t traits = 0;
  int most_sure = 100;
  std::vector<Place> places;  // none: all that show such a text
  // Other names that a match may have that says as much as `rule`.
  std::vector<std::string_view> also = {};
  int least_sure = 50;  // where the place says the kind

  bool Has(uint32_t trait) const { return (traits & trait) != 0; }
};

// The names of `rule`: those of the matches, and for near misses also what
// keeps apart or suppresses.

// Each kind that a report can show, in all spellings that are to match. What no
// dialect shows is left out: sha512/224 and /256, sha3 but of 384 bits,
// impfuzzy, pehash, vhash, telfhash.
std::vector<LabelledForm> MatchingForms();
// What must not match.
std::vector<LabelledForm> NearMissForms();

}  // namespace mispsift::corpus

#endif  // MISPSIFT_TOOLS_CORPUS_LABELLED_FORMS_H_
