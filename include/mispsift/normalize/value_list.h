#ifndef MISPSIFT_NORMALIZE_VALUE_LIST_H_
#define MISPSIFT_NORMALIZE_VALUE_LIST_H_

#include <bitset>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "mispsift/base/digest.h"
#include "mispsift/model/indicator.h"

namespace re2 {
class RE2;
}

namespace mispsift {

// `text` as every indicator that it can be: `192.0.2.9:4444` an ip-port,
// `evil.example` a host and a file name, `192.0.2.0/24` a network.
std::vector<Indicator> ReadAsEveryKind(std::string_view text);

// Values that a user has listed: an ioc_blacklist, a safelist. An entry, blanks
// around it left out, is
//
//   entry   = regex | suffix | network | value
//   regex   = "/" pattern "/" ["i"]   as RE2 reads it; "i": in any case
//   suffix  = "." host
//   network = address "/" bits
//   value   = anything else
//
// and lists
//
//   value    what it is the whole of, of whatever kind it can be read as, in
//            any spelling that is the same value
//   network  the addresses in it, each ip-port with such an address, the
//            networks inside it
//   suffix   the host and all below it, each url and e-mail address with such a
//            host
//   regex    a value in whose canonical form it is found anywhere, case
//            counting; that of an ip-port is "address|port"
//
// A suffix or network is read as a value too. So is not what begins and ends
// like a regex: the uri /images/ is listed as /^\/images\/$/.
//
// Threads: any, once built.
class ValueList {
 public:
  // kInvalidArgument names the first entry whose pattern is none, or empty.
  static absl::Status Check(const std::vector<std::string>& entries);

  // Of entries that Check() has passed.
  explicit ValueList(const std::vector<std::string>& entries);

  bool empty() const {
    return keys_.empty() && networks_.empty() && suffixes_.empty() &&
           regexes_.empty();
  }
  bool Holds(IndicatorKind kind, KeyForm form,
             std::string_view canonical) const;
  // True when an indicator of the attribute, a half of it included, is listed.
  bool HoldsAnyOf(std::string_view type, std::string_view value) const;

 private:
  using PrefixSet = std::bitset<129>;

  void Add(std::string_view entry);
  bool HoldsAddress(std::string_view ip, int bits) const;
  bool HoldsHostOf(IndicatorKind kind, std::string_view canonical) const;

  absl::flat_hash_set<Digest> keys_;
  absl::flat_hash_set<std::string> networks_;
  PrefixSet ipv4_prefixes_;  // lengths that occur among the networks
  PrefixSet ipv6_prefixes_;
  std::set<std::string, std::less<>> suffixes_;  // canonical hosts
  std::vector<std::shared_ptr<const re2::RE2>> regexes_;
};

}  // namespace mispsift

#endif  // MISPSIFT_NORMALIZE_VALUE_LIST_H_
