#ifndef MISPSIFT_NORMALIZE_WARNINGLIST_MATCHER_H_
#define MISPSIFT_NORMALIZE_WARNINGLIST_MATCHER_H_

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mispsift/model/indicator.h"
#include "mispsift/model/warninglist_columns.h"

namespace mispsift {

// Which warninglists an attribute is on, in two ways.
//
// MISP's way is what a real MISP would say, its traps included. The corrected
// way compares what the value and the entry mean. A list applies to the types
// that it names, and to all if it names none; lists that are not enabled apply
// to nothing. The value of a composite type is split at its first "|", and each
// half is compared by itself; in MISP's way the second only if the first is not
// on that list.
//
// | entries of     | in MISP's way                 | corrected                |
// |----------------|-------------------------------|--------------------------|
// | any list       | as written, blanks included   | blanks at the ends go    |
// | string         | the same bytes                | hosts, addresses, emails |
// |                |                               | and hashes in canonical  |
// |                |                               | form: case, dots at the  |
// |                |                               | ends, punycode, [.]      |
// | string, ".a.b" | those bytes, which no value   | a.b and all below it     |
// |                | has: dead                     |                          |
// | substring      | the bytes occur in it         | case is ignored where    |
// |                |                               | the value's kind ignores |
// |                |                               | it, and in a url's host  |
// | hostname       | the host is what stands       | the host of a url, to    |
// |                | before the first "/", or, in  | its port, "?" or "#",    |
// |                | a value with "//", between    | without user:password@,  |
// |                | the second and third "/";     | in canonical form; or of |
// |                | dots at its end go, a case    | an email; that name or   |
// |                | that is not lower hits        | one above it. An address |
// |                | nothing; that name, or one    | has no name above it,    |
// |                | above it; what stands behind  | and "0" is a name like   |
// |                | a last label "0" is forgotten | any other                |
// | cidr           | an address in the network, a  | also the address of a    |
// |                | network that is not wider; of | url's host; IPv4 mapped  |
// |                | IPv4 only entries without     | into IPv6 is IPv4; host  |
// |                | host bits; "/0" and "/" of a  | bits of entries go; "/0" |
// |                | value count for nothing       | is the widest network    |
// | regex          | PHP's, flags that PHP does    | flag g is ignored        |
// |                | not have make it dead         |                          |
//
// A host that has a single label or other characters than names have is only
// compared as such in lists of strings.
//
// Source: MISP 2.5, app/Model/Warninglist.php checkValue, app/Lib/Tools/
// CidrTool.php; held against a server's answers in
// tests/normalize/warninglist_hits_real_test.cc, with every difference. Where
// MISP depends on the order in which Redis gives the entries (a network of
// IPv6 in several networks of one list), any of these will do.
//
// Sealed: built once, then read by any number of threads. Refers to the bytes
// of the lists, which must outlive it.
class WarninglistMatcher {
 public:
  static constexpr size_t kMaxLists = UINT16_MAX;

  // Entries of a list that can match nothing in a way, such as a network that
  // is none or a regular expression that cannot be compiled.
  struct Unusable {
    static constexpr size_t kMaxNamed = 8;

    uint16_t list = 0;
    uint64_t misp = 0;  // how many of its entries, by way
    uint64_t corrected = 0;
    std::vector<std::string> first;  // "entry: why", of either way
  };

  // What is decided once for all attributes of a type: how their values are
  // read, and which lists apply to them.
  class Scope {
   public:
    // No list applies, whatever the value.
    bool empty() const { return tables_ == 0; }

   private:
    friend class WarninglistMatcher;
    friend class WarninglistCheck;
    bool splits_ = false;
    std::array<IndicatorKind, 2> kinds_{};  // of the halves
    uint8_t tables_ = 0;
    std::vector<bool> applies_;      // by list
    std::vector<uint32_t> regexes_;  // of those
  };

  // At most kMaxLists of them.
  explicit WarninglistMatcher(const WarninglistsView& lists);
  ~WarninglistMatcher();
  WarninglistMatcher(WarninglistMatcher&&) noexcept;

  Scope ScopeOf(std::string_view type) const;
  // The same with every list that is enabled, whatever types it names. With ""
  // for a type that is what POST /warninglists/checkValue looks at.
  Scope EveryListFor(std::string_view type) const;

  // By list; lists without such entries are not there.
  const std::vector<Unusable>& unusable() const { return unusable_; }

 private:
  friend class WarninglistCheck;
  struct Tables;

  Scope MakeScope(std::string_view type, bool every_list) const;

  std::unique_ptr<Tables> tables_;
  std::vector<Unusable> unusable_;
};

// Asks a matcher about one value after another. One per thread: it keeps
// buffers. The matcher must outlive it.
class WarninglistCheck {
 public:
  explicit WarninglistCheck(const WarninglistMatcher* matcher);
  ~WarninglistCheck();

  // The lists that the value is on in either way, ascending; `row` is 0. Valid
  // until the next call. `scope` is one of this matcher's.
  std::span<const WarninglistHit> Hits(const WarninglistMatcher::Scope& scope,
                                       std::string_view value);

 private:
  struct Reading;

  void CheckHalf(std::string_view half, IndicatorKind kind);
  void Read(std::string_view half, IndicatorKind kind);
  void CheckStrings();
  void CheckHosts();
  void CheckNetworks();
  void CheckSubstrings();
  void CheckRegexes();
  // The limit under which a host is told: that of a page on it.
  uint8_t HostLimit() const;
  void Add(uint16_t list, uint8_t uses, uint8_t limits);

  const WarninglistMatcher& matcher_;
  std::unique_ptr<Reading> reading_;
  // Of the value that is asked about.
  const WarninglistMatcher::Scope* scope_ = nullptr;
  uint8_t part_ = 0;
  std::vector<WarninglistHit> by_list_;  // only touched_ have anything
  std::vector<uint16_t> touched_;
  std::vector<WarninglistHit> hits_;
};

}  // namespace mispsift

#endif  // MISPSIFT_NORMALIZE_WARNINGLIST_MATCHER_H_
