#include "src/misp/feed_manifest.h"

#include <rapidjson/reader.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "mispsift/base/uuid.h"
#include "src/misp/json_fields.h"

namespace mispsift::misp {
namespace {

// Takes an object of objects. Anything else stops it.
class ManifestHandler
    : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, ManifestHandler> {
 public:
  explicit ManifestHandler(std::vector<FeedEvent>* events) : events_(events) {}

  bool Default() { return depth_ > 1; }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
    return String(text, size, true);
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    if (depth_ == 2 && at_timestamp_) {
      events_->back().timestamp = ParseNumber<int64_t>({text, size});
    }
    return Default();
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    if (depth_ == 1) events_->push_back({.name = {text, size}});
    at_timestamp_ = std::string_view(text, size) == "timestamp";
    return true;
  }
  bool StartObject() {
    ++depth_;
    return true;
  }
  bool EndObject(rapidjson::SizeType) {
    --depth_;
    return true;
  }
  bool StartArray() {
    ++depth_;
    return depth_ > 2;
  }
  bool EndArray(rapidjson::SizeType) {
    --depth_;
    return true;
  }

 private:
  std::vector<FeedEvent>* events_;
  size_t depth_ = 0;
  bool at_timestamp_ = false;
};

}  // namespace

absl::StatusOr<std::vector<FeedEvent>> ParseFeedManifest(
    std::string_view json) {
  std::vector<FeedEvent> events;
  ManifestHandler handler(&events);
  rapidjson::MemoryStream memory(json.data(), json.size());
  rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream>
      stream(memory);  // skips a BOM
  rapidjson::Reader reader;
  constexpr unsigned kFlags =
      rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;
  if (reader.Parse<kFlags>(stream, handler).IsError()) {
    return absl::InvalidArgumentError("not a manifest of a MISP feed");
  }
  std::stable_sort(
      events.begin(), events.end(),
      [](const FeedEvent& a, const FeedEvent& b) { return a.name < b.name; });
  // From the back, so that of several the last stays.
  const auto kept = std::unique(
      events.rbegin(), events.rend(),
      [](const FeedEvent& a, const FeedEvent& b) { return a.name == b.name; });
  events.erase(events.begin(), kept.base());
  return events;
}

bool IsUuid(std::string_view name) {
  Uuid unused;
  return ParseUuid(name, &unused);
}

}  // namespace mispsift::misp
