#ifndef MISPSIFT_SRC_MODEL_NAME_TABLE_H_
#define MISPSIFT_SRC_MODEL_NAME_TABLE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace mispsift {

// Names of all inputs under common numbers. Those that can match come first in
// the result, in byte order, so that they do not depend on the others.
class NameTable {
 public:
  // Number 0 is the empty name, and what does not fit under `limit` becomes it.
  explicit NameTable(uint64_t limit) : limit_(limit) { Intern(""); }

  // `name` must outlive the table.
  uint32_t Intern(std::string_view name) {
    const auto found = numbers_.find(name);
    if (found != numbers_.end()) return found->second;
    if (names_.size() == limit_) return 0;
    const uint32_t number = static_cast<uint32_t>(names_.size());
    numbers_.emplace(name, number);
    names_.push_back(name);
    use_.push_back(kUnused);
    return number;
  }

  void Use(uint32_t number, bool shown) {
    use_[number] = std::max(use_[number], shown ? kShown : kKept);
  }

  // No Intern() or Use() after this.
  void Seal() {
    for (const UseOf use : {kShown, kKept}) {
      const size_t first = order_.size();
      for (uint32_t number = 0; number < names_.size(); ++number) {
        if (use_[number] == use) order_.push_back(number);
      }
      std::sort(
          order_.begin() + static_cast<std::ptrdiff_t>(first), order_.end(),
          [this](uint32_t a, uint32_t b) { return names_[a] < names_[b]; });
      if (use == kShown) shown_ = order_.size();
    }
    ranks_.resize(names_.size());
    for (uint32_t rank = 0; rank < order_.size(); ++rank) {
      ranks_[order_[rank]] = rank;
    }
  }

  uint32_t rank(uint32_t number) const { return ranks_[number]; }
  size_t size() const { return order_.size(); }
  size_t shown() const { return shown_; }  // the first of them
  std::string_view name(size_t rank) const { return names_[order_[rank]]; }

 private:
  enum UseOf : uint8_t { kUnused, kKept, kShown };

  uint64_t limit_;
  std::vector<std::string_view> names_;
  std::vector<UseOf> use_;
  absl::flat_hash_map<std::string_view, uint32_t> numbers_;
  std::vector<uint32_t> order_;  // numbers by rank
  std::vector<uint32_t> ranks_;
  size_t shown_ = 0;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_MODEL_NAME_TABLE_H_
