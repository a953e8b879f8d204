#include "src/misp/attribute_handler.h"

#include <fmt/format.h>

#include <utility>

#include "mispsift/base/utf8.h"
#include "mispsift/misp/attribute_reader.h"
#include "mispsift/normalize/attribute_types.h"
#include "src/misp/json_fields.h"
#include "src/misp/json_limits.h"

namespace mispsift::misp {

AttributeHandler::AttributeHandler(JsonStream* stream,
                                   Snapshot::Builder* builder)
    : stream_(stream), builder_(builder) {}

void AttributeHandler::BeginDocument() {
  frames_.clear();
  skipped_depth_ = 0;
  record_count_ = 0;
  misp_count_ = 0;
  too_deep_ = false;
  rejects_ = {};
  rejected_.clear();
  new_handles_.clear();
  builder_->BeginInput();
}

void AttributeHandler::CommitDocument() { builder_->CommitInput(); }

void AttributeHandler::AbandonDocument() {
  builder_->AbandonInput();
  for (const Digest& digest : new_handles_) handles_.erase(digest);
}

bool AttributeHandler::HasRecord(Scope scope) {
  return scope == Scope::kNode || scope == Scope::kAttribute ||
         scope == Scope::kEvent || scope == Scope::kObject;
}

AttributeHandler::KeyType AttributeHandler::FindKey(std::string_view name) {
  static const auto* const kKeys =
      new absl::flat_hash_map<std::string_view, KeyType>({
          {"id", KeyType::kId},
          {"uuid", KeyType::kUuid},
          {"type", KeyType::kType},
          {"category", KeyType::kCategory},
          {"value", KeyType::kValue},
          {"value1", KeyType::kValue1},
          {"value2", KeyType::kValue2},
          {"comment", KeyType::kComment},
          {"timestamp", KeyType::kTimestamp},
          {"to_ids", KeyType::kToIds},
          {"deleted", KeyType::kDeleted},
          {"disable_correlation", KeyType::kDisableCorrelation},
          {"event_id", KeyType::kEventId},
          {"event_uuid", KeyType::kEventUuid},
          {"info", KeyType::kInfo},
          {"date", KeyType::kDate},
          {"threat_level_id", KeyType::kThreatLevelId},
          {"analysis", KeyType::kAnalysis},
          {"published", KeyType::kPublished},
          {"Orgc", KeyType::kOrgc},
          {"Org", KeyType::kOrg},
          {"response", KeyType::kResponse},
          {"Attribute", KeyType::kAttribute},
          {"attribute", KeyType::kAttribute},
          {"Event", KeyType::kEvent},
          {"Object", KeyType::kObject},
          {"Tag", KeyType::kTag},
          {"EventTag", KeyType::kTag},
          {"AttributeTag", KeyType::kTag},
          {"name", KeyType::kName},
          {"inherited", KeyType::kInherited},
      });
  const auto found = kKeys->find(name);
  return found == kKeys->end() ? KeyType::kUnknown : found->second;
}

bool AttributeHandler::Key(const char* text, uint32_t size, bool) {
  if (skipped_depth_ == 0) frames_.back().key = FindKey({text, size});
  return true;
}

bool AttributeHandler::Scalar(std::string_view text, bool said) {
  if (skipped_depth_ > 0) return true;
  if (frames_.empty()) return true;  // a document that is no container
  Frame& frame = frames_.back();
  ++frame.elements;
  if (!said) return true;
  switch (frame.scope) {
    case Scope::kNode:
    case Scope::kAttribute:
    case Scope::kEvent:
    case Scope::kObject: {
      const size_t field = static_cast<size_t>(frame.key);
      if (field >= kFieldCount) return true;
      top().fields[field] = ReplaceInvalidUtf8(text, &scratch_);
      top().said |= 1u << field;
      return true;
    }
    case Scope::kTag:
      if (frame.key == KeyType::kName) {
        tag_ = ReplaceInvalidUtf8(text, &scratch_);
      } else if (frame.key == KeyType::kInherited) {
        tag_inherited_ = ParseFlag(text);
      }
      return true;
    case Scope::kTags:
      top().tags.emplace_back(ReplaceInvalidUtf8(text, &scratch_));
      return true;
    case Scope::kOrganisation:
      if (frame.key == KeyType::kName) {
        // The frame around this one met the key Orgc or Org.
        const KeyType role = frames_[frames_.size() - 2].key;
        top().fields[static_cast<size_t>(role)] =
            ReplaceInvalidUtf8(text, &scratch_);
        top().said |= 1u << static_cast<unsigned>(role);
      }
      return true;
    case Scope::kNodes:
    case Scope::kAttributes:
    case Scope::kObjects:
      RejectRecord(Reject::kNotMisp, "a list element that is no object");
      return true;
    case Scope::kSkipped:
      return true;
  }
  return true;
}

// What the container that begins now is.
AttributeHandler::Scope AttributeHandler::ScopeOfChild(bool is_array) const {
  if (frames_.empty()) return is_array ? Scope::kNodes : Scope::kNode;
  const Scope scope = frames_.back().scope;
  const KeyType key = frames_.back().key;
  const bool node = scope == Scope::kNode;
  switch (scope) {
    case Scope::kNodes:
      return is_array ? Scope::kNodes : Scope::kNode;
    case Scope::kAttributes:
      return is_array ? Scope::kSkipped : Scope::kAttribute;
    case Scope::kObjects:
      return is_array ? Scope::kSkipped : Scope::kObject;
    case Scope::kTags:
      return is_array ? Scope::kSkipped : Scope::kTag;
    case Scope::kTag:  // EventTag: [{"Tag": {...}}]
      return key == KeyType::kTag && !is_array ? Scope::kTag : Scope::kSkipped;
    case Scope::kNode:
    case Scope::kAttribute:
    case Scope::kEvent:
    case Scope::kObject:
      break;
    case Scope::kOrganisation:
    case Scope::kSkipped:
      return Scope::kSkipped;
  }
  switch (key) {
    case KeyType::kResponse:
      if (!node) break;
      return is_array ? Scope::kNodes : Scope::kNode;
    case KeyType::kAttribute:
      if (scope == Scope::kAttribute) break;
      return is_array ? Scope::kAttributes : Scope::kAttribute;
    case KeyType::kEvent:
      if (is_array || scope == Scope::kEvent) break;
      return Scope::kEvent;
    case KeyType::kObject:
      if (!node && scope != Scope::kEvent) break;
      return is_array ? Scope::kObjects : Scope::kObject;
    case KeyType::kTag:
      if (scope == Scope::kObject) break;
      return is_array ? Scope::kTags : Scope::kTag;
    case KeyType::kOrgc:
    case KeyType::kOrg:
      if (is_array || (!node && scope != Scope::kEvent)) break;
      return Scope::kOrganisation;
    default:
      break;
  }
  return Scope::kSkipped;
}

bool AttributeHandler::Start(bool is_array) {
  if (frames_.size() + skipped_depth_ == kMaxDepth) {
    too_deep_ = true;
    return false;
  }
  if (skipped_depth_ > 0) {
    ++skipped_depth_;
    return true;
  }
  const Scope scope = ScopeOfChild(is_array);
  if (!frames_.empty()) ++frames_.back().elements;
  if (scope == Scope::kSkipped) {
    if (!frames_.empty() && frames_.back().is_array) {
      RejectRecord(Reject::kNotMisp, "a list element that is no object");
    }
    skipped_depth_ = 1;
    return true;
  }
  if (!frames_.empty() && HasRecord(frames_.back().scope)) {
    if (scope == Scope::kAttributes || scope == Scope::kAttribute) {
      // An empty list of attributes is MISP's as well.
      top().holds_list = true;
      ++misp_count_;
    } else if (scope == Scope::kObjects || scope == Scope::kObject) {
      top().holds_list = true;
    } else if (scope == Scope::kNodes) {
      ++misp_count_;
    }
  }
  if (scope == Scope::kTag) {
    tag_.clear();
    tag_inherited_ = false;
  }
  if (HasRecord(scope)) PushRecord();
  frames_.push_back({scope, is_array, KeyType::kUnknown, 0});
  return true;
}

void AttributeHandler::PushRecord() {
  if (record_count_ == records_.size()) records_.emplace_back();
  Record& record = records_[record_count_++];
  record.said = 0;
  record.tags.clear();
  record.first_attribute = builder_->added();
  record.misp_count = misp_count_;
  record.event = kNoEvent;
  record.event_is_context = false;
  record.holds_list = false;
}

bool AttributeHandler::End() {
  if (skipped_depth_ > 0) {
    --skipped_depth_;
    return true;
  }
  const Frame frame = frames_.back();
  frames_.pop_back();
  switch (frame.scope) {
    case Scope::kNode:
      EndNode();
      break;
    case Scope::kAttribute:
      AddAttribute();
      break;
    case Scope::kEvent:
      EndEvent();
      break;
    case Scope::kObject:
      EndObject();
      break;
    case Scope::kTag:
      EndTag();
      break;
    case Scope::kNodes:
      // An empty list is an answer of MISP's too; one of other things is not.
      if (frames_.empty() && frame.elements == 0) ++misp_count_;
      break;
    default:
      break;
  }
  if (HasRecord(frame.scope)) --record_count_;
  return true;
}

void AttributeHandler::EndNode() {
  const Record& record = top();
  const bool has_value =
      record.Says(KeyType::kValue) || record.Says(KeyType::kValue1);
  if (record.Says(KeyType::kType) && has_value) {
    AddAttribute();
  } else if (LooksLikeEvent(record)) {
    ++misp_count_;
    builder_->SetEvent(record.first_attribute, HandleOf(MakeEvent(record)));
  } else if (record.Says(KeyType::kType) || has_value) {
    AddAttribute();  // which says what is missing
  } else if (record.event != kNoEvent && record.event_is_context) {
    // {"Attribute": {...}, "Event": {...}}
    builder_->SetEvent(record.first_attribute, record.event);
  } else if (misp_count_ == record.misp_count && !frames_.empty()) {
    RejectRecord(Reject::kNotMisp, "neither an attribute nor an event");
  }
  if (ParseFlag(record.Text(KeyType::kDeleted))) {
    builder_->SetDeleted(record.first_attribute);
  }
}

void AttributeHandler::EndEvent() {
  const Record& record = top();
  const bool has_attributes = builder_->added() > record.first_attribute;
  const bool said = record.Says(KeyType::kUuid) ||
                    record.Says(KeyType::kInfo) ||
                    record.Says(KeyType::kDate) || record.holds_list;
  if (!said && !record.Says(KeyType::kId)) return;
  if (said) ++misp_count_;
  const uint32_t handle = HandleOf(MakeEvent(record));
  builder_->SetEvent(record.first_attribute, handle);
  Record& parent = records_[record_count_ - 2];
  parent.event = handle;
  parent.event_is_context = !has_attributes;
}

void AttributeHandler::EndObject() {
  const Record& record = top();
  if (record.event != kNoEvent) {
    builder_->SetEvent(record.first_attribute, record.event);
  }
  if (ParseFlag(record.Text(KeyType::kDeleted))) {
    builder_->SetDeleted(record.first_attribute);
  }
}

// In EventTag the tag stands within another object, which then has no name.
void AttributeHandler::EndTag() {
  if (!tag_.empty() && !tag_inherited_) top().tags.push_back(tag_);
  tag_.clear();
}

void AttributeHandler::AddAttribute() {
  ++misp_count_;
  Record& record = top();
  const std::string_view type = record.Text(KeyType::kType);
  attribute_.value = record.Text(KeyType::kValue);
  if (!record.Says(KeyType::kValue)) {
    attribute_.value = record.Text(KeyType::kValue1);
    const std::string_view second = record.Text(KeyType::kValue2);
    if (!second.empty()) attribute_.value.append("|").append(second);
  }
  if (type.empty() || attribute_.value.empty()) {
    const std::string_view uuid = record.Text(KeyType::kUuid);
    RejectRecord(type.empty() ? Reject::kMissingType : Reject::kMissingValue,
                 fmt::format("attribute {}",
                             uuid.empty() ? record.Text(KeyType::kId) : uuid));
    return;
  }
  const AttributeType* known = FindAttributeType(type);
  attribute_.uuid = ParseUuidOrNil(record.Text(KeyType::kUuid));
  attribute_.id = ParseNumber<uint64_t>(record.Text(KeyType::kId));
  attribute_.type = type;
  attribute_.category = record.Text(KeyType::kCategory);
  if (attribute_.category.empty() && known != nullptr) {
    attribute_.category = known->default_category;
  }
  attribute_.comment = record.Text(KeyType::kComment);
  attribute_.timestamp = ParseNumber<int64_t>(record.Text(KeyType::kTimestamp));
  attribute_.to_ids = record.Says(KeyType::kToIds)
                          ? ParseFlag(record.Text(KeyType::kToIds))
                          : known != nullptr && known->default_to_ids;
  attribute_.deleted = ParseFlag(record.Text(KeyType::kDeleted));
  attribute_.disable_correlation =
      ParseFlag(record.Text(KeyType::kDisableCorrelation));
  attribute_.tags.swap(record.tags);
  builder_->Add(attribute_, EventOfAttribute(record));
}

// Within an event, or an object with one, this is set again at its end.
uint32_t AttributeHandler::EventOfAttribute(const Record& record) {
  if (record.event != kNoEvent) return record.event;
  EventContext event;
  event.uuid = ParseUuidOrNil(record.Text(KeyType::kEventUuid));
  event.id = ParseNumber<uint64_t>(record.Text(KeyType::kEventId));
  return HandleOf(event);
}

bool AttributeHandler::LooksLikeEvent(const Record& record) const {
  return record.Says(KeyType::kInfo) &&
         (record.holds_list || record.Says(KeyType::kUuid) ||
          record.Says(KeyType::kDate) || record.Says(KeyType::kAnalysis) ||
          record.Says(KeyType::kThreatLevelId) || record.Says(KeyType::kOrgc));
}

EventContext AttributeHandler::MakeEvent(const Record& record) const {
  EventContext event;
  event.uuid = ParseUuidOrNil(record.Text(KeyType::kUuid));
  event.id = ParseNumber<uint64_t>(record.Text(KeyType::kId));
  event.info = record.Text(KeyType::kInfo);
  event.date = record.Text(KeyType::kDate);
  event.org = record.Text(KeyType::kOrgc);
  if (event.org.empty()) event.org = record.Text(KeyType::kOrg);
  event.timestamp = ParseNumber<int64_t>(record.Text(KeyType::kTimestamp));
  event.threat_level_id =
      ParseNumber<int32_t>(record.Text(KeyType::kThreatLevelId));
  if (record.Says(KeyType::kAnalysis)) {
    event.analysis = ParseNumber<int32_t>(record.Text(KeyType::kAnalysis));
  }
  event.published = ParseFlag(record.Text(KeyType::kPublished));
  event.disable_correlation =
      ParseFlag(record.Text(KeyType::kDisableCorrelation));
  event.tags = record.tags;
  return event;
}

uint32_t AttributeHandler::HandleOf(const EventContext& event) {
  scratch_.assign(reinterpret_cast<const char*>(event.uuid.bytes.data()),
                  event.uuid.bytes.size());
  fmt::format_to(std::back_inserter(scratch_), "{} {} {} {} {} {} ", event.id,
                 event.timestamp, event.threat_level_id, event.analysis,
                 event.published, event.disable_correlation);
  const auto add = [this](std::string_view text) {
    fmt::format_to(std::back_inserter(scratch_), "{} ", text.size());
    scratch_ += text;
  };
  add(event.info);
  add(event.date);
  add(event.org);
  for (const std::string& tag : event.tags) add(tag);
  const Digest digest = DigestOf(0, scratch_);
  const auto found = handles_.find(digest);
  if (found != handles_.end()) return found->second;
  const uint32_t handle = builder_->AddEvent(event);
  handles_.emplace(digest, handle);
  new_handles_.push_back(digest);
  return handle;
}

void AttributeHandler::RejectRecord(Reject reject, std::string detail) {
  rejects_.Add(reject);
  if (rejected_.size() < kMaxListed) {
    rejected_.push_back({stream_->Line(), reject,
                         fmt::format("{} (line {}, byte {})", detail,
                                     stream_->Line(), stream_->Tell())});
  }
}

}  // namespace mispsift::misp
