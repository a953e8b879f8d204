#ifndef MISPSIFT_TESTS_MISP_READ_TEXT_H_
#define MISPSIFT_TESTS_MISP_READ_TEXT_H_

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "mispsift/misp/attribute_reader.h"
#include "mispsift/model/snapshot.h"

namespace mispsift::misp {

struct ReadResult {
  ReadAttributesOutcome outcome;
  Snapshot snapshot;
};

// Reads `text` in pieces of `chunk_bytes` as a source named "input".
inline ReadResult ReadText(std::string_view text, size_t chunk_bytes = 4096) {
  Snapshot::Builder builder;
  builder.AddSource("attributes", "input");
  absl::StatusOr<ReadAttributesOutcome> outcome = ReadAttributes(
      "input",
      [&](char* buffer, size_t size) -> absl::StatusOr<size_t> {
        const size_t count = std::min({size, chunk_bytes, text.size()});
        if (count > 0) std::memcpy(buffer, text.data(), count);
        text.remove_prefix(count);
        return count;
      },
      &builder);
  return {*std::move(outcome), std::move(builder).Build("", "")};
}

}  // namespace mispsift::misp

#endif  // MISPSIFT_TESTS_MISP_READ_TEXT_H_
