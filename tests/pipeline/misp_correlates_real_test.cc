// --as-misp against what a real MISP 2.5.1 correlated: one attribute in a
// snapshot, the other looked up and, where a report could show it, observed;
// both ways round.

#include <algorithm>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mispsift/match/matcher.h"
#include "mispsift/normalize/normalize.h"
#include "mispsift/pipeline/lookup.h"
#include "nlohmann/json.hpp"
#include "tests/support/misp_pairs.h"
#include "tests/support/snapshots.h"

namespace mispsift {
namespace {

using Row = MispPair;
using Side = MispPair::Side;

Index IndexOf(const Snapshot& snapshot, AsMisp as_misp) {
  IndexSettings settings;
  settings.keep_suppressed = true;
  settings.as_misp = as_misp;
  return Index::Build(snapshot, settings);
}

bool IsFoundByLookup(const Index& index, const std::string& value) {
  const auto line = nlohmann::json::parse(LookupLine(index, value, {}));
  return !line["matches"].empty();
}

// What a report would show of the attribute; none when no report can.
std::vector<Indicator> ShownBy(const Side& side) {
  std::vector<Indicator> shown;
  IndicatorsOf(side.type, side.value, &shown);
  std::erase_if(shown, [](const Indicator& indicator) {
    return indicator.form != KeyForm::kValue;
  });
  return shown;
}

bool IsFoundInReport(const Index& index, const std::vector<Indicator>& shown) {
  Matcher matcher(&index, {});
  JsonPath path;
  for (const Indicator& indicator : shown) {
    matcher.Observe({indicator.kind, KeyForm::kValue, Reading::kField,
                     Where::kNetwork, indicator.value},
                    path);
  }
  return !matcher.Take().matches.empty();
}

struct Compared {
  int lookups = 0;
  int observed = 0;
};

void Compare(const Side& known, const Side& asked, AsMisp as_misp,
             bool correlates, Compared* compared) {
  SCOPED_TRACE("known " + known.type + " " + known.sent + ", asked " +
               asked.type + " " + asked.sent +
               (as_misp == AsMisp::kAdvanced ? ", advanced" : ""));
  // Of what MISP dropped, the snapshot has what was sent, as a feed would.
  const Snapshot snapshot =
      SnapshotOf({{known.type, known.stored ? known.value : known.sent}});
  const Index index = IndexOf(snapshot, as_misp);
  if (!asked.stored) {
    EXPECT_FALSE(StoreLikeMisp(asked.type, asked.sent).kept);
    return;
  }
  ++compared->lookups;
  EXPECT_EQ(IsFoundByLookup(index, asked.value), correlates);
  EXPECT_EQ(IsFoundByLookup(index, asked.sent), correlates);
  // Reports know no domain|ip, only hosts and addresses, and MISP looks into
  // networks for the latter alone.
  if (as_misp >= AsMisp::kAdvanced && asked.type == "domain|ip") return;
  const std::vector<Indicator> shown = ShownBy(asked);
  if (shown.empty()) return;
  ++compared->observed;
  EXPECT_EQ(IsFoundInReport(index, shown), correlates);
}

TEST(MispCorrelatesReal, EveryRowInBothColumnsAndBothDirections) {
  const std::vector<Row> rows = ReadMispPairs();
  EXPECT_EQ(rows.size(), 66u);
  Compared compared;
  for (const Row& row : rows) {
    for (const AsMisp as_misp : {AsMisp::kDefault, AsMisp::kAdvanced}) {
      const bool correlates = as_misp == AsMisp::kAdvanced
                                  ? row.correlates_advanced
                                  : row.correlates;
      Compare(row.a, row.b, as_misp, correlates, &compared);
      Compare(row.b, row.a, as_misp, correlates, &compared);
    }
  }
  // All but the two that MISP dropped, in each column.
  EXPECT_EQ(compared.lookups, 4 * 66 - 2 * 2);
  EXPECT_EQ(compared.observed, 216);
}

// What the recorded server could not: its PHP had no ssdeep extension. Of all
// pairs only the two digests that are alike correlate more than it says.
TEST(MispCorrelatesReal, WithTheSsdeepExtensionLikeDigestsMeet) {
  Compared compared;
  int more = 0;
  for (const Row& row : ReadMispPairs()) {
    const bool alike = row.a.type == "ssdeep" && row.b.type == "ssdeep";
    more += alike && !row.correlates_advanced ? 1 : 0;
    Compare(row.a, row.b, AsMisp::kAdvancedSsdeep,
            alike || row.correlates_advanced, &compared);
  }
  EXPECT_EQ(more, 1);
}

}  // namespace
}  // namespace mispsift
