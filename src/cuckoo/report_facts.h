#ifndef MISPSIFT_SRC_CUCKOO_REPORT_FACTS_H_
#define MISPSIFT_SRC_CUCKOO_REPORT_FACTS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "mispsift/model/report.h"
#include "src/cuckoo/fact_lists.h"
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

  // Likewise; FactLists says what these mean.
  void BeginObject(Area area, std::string_view key) {
    lists_.BeginObject(area, key);
  }
  void EndObject(Area area) { lists_.EndObject(area); }
  void Domain(std::string_view domain, std::string_view ip) {
    lists_.Domain(domain, ip);
  }
  void DnsAnswer(std::string_view name, std::string_view ip) {
    lists_.DnsAnswer(name, ip);
  }
  void RequestedUrl(std::string_view url) { lists_.RequestedUrl(url); }

  // Settles what depends on the whole document. False: not a report.
  bool Finish();
  // Leaves nothing but what says which analysis it is.
  void KeepIdentity();

  // Of what is in lists, about.
  size_t kept_bytes() const { return lists_.kept_bytes(); }

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

  ReportFacts* facts_ = nullptr;
  Shape shape_;
  std::string version_;
  std::optional<double> score_;
  std::optional<double> malscore_;
  FactLists lists_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_CUCKOO_REPORT_FACTS_H_
