#include "tests/support/event_validity.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <array>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>
#include <set>

#include "absl/strings/escaping.h"
#include "mispsift/normalize/normalize.h"
#include "mispsift/submit/event_drafts.h"
#include "tests/support/event_tables.h"

namespace mispsift {
namespace {

using nlohmann::json;

const std::set<std::string>& Relationships() {
  static const std::set<std::string> known = {
      "analysed-with", "communicates-with", "downloaded",
      "drops",         "includes",          "related-to"};
  return known;
}

bool BitsAreAlike(const uint8_t* a, const uint8_t* b, int bits) {
  for (int bit = 0; bit < bits; ++bit) {
    const int mask = 0x80 >> (bit % 8);
    if ((a[bit / 8] & mask) != (b[bit / 8] & mask)) return false;
  }
  return true;
}

bool IsInAny(int family, const std::string& address,
             const std::vector<std::pair<const char*, int>>& networks) {
  std::array<uint8_t, 16> bytes{};
  if (inet_pton(family, address.c_str(), bytes.data()) != 1) return false;
  for (const auto& network : networks) {
    std::array<uint8_t, 16> base{};
    inet_pton(family, network.first, base.data());
    if (BitsAreAlike(bytes.data(), base.data(), network.second)) return true;
  }
  return false;
}

// Private, loopback, link-local, shared, multicast, broadcast, unspecified.
bool IsOfNoUse(std::string address) {
  address = address.substr(0, address.find('/'));
  if (address.starts_with("::ffff:")) address = address.substr(7);
  return IsInAny(AF_INET, address,
                 {{"0.0.0.0", 8},
                  {"10.0.0.0", 8},
                  {"100.64.0.0", 10},
                  {"127.0.0.0", 8},
                  {"169.254.0.0", 16},
                  {"172.16.0.0", 12},
                  {"192.168.0.0", 16},
                  {"224.0.0.0", 4},
                  {"255.255.255.255", 32}}) ||
         IsInAny(AF_INET6, address,
                 {{"::", 128},
                  {"::1", 128},
                  {"fc00::", 7},
                  {"fe80::", 10},
                  {"ff00::", 8}});
}

bool IsAskedForByWindows(const std::string& host) {
  static const std::set<std::string> hosts = {
      "www.msftncsi.com",
      "dns.msftncsi.com",
      "teredo.ipv6.microsoft.com",
      "time.windows.com",
      "www.msftconnecttest.com",
      "v10.vortex-win.data.microsoft.com",
      "settings-win.data.microsoft.com",
      "win10.ipv6.microsoft.com",
      "sls.update.microsoft.com",
      "fs.microsoft.com",
      "ctldl.windowsupdate.com"};
  return hosts.contains(host);
}

bool IsIp(const std::string& text) {
  std::array<uint8_t, 16> bytes{};
  return inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
         inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

std::string HostOfUrl(const std::string& url) {
  const size_t scheme = url.find("://");
  const bool has_scheme =
      scheme != std::string::npos && scheme > 0 &&
      url.find_first_not_of(
          "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvw"
          "xyz0123456789+-.") >= scheme;
  std::string host = has_scheme ? url.substr(scheme + 3) : url;
  host = host.substr(0, host.find_first_of("/?#"));
  const size_t at = host.rfind('@');
  if (at != std::string::npos) host = host.substr(at + 1);
  host = host.starts_with('[') ? host.substr(1, host.find(']') - 1)
                               : host.substr(0, host.find(':'));
  for (char& c : host) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return host;
}

struct TypedText {
  std::string type;
  std::string value;
};

bool IsComposite(const std::string& type) {
  return type.find('|') != std::string::npos || type == "malware-sample";
}

// The value, its halves, and the host of a url, each with a type of its own.
std::vector<TypedText> PartsOf(const std::string& type,
                               const std::string& value) {
  std::vector<TypedText> parts = {{type, value}};
  const size_t bar = value.find('|');
  if (IsComposite(type) && bar != std::string::npos) {
    const std::string both = type == "malware-sample" ? "filename|md5"
                             : type == "domain|ip"    ? "domain|ip-dst"
                                                      : type;
    parts.push_back({both.substr(0, both.find('|')), value.substr(0, bar)});
    parts.push_back({both.substr(both.find('|') + 1), value.substr(bar + 1)});
  }
  if (type == "url") {
    const std::string host = HostOfUrl(value);
    parts.push_back({IsIp(host) ? "ip-dst" : "domain", host});
  }
  return parts;
}

std::string FoldedBoth(const std::string& type, const std::string& value) {
  std::string all;
  std::vector<TypedText> parts = PartsOf(type, value);
  if (type != "url" && parts.size() == 3) {
    parts.erase(parts.begin());
  } else {
    parts.resize(1);
  }
  for (const TypedText& part : parts) {
    std::string folded;
    Fold(IndicatorKind::kUrl, KeyForm::kValue, part.value, &folded);
    all += folded + '|';
  }
  return all;
}

class Checker {
 public:
  explicit Checker(const MayNotStand& may_not_stand)
      : may_not_stand_(may_not_stand) {}

  void CheckDocument(std::string_view text) {
    const json document = json::parse(text, nullptr, false);
    if (document.is_discarded() || !document.is_object() ||
        !document.contains("Event") || !document["Event"].is_object()) {
      Say("not an event in JSON");
      return;
    }
    const json& event = document["Event"];
    CheckHead(event);
    std::set<std::pair<std::string, std::string>> known;
    for (const json& attribute : event["Attribute"]) {
      CheckAttribute(attribute, "");
      if (attribute.contains("object_relation")) {
        Say("an object relation outside objects");
      }
      const std::string type = Text(attribute, "type");
      const std::string value = Text(attribute, "value");
      if (!known.insert({type, FoldedBoth(type, value)}).second) {
        Say(fmt::format("{} {} stands twice", type, value));
      }
    }
    for (const json& object : event["Object"]) CheckObject(object);
    for (const json& object : event["Object"]) CheckReferences(object);
  }

  std::vector<std::string> problems() && { return std::move(problems_); }

 private:
  void Say(std::string problem) { problems_.push_back(std::move(problem)); }

  std::string Text(const json& of, const char* key) {
    const auto found = of.find(key);
    if (found == of.end() || !found->is_string()) {
      Say(fmt::format("{} is missing or no text", key));
      return {};
    }
    return found->get<std::string>();
  }

  void CheckMatches(const json& of, const char* key,
                    const std::string& pattern) {
    // Of few patterns; making one costs more than all else here.
    static std::map<std::string, std::regex> patterns;
    const auto found = patterns.try_emplace(pattern, pattern).first;
    const std::string text = Text(of, key);
    if (!std::regex_match(text, found->second)) {
      Say(fmt::format("{} is {}", key, text));
    }
  }

  void CheckFlag(const json& of, const char* key,
                 std::optional<bool> must_be = std::nullopt) {
    if (!of.contains(key) || !of[key].is_boolean() ||
        (must_be.has_value() && of[key] != *must_be)) {
      Say(fmt::format("{} is missing or not as it has to be", key));
    }
  }

  // RFC 4122: a version and a variant; never the same twice.
  std::string CheckUuid(const json& of) {
    std::string uuid = Text(of, "uuid");
    CheckMatches(of, "uuid",
                 "[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-"
                 "[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    if (!uuids_.insert(uuid).second) Say(fmt::format("{} is of two", uuid));
    return uuid;
  }

  void CheckHead(const json& event) {
    CheckUuid(event);
    if (Text(event, "info").empty()) Say("no title");
    CheckMatches(event, "date", R"(\d{4}-\d\d-\d\d)");
    CheckMatches(event, "timestamp", R"([1-9]\d*)");
    CheckMatches(event, "distribution", "[0-4]");
    CheckMatches(event, "threat_level_id", "[1-4]");
    CheckMatches(event, "analysis", "[0-2]");
    CheckFlag(event, "published", false);
    if (event.value("distribution", "") == "4") {
      CheckMatches(event, "sharing_group_id", R"([1-9]\d*)");
    } else if (event.contains("sharing_group_id")) {
      Say("a sharing group that nobody asks for");
    }
    for (const char* list : {"Tag", "Attribute", "Object"}) {
      if (!event.contains(list) || !event[list].is_array()) {
        Say(fmt::format("no list {}", list));
      }
    }
    for (const json& tag : event["Tag"]) {
      if (Text(tag, "name").empty()) Say("a tag without a name");
    }
  }

  void CheckAttribute(const json& attribute, const std::string& where) {
    CheckUuid(attribute);
    const std::string type = Text(attribute, "type");
    const std::string category = Text(attribute, "category");
    const std::string value = Text(attribute, "value");
    const std::string name = fmt::format("{}{} {}", where, type, value);
    const auto allowed = MispCategories().find(type);
    if (allowed == MispCategories().end()) {
      Say(fmt::format("{}: a type that is never drafted", name));
    } else if (!allowed->second.contains(category)) {
      Say(fmt::format("{}: not in {}", name, category));
    }
    const MispStored stored = StoreLikeMisp(type, value);
    if (!stored.kept) Say(fmt::format("{}: {}", name, stored.refusal));
    if (stored.kept && stored.value != value) {
      Say(fmt::format("{}: is stored as {}", name, stored.value));
    }
    const std::string comment = Text(attribute, "comment");
    if (!comment.empty() && StoreLikeMisp("text", comment).value != comment) {
      Say(fmt::format("{}: its comment changes", name));
    }
    CheckMatches(attribute, "distribution", "5");
    CheckMatches(attribute, "timestamp", R"([1-9]\d*)");
    CheckFlag(attribute, "to_ids");
    CheckFlag(attribute, "deleted", false);
    CheckFlag(attribute, "disable_correlation");
    CheckData(attribute, type, name);
    CheckUse(type, value, name);
  }

  void CheckData(const json& attribute, const std::string& type,
                 const std::string& name) {
    if (attribute.contains("data") != (type == "malware-sample")) {
      Say(fmt::format("{}: a file, or none, where it has to be", name));
    }
    if (!attribute.contains("data")) return;
    std::string zip;
    if (!absl::Base64Unescape(Text(attribute, "data"), &zip) ||
        !zip.starts_with("PK\x03\x04")) {
      Say(fmt::format("{}: no zip in base64", name));
    }
  }

  void CheckUse(const std::string& type, const std::string& value,
                const std::string& name) {
    for (const TypedText& part : PartsOf(type, value)) {
      if (part.type == "ip-dst" && IsOfNoUse(part.value)) {
        Say(fmt::format("{}: an address of no use to others", name));
      }
      if (part.type != "domain" && part.type != "hostname" &&
          part.type != "ip-dst") {
        continue;
      }
      if (IsAskedForByWindows(part.value)) {
        Say(fmt::format("{}: every Windows asks for it", name));
      }
      // An address may be written as one number.
      if (part.type != "ip-dst" && part.value.find('.') == std::string::npos &&
          part.value.find_first_not_of("0123456789") != std::string::npos) {
        Say(fmt::format("{}: a host that nobody else knows", name));
      }
    }
    if (!may_not_stand_) return;
    for (const TypedText& part : PartsOf(type, value)) {
      if (may_not_stand_(part.type, part.value)) {
        Say(fmt::format("{}: may not stand there", name));
      }
    }
  }

  void CheckObject(const json& object) {
    CheckUuid(object);
    const std::string name = Text(object, "name");
    const auto found = MispTemplates().find(name);
    if (found == MispTemplates().end()) {
      Say(fmt::format("{}: no template that is drafted", name));
      return;
    }
    const MispTemplate& its = found->second;
    if (Text(object, "template_uuid") != its.uuid ||
        Text(object, "template_version") != fmt::format("{}", its.version) ||
        Text(object, "meta-category") != its.meta_category ||
        Text(object, "description").empty()) {
      Say(fmt::format("{}: not as its template is", name));
    }
    CheckMatches(object, "distribution", "5");
    CheckMatches(object, "timestamp", R"([1-9]\d*)");
    Text(object, "comment");
    std::set<std::string> has;
    std::set<std::pair<std::string, std::string>> known;
    for (const json& attribute : object["Attribute"]) {
      CheckAttribute(attribute, name + "/");
      const std::string relation = Text(attribute, "object_relation");
      const auto type = its.types.find(relation);
      if (type == its.types.end() || type->second != Text(attribute, "type")) {
        Say(fmt::format("{}: {} of another type", name, relation));
      }
      if (!has.insert(relation).second && !its.multiple.contains(relation)) {
        Say(fmt::format("{}: {} stands twice", name, relation));
      }
      if (!known.insert({relation, Text(attribute, "value")}).second) {
        Say(fmt::format("{}: a value of {} stands twice", name, relation));
      }
    }
    for (const std::string& required : its.all) {
      if (!has.contains(required)) {
        Say(fmt::format("{}: no {}", name, required));
      }
    }
    bool has_one = its.one_of.empty();
    for (const std::string& one : its.one_of) {
      has_one = has_one || has.contains(one);
    }
    if (!has_one) Say(fmt::format("{}: none of those that it needs", name));
  }

  void CheckReferences(const json& object) {
    for (const json& reference : object["ObjectReference"]) {
      CheckUuid(reference);
      const std::string to = Text(reference, "referenced_uuid");
      if (!uuids_.contains(to) || to == Text(object, "uuid")) {
        Say(fmt::format("a reference to {}", to));
      }
      if (!Relationships().contains(Text(reference, "relationship_type"))) {
        Say("a relationship that MISP does not know");
      }
    }
  }

  const MayNotStand& may_not_stand_;
  std::set<std::string> uuids_;
  std::vector<std::string> problems_;
};

}  // namespace

std::vector<std::string> ProblemsOfJson(std::string_view event_json,
                                        const MayNotStand& may_not_stand) {
  Checker checker(may_not_stand);
  checker.CheckDocument(event_json);
  return std::move(checker).problems();
}

std::vector<std::string> ProblemsOf(const EventDraft& event,
                                    const MayNotStand& may_not_stand) {
  return ProblemsOfJson(EventJson(event), may_not_stand);
}

}  // namespace mispsift
