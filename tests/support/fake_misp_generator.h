#ifndef MISPSIFT_TESTS_SUPPORT_FAKE_MISP_GENERATOR_H_
#define MISPSIFT_TESTS_SUPPORT_FAKE_MISP_GENERATOR_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/fake_misp.h"

namespace mispsift {

// Where the generated attributes of an event come from.
struct GeneratedRows {
  uint64_t seed = 0;
  uint64_t event_id = 0;
  uint64_t first_id = 0;  // ids are first_id, first_id + 1, ...
  uint32_t count = 0;
  int64_t timestamp = 0;  // none of them is newer
};

// The cheap parts of row `index`, for filters.
std::string_view GeneratedType(const GeneratedRows& rows, uint32_t index);
std::string_view GeneratedCategory(const GeneratedRows& rows, uint32_t index);
bool GeneratedToIds(const GeneratedRows& rows, uint32_t index);
int64_t GeneratedTimestamp(const GeneratedRows& rows, uint32_t index);
// The whole of it. `row` is used again for the next one, which spares memory.
void GenerateAttribute(const GeneratedRows& rows, uint32_t index,
                       FakeAttribute* row);

// A uuid of a generated row says which row it is; false for any other. The
// caller still compares it with the row's: another seed's looks the same.
bool PlaceOfGeneratedUuid(std::string_view uuid, uint64_t* event_id,
                          uint32_t* index);
std::string UuidOfId(uint64_t salt, uint64_t id);

// The event itself, without id and attributes.
FakeEvent GenerateEvent(uint64_t seed, uint64_t id, int64_t now);

// How many of `attributes` each of `events` has: many few, some many.
std::vector<uint32_t> GenerateSizes(uint64_t events, uint64_t attributes,
                                    uint64_t seed);

// Every tag that generated rows and events carry.
std::vector<std::string> GeneratedTagNames();

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_FAKE_MISP_GENERATOR_H_
