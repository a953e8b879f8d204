#include "tests/support/fake_misp_control.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "mispsift/base/json_writer.h"
#include "rapidjson/document.h"
#include "tests/support/fake_misp_faults.h"

namespace mispsift {
namespace {

using rapidjson::Value;

const Value* Member(const Value& object, const char* name) {
  if (!object.IsObject()) return nullptr;
  const auto found = object.FindMember(name);
  return found == object.MemberEnd() ? nullptr : &found->value;
}

// Each leaves `*to` as it is when there is no such member of that kind.
void Take(const Value& object, const char* name, std::string* to) {
  const Value* value = Member(object, name);
  if (value != nullptr && value->IsString()) {
    to->assign(value->GetString(), value->GetStringLength());
  }
}
void Take(const Value& object, const char* name, bool* to) {
  const Value* value = Member(object, name);
  if (value != nullptr && value->IsBool()) *to = value->GetBool();
}
template <typename Integer>
void TakeNumber(const Value& object, const char* name, Integer* to) {
  const Value* value = Member(object, name);
  if (value != nullptr && value->IsInt64()) {
    *to = static_cast<Integer>(value->GetInt64());
  }
}
void Take(const Value& object, const char* name, std::vector<std::string>* to) {
  const Value* value = Member(object, name);
  if (value == nullptr || !value->IsArray()) return;
  to->clear();
  for (const Value& text : value->GetArray()) {
    if (text.IsString()) to->emplace_back(text.GetString());
  }
}

void TakeAttribute(const Value& object, FakeAttribute* attribute) {
  Take(object, "uuid", &attribute->uuid);
  Take(object, "type", &attribute->type);
  Take(object, "category", &attribute->category);
  Take(object, "value", &attribute->value);
  Take(object, "comment", &attribute->comment);
  Take(object, "to_ids", &attribute->to_ids);
  Take(object, "deleted", &attribute->deleted);
  Take(object, "hidden", &attribute->hidden);
  Take(object, "disable_correlation", &attribute->disable_correlation);
  Take(object, "object_relation", &attribute->object_relation);
  Take(object, "tags", &attribute->tags);
  TakeNumber(object, "timestamp", &attribute->timestamp);
  TakeNumber(object, "object_id", &attribute->object_id);
}

void TakeEvent(const Value& object, FakeEvent* event) {
  Take(object, "info", &event->info);
  Take(object, "date", &event->date);
  Take(object, "org", &event->org);
  Take(object, "org_uuid", &event->org_uuid);
  Take(object, "published", &event->published);
  Take(object, "disable_correlation", &event->disable_correlation);
  Take(object, "tags", &event->tags);
  TakeNumber(object, "timestamp", &event->timestamp);
  TakeNumber(object, "publish_timestamp", &event->publish_timestamp);
  TakeNumber(object, "threat_level_id", &event->threat_level_id);
  TakeNumber(object, "analysis", &event->analysis);
}

// What one op says: its problem (empty: none) and, on success, members of the
// answer.
struct Outcome {
  std::string problem;
  std::function<void(JsonWriter&)> members;
};

using Op = std::function<Outcome(const Value&, FakeMisp*)>;

// An op on one event or one attribute that must be there.
Op OnEvent(std::function<void(uint64_t, const Value&, FakeMisp*)> op) {
  return [op = std::move(op)](const Value& call, FakeMisp* fake) {
    uint64_t id = 0;
    TakeNumber(call, "id", &id);
    TakeNumber(call, "event_id", &id);
    if (!fake->HasEvent(id)) return Outcome{"no such event", {}};
    op(id, call, fake);
    return Outcome{};
  };
}
Op OnAttribute(
    std::function<void(const std::string&, const Value&, FakeMisp*)> op) {
  return [op = std::move(op)](const Value& call, FakeMisp* fake) {
    std::string uuid;
    Take(call, "uuid", &uuid);
    if (!fake->HasAttribute(uuid)) return Outcome{"no such attribute", {}};
    op(uuid, call, fake);
    return Outcome{};
  };
}
Op OnSwitch(void (FakeMisp::*set)(bool)) {
  return [set](const Value& call, FakeMisp* fake) {
    bool on = true;
    Take(call, "on", &on);
    (fake->*set)(on);
    return Outcome{};
  };
}
Op OnNumber(void (FakeMisp::*set)(uint64_t)) {
  return [set](const Value& call, FakeMisp* fake) {
    uint64_t n = 0;
    TakeNumber(call, "n", &n);
    (fake->*set)(n);
    return Outcome{};
  };
}
Op OnNothing(void (FakeMisp::*call)()) {
  return [call](const Value&, FakeMisp* fake) {
    (fake->*call)();
    return Outcome{};
  };
}

Outcome AddEvent(const Value& call, FakeMisp* fake) {
  const Value* described = Member(call, "event");
  if (described == nullptr) return {"no event", {}};
  FakeEvent event;
  TakeNumber(*described, "id", &event.id);
  Take(*described, "uuid", &event.uuid);
  TakeEvent(*described, &event);
  const Value* attributes = Member(*described, "attributes");
  if (attributes != nullptr && attributes->IsArray()) {
    for (const Value& one : attributes->GetArray()) {
      TakeAttribute(one, &event.attributes.emplace_back());
    }
  }
  if (event.id != 0 && fake->HasEvent(event.id)) return {"event is there", {}};
  const uint64_t id = fake->AddEvent(std::move(event));
  return {"", [id](JsonWriter& json) { json.Key("id").Uint(id); }};
}

Outcome AddAttribute(const Value& call, FakeMisp* fake) {
  uint64_t event_id = 0;
  TakeNumber(call, "event_id", &event_id);
  const Value* described = Member(call, "attribute");
  if (described == nullptr) return {"no attribute", {}};
  if (!fake->HasEvent(event_id)) return {"no such event", {}};
  FakeAttribute attribute;
  TakeAttribute(*described, &attribute);
  if (fake->HasAttribute(attribute.uuid)) return {"attribute is there", {}};
  const std::string uuid = fake->AddAttribute(event_id, std::move(attribute));
  return {"", [uuid](JsonWriter& json) { json.Key("uuid").String(uuid); }};
}

Outcome AddWarninglist(const Value& call, FakeMisp* fake) {
  FakeWarninglist list;
  Take(call, "name", &list.name);
  Take(call, "type", &list.type);
  Take(call, "description", &list.description);
  Take(call, "version", &list.version);
  Take(call, "enabled", &list.enabled);
  Take(call, "valid_attributes", &list.valid_attributes);
  Take(call, "values", &list.values);
  const uint64_t id = fake->AddWarninglist(std::move(list));
  return {"", [id](JsonWriter& json) { json.Key("id").Uint(id); }};
}

Outcome SetKeyCheck(const Value& call, FakeMisp* fake) {
  const std::map<std::string, KeyCheck> checks = {
      {"good", KeyCheck::kGood},
      {"disabled", KeyCheck::kDisabledUser},
      {"address", KeyCheck::kWrongAddress},
      {"permission", KeyCheck::kNoPermission},
      {"expired", KeyCheck::kExpired}};
  std::string name;
  Take(call, "check", &name);
  const auto found = checks.find(name);
  if (found == checks.end()) return {"no such check", {}};
  fake->SetKeyCheck(found->second);
  return {};
}

Outcome Generate(const Value& call, FakeMisp* fake) {
  uint64_t events = 0;
  uint64_t attributes = 0;
  uint64_t seed = 1;
  TakeNumber(call, "events", &events);
  TakeNumber(call, "attributes", &attributes);
  TakeNumber(call, "seed", &seed);
  if (events == 0) return {"no events", {}};
  fake->GenerateEvents(events, attributes, seed);
  return {};
}

Outcome InjectFault(const Value& call, FakeMisp* fake) {
  std::string spec;
  Take(call, "spec", &spec);
  Fault fault;
  std::string problem;
  if (!ParseFault(spec, &fault, &problem)) return {problem, {}};
  fake->Inject(std::move(fault));
  return {};
}

Outcome Stats(const Value&, FakeMisp* fake) {
  const uint64_t events = fake->EventIds().size();
  const uint64_t attributes = fake->LiveAttributeCount();
  const int64_t now = fake->now();
  return {"", [=](JsonWriter& json) {
            json.Key("events").Uint(events);
            json.Key("attributes").Uint(attributes);
            json.Key("now").Int(now);
          }};
}

Outcome ListAttributes(const Value& call, FakeMisp* fake) {
  uint64_t id = 0;
  TakeNumber(call, "event_id", &id);
  if (!fake->HasEvent(id)) return {"no such event", {}};
  const std::vector<FakeAttribute> attributes = fake->Attributes(id);
  return {"", [attributes](JsonWriter& json) {
            json.Key("uuids").StartArray();
            for (const FakeAttribute& one : attributes) json.String(one.uuid);
            json.EndArray().Key("values").StartArray();
            for (const FakeAttribute& one : attributes) json.String(one.value);
            json.EndArray();
          }};
}

Outcome SetRole(const Value& call, FakeMisp* fake) {
  FakeRole role;
  Take(call, "perm_add", &role.perm_add);
  Take(call, "perm_modify", &role.perm_modify);
  Take(call, "perm_publish", &role.perm_publish);
  Take(call, "perm_tagger", &role.perm_tagger);
  Take(call, "perm_tag_editor", &role.perm_tag_editor);
  Take(call, "perm_sighting", &role.perm_sighting);
  Take(call, "perm_sync", &role.perm_sync);
  Take(call, "read_only", &role.read_only);
  fake->SetRole(role);
  return {};
}

Outcome SetWriteLatency(const Value& call, FakeMisp* fake) {
  int64_t request = 0;
  int64_t attribute = 0;
  FakeWriteLatency latency;
  TakeNumber(call, "request_us", &request);
  TakeNumber(call, "attribute_us", &attribute);
  TakeNumber(call, "parallel", &latency.parallel);
  latency.request = std::chrono::microseconds(request);
  latency.attribute = std::chrono::microseconds(attribute);
  fake->SetWriteLatency(latency);
  return {};
}

std::map<std::string, Op> Ops() {
  std::map<std::string, Op> ops;
  ops["add_event"] = AddEvent;
  ops["add_attribute"] = AddAttribute;
  ops["add_warninglist"] = AddWarninglist;
  ops["key_check"] = SetKeyCheck;
  ops["generate"] = Generate;
  ops["fault"] = InjectFault;
  ops["stats"] = Stats;
  ops["attributes"] = ListAttributes;
  ops["role"] = SetRole;
  ops["write_latency"] = SetWriteLatency;
  ops["refuse_values"] = [](const Value& call, FakeMisp* fake) {
    std::string text;
    Take(call, "text", &text);
    fake->RefuseValues(std::move(text));
    return Outcome{};
  };
  ops["contents"] = [](const Value&, FakeMisp* fake) {
    return Outcome{"", [contents = fake->Contents()](JsonWriter& json) {
                     json.Key("contents").Raw(contents);
                   }};
  };
  ops["edit_attribute"] = OnAttribute(
      [](const std::string& uuid, const Value& call, FakeMisp* fake) {
        fake->EditAttribute(uuid, [&call](FakeAttribute& attribute) {
          const std::string same = attribute.uuid;
          const Value* described = Member(call, "attribute");
          if (described != nullptr) TakeAttribute(*described, &attribute);
          attribute.uuid = same;
        });
      });
  ops["soft_delete_attribute"] =
      OnAttribute([](const std::string& uuid, const Value&, FakeMisp* fake) {
        fake->SoftDeleteAttribute(uuid);
      });
  ops["hard_delete_attribute"] =
      OnAttribute([](const std::string& uuid, const Value&, FakeMisp* fake) {
        fake->HardDeleteAttribute(uuid);
      });
  ops["edit_event"] =
      OnEvent([](uint64_t id, const Value& call, FakeMisp* fake) {
        fake->EditEvent(id, [&call](FakeEvent& event) {
          const Value* described = Member(call, "event");
          if (described != nullptr) TakeEvent(*described, &event);
        });
      });
  ops["hard_delete_event"] =
      OnEvent([](uint64_t id, const Value&, FakeMisp* fake) {
        fake->HardDeleteEvent(id);
      });
  ops["touch_event"] = OnEvent(
      [](uint64_t id, const Value&, FakeMisp* fake) { fake->TouchEvent(id); });
  ops["set_published"] =
      OnEvent([](uint64_t id, const Value& call, FakeMisp* fake) {
        bool published = true;
        Take(call, "published", &published);
        fake->SetPublished(id, published);
      });
  ops["set_now"] = [](const Value& call, FakeMisp* fake) {
    int64_t now = fake->now();
    TakeNumber(call, "now", &now);
    fake->SetNow(now);
    return Outcome{};
  };
  ops["set_key"] = [](const Value& call, FakeMisp* fake) {
    std::string key = fake->key();
    Take(call, "key", &key);
    fake->SetKey(key);
    return Outcome{};
  };
  ops["rate_limit"] = [](const Value& call, FakeMisp* fake) {
    uint64_t requests = 0;
    int64_t seconds = 900;
    TakeNumber(call, "requests", &requests);
    TakeNumber(call, "seconds", &seconds);
    fake->SetRateLimit(requests, seconds);
    return Outcome{};
  };
  ops["clear_rate_limit"] = OnNothing(&FakeMisp::ClearRateLimit);
  ops["clear_faults"] = OnNothing(&FakeMisp::ClearFaults);
  ops["clear_requests"] = OnNothing(&FakeMisp::ClearRequests);
  ops["site_admin"] = OnSwitch(&FakeMisp::SetSiteAdmin);
  ops["maintenance"] = OnSwitch(&FakeMisp::SetMaintenance);
  ops["hide_every"] = OnNumber(&FakeMisp::HideEvery);
  ops["skip_every"] = OnNumber(&FakeMisp::SkipEvery);
  ops["drop_every"] = OnNumber(&FakeMisp::DropEvery);
  ops["memory_chunk"] = OnNumber(&FakeMisp::SetMemoryChunk);
  return ops;
}

}  // namespace

std::string RunControl(std::string_view json, FakeMisp* fake) {
  rapidjson::Document call;
  call.Parse(json.data(), json.size());
  Outcome outcome;
  std::string name;
  if (call.HasParseError() || !call.IsObject()) {
    outcome.problem = "no JSON object";
  } else {
    Take(call, "op", &name);
    const std::map<std::string, Op> ops = Ops();
    const auto found = ops.find(name);
    if (found == ops.end()) {
      outcome.problem = "no such op";
    } else {
      outcome = found->second(call, fake);
    }
  }
  std::string out;
  JsonWriter answer(&out);
  answer.StartObject();
  answer.Key("ok").Bool(outcome.problem.empty());
  if (!outcome.problem.empty()) answer.Key("problem").String(outcome.problem);
  if (outcome.members) outcome.members(answer);
  answer.EndObject();
  out.push_back('\n');
  return out;
}

std::string RequestLines(const FakeMisp& fake) {
  std::string out;
  JsonWriter json(&out);
  for (const RecordedRequest& request : fake.requests()) {
    json.StartObject();
    json.Key("method").String(request.method);
    json.Key("path").String(request.path);
    json.Key("status").Int(request.status);
    json.Key("headers").StartObject();
    for (const auto& [name, value] : request.headers) {
      json.Key(absl::AsciiStrToLower(name)).String(value);
    }
    json.EndObject();
    json.Key("body").String(request.body);
    json.EndObject();
    json.Reset();
    out.push_back('\n');
  }
  return out;
}

}  // namespace mispsift
