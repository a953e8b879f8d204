#include "tests/support/fake_misp_write.h"

#include "mispsift/base/check.h"
#include "tests/support/fake_misp_render.h"
#include "tests/support/fake_misp_render_event.h"

namespace mispsift {
namespace {

constexpr std::string_view kNoPermission =
    "You do not have permission to use this functionality.";

using MakeWrite = std::shared_ptr<FakeWrite> (*)(FakeWriteCall call);

struct Action {
  std::string_view controller;
  std::string_view action;
  bool (*allowed)(const FakeRole& role);
  MakeWrite make;
};

constexpr Action kActions[] = {
    {"events", "add", [](const FakeRole& role) { return role.perm_add; },
     MakeEventWrite},
    {"events", "edit", [](const FakeRole& role) { return role.perm_add; },
     MakeEventWrite},
    {"events", "upload_sample",
     [](const FakeRole& role) { return role.perm_add; }, MakeSampleWrite},
    {"attributes", "add", [](const FakeRole& role) { return role.perm_add; },
     MakeAttributesWrite},
    {"sightings", "add",
     [](const FakeRole& role) { return role.perm_sighting; },
     MakeSightingWrite},
    {"sightings", "bulkSaveSightings",
     [](const FakeRole& role) { return role.perm_sighting || role.perm_sync; },
     MakeSightingsWrite},
    {"tags", "add", [](const FakeRole& role) { return role.perm_tag_editor; },
     MakeTagWrite},
    {"tags", "attachTagToObject",
     [](const FakeRole& role) { return role.perm_tagger; }, MakeTagging},
};

const Action* FindAction(const std::vector<std::string>& parts) {
  for (const Action& action : kActions) {
    if (parts[0] == action.controller && parts[1] == action.action) {
      return &action;
    }
  }
  return nullptr;
}

}  // namespace

FakeRole RoleOf(const FakeMispSettings& settings) {
  if (settings.role.has_value()) return *settings.role;
  FakeRole role;
  role.perm_sync = settings.options.site_admin;
  role.perm_tag_editor = settings.options.site_admin;
  return role;
}

FakeAnswer ErrorAnswer(bool wants_json, std::string_view url, int status,
                       std::string_view message) {
  if (!wants_json) return HtmlAnswer(status, RenderErrorPage(message));
  FakeAnswer answer;
  answer.status = status;
  answer.body = RenderError(message, url, false);
  return answer;
}

void AddErrors(const FakeErrors& errors, PhpJson* json) {
  json->StartObject();
  for (const auto& [field, words] : errors) {
    json->Key(field).StartArray().String(words).EndArray();
  }
  json->EndObject();
}

bool IsWrite(std::string_view method, const std::vector<std::string>& parts) {
  const bool edit = parts[0] == "events" && parts[1] == "edit";
  return (method == "POST" || (edit && method == "PUT")) &&
         FindAction(parts) != nullptr;
}

FakeAnswer AnswerWrite(FakeWriteCall call) {
  const Action* const action = FindAction(call.parts);
  MISPSIFT_CHECK(action != nullptr);
  const FakeRole role = RoleOf(call.settings);
  if (role.read_only || !action->allowed(role)) {
    return ErrorAnswer(call.wants_json, call.url, 403, kNoPermission);
  }
  FakeAnswer answer;
  answer.write = action->make(std::move(call));
  return answer;
}

void FakeWrite::StoreNext(FakeMispStore*) { MISPSIFT_CHECK(false); }

FakeAnswer FakeWrite::Answer(const FakeMispStore& store) const {
  return refusal_.has_value() ? *refusal_ : AnswerSaved(store);
}

void FakeWrite::Refuse(int status, std::string_view message) {
  Refuse(ErrorAnswer(call_.wants_json, call_.url, status, message));
}

FakeAnswer FakeWrite::SaveFailure(std::string_view what, std::string_view path,
                                  const AddErrorsFn& add_errors,
                                  std::string_view id) const {
  FakeAnswer answer;
  answer.status = 403;
  PhpJson json(&answer.body, call_.style);
  std::string name = "Could not ";
  name.append(what);
  json.StartObject();
  json.Key("saved").Bool(false);
  json.Key("name").String(name);
  json.Key("message").String(name);
  json.Key("url").String(path);
  json.Key("errors");
  add_errors(&json);
  if (!id.empty()) json.Key("id").String(id);
  json.EndObject();
  return answer;
}

const StoredEvent* FakeWrite::FindOwnEvent(const FakeMispStore& store) {
  const StoredEvent* const stored = store.FindEventNamed(target());
  if (stored == nullptr) {
    Refuse(404, "Invalid event");
    return nullptr;
  }
  if (!call_.settings.options.site_admin &&
      stored->event.org_uuid != kFakeOwnOrgUuid) {
    Refuse(403, "You do not have permission to do that.");
    return nullptr;
  }
  return stored;
}

bool FakeWrite::HasParameter(std::string_view name,
                             std::string_view value) const {
  for (const std::string& part : call_.parts) {
    const std::string_view text = part;
    if (text.starts_with(name) && text.substr(name.size()).starts_with(':') &&
        text.substr(name.size() + 1) == value) {
      return true;
    }
  }
  return false;
}

std::string_view FakeWrite::target() const {
  if (call_.parts.size() < 3 || call_.parts[2].find(':') != std::string::npos) {
    return {};
  }
  return call_.parts[2];
}

FakeRole FakeWrite::role() const { return RoleOf(call_.settings); }

FakeIntake FakeWrite::intake() const {
  return {.role = role(),
          .now = now(),
          .refused_text = call_.settings.refused_text};
}

}  // namespace mispsift
