#ifndef MISPSIFT_SRC_PIPELINE_WARNINGLISTED_VALUES_H_
#define MISPSIFT_SRC_PIPELINE_WARNINGLISTED_VALUES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "mispsift/match/index.h"
#include "mispsift/match/warninglist_policy.h"
#include "mispsift/model/report.h"
#include "mispsift/model/snapshot.h"
#include "mispsift/model/warninglist_columns.h"
#include "mispsift/normalize/warninglist_matcher.h"

namespace mispsift {

// Which of the values that submission may send of a report are on the
// warninglists of a snapshot: what MISP would say of them as attributes of the
// types that they are sent as, and whether a run lets these lists block.
//
// Sealed: built once a scan, then asked by any number of threads, each with a
// check of its own.
class WarninglistedValues {
 public:
  // Null when there is nobody to ask: the snapshot has no lists, or the
  // settings believe none. `snapshot` must outlive it.
  static std::unique_ptr<const WarninglistedValues> Of(
      const Snapshot& snapshot, const IndexSettings& settings);

  // Refers to this.
  WarninglistCheck NewCheck() const { return WarninglistCheck(&matcher_); }

  // In the order of ReportFacts, each value once.
  std::vector<WarninglistedValue> Find(const ReportFacts& facts,
                                       WarninglistCheck* check) const;

 private:
  // The MISP types that values are asked about as.
  enum Type : uint8_t {
    kMd5,
    kSha1,
    kSha256,
    kSha512,
    kSsdeep,
    kFilename,
    kUrl,
    kDomain,
    kIpDst,
    kUserAgent,
    kMutex,
    kRegkey,
    kTypes
  };
  class Found;

  WarninglistedValues(WarninglistsView lists, const IndexSettings& settings);

  static void AskOfFile(const FileFacts& file, Found* found);
  static void AskOfDomains(const std::vector<ContactedDomain>& domains,
                           Found* found);

  WarninglistsView lists_;
  WarninglistMatcher matcher_;
  bool as_misp_compares_;
  std::vector<WarninglistEffect> effects_;  // by list
  std::array<WarninglistMatcher::Scope, kTypes> scopes_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_PIPELINE_WARNINGLISTED_VALUES_H_
