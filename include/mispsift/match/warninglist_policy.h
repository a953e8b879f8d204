#ifndef MISPSIFT_MATCH_WARNINGLIST_POLICY_H_
#define MISPSIFT_MATCH_WARNINGLIST_POLICY_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mispsift/model/warninglist_columns.h"

namespace mispsift {

// What it means for an attribute to be on a warninglist. Where it does not
// suppress, it informs.
enum class WarninglistEffect : uint8_t {
  kInforms,
  // Suppresses what is on the list itself: that a site is much visited says
  // nothing of the names below it, which may be anyone's.
  kSuppressesSites,
  // Names below those on the list as well. But that a host is known says
  // nothing of one page there.
  kSuppresses,
  kSuppressesAll,  // those pages, too
};

// By the names of lists that a run gives, "*" standing for any text, in any
// case: kSuppressesAll by one in `block`, kInforms by one in `inform`. Of the
// others MISP's category "known" informs, and so do lists of what anyone may
// use, indicators included; lists of much visited sites suppress sites. The
// table of their names, with the reasons, stands in warninglist_policy.cc.
WarninglistEffect EffectOf(const WarninglistView& list,
                           const std::vector<std::string>& inform,
                           const std::vector<std::string>& block);

// Whether a list of this effect suppresses what is on it by these
// WarninglistHit::Parts.
bool Suppresses(WarninglistEffect effect, uint8_t parts);

}  // namespace mispsift

#endif  // MISPSIFT_MATCH_WARNINGLIST_POLICY_H_
