#ifndef MISPSIFT_SRC_MISP_WARNINGLIST_HANDLER_H_
#define MISPSIFT_SRC_MISP_WARNINGLIST_HANDLER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mispsift/misp/warninglist_reader.h"

namespace mispsift::misp {

// RapidJSON's handler for warninglists: the file format (which is also what
// /warninglists/export gives), /warninglists/view and /warninglists/index.
//
//   one   = list | { "Warninglist": list, ... }
//   many  = [ one... ] | { "Warninglists": [ one... ] }
//   list  = { fields,
//             "list": [text...] | {text: comment...}
//             or "WarninglistEntry": [ { "value": text }... ],
//             "matching_attributes": [text...] or "valid_attributes": "a, b"
//             or "WarninglistType": [ { "type": text }... ] }
//
// A list can have a million entries, so they are taken from the parser one by
// one; a tree of them would cost several times the text.
class WarninglistHandler {
 public:
  // What the document holds; an index says nothing of entries.
  enum class Shape : uint8_t { kOne, kMany };

  explicit WarninglistHandler(Shape shape) : shape_(shape) {}

  // After a whole document. Of shape kOne there is exactly one.
  std::vector<ServerWarninglist>& lists() { return lists_; }
  // Why it stopped the parser, if it did. too_deep() has no problem().
  const std::string& problem() const { return problem_; }
  bool too_deep() const { return too_deep_; }

  // RapidJSON's handler. False stops it.
  bool Null() { return Scalar(Kind::kNull, {}); }
  bool Bool(bool value) { return Scalar(Kind::kBool, value ? "1" : "0"); }
  bool RawNumber(const char* text, uint32_t size, bool) {
    return Scalar(Kind::kText, {text, size});
  }
  bool String(const char* text, uint32_t size, bool) {
    return Scalar(Kind::kText, {text, size});
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
  enum class Kind : uint8_t { kNull, kBool, kText };

  // The keys that mean something, after aliases. Those before kFieldCount are
  // one text each; the rest hold others.
  enum class Name : uint8_t {
    kId,
    kName,
    kVersion,
    kDescription,
    kType,
    kCategory,
    kEnabled,
    kEntryCount,
    kFieldCount,
    kWarninglists = kFieldCount,
    kWarninglist,
    kList,
    kRows,  // WarninglistEntry
    kAttributes,
    kTypeRows,  // WarninglistType
    kValue,
    kUnknown,
  };

  // What a container is, told by the one around it and its key.
  enum class Scope : uint8_t {
    kEnvelope,  // of many
    kLists,
    kOne,       // a list, or what is around one
    kInner,     // the list within
    kTexts,     // "list" as an array
    kComments,  // "list" as an object
    kRows,
    kRow,
    kAttributes,
    kTypeRows,
    kTypeRow,
    kSkipped,
  };

  struct Frame {
    Scope scope;
    Name name = Name::kUnknown;  // of the member last met
  };

  // What one list says of itself, in any order.
  struct Draft {
    std::array<std::string, static_cast<size_t>(Name::kFieldCount)> fields;
    uint32_t said = 0;  // bit 1 << Name
    bool says_entries = false;
    uint64_t entry_count = 0;  // as they were met
    std::vector<std::string> entries;
    std::vector<std::string> attributes;

    // Empty when it does not say.
    const std::string& Text(Name name) const {
      return fields[static_cast<size_t>(name)];
    }
    bool Says(Name name) const {
      return (said >> static_cast<unsigned>(name) & 1) != 0;
    }
  };

  static Name FindName(std::string_view key);
  static bool IsField(Name name) { return name < Name::kFieldCount; }

  bool Scalar(Kind kind, std::string_view text);
  bool SetMember(Name name, Kind kind, std::string_view text);
  bool Start(bool is_array);
  bool End();
  bool Push(Scope scope);
  bool StartMember(Name name, bool is_array);
  bool Stop(std::string problem);
  void AddEntry(std::string_view text);
  void AddAttribute(std::string_view text);
  void AddAttributes(std::string_view texts);
  bool FinishDraft();

  Shape shape_;
  std::vector<Frame> frames_;
  size_t skipped_depth_ = 0;  // containers open below a skipped one
  Draft draft_;
  bool row_has_value_ = false;
  bool found_lists_ = false;
  bool too_deep_ = false;
  std::string problem_;
  std::string scratch_;
  std::vector<ServerWarninglist> lists_;
};

}  // namespace mispsift::misp

#endif  // MISPSIFT_SRC_MISP_WARNINGLIST_HANDLER_H_
