#ifndef MISPSIFT_SRC_CUCKOO_REPORT_FACTS_H_
#define MISPSIFT_SRC_CUCKOO_REPORT_FACTS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "mispsift/base/digest.h"
#include "mispsift/model/report.h"
#include "src/cuckoo/places.h"

namespace mispsift {

// Gathers what a report says about itself while a reader walks over it, in
// any order of keys, and tells at the end whether it was a report at all, and
// of which dialect: both by shape.
//
// A report is an object with
//   an object `info` and a section (behavior, network, target, ...), or
//   an object `behavior` with `processes` or `summary`, or
//   `task_id` or `analysis_id`, and `signatures` (Cuckoo 3).
// CAPE's iocs.json, which has sections too, is told by its `process_tree`.
class FactsBuilder {
 public:
  void Start(ReportFacts* facts);

  // A member of an object at `object`; `is_object` and `is_container` tell
  // what stands there.
  void Member(Place object, std::string_view key, bool is_object,
              bool is_container);
  // A string, or a number as written, in a slot that is not a group's.
  void Text(Slot slot, std::string_view text);
  void Number(Slot slot, std::string_view number);

  void Domain(std::string_view domain, std::string_view ip);
  void RequestedUrl(std::string_view url);
  // A malware configuration begins; what is in its slots belongs to it.
  void Config(std::string_view family);

  // Settles what depends on the whole document. False: not a report.
  bool Finish();

  // Of what is in lists, about.
  size_t kept_bytes() const { return kept_bytes_; }

 private:
  struct Shape {
    bool info = false;
    bool section = false;
    bool behavior = false;
    bool processes = false;
    bool summary = false;
    bool task = false;
    bool signatures = false;
    bool cape = false;
    bool droid = false;
    bool top_file = false;
    bool target_file = false;
    bool process_tree = false;
    bool like_cuckoo2 = false;  // something that only Cuckoo 2 writes
  };

  void RootMember(std::string_view key, bool is_object, bool is_container);
  Dialect TellDialect() const;
  // True for the first time that `value` comes in list number `list`.
  bool IsNew(uint64_t list, std::string_view value);
  void AddNew(uint64_t list, std::string_view value,
              std::vector<std::string>* out);

  ReportFacts* facts_ = nullptr;
  Shape shape_;
  std::string version_;
  std::optional<double> score_;
  std::optional<double> malscore_;
  std::vector<std::string> http_urls_;
  absl::flat_hash_set<Digest> seen_;
  size_t kept_bytes_ = 0;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_CUCKOO_REPORT_FACTS_H_
