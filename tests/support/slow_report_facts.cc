#include "tests/support/slow_report_facts.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <regex>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "mispsift/normalize/normalize.h"
#include "src/cuckoo/parse_double.h"
#include "src/cuckoo/places.h"

namespace mispsift {
namespace {

using K = IndicatorKind;

constexpr int kNobody = -1;

// One value in a slot of the report.
struct Said {
  Slot slot;
  std::string text;
  std::string number;  // instead, as written
  std::string name;    // of an answer: whose address it is
  int owner;           // the file or signature that it belongs to
};

class Walker {
 public:
  // `around`: the area of the group around; `owner`: likewise.
  void Walk(const JsonNode& node, Place place, Area around, int owner) {
    if (node.type == JsonNode::Type::kObject) {
      WalkObject(node, place, around, owner);
    } else if (node.type == JsonNode::Type::kList) {
      if (ListGroup(place.area) != Group::kNone) around = place.area;
      for (size_t i = 0; i < node.elements.size(); ++i) {
        Walk(node.elements[i], ElementPlace(place, i), around, owner);
      }
    } else if (place.slot != Slot::kNone && !IsGroupSlot(place.slot)) {
      const bool is_number = node.type == JsonNode::Type::kNumber;
      if (node.type != JsonNode::Type::kString &&
          (!is_number || place.field == Field::kHidden)) {
        return;
      }
      said.push_back(
          {place.slot, is_number ? "" : node.text, node.number, "", owner});
    }
  }

  std::vector<Said> said;
  std::vector<Area> owners;

 private:
  // The first member of a group's slot.
  static const JsonNode* First(const JsonNode& object, Place place, Slot slot) {
    for (const auto& [key, value] : object.members) {
      if (MemberPlace(place, key).slot == slot &&
          (value.type == JsonNode::Type::kString || !value.text.empty())) {
        return &value;
      }
    }
    return nullptr;
  }
  static std::string FirstText(const JsonNode& object, Place place, Slot slot) {
    const JsonNode* first = First(object, place, slot);
    return first == nullptr ? "" : first->text;
  }

  void WalkObject(const JsonNode& object, Place place, Area around, int owner) {
    const Area area = place.area;
    if (area == Area::kDroppedFile || area == Area::kIdsFile ||
        area == Area::kSignature || area == Area::kTtps) {
      owner = static_cast<int>(owners.size());
      owners.push_back(area);
    }
    const Group group = ObjectGroup(area);
    const size_t begin = said.size();
    for (const auto& [key, value] : object.members) {
      if (area == Area::kTtp) {
        said.push_back({Slot::kAttackId, key, "", "", owner});
      }
      Walk(value, MemberPlace(place, key),
           group == Group::kNone ? around : area, owner);
    }
    if (group == Group::kNamed) Named(object, place, around, owner);
    if (area == Area::kDns) {
      NameAnswers(begin, FirstText(object, place, Slot::kHost));
    }
  }

  void Named(const JsonNode& object, Place place, Area around, int owner) {
    const JsonNode* named = First(object, place, Slot::kNamed);
    if (named == nullptr || named->type != JsonNode::Type::kString) return;
    if (place.area == Area::kMark) {
      said.push_back({Slot::kMark, named->text, "", "", owner});
    }
    const Slot slot =
        NamedPlace(place.area, FirstText(object, place, Slot::kSelector)).slot;
    if (slot == Slot::kNone) return;
    const JsonNode* name = First(object, place, Slot::kHost);
    if (slot == Slot::kAnswer && (place.area != Area::kDnsAnswer ||
                                  (name == nullptr && around != Area::kDns))) {
      return;
    }
    said.push_back(
        {slot, named->text, "", name == nullptr ? "" : name->text, owner});
    if (slot == Slot::kAnswer && name != nullptr) said.back().owner = kNamed;
  }

  // Answers without a name that came from `begin` on, at the query's end.
  void NameAnswers(size_t begin, const std::string& name) {
    std::vector<Said> named;
    for (size_t i = begin; i < said.size();) {
      if (said[i].slot != Slot::kAnswer || said[i].owner == kNamed) {
        ++i;
        continue;
      }
      named.push_back(said[i]);
      said.erase(said.begin() + static_cast<std::ptrdiff_t>(i));
    }
    for (Said& answer : named) {
      answer.name = name;
      answer.owner = kNamed;
      said.push_back(answer);
    }
  }

  static constexpr int kNamed = -2;  // in place of an answer's owner
};

template <typename T>
void AddNew(const T& value, std::vector<T>* out) {
  if (std::find(out->begin(), out->end(), value) == out->end()) {
    out->push_back(value);
  }
}

void AddText(const std::string& text, std::vector<std::string>* out) {
  if (!text.empty()) AddNew(text, out);
}

void SetOnce(const std::string& text, std::string* out) {
  if (out->empty()) *out = text;
}

std::string Canonical(K kind, const std::string& text) {
  std::string value;
  return Canonicalize(text, &kind, &value) ? value : "";
}

std::string UserAgentOf(const std::string& request) {
  std::istringstream lines(request);
  for (std::string line; std::getline(lines, line);) {
    if (absl::AsciiStrToLower(line.substr(0, 11)) == "user-agent:") {
      return std::string(absl::StripAsciiWhitespace(line.substr(11)));
    }
  }
  return "";
}

FileFacts FileOf(const std::vector<Said>& said, int owner) {
  FileFacts file;
  for (const Said& one : said) {
    if (one.owner != owner) continue;
    if (one.slot == Slot::kName) SetOnce(one.text, &file.name);
    if (one.slot == Slot::kFileType) SetOnce(one.text, &file.type);
    if (one.slot == Slot::kMd5)
      SetOnce(Canonical(K::kMd5, one.text), &file.md5);
    if (one.slot == Slot::kSha1) {
      SetOnce(Canonical(K::kSha1, one.text), &file.sha1);
    }
    if (one.slot == Slot::kSha256) {
      SetOnce(Canonical(K::kSha256, one.text), &file.sha256);
    }
    if (one.slot == Slot::kSha512) {
      SetOnce(Canonical(K::kSha512, one.text), &file.sha512);
    }
    if (one.slot == Slot::kSsdeep) {
      SetOnce(Canonical(K::kSsdeep, one.text), &file.ssdeep);
    }
    static const std::regex sizes("[0-9]{1,20}");
    if (one.slot == Slot::kFileSize && file.size == 0 &&
        std::regex_match(one.number, sizes)) {
      errno = 0;
      const uint64_t size = std::strtoull(one.number.c_str(), nullptr, 10);
      if (errno == 0) file.size = size;
    }
  }
  return file;
}

std::vector<std::string> AttackIds(const std::vector<Said>& said, int owner) {
  static const std::regex ids("[Tt][0-9]{4}([.][0-9]{3})?");
  std::vector<std::string> found;
  for (const Said& one : said) {
    if (one.owner == owner && one.slot == Slot::kAttackId &&
        std::regex_match(one.text, ids)) {
      AddNew(absl::AsciiStrToUpper(one.text), &found);
    }
  }
  return found;
}

SignatureFacts SignatureOf(const std::vector<Said>& said, int owner,
                           std::vector<std::string>* urls) {
  SignatureFacts signature;
  for (const Said& one : said) {
    if (one.owner != owner) continue;
    if (one.slot == Slot::kSignatureName) SetOnce(one.text, &signature.name);
    if (one.slot == Slot::kDescription) {
      SetOnce(one.text, &signature.description);
    }
    if (one.slot == Slot::kSeverity && !signature.severity.has_value()) {
      signature.severity = ParseDouble(one.number);
    }
    if (one.slot == Slot::kMarkedUrl) urls->push_back(one.text);
    if (one.slot == Slot::kMark && one.text.size() <= 200 &&
        signature.marks.size() < 10) {
      AddText(one.text, &signature.marks);
    }
  }
  signature.attack_ids = AttackIds(said, owner);
  return signature;
}

bool HasHash(const FileFacts& file) {
  return !(file.md5 + file.sha1 + file.sha256 + file.sha512 + file.ssdeep)
              .empty();
}

void AddSignatures(const Walker& walker, ReportFacts* facts) {
  for (size_t i = 0; i < walker.owners.size(); ++i) {
    if (walker.owners[i] != Area::kSignature) continue;
    std::vector<std::string> urls;
    const SignatureFacts signature =
        SignatureOf(walker.said, static_cast<int>(i), &urls);
    if (signature.name == "malicious_document_urls") {
      for (const std::string& url : urls) AddText(url, &facts->document_urls);
    }
    if (!signature.name.empty() || !signature.description.empty()) {
      AddNew(signature, &facts->signatures);
    }
  }
  for (size_t i = 0; i < walker.owners.size(); ++i) {
    if (walker.owners[i] != Area::kTtps) continue;
    std::string name;
    for (const Said& one : walker.said) {
      if (one.owner == static_cast<int>(i) && one.slot == Slot::kTtpSignature) {
        SetOnce(one.text, &name);
      }
    }
    for (SignatureFacts& signature : facts->signatures) {
      if (name.empty() || signature.name != name) continue;
      for (const std::string& id :
           AttackIds(walker.said, static_cast<int>(i))) {
        AddNew(id, &signature.attack_ids);
      }
    }
  }
}

}  // namespace

ReportFacts SlowReadFacts(const JsonNode& root) {
  Walker walker;
  walker.Walk(root, Place(), Area::kNone, kNobody);
  for (Said& one : walker.said) {
    if (one.slot == Slot::kRequest) {
      one = {Slot::kUserAgent, UserAgentOf(one.text), "", "", one.owner};
    }
  }
  std::erase_if(walker.said,
                [](const Said& one) { return one.text.size() > 4096; });
  ReportFacts facts;
  facts.target_file = FileOf(walker.said, kNobody);
  std::swap(facts.target.name, facts.target_file.name);
  std::swap(facts.target.md5, facts.target_file.md5);
  std::swap(facts.target.sha1, facts.target_file.sha1);
  std::swap(facts.target.sha256, facts.target_file.sha256);
  for (size_t i = 0; i < walker.owners.size(); ++i) {
    const FileFacts file = FileOf(walker.said, static_cast<int>(i));
    if (!HasHash(file)) continue;
    if (walker.owners[i] == Area::kDroppedFile) AddNew(file, &facts.dropped);
    if (walker.owners[i] == Area::kIdsFile) AddNew(file, &facts.ids_files);
  }
  for (const Said& one : walker.said) {
    if (one.slot == Slot::kAnswer && !one.name.empty() &&
        one.name.size() + one.text.size() <= 4096 &&
        !Canonical(K::kIp, one.text).empty()) {
      AddNew(ContactedDomain{one.name, one.text}, &facts.dns_answers);
    }
    if (one.slot == Slot::kUserAgent) AddText(one.text, &facts.user_agents);
    if (one.slot == Slot::kMutex) AddText(one.text, &facts.mutexes);
    if (one.slot == Slot::kWrittenKey) AddText(one.text, &facts.regkeys);
    if (one.slot == Slot::kReadKey) AddText(one.text, &facts.read_regkeys);
    if (one.slot == Slot::kContactedHost) AddText(one.text, &facts.hosts);
    if (one.slot == Slot::kOwnAddress) {
      AddText(Canonical(K::kIp, one.text), &facts.own_addresses);
    }
  }
  AddSignatures(walker, &facts);
  return facts;
}

std::string FactsDifference(const ReportFacts& facts, const ReportFacts& slow) {
  if (facts.target.name != slow.target.name) return "target.name";
  if (facts.target.md5 != slow.target.md5) return "target.md5";
  if (facts.target.sha1 != slow.target.sha1) return "target.sha1";
  if (facts.target.sha256 != slow.target.sha256) return "target.sha256";
  if (facts.target_file != slow.target_file) return "target_file";
  if (facts.hosts != slow.hosts) return "hosts";
  if (facts.dropped != slow.dropped) return "dropped";
  if (facts.ids_files != slow.ids_files) return "ids_files";
  if (facts.dns_answers != slow.dns_answers) return "dns_answers";
  if (facts.user_agents != slow.user_agents) return "user_agents";
  if (facts.mutexes != slow.mutexes) return "mutexes";
  if (facts.regkeys != slow.regkeys) return "regkeys";
  if (facts.read_regkeys != slow.read_regkeys) return "read_regkeys";
  if (facts.document_urls != slow.document_urls) return "document_urls";
  if (facts.signatures != slow.signatures) return "signatures";
  if (facts.own_addresses != slow.own_addresses) return "own_addresses";
  if (facts.left_out != slow.left_out) return "left_out";
  return "";
}

}  // namespace mispsift
