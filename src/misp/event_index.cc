#include "mispsift/misp/event_index.h"

#include <simdjson.h>

#include <iterator>
#include <string_view>
#include <utility>

#include "mispsift/base/status_macros.h"
#include "src/misp/json_fields.h"
#include "src/misp/json_walk.h"

namespace mispsift::misp {
namespace {

namespace ondemand = simdjson::ondemand;

static_assert(PaddedBytes::kPadding >= simdjson::SIMDJSON_PADDING);

// Names of them. The owner stands for the creator where that is missing.
struct Organisations {
  std::string orgc;
  std::string org;
};

class IndexReader {
 public:
  absl::Status Read(const PaddedBytes& answer) {
    return walk_.Document<simdjson::padded_string_view>(
        "event index", answer, &parser_, [this](ondemand::document& document) {
          return walk_.Elements(
              document.get_array(),
              [this](ondemand::value& event, std::string_view token) {
                return token[0] == '{' ? Event(event)
                                       : walk_.Fail("an event is no object");
              });
        });
  }

  std::vector<IndexedEvent>& events() { return events_; }

 private:
  // All return false when the answer is no index.
  bool Event(ondemand::value& event) {
    events_.emplace_back();
    organisations_ = {};
    const bool whole = walk_.Members(
        event.get_object(),
        [this](std::string_view key, ondemand::value& value,
               std::string_view token) { return Member(key, value, token); });
    if (!whole) return false;
    EventContext& context = events_.back().context;
    if (context.uuid.IsNil() || context.id == 0) {
      return walk_.Fail("an event has no id or uuid");
    }
    context.org = std::move(organisations_.orgc.empty() ? organisations_.org
                                                        : organisations_.orgc);
    return true;
  }

  bool Member(std::string_view key, ondemand::value& value,
              std::string_view token) {
    IndexedEvent& event = events_.back();
    EventContext& context = event.context;
    if (token[0] == '{' && (key == "Orgc" || key == "Org")) {
      return Organisation(value, key == "Orgc");
    }
    if (key == "EventTag" || key == "Tag") {
      return walk_.Tags(value, token, [&context](std::string_view name) {
        context.tags.emplace_back(name);
      });
    }
    std::string_view text;
    bool said = false;
    if (!walk_.Text(value, token, &text, &said)) return false;
    if (!said) return true;
    if (key == "id") {
      context.id = ParseNumber<uint64_t>(text);
    } else if (key == "uuid") {
      context.uuid = ParseUuidOrNil(text);
    } else if (key == "info") {
      context.info = text;
    } else if (key == "date") {
      context.date = text;
    } else if (key == "timestamp") {
      context.timestamp = ParseNumber<int64_t>(text);
    } else if (key == "threat_level_id") {
      context.threat_level_id = ParseNumber<int32_t>(text);
    } else if (key == "analysis") {
      context.analysis = ParseNumber<int32_t>(text);
    } else if (key == "published") {
      context.published = ParseFlag(text);
    } else if (key == "disable_correlation") {
      context.disable_correlation = ParseFlag(text);
    } else if (key == "attribute_count") {
      event.attribute_count = ParseNumber<uint64_t>(text);
    } else if (key == "orgc_uuid") {
      event.org_uuid = text;
    }
    return true;
  }

  bool Organisation(ondemand::value& organisation, bool creator) {
    return walk_.Members(
        organisation.get_object(),
        [&](std::string_view key, ondemand::value& value,
            std::string_view token) {
          std::string_view text;
          bool said = false;
          if (!walk_.Text(value, token, &text, &said)) return false;
          if (said && key == "name") {
            (creator ? organisations_.orgc : organisations_.org) = text;
          } else if (said && key == "uuid" && creator) {
            events_.back().org_uuid = text;
          }
          return true;
        });
  }

  ondemand::parser parser_;
  JsonWalk walk_;
  std::vector<IndexedEvent> events_;
  Organisations organisations_;  // of the event that is read
};

}  // namespace

absl::Status ReadEventIndex(const PaddedBytes& answer,
                            std::vector<IndexedEvent>* events) {
  IndexReader reader;
  MISPSIFT_RETURN_IF_ERROR(reader.Read(answer));
  events->insert(events->end(),
                 std::make_move_iterator(reader.events().begin()),
                 std::make_move_iterator(reader.events().end()));
  return absl::OkStatus();
}

}  // namespace mispsift::misp
