#ifndef MISPSIFT_MODEL_JSON_PATH_H_
#define MISPSIFT_MODEL_JSON_PATH_H_

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
  void PushKey(std::string_view key) { steps_.push_back({key, 0}); }
  void PushIndex() { steps_.push_back({{}, -1}); }
  // Moves the innermost index to the next element; the first is 0.
  void NextIndex() { ++steps_.back().index; }
  void Pop() { steps_.pop_back(); }
  void Clear() { steps_.clear(); }
  size_t depth() const { return steps_.size(); }

  // "$.network.domains[0].domain"; a key that is not [A-Za-z_][A-Za-z0-9_-]*
  // is written ["quoted"], escaped as JSON.
  std::string ToString() const;

 private:
  struct Step {
    std::string_view key;
    int64_t index;  // meaningful when key.data() is null
  };
  std::vector<Step> steps_;
};

}  // namespace mispsift

#endif  // MISPSIFT_MODEL_JSON_PATH_H_
