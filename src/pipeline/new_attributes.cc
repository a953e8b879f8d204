#include "src/pipeline/new_attributes.h"

#include "absl/container/flat_hash_map.h"
#include "mispsift/base/uuid.h"
#include "mispsift/normalize/attribute_types.h"
#include "mispsift/normalize/normalize.h"

namespace mispsift {
namespace {

// What suppresses nothing of an attribute's own, but may of its event or lists.
Index VerdictsOf(const Snapshot& snapshot, IndexSettings settings,
                 const std::vector<bool>* no_rows) {
  settings.only_rows = no_rows;
  return Index::Build(snapshot, settings);
}

// Whether `now` has an indicator that counts and that `then` has not, or not so
// that it counts.
bool HasNewIndicator(const Index& before, const AttributeView& then,
                     const Index& current, const AttributeView& now) {
  std::vector<Indicator> indicators;
  IndicatorsOf(now.type, now.value, &indicators);
  for (const Indicator& indicator : indicators) {
    if (current.Verdict(now, indicator) == 0 &&
        before.Verdict(then, indicator) != 0) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::vector<bool> NewAttributes(const Snapshot& before, const Snapshot& current,
                                const IndexSettings& settings) {
  absl::flat_hash_map<Uuid, uint32_t> rows;
  rows.reserve(before.attribute_count());
  for (uint32_t row = 0; row < before.attribute_count(); ++row) {
    rows[before.attribute(row).fields->uuid] = row;
  }
  // Built of no attribute, an index still says what suppresses one.
  const std::vector<bool> none_before(before.attribute_count());
  const std::vector<bool> none_now(current.attribute_count());
  const Index index_before = VerdictsOf(before, settings, &none_before);
  const Index index_now = VerdictsOf(current, settings, &none_now);
  std::vector<bool> is_new(current.attribute_count());
  for (uint32_t row = 0; row < current.attribute_count(); ++row) {
    const AttributeView now = current.attribute(row);
    const auto found = rows.find(now.fields->uuid);
    if (found == rows.end()) {
      is_new[row] = true;
      continue;
    }
    const AttributeView then = before.attribute(found->second);
    is_new[row] = then.type != now.type || then.value != now.value ||
                  HasNewIndicator(index_before, then, index_now, now);
  }
  return is_new;
}

}  // namespace mispsift
