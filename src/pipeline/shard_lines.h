#ifndef MISPSIFT_SRC_PIPELINE_SHARD_LINES_H_
#define MISPSIFT_SRC_PIPELINE_SHARD_LINES_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "mispsift/sink/result_folder.h"

namespace mispsift {

// How many lines an input of a manifest has in the files of a result folder.
//
//   shard.jsonl  a line for each input of the shard that has any, ascending:
//     {"input":number,"reports":n,"correlations":n,"fields":n}
struct InputLines {
  uint64_t input = 0;  // its number in the manifest, from 0
  uint64_t reports = 0;
  uint64_t correlations = 0;
  uint64_t fields = 0;
};

// Errors: kDataLoss.
absl::StatusOr<InputLines> ParseInputLines(std::string_view line);

// Counts the lines of each input as they are appended, in input order.
class ShardLines {
 public:
  // The text of a part of `input`; puts into text->shard what is complete.
  void Add(uint64_t input, ReportText* text);
  // Nothing is to follow.
  void End(std::string* shard);

 private:
  InputLines lines_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_PIPELINE_SHARD_LINES_H_
