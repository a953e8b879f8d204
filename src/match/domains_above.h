#ifndef MISPSIFT_SRC_MATCH_DOMAINS_ABOVE_H_
#define MISPSIFT_SRC_MATCH_DOMAINS_ABOVE_H_

#include <string>
#include <string_view>

#include "mispsift/normalize/public_suffixes.h"

namespace mispsift {

// Calls visit(name) for each name above canonical `host` that someone can have
// registered: "b.evil.example" and "evil.example" for "a.b.evil.example". Views
// into `host`.
template <typename Visit>
void ForEachDomainAbove(const PublicSuffixes& suffixes, const std::string& host,
                        Visit visit) {
  const std::string_view last = suffixes.RegistrableDomain(host);
  std::string_view name = host;
  while (name.size() > last.size() && !last.empty()) {
    name.remove_prefix(name.find('.') + 1);
    visit(name);
  }
}

}  // namespace mispsift

#endif  // MISPSIFT_SRC_MATCH_DOMAINS_ABOVE_H_
