#include "mispsift/misp/server_access.h"

#include <fmt/format.h>
#include <rapidjson/document.h>

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "mispsift/base/status_macros.h"
#include "src/misp/json_text_of.h"

namespace mispsift::misp {
namespace {

constexpr int kMaxReads = 3;
// A server with all galaxies has some ten thousand tags of 300 bytes.
constexpr uint64_t kMaxTagsBytes = uint64_t{256} << 20;

// The answer as an object; asked for again when it is none: cut on its way,
// perhaps.
absl::Status ReadObject(Server* server, const HttpRequest& request,
                        std::string_view what, rapidjson::Document* document) {
  for (int failures = 1; failures <= kMaxReads; ++failures) {
    MISPSIFT_ASSIGN_OR_RETURN(const HttpResponse response,
                              server->Ask(request));
    document->Parse<rapidjson::kParseIterativeFlag>(response.body.data(),
                                                    response.body.size());
    if (!document->HasParseError() && document->IsObject()) {
      return absl::OkStatus();
    }
    MISPSIFT_RETURN_IF_ERROR(server->Sleep(server->RetryDelay(failures)));
  }
  return server->NoMisps(fmt::format("at {}", what));
}

bool TakesGzip(const rapidjson::Value& version) {
  if (!version.HasMember("request_encoding")) return false;
  const rapidjson::Value& encodings = version["request_encoding"];
  if (!encodings.IsArray()) return false;
  return std::any_of(encodings.Begin(), encodings.End(),
                     [](const rapidjson::Value& encoding) {
                       return encoding.IsString() &&
                              std::string_view(encoding.GetString()) == "gzip";
                     });
}

}  // namespace

absl::StatusOr<ServerAccess> ReadAccess(Server* server) {
  ServerAccess access;
  const std::string& url = server->options().url;
  const auto ask = [server](const char* path, rapidjson::Document* document) {
    return ReadObject(server, server->Get(path), path, document);
  };
  rapidjson::Document version;
  MISPSIFT_RETURN_IF_ERROR(ask("/servers/getVersion", &version));
  access.version = server->Told(TextOf(version, "version"));
  access.takes_gzip = TakesGzip(version);
  rapidjson::Document me;
  MISPSIFT_RETURN_IF_ERROR(ask("/users/view/me", &me));
  if (access.version.empty() || !me.HasMember("User") ||
      !me.HasMember("Role")) {
    return server->NoMisps("of itself");
  }
  const rapidjson::Value& role = me["Role"];
  access.role = server->Told(TextOf(role, "name"));
  access.site_admin = IsTrue(role, "perm_site_admin");
  access.may_add = IsTrue(role, "perm_add");
  access.may_tag = IsTrue(role, "perm_tagger");
  access.may_create_tags = IsTrue(role, "perm_tag_editor");
  access.may_sight = IsTrue(role, "perm_sighting") || IsTrue(role, "perm_sync");
  if (me.HasMember("Organisation")) {
    access.org = server->Told(TextOf(me["Organisation"], "name"));
  }
  if (IsTrue(role, "enforce_rate_limit") &&
      TextOf(role, "rate_limit_count") == "0") {
    return absl::PermissionDeniedError(
        fmt::format("{}: the role {} may not search by API (its rate limit "
                    "is 0)",
                    url, access.role));
  }
  if (IsTrue(me["User"], "disabled")) {
    return absl::PermissionDeniedError(
        fmt::format("{}: the key's user is disabled", url));
  }
  return access;
}

absl::StatusOr<std::vector<std::string>> UnknownTags(
    Server* server, const std::vector<std::string>& tags) {
  HttpRequest request = server->Get("/tags/index");
  request.max_body_bytes = kMaxTagsBytes;
  rapidjson::Document answer;
  MISPSIFT_RETURN_IF_ERROR(ReadObject(server, request, "/tags/index", &answer));
  if (!answer.HasMember("Tag") || !answer["Tag"].IsArray()) {
    return server->NoMisps("at /tags/index");
  }
  absl::flat_hash_set<std::string> known;
  for (const rapidjson::Value& tag : answer["Tag"].GetArray()) {
    known.insert(absl::AsciiStrToLower(TextOf(tag, "name")));
  }
  std::vector<std::string> unknown;
  for (const std::string& tag : tags) {
    if (!known.contains(absl::AsciiStrToLower(tag))) unknown.push_back(tag);
  }
  return unknown;
}

}  // namespace mispsift::misp
