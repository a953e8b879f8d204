#ifndef MISPSIFT_SRC_MISP_ATTRIBUTE_HANDLER_H_
#define MISPSIFT_SRC_MISP_ATTRIBUTE_HANDLER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "mispsift/base/digest.h"
#include "mispsift/base/json_stream.h"
#include "mispsift/base/reject.h"
#include "mispsift/model/attribute.h"
#include "mispsift/model/snapshot.h"

namespace mispsift::misp {

// An attribute that was turned away, or an element that is none.
struct RejectedRecord {
  uint64_t line;
  Reject reject;
  std::string detail;
};

// The keys that mean something, as they are after aliases are resolved. Those
// before kResponse are values that a record keeps; the rest hold others.
enum class Key : uint8_t {
  kId,
  kUuid,
  kType,
  kCategory,
  kValue,
  kValue1,
  kValue2,
  kComment,
  kTimestamp,
  kToIds,
  kDeleted,
  kDisableCorrelation,
  kEventId,
  kEventUuid,
  kInfo,
  kDate,
  kThreatLevelId,
  kAnalysis,
  kPublished,
  kOrgc,  // the name in it
  kOrg,
  kResponse,
  kAttribute,
  kEvent,
  kObject,
  kTag,
  kName,
  kInherited,
  kUnknown,
};

// RapidJSON's handler for MISP documents of every form (the grammar stands in
// attribute_reader.h): turns events of the parser into rows of the builder.
//
// What an object is, is known only at its end, since its keys come in any
// order; so each gathers what it says in a Record, attributes go to the
// builder as they are met, and what turns out later about all of them (their
// event, their object's deletion) is set for the run that the object holds.
class AttributeHandler {
 public:
  AttributeHandler(JsonStream* stream, Snapshot::Builder* builder);

  // The builder is within an input between Begin and the other two, which
  // end it.
  void BeginDocument();
  void CommitDocument();
  void AbandonDocument();

  // Of the document: that anything in it is MISP's; that it was left because
  // of its depth; what was turned away (at most kMaxListed are listed).
  bool holds_misp() const { return misp_count_ > 0; }
  bool too_deep() const { return too_deep_; }
  const RejectCounts& rejects() const { return rejects_; }
  const std::vector<RejectedRecord>& rejected() const { return rejected_; }

  // RapidJSON's handler. False stops it.
  bool Null() { return Scalar({}, false); }
  bool Bool(bool value) { return Scalar(value ? "1" : "0", true); }
  bool RawNumber(const char* text, uint32_t size, bool) {
    return Scalar({text, size}, true);
  }
  bool String(const char* text, uint32_t size, bool) {
    return Scalar({text, size}, true);
  }
  bool Key(const char* text, uint32_t size, bool);
  bool StartObject() { return Start(false); }
  bool StartArray() { return Start(true); }
  bool EndObject(uint32_t) { return End(); }
  bool EndArray(uint32_t) { return End(); }
  // Never called: numbers come raw.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(int64_t) { return false; }
  bool Uint64(uint64_t) { return false; }
  bool Double(double) { return false; }

 private:
  using KeyType = misp::Key;
  static constexpr size_t kFieldCount = static_cast<size_t>(KeyType::kResponse);
  static constexpr uint32_t kNoEvent = UINT32_MAX;

  // What a container is, told by the one around it and its key.
  enum class Scope : uint8_t {
    kNodes,       // list of documents
    kNode,        // envelope, event or attribute
    kAttributes,  // list of attributes
    kAttribute,
    kEvent,
    kObjects,  // list of objects
    kObject,
    kTags,  // list of tags
    kTag,
    kOrganisation,
    kSkipped,
  };

  struct Frame {
    Scope scope;
    bool is_array;
    KeyType key;        // the one last met
    uint32_t elements;  // of an array
  };

  // What one object says of itself.
  struct Record {
    std::array<std::string, kFieldCount> fields;
    uint32_t said;  // bit 1 << Key
    std::vector<std::string> tags;
    uint64_t first_attribute;  // in the builder, of those in it
    uint64_t misp_count;       // at its beginning
    uint32_t event;            // handle of its Event, or kNoEvent
    bool event_is_context;     // that Event held no attributes
    bool holds_list;           // of attributes or objects

    bool Says(KeyType key) const {
      return (said >> static_cast<unsigned>(key) & 1) != 0;
    }
    std::string_view Text(KeyType key) const {
      return Says(key) ? std::string_view(fields[static_cast<size_t>(key)])
                       : std::string_view();
    }
  };

  static bool HasRecord(Scope scope);
  static KeyType FindKey(std::string_view name);

  bool Scalar(std::string_view text, bool said);
  bool Start(bool is_array);
  bool End();
  Scope ScopeOfChild(bool is_array) const;
  Record& top() { return records_[record_count_ - 1]; }
  void PushRecord();

  void EndNode();
  void EndEvent();
  void EndObject();
  void EndTag();
  void AddAttribute();
  bool LooksLikeEvent(const Record& record) const;
  EventContext MakeEvent(const Record& record) const;
  uint32_t EventOfAttribute(const Record& record);
  uint32_t HandleOf(const EventContext& event);
  void RejectRecord(Reject reject, std::string detail);

  JsonStream* stream_;
  Snapshot::Builder* builder_;

  std::vector<Frame> frames_;
  size_t skipped_depth_ = 0;     // containers open below a skipped one
  std::vector<Record> records_;  // the first record_count_ are open
  size_t record_count_ = 0;
  std::string tag_;
  bool tag_inherited_ = false;
  std::string scratch_;
  Attribute attribute_;

  uint64_t misp_count_ = 0;  // things of MISP's met in this document
  bool too_deep_ = false;
  RejectCounts rejects_;
  std::vector<RejectedRecord> rejected_;

  // Handles by digest of what was said, over all documents: the rows of one
  // event share one. Those of this document go when it is abandoned.
  absl::flat_hash_map<Digest, uint32_t> handles_;
  std::vector<Digest> new_handles_;
};

}  // namespace mispsift::misp

#endif  // MISPSIFT_SRC_MISP_ATTRIBUTE_HANDLER_H_
