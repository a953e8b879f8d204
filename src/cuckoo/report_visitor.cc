#include "src/cuckoo/report_visitor.h"

#include <utility>

#include "mispsift/base/byte_set.h"

namespace mispsift {
namespace {

constexpr int kNoGroup = -1;

}  // namespace

void ReportVisitor::Start(ObservationSink* sink, ReportFacts* facts) {
  path_.Clear();
  levels_.clear();
  groups_.clear();
  answers_.clear();
  place_ = Place();
  key_ = {};
  KeepOnly(0);
  observer_.Start(sink);
  facts_.Start(facts);
}

bool ReportVisitor::Finish() {
  const bool is_report = facts_.Finish();
  // Of all else only what stood in the way was met.
  if (depth_ == ScanDepth::kIdentity) facts_.KeepIdentity();
  return is_report;
}

void ReportVisitor::String(std::string_view text) {
  const Place place = place_;
  if (place.field == Field::kHidden) {
    if (place.slot != Slot::kNone) facts_.Text(place.slot, text);
    return;
  }
  if (IsGroupSlot(place.slot)) {
    const int group = levels_.back().group;
    if (group != kNoGroup) {
      GroupMembers& members = groups_[static_cast<size_t>(group)];
      const bool is_first = !members.Has(place.slot);
      if (is_first) members.Set(place.slot, Keep(text));
      if (is_first && place.slot == Slot::kNamed) {
        // Its turn comes when the object ends and its kind is known.
        members.named_key = Keep(key_);
        members.named_is_text = true;
        return;
      }
    }
  } else if (place.slot != Slot::kNone) {
    facts_.Text(place.slot, text);
  }
  if (observes()) observer_.Text(place.field, place.where, text);
}

void ReportVisitor::Number(std::string_view number) {
  const Place place = place_;
  if (place.slot == Slot::kNone || place.field == Field::kHidden) return;
  if (!IsGroupSlot(place.slot)) {
    facts_.Number(place.slot, number);
    return;
  }
  const int group = levels_.back().group;
  if (group == kNoGroup || !IsDigits(number)) return;
  GroupMembers& members = groups_[static_cast<size_t>(group)];
  if (!members.Has(place.slot)) members.Set(place.slot, Keep(number));
}

void ReportVisitor::FinishGroup(int group) {
  if (group == kNoGroup) return;
  const GroupMembers members = groups_.back();
  groups_.pop_back();
  size_t kept = members.kept;
  switch (members.group) {
    case Group::kNamed:
    case Group::kPair:
      kept = FinishNamed(members, group - 1);
      break;
    case Group::kDomain:
      facts_.Domain(members.Get(Slot::kDomain), members.Get(Slot::kDomainIp));
      for (size_t i = members.answers; i < answers_.size(); ++i) {
        facts_.DnsAnswer(members.Get(Slot::kHost), answers_[i]);
      }
      answers_.resize(members.answers);
      break;
    case Group::kHttp:
      facts_.RequestedUrl(observer_.UrlOf(members));
      [[fallthrough]];
    default:
      if (observes()) observer_.Together(members);
  }
  KeepOnly(kept);
}

size_t ReportVisitor::FinishNamed(const GroupMembers& members, int group) {
  if (!members.Has(Slot::kNamed)) return members.kept;
  const std::string_view value = members.Get(Slot::kNamed);
  const Place named = NamedPlace(members.area, members.Get(Slot::kSelector));
  if (members.named_is_text && observes()) {
    path_.PushKey(members.named_key);
    observer_.Text(named.field, members.where, value);
    path_.Pop();
  }
  if (members.group == Group::kNamed) {
    return TellNamed(members, named.slot, group);
  }
  if (!IsGroupSlot(named.slot)) return members.kept;
  GroupMembers& outer = groups_[static_cast<size_t>(group)];
  if (outer.Has(named.slot)) return members.kept;
  outer.Set(named.slot, PassOn(value, members.kept));
  return kept_.size();
}

size_t ReportVisitor::TellNamed(const GroupMembers& members, Slot slot,
                                int group) {
  if (!members.named_is_text) return members.kept;
  const std::string_view value = members.Get(Slot::kNamed);
  if (members.area == Area::kMark) facts_.Text(Slot::kMark, value);
  if (slot != Slot::kAnswer) {
    if (slot != Slot::kNone) facts_.Text(slot, value);
    return members.kept;
  }
  if (members.area != Area::kDnsAnswer) return members.kept;
  // Whose address it is the answer says, or the query, at its end.
  if (members.Has(Slot::kHost)) {
    facts_.DnsAnswer(members.Get(Slot::kHost), value);
    return members.kept;
  }
  if (group == kNoGroup ||
      groups_[static_cast<size_t>(group)].area != Area::kDns) {
    return members.kept;
  }
  answers_.push_back(PassOn(value, members.kept));
  return kept_.size();
}

std::string_view ReportVisitor::PassOn(std::string_view text, size_t kept) {
  if (texts_ == Texts::kStay) return text;
  std::string own(text);
  KeepOnly(kept);
  return Keep(own);
}

// A copy where the text would not stay. No text stays none: an element's key.
std::string_view ReportVisitor::Keep(std::string_view text) {
  if (texts_ == Texts::kStay || text.data() == nullptr) return text;
  kept_bytes_ += text.size();
  return kept_.emplace_back(text);
}

}  // namespace mispsift
