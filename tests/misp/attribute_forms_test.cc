// Random events, written in every form in which attributes travel, with keys
// in random order, noise between them and the input in random pieces: each
// must give the very snapshot that a builder gives which was told directly.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "mispsift/base/json_writer.h"
#include "mispsift/misp/attribute_reader.h"
#include "tests/misp/read_text.h"

namespace mispsift::misp {
namespace {

struct ObjectModel {
  bool deleted = false;
  std::vector<Attribute> attributes;
};

struct EventModel {
  EventContext context;
  std::vector<Attribute> attributes;
  std::vector<ObjectModel> objects;
};

enum class Form {
  kRestSearch,      // rows in one envelope
  kList,            // rows in a list
  kLines,           // a row a line
  kOddities,        // {"attribute": row} a line
  kSplit,           // {"Attribute": row, "Event": ...} a line
  kEventEnvelope,   // events in one envelope
  kEventLines,      // an event a line
  kBareEvents,      // a list of events without their key
  kObjectEnvelope,  // rows of objects
  kCount,
};

class Writer {
 public:
  explicit Writer(uint32_t seed) : random_(seed) {}

  uint32_t Below(uint32_t limit) {
    return std::uniform_int_distribution<uint32_t>(0, limit - 1)(random_);
  }
  bool Chance(uint32_t percent) { return Below(100) < percent; }

  std::string Text() {
    static constexpr const char* kPieces[] = {
        "a",    "example.com", "\\",  "\"",      "/",
        "\n",   "\t",          "|",   "é",       "\xf0\x9f\x98\x80",
        "\x7f", "192.0.2.1",   "{}",  "],",      "\\u0041",
        " ",    "日本",        "%00", "\\ud83d", "'"};
    std::string text;
    for (uint32_t i = 0; i < 1 + Below(6); ++i) {
      text += kPieces[Below(std::size(kPieces))];
    }
    return text;
  }

  Uuid RandomUuid() {
    Uuid uuid;
    for (uint8_t& byte : uuid.bytes) byte = static_cast<uint8_t>(Below(256));
    return uuid;
  }

  std::vector<std::string> Tags() {
    std::vector<std::string> tags;
    while (Chance(30)) tags.push_back(fmt::format("tag:{}", Below(9)));
    return tags;
  }

  Attribute RandomAttribute() {
    static constexpr const char* kTypes[] = {"domain", "md5", "text", "new"};
    Attribute attribute;
    attribute.uuid = RandomUuid();
    attribute.id = Below(1000000);
    attribute.type = kTypes[Below(std::size(kTypes))];
    attribute.category = Chance(50) ? "Other" : "Payload delivery";
    attribute.value = Text();
    if (Chance(50)) attribute.comment = Text();
    attribute.timestamp = Below(2000000000);
    attribute.to_ids = Chance(50);
    attribute.deleted = Chance(5);
    attribute.disable_correlation = Chance(10);
    attribute.tags = Tags();
    return attribute;
  }

  EventModel RandomEvent() {
    EventModel event;
    event.context.uuid = RandomUuid();
    event.context.id = 1 + Below(100000);
    event.context.info = Text();
    event.context.date = fmt::format("2026-01-{:02}", 1 + Below(28));
    event.context.org = Text();
    event.context.timestamp = Below(2000000000);
    event.context.threat_level_id = static_cast<int32_t>(1 + Below(4));
    event.context.analysis = static_cast<int32_t>(Below(3));
    event.context.published = Chance(50);
    event.context.disable_correlation = Chance(10);
    event.context.tags = Tags();
    for (uint32_t i = Below(6); i > 0; --i) {
      event.attributes.push_back(RandomAttribute());
    }
    for (uint32_t i = Below(3); i > 0; --i) {
      ObjectModel& object = event.objects.emplace_back();
      object.deleted = Chance(20);
      for (uint32_t k = 1 + Below(3); k > 0; --k) {
        object.attributes.push_back(RandomAttribute());
      }
    }
    return event;
  }

  std::string Write(const std::vector<EventModel>& events, Form form) {
    std::vector<std::string> parts;
    for (const EventModel& event : events) AddParts(event, form, &parts);
    switch (form) {
      case Form::kRestSearch:
        return Object({{"response", Object({{"Attribute", List(parts)}})}});
      case Form::kEventEnvelope:
      case Form::kObjectEnvelope:
        return Object({{"response", List(parts)}});
      case Form::kList:
      case Form::kBareEvents:
        return List(parts);
      default:
        break;
    }
    spread_ = false;
    std::string text;
    for (const std::string& part : parts) {
      text += part + (Chance(20) ? "\r\n" : "\n");
      if (Chance(10)) text += " \n";
    }
    return text;
  }

  // Newlines between tokens; only for what is one document.
  void SpreadOverLines(bool spread) { spread_ = spread; }

 private:
  using Members = std::vector<std::pair<std::string, std::string>>;

  void AddParts(const EventModel& event, Form form,
                std::vector<std::string>* parts) {
    switch (form) {
      case Form::kEventEnvelope:
      case Form::kEventLines:
        parts->push_back(Object({{"Event", EventJson(event)}}));
        return;
      case Form::kBareEvents:
        parts->push_back(EventJson(event));
        return;
      case Form::kObjectEnvelope:
        AddObjectRow(event, event.attributes, false, parts);
        for (const ObjectModel& object : event.objects) {
          AddObjectRow(event, object.attributes, object.deleted, parts);
        }
        return;
      default:
        break;
    }
    for (const Attribute& attribute : event.attributes) {
      parts->push_back(Row(event, attribute, attribute.deleted, form));
    }
    for (const ObjectModel& object : event.objects) {
      for (const Attribute& attribute : object.attributes) {
        parts->push_back(
            Row(event, attribute, attribute.deleted || object.deleted, form));
      }
    }
  }

  void AddObjectRow(const EventModel& event,
                    const std::vector<Attribute>& attributes, bool deleted,
                    std::vector<std::string>* parts) {
    Members members = ObjectMembers(attributes, deleted);
    members.emplace_back("Event", Object(ContextMembers(event.context)));
    parts->push_back(Object({{"Object", Object(std::move(members))}}));
  }

  std::string Row(const EventModel& event, const Attribute& attribute,
                  bool deleted, Form form) {
    Members members = AttributeMembers(attribute, deleted);
    const std::string context = Object(ContextMembers(event.context));
    if (form == Form::kSplit) {
      return Object(
          {{"Attribute", Object(std::move(members))}, {"Event", context}});
    }
    members.emplace_back("Event", context);
    members.emplace_back("event_id", Number(event.context.id));
    const std::string row = Object(std::move(members));
    if (form != Form::kOddities) return row;
    return Object({{"oddity", String("x")}, {"attribute", row}});
  }

  std::string EventJson(const EventModel& event) {
    Members members = ContextMembers(event.context);
    members.emplace_back("Attribute", AttributeList(event.attributes));
    std::vector<std::string> objects;
    for (const ObjectModel& object : event.objects) {
      objects.push_back(
          Object(ObjectMembers(object.attributes, object.deleted)));
    }
    members.emplace_back("Object", List(objects));
    return Object(std::move(members));
  }

  std::string AttributeList(const std::vector<Attribute>& attributes) {
    std::vector<std::string> list;
    for (const Attribute& attribute : attributes) {
      Members members = AttributeMembers(attribute, attribute.deleted);
      if (Chance(50)) members.emplace_back("event_id", Number(Below(100)));
      list.push_back(Object(std::move(members)));
    }
    return List(list);
  }

  Members ObjectMembers(const std::vector<Attribute>& attributes,
                        bool deleted) {
    return {{"name", String("file")},
            {"uuid", String(RandomUuid().ToString())},
            {"deleted", Flag(deleted)},
            {"Attribute", AttributeList(attributes)}};
  }

  Members AttributeMembers(const Attribute& attribute, bool deleted) {
    return {{"uuid", String(attribute.uuid.ToString())},
            {"id", Number(attribute.id)},
            {"type", String(attribute.type)},
            {"category", String(attribute.category)},
            {"value", String(attribute.value)},
            {"comment", String(attribute.comment)},
            {"timestamp", Number(static_cast<uint64_t>(attribute.timestamp))},
            {"to_ids", Flag(attribute.to_ids)},
            {"deleted", Flag(deleted)},
            {"disable_correlation", Flag(attribute.disable_correlation)},
            {"Tag", TagList(attribute.tags)}};
  }

  Members ContextMembers(const EventContext& event) {
    return {{"uuid", String(event.uuid.ToString())},
            {"id", Number(event.id)},
            {"info", String(event.info)},
            {"date", String(event.date)},
            {"Orgc", Object({{"name", String(event.org)}})},
            {"timestamp", Number(static_cast<uint64_t>(event.timestamp))},
            {"threat_level_id",
             Number(static_cast<uint64_t>(event.threat_level_id))},
            {"analysis", Number(static_cast<uint64_t>(event.analysis))},
            {"published", Flag(event.published)},
            {"disable_correlation", Flag(event.disable_correlation)},
            {"Tag", TagList(event.tags)}};
  }

  std::string TagList(const std::vector<std::string>& tags) {
    std::vector<std::string> list;
    for (const std::string& tag : tags) {
      list.push_back(Object({{"name", String(tag)}, {"local", Flag(false)}}));
    }
    if (Chance(10)) {
      list.push_back(Object({{"name", String("no")}, {"inherited", "1"}}));
    }
    return List(list);
  }

  std::string Number(uint64_t value) {
    return Chance(50) ? fmt::format("{}", value) : fmt::format("\"{}\"", value);
  }
  std::string Flag(bool value) {
    static constexpr const char* kForms[2][5] = {
        {"false", "0", "\"0\"", "\"false\"", "\"\""},
        {"true", "1", "\"1\"", "\"true\"", "true"}};
    return kForms[value][Below(5)];
  }
  std::string String(const std::string& text) {
    std::string json;
    JsonWriter(&json).String(text);
    // Any character may be escaped.
    if (!text.empty() && text[0] == 'a' && Chance(30)) {
      json.replace(1, 1, "\\u0061");
    }
    return json;
  }

  std::string Blank() {
    if (Chance(80)) return "";
    return spread_ && Chance(50) ? "\n" : " ";
  }

  std::string Object(Members members) {
    while (Chance(10)) members.push_back(Noise());
    std::shuffle(members.begin(), members.end(), random_);
    std::string json = "{";
    for (const auto& [key, value] : members) {
      if (json.size() > 1) json += ",";
      json += Blank() + "\"" + key + "\"" + Blank() + ":" + Blank() + value;
    }
    return json + Blank() + "}";
  }

  std::string List(const std::vector<std::string>& elements) {
    std::string json = "[";
    for (const std::string& element : elements) {
      if (json.size() > 1) json += ",";
      json += Blank() + element + Blank();
    }
    return json + "]";
  }

  std::pair<std::string, std::string> Noise() {
    static constexpr const char* kKeys[] = {
        "RelatedEvent", "ShadowAttribute", "Sighting", "Galaxy", "EventReport",
        "warnings",     "first_seen",      "data",     "x"};
    static constexpr const char* kValues[] = {
        "null",
        "-1.5e3",
        "[]",
        "{}",
        "\"\\\\\\\"\"",
        R"([{"type":"md5","value":"no","Event":{"info":"no","uuid":"no"}}])",
        R"({"Attribute":[{"type":"md5","value":"no"}],"deleted":true})"};
    return {kKeys[Below(std::size(kKeys))], kValues[Below(std::size(kValues))]};
  }

  std::mt19937 random_;
  bool spread_ = false;
};

void Tell(const std::vector<EventModel>& events, bool events_without,
          Snapshot::Builder* builder) {
  builder->BeginInput();
  for (const EventModel& event : events) {
    const bool empty = event.attributes.empty() && event.objects.empty();
    if (empty && !events_without) continue;
    const uint32_t handle = builder->AddEvent(event.context);
    for (const Attribute& attribute : event.attributes) {
      builder->Add(attribute, handle);
    }
    for (const ObjectModel& object : event.objects) {
      for (Attribute attribute : object.attributes) {
        attribute.deleted = attribute.deleted || object.deleted;
        builder->Add(attribute, handle);
      }
    }
  }
  builder->CommitInput();
}

TEST(AttributeForms, AllGiveWhatTheBuilderWasTold) {
  for (uint32_t seed = 0; seed < 300; ++seed) {
    Writer writer(seed);
    std::vector<EventModel> events;
    for (uint32_t i = writer.Below(5); i > 0; --i) {
      events.push_back(writer.RandomEvent());
    }
    const Form form =
        static_cast<Form>(seed % static_cast<uint32_t>(Form::kCount));
    // Rows do not speak of an event that has none; an object row may be empty.
    const bool rows = form <= Form::kSplit;
    Snapshot::Builder builder;
    builder.AddSource("attributes", "input");
    Tell(events, !rows, &builder);
    const Snapshot expected = std::move(builder).Build("", "");

    const bool lines = form == Form::kLines || form == Form::kOddities ||
                       form == Form::kSplit || form == Form::kEventLines;
    writer.SpreadOverLines(!lines && writer.Chance(50));
    const std::string text = writer.Write(events, form);
    for (const size_t chunk :
         {size_t{1}, size_t{1 + writer.Below(40)}, size_t{1} << 20}) {
      const ReadResult result = ReadText(text, chunk);
      ASSERT_EQ(result.snapshot.manifest().id, expected.manifest().id)
          << "seed " << seed << ", chunks of " << chunk << ": " << text;
      ASSERT_EQ(result.outcome.rejects.Total(), text.empty() ? 1u : 0u)
          << "seed " << seed << ": " << text;
    }
  }
}

// Whatever is done to a document, reading it ends, and what is read is whole.
TEST(AttributeForms, BrokenDocumentsDoNoHarm) {
  for (uint32_t seed = 0; seed < 300; ++seed) {
    Writer writer(seed);
    const std::vector<EventModel> events = {writer.RandomEvent(),
                                            writer.RandomEvent()};
    const Form form =
        static_cast<Form>(seed % static_cast<uint32_t>(Form::kCount));
    std::string text = writer.Write(events, form);
    for (uint32_t i = 0; i < 3 && !text.empty(); ++i) {
      const size_t at = writer.Below(static_cast<uint32_t>(text.size()));
      switch (writer.Below(3)) {
        case 0:
          text[at] = static_cast<char>(writer.Below(256));
          break;
        case 1:
          text.erase(at, 1 + writer.Below(20));
          break;
        default:
          text.insert(at, 1, "{}[]\",:\\\n"[writer.Below(9)]);
      }
    }
    const ReadResult whole = ReadText(text);
    for (const size_t chunk : {size_t{1}, size_t{1 + writer.Below(40)}}) {
      const ReadResult result = ReadText(text, chunk);
      ASSERT_EQ(result.snapshot.manifest().id, whole.snapshot.manifest().id);
      ASSERT_EQ(result.outcome.attributes, whole.outcome.attributes);
      ASSERT_EQ(result.outcome.rejected.size(), whole.outcome.rejected.size());
      for (size_t i = 0; i < whole.outcome.rejected.size(); ++i) {
        ASSERT_EQ(result.outcome.rejected[i].detail,
                  whole.outcome.rejected[i].detail);
      }
    }
  }
}

}  // namespace
}  // namespace mispsift::misp
