#ifndef MISPSIFT_TESTS_SUPPORT_LOOKUP_POLICIES_H_
#define MISPSIFT_TESTS_SUPPORT_LOOKUP_POLICIES_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/corpus/labelled_set.h"

namespace mispsift {

// What two modules that ask MISP for one value after another would find, told
// from what is read of their code and of MISP's. They are here to be measured
// beside mispsift over the same labelled set.

// Which MISP answers a search for a value in everything ("searchall").
enum class MispSearch {
  // Up to 2.4.60 or so: the value is part of value1|value2 or of the comment.
  kSubstring,
  // Since 2.4.106 at the latest: SQL's LIKE with the value as the pattern, so
  // that "_" and "%" in it are wildcards, against each of value1, value2,
  // comment and the event's info. (Tags too; the set has none.)
  kWholeField,
};
// Either ignores case, and asks neither the type nor to_ids nor whether
// correlation is switched off. (Nor does it compare accents, as the database
// does: no value that is looked up has any.) The answer is events.

// One value of a report for which MISP names an event.
struct LookupHit {
  std::string value;
  size_t event = 0;
  // Which attribute the search found. The modules do not say so, they name
  // the event alone; it serves to tell a hit from an accident. None: the info.
  std::optional<size_t> attribute;
};

struct LookupOptions {
  // Of the values of a report so many are looked up; which, is the order of a
  // Python set, so as good as any.
  size_t max_values = 100;
};

// Cuckoo 2.0.7, processing/misp.py. Looks up the target's md5, those of dropped
// files whose type says PE32, contacted addresses, and domains with their
// addresses. Of what CAPE and Cuckoo 3 write in other members it is given
// credit as if it knew them.
std::vector<LookupHit> CuckooLookup(const corpus::LabelledSet& set,
                                    std::string_view report, MispSearch search,
                                    const LookupOptions& options);

// The seed's patch of it: the md5 of every dropped file; values of the
// blacklist are skipped, after the cut to max_values; and an event counts only
// if it has an attribute whose whole value is the same bytes, with to_ids. So
// neither half of a composite is ever found. It makes no difference which MISP
// answers.
std::vector<LookupHit> SeedLookup(const corpus::LabelledSet& set,
                                  std::string_view report,
                                  const std::vector<std::string>& blacklist,
                                  const LookupOptions& options);

// Whether `text` is like `pattern`, as SQL has it, case ignored.
bool IsLike(std::string_view text, std::string_view pattern);

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_LOOKUP_POLICIES_H_
