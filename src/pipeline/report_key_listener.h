#ifndef MISPSIFT_SRC_PIPELINE_REPORT_KEY_LISTENER_H_
#define MISPSIFT_SRC_PIPELINE_REPORT_KEY_LISTENER_H_

#include <string>
#include <utility>

#include "mispsift/match/report_keys.h"
#include "src/pipeline/report_scanner.h"

namespace mispsift {

// Keeps the keys of the reports that a scanner walks over.
//
// Threads: one for each scanner.
class ReportKeyListener : public ReportListener {
 public:
  explicit ReportKeyListener(const PublicSuffixes* suffixes)
      : collector_(suffixes) {}

  bool StartReport(const ReportSource&) override {
    collector_.Clear();
    return true;
  }
  bool Observe(const Observation& observation, const JsonPath&) override {
    collector_.Observe(observation);
    return false;
  }
  void EndReport(const ReportSource&, Reject reject) override {
    key_.clear();
    if (reject == Reject::kNone) collector_.Take(&key_);
  }

  // Of the report that was read last.
  std::string Take() { return std::exchange(key_, {}); }

 private:
  ReportKeyCollector collector_;
  std::string key_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_PIPELINE_REPORT_KEY_LISTENER_H_
