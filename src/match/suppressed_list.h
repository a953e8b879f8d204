#ifndef MISPSIFT_SRC_MATCH_SUPPRESSED_LIST_H_
#define MISPSIFT_SRC_MATCH_SUPPRESSED_LIST_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "mispsift/match/index.h"

namespace mispsift {

// Keeps of the suppressed attributes that are added those which
// Index::suppressed() lists. The order of adding changes nothing.
// Memory: some 48 bytes for each that is listed. Threads: one.
class SuppressedList {
 public:
  // Of each reason up to `most`.
  explicit SuppressedList(size_t most) : most_(most) {}

  // `timestamp` is the attribute's.
  void Add(const SuppressedAttribute& attribute, int64_t timestamp);
  void AddAllOf(SuppressedList&& other);

  std::vector<SuppressedAttribute> Sorted() &&;

 private:
  struct Dated {
    SuppressedAttribute attribute;
    int64_t timestamp;
  };
  using Group = std::vector<Dated>;

  static bool Before(const Dated& a, const Dated& b);
  void Add(const Dated& dated, Group* group) const;
  void Cut(Group* group) const;

  size_t most_;
  // By the first of their reasons, in the order of the list.
  std::array<Group, static_cast<size_t>(Suppression::kCount)> groups_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_MATCH_SUPPRESSED_LIST_H_
