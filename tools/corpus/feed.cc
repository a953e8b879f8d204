#include "tools/corpus/feed.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "fmt/format.h"
#include "mispsift/base/digest.h"
#include "mispsift/base/json_writer.h"
#include "tools/corpus/output_file.h"
#include "tools/corpus/random.h"
#include "tools/corpus/text.h"

namespace mispsift::corpus {
namespace {

constexpr uint64_t kIndicatorsPerEvent = 40;

// One event in each of the forms in which it is written.
struct EventText {
  std::string uuid;
  std::string feed;        // the whole event
  std::string manifest;    // its member
  std::string attributes;  // those of the restSearch answer, without brackets
  std::string hashes;      // lines of hashes.csv
};

// The object that wraps an attribute of this type; empty: none does.
std::string_view ObjectName(Type type) {
  switch (type) {
    case Type::kMd5:
    case Type::kSha1:
    case Type::kSha256:
      return "file";
    case Type::kUrl:
      return "url";
    case Type::kDomain:
      return "domain-ip";
    default:
      return {};
  }
}

class EventMaker {
 public:
  EventMaker(uint64_t seed, uint64_t number)
      : number_(number), random_(Mix(seed + 1) ^ Mix(number)) {}

  EventText Make(const IndicatorSet& indicators);

 private:
  std::string Info() const {
    return fmt::format("Invented campaign {}", number_ + 1);
  }
  std::string Timestamp() const { return Number(1700000000 + number_ * 61); }

  void Head(JsonWriter* json) const;
  void AttributeFields(const CorpusIndicator& indicator,
                       JsonWriter* json) const;
  void FeedAttribute(const CorpusIndicator& indicator,
                     std::string_view relation, JsonWriter* json) const;
  void Object(const CorpusIndicator& indicator, JsonWriter* json);
  void AddRestAttribute(const CorpusIndicator& indicator);
  void AddHashes(const CorpusIndicator& indicator);

  const uint64_t number_;  // of the event, from 0
  Random random_;
  EventText text_;
};

EventText EventMaker::Make(const IndicatorSet& indicators) {
  text_.uuid = RandomUuid(&random_);
  text_.manifest = "\"" + text_.uuid + "\": ";
  JsonWriter manifest(&text_.manifest);
  manifest.StartObject();
  Head(&manifest);
  manifest.EndObject();

  text_.feed = "{\"Event\": ";
  JsonWriter event(&text_.feed);
  event.StartObject();
  event.Key("uuid").String(text_.uuid);
  Head(&event);
  event.Key("published").Bool(true);
  event.Key("publish_timestamp").String(Timestamp());
  std::vector<CorpusIndicator> in_objects;
  event.Key("Attribute").StartArray();
  const uint64_t first = number_ * kIndicatorsPerEvent;
  const uint64_t end =
      std::min(first + kIndicatorsPerEvent, indicators.count());
  for (uint64_t i = first; i < end; ++i) {
    CorpusIndicator indicator = indicators.At(i);
    AddRestAttribute(indicator);
    AddHashes(indicator);
    if (!ObjectName(indicator.type).empty() && random_.Percent(15)) {
      in_objects.push_back(std::move(indicator));
    } else {
      FeedAttribute(indicator, {}, &event);
    }
  }
  event.EndArray();
  event.Key("Object").StartArray();
  for (const CorpusIndicator& indicator : in_objects) {
    Object(indicator, &event);
  }
  event.EndArray();
  event.EndObject();
  text_.feed += "}\n";
  return std::move(text_);
}

void EventMaker::Head(JsonWriter* json) const {
  json->Key("Orgc").StartObject();
  json->Key("name").String("Corpus");
  json->Key("uuid").String("7d1c9a1e-31b5-4f0a-9a51-0c5e9b6a2f10");
  json->EndObject();
  json->Key("Tag").StartArray();
  json->StartObject();
  json->Key("name").String(number_ % 3 == 0 ? "tlp:clear" : "tlp:green");
  json->Key("colour").String("#33ff00");
  json->EndObject();
  json->EndArray();
  json->Key("info").String(Info());
  json->Key("date").String(
      fmt::format("2024-0{}-1{}", 1 + number_ % 9, number_ % 10));
  json->Key("analysis").String(Number(number_ % 3));
  json->Key("threat_level_id").String(Number(1 + number_ % 4));
  json->Key("timestamp").String(Timestamp());
}

void EventMaker::AttributeFields(const CorpusIndicator& indicator,
                                 JsonWriter* json) const {
  const TypeName name = NameOf(indicator.type);
  json->Key("uuid").String(indicator.uuid);
  json->Key("type").String(name.type);
  json->Key("category").String(name.category);
  json->Key("value").String(indicator.value);
  json->Key("to_ids").Bool(indicator.to_ids);
  json->Key("deleted").Bool(indicator.deleted);
  json->Key("comment").String("");
  json->Key("timestamp").String(Timestamp());
  json->Key("disable_correlation").Bool(false);
}

void EventMaker::FeedAttribute(const CorpusIndicator& indicator,
                               std::string_view relation,
                               JsonWriter* json) const {
  json->StartObject();
  AttributeFields(indicator, json);
  if (!relation.empty()) json->Key("object_relation").String(relation);
  json->EndObject();
}

void EventMaker::Object(const CorpusIndicator& indicator, JsonWriter* json) {
  const std::string_view name = ObjectName(indicator.type);
  json->StartObject();
  json->Key("name").String(name);
  json->Key("meta-category").String(name == "file" ? "file" : "network");
  json->Key("uuid").String(RandomUuid(&random_));
  json->Key("timestamp").String(Timestamp());
  json->Key("deleted").Bool(false);
  json->Key("Attribute").StartArray();
  FeedAttribute(indicator, NameOf(indicator.type).type, json);
  json->EndArray();
  json->EndObject();
}

// The restSearch spelling: ids are strings, the event stands in each.
void EventMaker::AddRestAttribute(const CorpusIndicator& indicator) {
  if (!text_.attributes.empty()) text_.attributes += ",\n";
  JsonWriter json(&text_.attributes);
  json.StartObject();
  json.Key("id").String(Number(indicator.index + 1));
  json.Key("event_id").String(Number(number_ + 1));
  json.Key("object_id").String("0");
  AttributeFields(indicator, &json);
  json.Key("Event").StartObject();
  json.Key("id").String(Number(number_ + 1));
  json.Key("uuid").String(text_.uuid);
  json.Key("info").String(Info());
  json.EndObject();
  if (random_.Percent(20)) {
    json.Key("Tag").StartArray();
    json.StartObject();
    json.Key("name").String("corpus:tagged");
    json.EndObject();
    json.EndArray();
  }
  json.EndObject();
}

// MISP's own look-up file: the md5 of each value, of each half if it has
// halves, exactly as stored.
void EventMaker::AddHashes(const CorpusIndicator& indicator) {
  if (indicator.deleted) return;
  const auto add = [&](const std::string& value) {
    text_.hashes += Md5Hex(value) + "," + text_.uuid + "\n";
  };
  add(indicator.first());
  if (indicator.is_composite()) add(indicator.second());
}

}  // namespace

bool WriteIndicators(const IndicatorSet& indicators, uint64_t seed,
                     const std::string& folder) {
  const std::string feed = folder + "/feed";
  OutputFile manifest(feed + "/manifest.json");
  OutputFile hashes(feed + "/hashes.csv");
  OutputFile attributes(folder + "/attributes.json");
  attributes.Write("{\"response\": {\"Attribute\": [");
  manifest.Write("{");
  for (uint64_t i = 0; i * kIndicatorsPerEvent < indicators.count(); ++i) {
    const EventText event = EventMaker(seed, i).Make(indicators);
    if (!WriteFile(feed + "/" + event.uuid + ".json", event.feed)) return false;
    const std::string_view separator = i > 0 ? ",\n" : "\n";
    manifest.Write(separator);
    manifest.Write(event.manifest);
    attributes.Write(separator);
    attributes.Write(event.attributes);
    hashes.Write(event.hashes);
  }
  attributes.Write("\n]}}\n");
  manifest.Write("\n}\n");
  return manifest.Close() && hashes.Close() && attributes.Close();
}

}  // namespace mispsift::corpus
