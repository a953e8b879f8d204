#include "tests/support/slow_report_reader.h"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>
#include <sstream>
#include <utility>

#include "absl/strings/ascii.h"
#include "mispsift/model/json_path.h"
#include "mispsift/normalize/api_buffer.h"
#include "mispsift/normalize/free_text.h"
#include "mispsift/normalize/normalize.h"
#include "src/cuckoo/places.h"
#include "tests/support/slow_spelling.h"

namespace mispsift {
namespace {

using K = IndicatorKind;

// Builds the tree; unlike nlohmann's own it keeps members that come twice.
class TreeBuilder : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit TreeBuilder(JsonNode* root) : open_{root} {}

  bool null() override { return Add({}); }
  bool boolean(bool) override { return Add({}); }
  bool number_integer(number_integer_t number) override {
    return AddNumber("", std::to_string(number));
  }
  bool number_unsigned(number_unsigned_t number) override {
    return AddNumber(std::to_string(number), std::to_string(number));
  }
  bool number_float(number_float_t, const string_t& raw) override {
    // A whole number over 64 bits comes here too.
    const bool digits = raw.find_first_not_of("0123456789") == raw.npos;
    return AddNumber(digits ? raw : "", raw);
  }
  bool string(string_t& text) override {
    return Add({JsonNode::Type::kString, text, "", {}, {}});
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(size_t) override { return Open(JsonNode::Type::kObject); }
  bool end_object() override { return Close(); }
  bool start_array(size_t) override { return Open(JsonNode::Type::kList); }
  bool end_array() override { return Close(); }
  bool key(string_t& key) override {
    key_ = key;
    return true;
  }
  bool parse_error(size_t, const std::string&,
                   const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  // Where the next value belongs.
  JsonNode* Place() {
    JsonNode* parent = open_.back();
    if (!has_root_) {
      has_root_ = true;
      return parent;
    }
    if (parent->type == JsonNode::Type::kObject) {
      parent->members.push_back({key_, JsonNode()});
      return &parent->members.back().value;
    }
    return &parent->elements.emplace_back();
  }
  bool AddNumber(std::string text, std::string raw) {
    return Add(
        {JsonNode::Type::kNumber, std::move(text), std::move(raw), {}, {}});
  }
  bool Add(JsonNode node) {
    *Place() = std::move(node);
    return true;
  }
  bool Open(JsonNode::Type type) {
    const bool is_root = !has_root_;
    JsonNode* node = Place();
    node->type = type;
    if (!is_root) open_.push_back(node);
    return true;
  }
  bool Close() {
    if (open_.size() > 1) open_.pop_back();
    return true;
  }

  std::vector<JsonNode*> open_;
  std::string key_;
  bool has_root_ = false;
};

bool IsPort(const std::string& text) {
  static const std::regex digits("[1-9][0-9]{0,4}");
  return std::regex_match(text, digits) && std::stoi(text) <= 65535;
}

bool StartsLike(const std::string& text, const char* pattern) {
  return std::regex_search(text, std::regex(pattern),
                           std::regex_constants::match_continuous);
}

std::string Lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::string Trim(const std::string& text) {
  const std::string blanks = " \t\n\v\f\r";
  const size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

// {host, port}; port empty if there is none.
std::pair<std::string, std::string> SplitPort(const std::string& text) {
  if (!text.empty() && text[0] == '[') {
    const size_t close = text.find(']');
    if (close != std::string::npos && close + 1 == text.size()) {
      return {text.substr(1, close - 1), ""};
    }
    if (close != std::string::npos && text[close + 1] == ':' &&
        IsPort(text.substr(close + 2))) {
      return {text.substr(1, close - 1), text.substr(close + 2)};
    }
    return {text, ""};
  }
  if (std::count(text.begin(), text.end(), ':') == 1) {
    const size_t colon = text.find(':');
    if (IsPort(text.substr(colon + 1))) {
      return {text.substr(0, colon), text.substr(colon + 1)};
    }
  }
  return {text, ""};
}

std::string AuthorityOf(const std::string& url) {
  std::string rest = url;
  std::string scheme;
  const size_t mark = url.find("://");
  if (mark != std::string::npos) {
    scheme = Lower(url.substr(0, mark));
    rest = url.substr(mark + 3);
  }
  std::string authority = rest.substr(0, rest.find_first_of("/?#"));
  const size_t at = authority.rfind('@');
  if (at != std::string::npos) authority = authority.substr(at + 1);
  const bool is_web = mark == std::string::npos || scheme == "http" ||
                      scheme == "https" || scheme == "ftp";
  if (!is_web && authority.find('.') == std::string::npos &&
      authority.find(':') == std::string::npos) {
    return "";
  }
  return authority;
}

class SlowReader {
 public:
  explicit SlowReader(ScanDepth depth) : depth_(depth) {}

  void Walk(const JsonNode& node, Place place, const std::string& path) {
    if (node.type == JsonNode::Type::kString) {
      if (place.field != Field::kHidden) Text(place, path, node.text);
    } else if (node.type == JsonNode::Type::kList) {
      WalkList(node, place, path);
    } else if (node.type == JsonNode::Type::kObject) {
      WalkObject(node, place, path);
    }
  }

  std::vector<PlacedObservation> out;

 private:
  // Members by slot: the first of each, numbers that are whole as digits.
  using Slots = std::map<Slot, std::string>;

  static bool MayFill(const JsonNode& node) {
    return node.type == JsonNode::Type::kString ||
           (node.type == JsonNode::Type::kNumber && !node.text.empty());
  }

  void WalkList(const JsonNode& list, Place place, const std::string& path) {
    Slots slots;
    for (size_t i = 0; i < list.elements.size(); ++i) {
      const JsonNode& element = list.elements[i];
      const Place below = ElementPlace(place, i);
      if (IsGroupSlot(below.slot) && MayFill(element)) {
        slots.emplace(below.slot, element.text);
      }
      Walk(element, below, path + "[" + std::to_string(i) + "]");
      if (ObjectGroup(below.area) == Group::kPair &&
          ListGroup(place.area) == Group::kArguments) {
        AddPair(element, below, &slots);
      }
    }
    Assemble(ListGroup(place.area), place.area, slots, place.where, path);
  }

  // What the pairs below an element of an argument list say to the list.
  void AddPair(const JsonNode& node, Place place, Slots* list) {
    if (node.type == JsonNode::Type::kList) {
      for (size_t i = 0; i < node.elements.size(); ++i) {
        AddPair(node.elements[i], ElementPlace(place, i), list);
      }
    }
    if (node.type != JsonNode::Type::kObject) return;
    Slots pair;
    for (const auto& [key, value] : node.members) {
      const Slot slot = MemberPlace(place, key).slot;
      if (IsGroupSlot(slot) && MayFill(value)) pair.emplace(slot, value.text);
    }
    const Slot slot = NamedPlace(place.area, pair[Slot::kSelector]).slot;
    if (IsGroupSlot(slot) && pair.count(Slot::kNamed)) {
      list->emplace(slot, pair[Slot::kNamed]);
    }
  }

  void WalkObject(const JsonNode& object, Place place,
                  const std::string& path) {
    const Group group = ObjectGroup(place.area);
    Slots slots;
    std::optional<std::pair<std::string, std::string>> named;  // path, text
    for (const auto& [key, value] : object.members) {
      const Place below = MemberPlace(place, key);
      if (IsSkipped(depth_, below)) continue;
      JsonPath step;
      step.PushKey(key);
      const std::string value_path = path + step.ToString().substr(1);
      if (group != Group::kNone && IsGroupSlot(below.slot) && MayFill(value) &&
          slots.emplace(below.slot, value.text).second &&
          below.slot == Slot::kNamed && value.type == JsonNode::Type::kString) {
        named = {value_path, value.text};
        continue;
      }
      Walk(value, below, value_path);
    }
    if (named) {
      Place said = NamedPlace(place.area, slots[Slot::kSelector]);
      said.where = place.where;
      Text(said, named->first, named->second);
    }
    Assemble(group, place.area, slots, place.where, path);
  }

  void Assemble(Group group, Area area, Slots slots, Where where,
                const std::string& path) {
    Begin(where, path);
    reading_ = Reading::kAssembled;
    if (group == Group::kHttp) {
      std::string protocol = area == Area::kHttpsEx ? "https" : "http";
      if (slots.count(Slot::kProtocol)) protocol = slots[Slot::kProtocol];
      const std::string host = slots[Slot::kHost];
      const std::string port = slots[Slot::kPort];
      if (!slots.count(Slot::kUri) || host.empty()) return;
      if (slots[Slot::kUri].find("://") != std::string::npos) {
        return Url(slots[Slot::kUri]);
      }
      const std::string uri = slots[Slot::kUri];
      const bool is_scheme =
          std::all_of(protocol.begin(), protocol.end(), [](unsigned char c) {
            return absl::ascii_isalnum(c) || c == '+' || c == '-' || c == '.';
          });
      std::string folded;
      FoldText(TextFold::kHosts, host, &folded);
      const size_t bracket = host.find_last_of("[(");
      if (protocol.empty() || !is_scheme ||
          folded.find_first_of("/?#") != folded.npos ||
          (bracket != host.npos &&
           host.find_first_of("])", bracket) == host.npos) ||
          (!uri.empty() && uri.find_first_of("/?#") != 0)) {
        return;  // one part would go on with the next
      }
      Url(protocol + "://" + host + uri);
      const std::string usual = protocol == "https" ? "443" : "80";
      if (IsPort(port) && port != usual && host.find(':') == host.npos) {
        Url(protocol + "://" + host + ":" + port + slots[Slot::kUri]);
      }
    }
    if (group == Group::kArguments) {
      if (slots.count(Slot::kRegkey) && slots.count(Slot::kRegkeyData)) {
        Value(K::kRegkeyValue,
              slots[Slot::kRegkey] + "|" + slots[Slot::kRegkeyData]);
      }
      static const std::map<std::string, std::string> hives = {
          {"0x80000000", "HKEY_CLASSES_ROOT"},
          {"0x80000001", "HKEY_CURRENT_USER"},
          {"0x80000002", "HKEY_LOCAL_MACHINE"},
          {"0x80000003", "HKEY_USERS"}};
      std::string hive = slots[Slot::kRegkeyHive];
      if (hives.count(hive)) hive = hives.at(hive);
      const bool is_name = std::all_of(
          hive.begin(), hive.end(),
          [](unsigned char c) { return absl::ascii_isalnum(c) || c == '_'; });
      if (hive.rfind("HKEY_", 0) == 0 && is_name &&
          !slots[Slot::kSubkey].empty()) {
        Value(K::kRegkey, hive + "\\" + slots[Slot::kSubkey]);
      }
    }
    if (group == Group::kArguments || group == Group::kFlow) {
      Address(slots[Slot::kAddress], slots[Slot::kPort]);
    }
    if (group == Group::kFlow) {
      Address(slots[Slot::kSource], slots[Slot::kSourcePort]);
    }
  }

  void Text(Place place, const std::string& path, const std::string& text) {
    Begin(place.where, path);
    FieldValue(place.field, text);
    field_end_ = out.size();
    if (depth_ == ScanDepth::kFields) return;
    Tokens(place.field, text);
    std::string decoded;
    if (place.field == Field::kApiBuffer && DecodeApiBuffer(text, &decoded)) {
      Tokens(place.field, decoded);
    }
    K any = K::kMutex;
    std::string whole;
    if (Canonicalize(text, &any, &whole) && whole.size() <= 1024) {
      out.push_back({K::kMutex, KeyForm::kWholeString, Reading::kWholeString,
                     where_, whole, path_});
      for (size_t i = begin_; i < field_end_; ++i) {
        if (out[i].kind == K::kNamedPipe && out[i].value == whole) return;
      }
      if (SlowSpelling(K::kNamedPipe, whole) != whole) {
        K pipe = K::kNamedPipe;
        std::string value;
        if (!Canonicalize(whole, &pipe, &value)) return;
        out.push_back({pipe, KeyForm::kValue, Reading::kWholeString, where_,
                       value, path_});
      }
    }
  }

  void Tokens(Field field, const std::string& text) {
    const bool other_hash =
        (field == Field::kImphash || field == Field::kAuthentihash ||
         field == Field::kCertificate || field == Field::kJa3) &&
        field_end_ > begin_;
    FreeTextCutter().Cut(text, [&](const Token& token) {
      for (size_t i = begin_; i < field_end_; ++i) {
        if (out[i].kind == token.kind && out[i].value == token.value) return;
      }
      if (other_hash && token.kind <= K::kSha512) return;
      if (field == Field::kVersion && token.kind == K::kIp) return;
      out.push_back({token.kind, KeyForm::kValue, Reading::kToken, where_,
                     std::string(token.value), path_});
    });
  }

  void FieldValue(Field field, const std::string& text) {
    static const std::map<Field, K> plain = {
        {Field::kMd5, K::kMd5},
        {Field::kSha1, K::kSha1},
        {Field::kSha224, K::kSha224},
        {Field::kSha256, K::kSha256},
        {Field::kSha384, K::kSha384},
        {Field::kSha512, K::kSha512},
        {Field::kSha3_384, K::kSha3_384},
        {Field::kSsdeep, K::kSsdeep},
        {Field::kTlsh, K::kTlsh},
        {Field::kImphash, K::kImphash},
        {Field::kAuthentihash, K::kAuthentihash},
        {Field::kCertificate, K::kX509Fingerprint},
        {Field::kJa3, K::kJa3},
        {Field::kIp, K::kIp},
        {Field::kUri, K::kUri},
        {Field::kMutex, K::kMutex},
        {Field::kRegkey, K::kRegkey},
        {Field::kUserAgent, K::kUserAgent},
        {Field::kPdb, K::kPdb}};
    if (text == "(null)" || text == "None") return;
    reading_ = Reading::kField;
    const bool slash = !text.empty() && text[0] == '/';
    if (plain.count(field)) {
      Value(plain.at(field), text);
    } else if ((field == Field::kUrlOrUri || field == Field::kPathOrUri) &&
               slash) {
      Value(K::kUri, text);
    } else if (field == Field::kUrl || field == Field::kUrlOrUri) {
      Url(text);
    } else if (field == Field::kContact) {
      text.find('/') == text.npos ? Host(text) : Url(text);
    } else if (field == Field::kRequest) {
      std::istringstream lines(text);
      for (std::string line; std::getline(lines, line);) {
        std::string name = line.substr(0, 11);
        for (char& c : name) c = absl::ascii_tolower(c);
        if (name != "user-agent:") continue;
        Value(K::kUserAgent, Trim(line.substr(11)));
        break;
      }
    } else if (field == Field::kHost) {
      Host(text);
    } else if (field == Field::kGuess) {
      if (text.find("://") != text.npos) {
        Url(text);
      } else if (!Value(K::kIp, text)) {
        Value(K::kIpPort, text);
      }
    } else if (field == Field::kEmail) {
      const size_t open = text.find('<');
      const std::string inner =
          open == text.npos ? text : text.substr(open + 1);
      Value(K::kEmail,
            open == text.npos ? inner : inner.substr(0, inner.find('>')));
    } else if (field == Field::kFilename || field == Field::kDroppedName) {
      Path(K::kFilename, text);
      if (field == Field::kDroppedName && StartsLike(text, "[0-9a-f]{16}_") &&
          text.size() > 17) {
        reading_ = Reading::kBasename;
        Value(K::kFilename, text.substr(17));
      }
    } else if (field == Field::kFilepath || field == Field::kPathOrUri) {
      if (field == Field::kPathOrUri || text.find(";?") == text.npos) {
        return Path(K::kFilepath, text);
      }
      std::string rest = text;
      for (int i = 0; i < 8 && !rest.empty(); ++i) {
        const size_t end = std::min(rest.find(";?"), rest.size());
        const std::string part = rest.substr(0, end);
        if (part.find('/') != part.npos || part.find('\\') != part.npos) {
          Path(K::kFilepath, part);
        }
        rest = rest.substr(std::min(end + 2, rest.size()));
      }
    }
  }

  void Begin(Where where, const std::string& path) {
    where_ = where;
    path_ = path;
    begin_ = out.size();
  }

  void Say(K kind, Reading reading, const std::string& value) {
    for (size_t i = begin_; i < out.size(); ++i) {
      if (out[i].kind == kind && out[i].value == value) {
        return;
      }
    }
    out.push_back({kind, KeyForm::kValue, reading, where_, value, path_});
  }

  bool Value(K kind, const std::string& text) {
    std::string value;
    if (text.empty() || !Canonicalize(text, &kind, &value)) return false;
    Say(kind, reading_, value);
    return true;
  }

  void Host(const std::string& text) {
    const auto [host, port] = SplitPort(Trim(text));
    K kind = K::kHost;
    std::string value;
    if (host.empty() || !Canonicalize(host, &kind, &value)) return;
    Say(kind, reading_, value);
    if (kind == K::kIp) Address(host, port);
  }

  void Url(const std::string& text) {
    K kind = K::kUrl;
    std::string value;
    if (!Canonicalize(text, &kind, &value)) return;
    Say(kind, reading_, value);
    if (kind != K::kUrl) return;
    const Reading before = reading_;
    reading_ = Reading::kAssembled;
    Host(AuthorityOf(value));
    reading_ = before;
  }

  void Path(K kind, const std::string& text) {
    if (SlowSpelling(K::kNamedPipe, text) != text) Value(K::kNamedPipe, text);
    std::string value;
    if (text.empty() || !Canonicalize(text, &kind, &value)) return;
    Say(kind, reading_, value);
    if (kind == K::kFilepath && !Basename(value).empty()) {
      Say(K::kFilename, Reading::kBasename, std::string(Basename(value)));
    }
  }

  void Address(const std::string& address, const std::string& port) {
    K kind = K::kHost;
    std::string ip;
    if (!IsPort(port) || address.empty() ||
        !Canonicalize(address, &kind, &ip) || kind != K::kIp) {
      return;
    }
    const Reading before = reading_;
    reading_ = Reading::kAssembled;
    Value(K::kIpPort, (IsIpv6(ip) ? "[" + ip + "]" : ip) + ":" + port);
    reading_ = before;
  }

  ScanDepth depth_;
  Where where_ = Where::kDebug;
  std::string path_;
  size_t begin_ = 0;      // of the current place in `out`
  size_t field_end_ = 0;  // of what its field says
  Reading reading_ = Reading::kField;
};

}  // namespace

const JsonNode& JsonNode::operator[](std::string_view key) const {
  static const JsonNode none;
  for (const auto& [name, value] : members) {
    if (name == key) return value;
  }
  return none;
}

bool ParseJson(std::string_view json, JsonNode* root) {
  *root = JsonNode();
  TreeBuilder builder(root);
  return nlohmann::json::sax_parse(json.begin(), json.end(), &builder);
}

std::vector<PlacedObservation> SlowReadReport(const JsonNode& root,
                                              ScanDepth depth) {
  SlowReader reader(depth);
  reader.Walk(root, Place(), "$");
  return std::move(reader.out);
}

}  // namespace mispsift
