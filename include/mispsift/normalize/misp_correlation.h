#ifndef MISPSIFT_NORMALIZE_MISP_CORRELATION_H_
#define MISPSIFT_NORMALIZE_MISP_CORRELATION_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mispsift/model/indicator.h"
#include "mispsift/normalize/attribute_types.h"
#include "mispsift/normalize/normalize.h"

namespace mispsift {

// Whether a run compares as mispsift does, or as a MISP server would when it
// correlates; kAdvanced with MISP.enable_advanced_correlations on,
// kAdvancedSsdeep where its PHP has the ssdeep extension as well.
enum class AsMisp : uint8_t { kNo, kDefault, kAdvanced, kAdvancedSsdeep };

// "default", "advanced", "advanced_ssdeep"; empty for kNo.
std::string_view AsMispName(AsMisp as_misp);

// What MISP compares of one attribute when it correlates. Types play no part
// in the comparison: any of the two values of an attribute meets any of
// another's that is equal to the database (Fold() of kMispValue).
struct MispValues {
  std::string value1;  // empty: there is none
  std::string value2;  // likewise, or only the first half of the type counts
  // For the advanced correlation, of the types ip-src, ip-dst and ip|port
  // alone: value1 as a canonical address, or as a network ("192.0.2.0/24",
  // host bits cleared). A v4-mapped one is neither.
  std::string address;
  std::string network;
  // Likewise, of the type ssdeep alone: value1 is compared by likeness.
  bool is_ssdeep = false;

  friend bool operator==(const MispValues&, const MispValues&) = default;
};

// Of a stored attribute. Without effect on `*values` unless kNo is returned:
// kNotAValue for the types that never correlate, kInvalidValue for what MISP
// would not have stored.
// Source: MISP 2.5.x, app/Model/Correlation.php; facts: misp-correlates.
Unmatchable MispValuesOf(const AttributeType* type, std::string_view value,
                         MispValues* values);

// Of the attribute that would be made of a value that a report shows, as a
// canonical one of its kind. None for what MISP would not store (a host
// without a dot); two where the canonical form has lost how the value was
// spelled (tlsh and telfhash, with and without "t1").
std::vector<MispValues> MispValuesSeen(IndicatorKind kind,
                                       std::string_view canonical);

// Of all attributes that a value typed by a person may stand for, each once:
// as it stands, and as MISP would store it under each type that does not make
// something else of it. A composite stands for its halves, "address:port" for
// the address.
std::vector<MispValues> MispValuesAsked(std::string_view text);

// Replaces `*indicators` by what an index finds the attribute by: kMispValue
// for each value, and where `as_misp` is kAdvanced or more, kNetwork for a
// network; the kind of what is compared by likeness is kSsdeep under
// kAdvancedSsdeep.
Unmatchable MispIndicatorsOf(const AttributeType* type, std::string_view value,
                             AsMisp as_misp,
                             std::vector<Indicator>* indicators);

}  // namespace mispsift

#endif  // MISPSIFT_NORMALIZE_MISP_CORRELATION_H_
