// MISP JSON of any kind, in pieces whose size the first byte tells: reading
// ends, what it says adds up, and the snapshot is one that a file may hold.

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include "mispsift/base/check.h"
#include "mispsift/misp/attribute_reader.h"
#include "mispsift/model/snapshot.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using mispsift::Snapshot;
  if (size == 0) return 0;
  const size_t chunk = 1 + data[0];
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  Snapshot::Builder builder;
  builder.AddSource("attributes", "fuzz");
  const auto outcome = mispsift::misp::ReadAttributes(
      "fuzz",
      [&](char* buffer, size_t room) -> absl::StatusOr<size_t> {
        const size_t count = std::min({room, chunk, text.size()});
        if (count > 0) std::memcpy(buffer, text.data(), count);
        text.remove_prefix(count);
        return count;
      },
      &builder);
  MISPSIFT_CHECK(outcome.ok());
  MISPSIFT_CHECK(outcome->attributes == builder.added());
  MISPSIFT_CHECK(outcome->rejected.size() <= outcome->rejects.Total());
  MISPSIFT_CHECK(outcome->documents + outcome->rejects.Total() > 0);
  const Snapshot snapshot = std::move(builder).Build("", "");
  MISPSIFT_CHECK(snapshot.attribute_count() <= outcome->attributes);
  for (uint32_t row = 0; row < snapshot.attribute_count(); ++row) {
    const mispsift::AttributeView view = snapshot.attribute(row);
    MISPSIFT_CHECK(!view.value.empty() && !view.type.empty());
    snapshot.tags(view);
    snapshot.tags(snapshot.event_of(view));
  }
  return 0;
}
