#include "tests/support/fake_misp_render.h"

#include <charconv>
#include <cstddef>
#include <system_error>

#include "fmt/format.h"
#include "tests/support/fake_misp_render_event.h"

namespace mispsift {
namespace {

void AddIndexTags(const FakeMispStore& store, const FakeEvent& event,
                  PhpJson* json) {
  json->Key("EventTag").StartArray();
  int64_t row = static_cast<int64_t>(event.id) * 16;
  for (const std::string& name : event.tags) {
    const FakeTag& tag = store.Tag(name);
    json->StartObject();
    json->Key("id").Number(row++);
    json->Key("event_id").Number(static_cast<int64_t>(event.id));
    json->Key("tag_id").Number(static_cast<int64_t>(tag.id));
    json->Key("local").Bool(false);
    json->Key("relationship_type").Null();
    json->Key("Tag").StartObject();
    json->Key("id").Number(static_cast<int64_t>(tag.id));
    json->Key("name").String(name);
    json->Key("colour").String(tag.colour);
    json->Key("is_galaxy").Bool(name.starts_with("misp-galaxy:"));
    json->EndObject().EndObject();
  }
  json->EndArray();
}

void AddIndexRow(const FakeMispStore& store, const StoredEvent& stored,
                 PhpJson* json) {
  const FakeEvent& event = stored.event;
  json->StartObject();
  json->Key("id").Number(static_cast<int64_t>(event.id));
  json->Key("org_id").Number(1);
  json->Key("date").String(event.date);
  json->Key("info").String(event.info);
  json->Key("uuid").String(event.uuid);
  json->Key("published").Bool(event.published);
  json->Key("analysis").Number(event.analysis);
  json->Key("attribute_count").Number(static_cast<int64_t>(stored.live_count));
  json->Key("orgc_id").Number(
      static_cast<int64_t>(store.OrgId(event.org_uuid)));
  json->Key("timestamp").Number(event.timestamp);
  json->Key("distribution").Number(event.distribution);
  json->Key("sharing_group_id").Number(0);
  json->Key("proposal_email_lock").Bool(false);
  json->Key("locked").Bool(false);
  json->Key("threat_level_id").Number(event.threat_level_id);
  json->Key("publish_timestamp").Number(event.publish_timestamp);
  json->Key("sighting_timestamp").Number(0);
  json->Key("disable_correlation").Bool(event.disable_correlation);
  json->Key("extends_uuid").String("");
  json->Key("protected").Null();
  AddOrgs(store, event, false, json);
  AddIndexTags(store, event, json);
  json->EndObject();
}

void AddMinimalRow(const FakeEvent& event, PhpJson* json) {
  json->StartObject();
  json->Key("id").Number(static_cast<int64_t>(event.id));
  json->Key("timestamp").Number(event.timestamp);
  json->Key("sighting_timestamp").Number(0);
  json->Key("published").Bool(event.published);
  json->Key("uuid").String(event.uuid);
  json->Key("orgc_uuid").String(event.org_uuid);
  json->EndObject();
}

void AddWarninglistHead(const FakeWarninglist& list, PhpJson* json) {
  json->Key("id").Number(static_cast<int64_t>(list.id));
  json->Key("name").String(list.name);
  json->Key("type").String(list.type);
  json->Key("description").String(list.description);
  json->Key("version").String(list.version);
  json->Key("enabled").Bool(list.enabled);
  json->Key("default").Bool(true);
  json->Key("category").String(list.category);
}

// The permissions of a role, in the order of the recording.
void AddRole(const FakeUser& user, PhpJson* json) {
  const auto flag = [json](std::string_view name, bool value) {
    json->Key(name).Bool(value);
  };
  const bool admin = user.site_admin;
  const FakeRole& role = user.role;
  json->StartObject();
  json->Key("id").Number(admin ? 1 : 3);
  json->Key("name").String(admin ? "admin" : "User");
  json->Key("created").String("2025-01-01 00:00:00");
  json->Key("modified").String("2025-01-01 00:00:00");
  flag("perm_add", role.perm_add);
  flag("perm_modify", role.perm_modify);
  flag("perm_modify_org", role.perm_modify);
  flag("perm_publish", role.perm_publish);
  flag("perm_delegate", admin);
  flag("perm_sync", role.perm_sync);
  flag("perm_admin", admin);
  flag("perm_audit", admin);
  flag("perm_auth", true);
  flag("perm_site_admin", admin);
  flag("perm_regexp_access", admin);
  flag("perm_tagger", role.perm_tagger);
  flag("perm_template", admin);
  flag("perm_sharing_group", admin);
  flag("perm_tag_editor", role.perm_tag_editor);
  flag("perm_sighting", role.perm_sighting);
  flag("perm_object_template", admin);
  flag("default_role", !admin);
  json->Key("memory_limit").Null();
  json->Key("max_execution_time").Null();
  flag("restricted_to_site_admin", false);
  for (const std::string_view name :
       {"perm_publish_zmq", "perm_publish_kafka", "perm_decaying"}) {
    flag(name, admin);
  }
  flag("enforce_rate_limit", user.rate_limited);
  json->Key("rate_limit_count").Number(user.rate_limit);
  for (const std::string_view name :
       {"perm_galaxy_editor", "perm_warninglist", "perm_view_feed_correlations",
        "perm_analyst_data"}) {
    flag(name, admin);
  }
  flag("perm_skip_otp", false);
  json->Key("permission").Number(3);
  json->Key("permission_description").String("publish");
  json->EndObject();
}

void AddUser(const FakeUser& user, PhpJson* json) {
  json->StartObject();
  json->Key("id").Number(user.site_admin ? 1 : 2);
  json->Key("password").String("*****");
  json->Key("org_id").Number(1);
  json->Key("email").String(user.site_admin ? "admin@misp.example"
                                            : "user@misp.example");
  json->Key("autoalert").Bool(false);
  json->Key("invited_by").Number(0);
  json->Key("gpgkey").Null();
  json->Key("certif_public").String("");
  json->Key("nids_sid").Number(4000000);
  json->Key("termsaccepted").Bool(true);
  json->Key("newsread").Number(0);
  json->Key("role_id").Number(user.site_admin ? 1 : 3);
  json->Key("change_pw").Bool(false);
  json->Key("contactalert").Bool(false);
  json->Key("disabled").Bool(user.disabled);
  json->Key("expiration").Null();
  json->Key("current_login").Number(0);
  json->Key("last_login").Number(0);
  json->Key("force_logout").Bool(false);
  json->Key("date_created").Null();
  json->Key("date_modified").Number(1767225600);
  json->Key("sub").Null();
  json->Key("external_auth_required").Bool(false);
  json->Key("external_auth_key").Null();
  json->Key("last_api_access").Number(1767225600);
  json->Key("notification_daily").Bool(false);
  json->Key("notification_weekly").Bool(false);
  json->Key("notification_monthly").Bool(false);
  json->Key("totp").String("*****");
  json->Key("hotp_counter").Null();
  json->Key("last_pw_change").Null();
  json->Key("totp_is_set").Number(0);
  json->EndObject();
}

}  // namespace

std::string RenderIndex(const FakeMispStore& store,
                        const std::vector<const StoredEvent*>& events,
                        bool minimal, PhpJson::Style style) {
  std::string out;
  PhpJson json(&out, style);
  json.StartArray();
  for (const StoredEvent* stored : events) {
    if (minimal) {
      AddMinimalRow(stored->event, &json);
    } else {
      AddIndexRow(store, *stored, &json);
    }
  }
  json.EndArray();
  return out;
}

std::string RenderVersion(std::string_view version, const FakeRole& role,
                          bool takes_gzip, PhpJson::Style style) {
  std::string out;
  PhpJson json(&out, style);
  json.StartObject();
  json.Key("version").String(version);
  json.Key("pymisp_recommended_version").String(version);
  json.Key("perm_sync").Bool(role.perm_sync && !role.read_only);
  json.Key("perm_sighting").Bool(role.perm_sighting && !role.read_only);
  json.Key("perm_galaxy_editor").Bool(true);
  json.Key("perm_analyst_data").Bool(true);
  json.Key("uuid").String("20000000-0000-4000-8000-000000000001");
  json.Key("request_encoding").StartArray();
  if (takes_gzip) json.String("gzip");
  json.EndArray();
  json.Key("filter_sightings").Bool(true);
  json.EndObject();
  return out;
}

std::string RenderUser(const FakeUser& user, PhpJson::Style style) {
  std::string out;
  PhpJson json(&out, style);
  json.StartObject();
  json.Key("User");
  AddUser(user, &json);
  json.Key("Role");
  AddRole(user, &json);
  json.Key("UserSetting").StartArray().EndArray();
  json.Key("Organisation").StartObject();
  json.Key("id").Number(1);
  json.Key("name").String("Example Org");
  json.Key("date_created").String("2025-01-01 00:00:00");
  json.Key("date_modified").String("2025-01-01 00:00:00");
  json.Key("description").String("An organisation that does not exist");
  json.Key("type").String("ADMIN");
  json.Key("nationality").String("");
  json.Key("sector").String("");
  json.Key("created_by").Number(0);
  json.Key("uuid").String(kFakeOwnOrgUuid);
  json.Key("contacts").Null();
  json.Key("local").Bool(true);
  json.Key("restricted_to_domain").StartArray().EndArray();
  json.Key("landingpage").Null();
  json.EndObject().EndObject();
  return out;
}

std::string RenderWarninglistIndex(const FakeMispStore& store,
                                   PhpJson::Style style) {
  std::string out;
  PhpJson json(&out, style);
  json.StartObject().Key("Warninglists").StartArray();
  const auto& lists = store.warninglists();
  for (auto at = lists.rbegin(); at != lists.rend(); ++at) {
    const FakeWarninglist& list = at->second;
    json.StartObject().Key("Warninglist").StartObject();
    AddWarninglistHead(list, &json);
    json.Key("warninglist_entry_count")
        .Number(static_cast<int64_t>(list.values.size()));
    std::string types;
    for (const std::string& type : list.valid_attributes) {
      types.append(types.empty() ? "" : ", ").append(type);
    }
    json.Key("valid_attributes").String(types);
    json.EndObject().EndObject();
  }
  json.EndArray().EndObject();
  return out;
}

std::string RenderWarninglist(const FakeWarninglist& list,
                              PhpJson::Style style) {
  std::string out;
  PhpJson json(&out, style);
  const int64_t id = static_cast<int64_t>(list.id);
  json.StartObject().Key("Warninglist").StartObject();
  AddWarninglistHead(list, &json);
  json.Key("WarninglistEntry").StartArray();
  int64_t row = id * 100000;
  for (const std::string& value : list.values) {
    json.StartObject();
    json.Key("id").Number(row++);
    json.Key("value").String(value);
    json.Key("warninglist_id").Number(id);
    json.Key("comment").Null();
    json.EndObject();
  }
  json.EndArray();
  json.Key("WarninglistType").StartArray();
  row = id * 1000;
  for (const std::string& type : list.valid_attributes) {
    json.StartObject();
    json.Key("id").Number(row++);
    json.Key("type").String(type);
    json.Key("warninglist_id").Number(id);
    json.EndObject();
  }
  json.EndArray().EndObject().EndObject();
  return out;
}

std::string RenderWarninglistExport(const FakeWarninglist& list,
                                    PhpJson::Style style) {
  std::string out;
  PhpJson json(&out, style);
  json.StartObject();
  json.Key("name").String(list.name);
  json.Key("type").String(list.type);
  json.Key("version");
  int64_t version = 0;
  const char* const end = list.version.data() + list.version.size();
  const auto [stop, error] = std::from_chars(list.version.data(), end, version);
  if (error == std::errc() && stop == end) {
    json.Integer(version);
  } else {
    json.String(list.version);
  }
  json.Key("description").String(list.description);
  json.Key("matching_attributes").StartArray();
  for (const std::string& type : list.valid_attributes) json.String(type);
  json.EndArray();
  json.Key("list").StartArray();
  for (const std::string& value : list.values) json.String(value);
  json.EndArray().EndObject();
  return out;
}

std::string RenderError(std::string_view message, std::string_view url,
                        bool pretty) {
  std::string out;
  PhpJson json(&out, {.pretty = pretty, .escape_slashes = !pretty});
  json.StartObject();
  json.Key("name").String(message);
  json.Key("message").String(message);
  json.Key("url").String(url);
  json.EndObject();
  return out;
}

std::string RenderErrorPage(std::string_view message) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n    <meta "
      "charset=\"utf-8\">\n    <title>Errors - MISP</title>\n</head>\n<body>\n"
      "    <h2>{}</h2>\n    <p class=\"error\">\n        <strong>Error: "
      "</strong>\n        The request failed.\n    </p>\n</body>\n</html>\n",
      message);
}

std::string RenderLoginPage() {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n    <meta "
         "charset=\"utf-8\">\n    <title>Users - MISP</title>\n</head>\n"
         "<body>\n    <form action=\"/users/login\" id=\"UserLoginForm\" "
         "method=\"post\">\n        <legend>Login</legend>\n        <input "
         "name=\"data[User][email]\" type=\"email\">\n        <input "
         "name=\"data[User][password]\" type=\"password\">\n    </form>\n"
         "</body>\n</html>\n";
}

std::string RenderProxyPage(int status) {
  std::string_view reason = "Service Temporarily Unavailable";
  if (status == 404) reason = "Not Found";
  if (status == 413) reason = "Request Entity Too Large";
  if (status == 500) reason = "Internal Server Error";
  if (status == 502) reason = "Bad Gateway";
  if (status == 504) reason = "Gateway Time-out";
  return fmt::format(
      "<html>\r\n<head><title>{0} {1}</title></head>\r\n<body>\r\n"
      "<center><h1>{0} {1}</h1></center>\r\n<hr><center>nginx</center>\r\n"
      "</body>\r\n</html>\r\n",
      status, reason);
}

}  // namespace mispsift
