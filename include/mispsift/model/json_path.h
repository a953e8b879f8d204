#ifndef MISPSIFT_MODEL_JSON_PATH_H_
#define MISPSIFT_MODEL_JSON_PATH_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mispsift {

// Where a reader stands in a document. Pushing is cheap (keys are views);
// only a match pays for the text.
class JsonPath {
 public:
  // `key` must stay readable until the matching Pop().
  void PushKey(std::string_view key) {
    ++place_;
    steps_.push_back({key, 0});
  }
  void PushIndex() {
    ++place_;
    steps_.push_back({{}, -1});
  }
  // Moves the innermost index to the next element; the first is 0.
  void NextIndex() {
    ++place_;
    ++steps_.back().index;
  }
  void Pop() {
    ++place_;
    steps_.pop_back();
  }
  void Clear() {
    ++place_;
    steps_.clear();
  }

  // Tells this place from every other one that the path has stood at.
  uint64_t place() const { return place_; }

  // "$.network.domains[0].domain"; a key that is not [A-Za-z_][A-Za-z0-9_-]*
  // is written ["quoted"], escaped as JSON. A key over kMaxKeyBytes is cut.
  std::string ToString() const;

  static constexpr size_t kMaxKeyBytes = 256;

 private:
  struct Step {
    std::string_view key;
    int64_t index;  // meaningful when key.data() is null
  };
  uint64_t place_ = 0;
  std::vector<Step> steps_;
};

}  // namespace mispsift

#endif  // MISPSIFT_MODEL_JSON_PATH_H_
