#ifndef MISPSIFT_SRC_CUCKOO_REPORT_VISITOR_H_
#define MISPSIFT_SRC_CUCKOO_REPORT_VISITOR_H_

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "mispsift/cuckoo/report_reader.h"
#include "mispsift/model/json_path.h"
#include "src/cuckoo/group.h"
#include "src/cuckoo/observer.h"
#include "src/cuckoo/places.h"
#include "src/cuckoo/report_facts.h"

namespace mispsift {

// What is done with a report, whichever parser walks over it: the places of its
// values, the groups that are put together, what it says of itself, and what is
// observed. The parser calls, in document order,
//
//   value  = String | Number | nothing (true, false, null, NaN)
//          | BeginObject { Member value EndMember } EndObject
//          | BeginList { Element value } EndList
//
// where a member for which Member() is false has neither value nor EndMember().
//
// Threads: thread-compatible; keeps its memory from report to report.
class ReportVisitor {
 public:
  // How long the texts of String() and Number() stay readable.
  enum class Texts : bool {
    kStay,  // until Finish()
    kPass,  // during the call; what a group needs of them is copied
  };

  ReportVisitor(ScanDepth depth, Texts texts, size_t max_levels)
      : depth_(depth),
        texts_(texts),
        max_levels_(max_levels),
        observer_(depth, &path_) {}

  void Start(ObservationSink* sink, ReportFacts* facts);
  // At the end of the document. False: it is no report.
  bool Finish();

  // False when the value of the member is to be skipped over. `first` is the
  // byte that it begins with. `key` must stay readable until EndMember().
  bool Member(std::string_view key, char first);
  void EndMember() {
    if (observes()) path_.Pop();
  }
  void Element();

  // False: too deep.
  bool BeginObject();
  void EndObject();
  // A list at the root is looked at by nobody.
  bool BeginList();
  void EndList();
  // Neither at the root.
  void String(std::string_view text);
  void Number(std::string_view number);

  // Of texts that are kept until the end: of the document, or of a group.
  size_t kept_bytes() const { return kept_bytes_ + facts_.kept_bytes(); }

 private:
  // An object or list that is open.
  struct Level {
    Place place;
    int group;
    size_t next_index;  // of a list
  };

  bool observes() const { return depth_ >= ScanDepth::kFields; }

  bool Begin(Group kind);
  void End();
  int StartGroup(Group kind, Place place);
  void FinishGroup(int group);
  // These say how many of the texts that are kept stay. `group`: that around.
  size_t FinishNamed(const GroupMembers& members, int group);
  size_t TellNamed(const GroupMembers& members, Slot slot, int group);

  std::string_view Keep(std::string_view text);
  // The text goes on in the group around; what was kept from `kept` on ends.
  std::string_view PassOn(std::string_view text, size_t kept);
  void KeepOnly(size_t count);

  const ScanDepth depth_;
  const Texts texts_;
  const size_t max_levels_;
  JsonPath path_;  // where something is observed
  Observer observer_;
  FactsBuilder facts_;
  std::vector<Level> levels_;
  std::vector<GroupMembers> groups_;       // those that are open
  std::vector<std::string_view> answers_;  // of the queries that are open
  Place place_;                            // of the value that comes next
  std::string_view key_;                   // likewise; empty for an element
  std::deque<std::string> kept_;
  size_t kept_bytes_ = 0;
};

inline bool ReportVisitor::Member(std::string_view key, char first) {
  const Place object = levels_.back().place;
  facts_.Member(object, key, first == '{', first == '{' || first == '[');
  const Place member = MemberPlace(object, key);
  if (IsSkipped(depth_, member)) return false;
  place_ = member;
  key_ = key;
  if (observes()) path_.PushKey(key);
  return true;
}

inline void ReportVisitor::Element() {
  Level& list = levels_.back();
  if (observes()) path_.NextIndex();
  place_ = ElementPlace(list.place, list.next_index++);
  key_ = {};
}

inline bool ReportVisitor::BeginObject() {
  facts_.BeginObject(place_.area, key_);
  return Begin(ObjectGroup(place_.area));
}

inline bool ReportVisitor::BeginList() {
  if (levels_.empty()) place_ = {Area::kHidden, Field::kHidden};
  if (observes()) path_.PushIndex();
  return Begin(ListGroup(place_.area));
}

inline bool ReportVisitor::Begin(Group kind) {
  if (levels_.size() == max_levels_) return false;
  levels_.push_back({place_, StartGroup(kind, place_), 0});
  return true;
}

inline void ReportVisitor::End() {
  const int group = levels_.back().group;
  levels_.pop_back();
  FinishGroup(group);
}

inline void ReportVisitor::EndObject() {
  const Area area = levels_.back().place.area;
  End();
  facts_.EndObject(area);
}

inline void ReportVisitor::EndList() {
  if (observes()) path_.Pop();
  End();
}

inline int ReportVisitor::StartGroup(Group kind, Place place) {
  if (kind == Group::kNone) return -1;
  GroupMembers& members = groups_.emplace_back();
  members.group = kind;
  members.area = place.area;
  members.where = place.where;
  members.kept = kept_.size();
  members.answers = answers_.size();
  return static_cast<int>(groups_.size()) - 1;
}

inline void ReportVisitor::KeepOnly(size_t count) {
  while (kept_.size() > count) {
    kept_bytes_ -= kept_.back().size();
    kept_.pop_back();
  }
}

}  // namespace mispsift

#endif  // MISPSIFT_SRC_CUCKOO_REPORT_VISITOR_H_
