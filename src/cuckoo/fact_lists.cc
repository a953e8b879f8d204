#include "src/cuckoo/fact_lists.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "mispsift/base/byte_set.h"
#include "mispsift/normalize/normalize.h"
#include "src/cuckoo/parse_double.h"
#include "src/cuckoo/request_header.h"

namespace mispsift {
namespace {

// Numbers of the lists that values are told apart by.
enum List : uint64_t {
  kUrlList = 1,
  kHttpUrlList,
  kHostList,
  kDomainList,
  kOwnAddressList,
  kDroppedList,
  kIdsFileList,
  kDnsAnswerList,
  kUserAgentList,
  kMutexList,
  kWrittenKeyList,
  kReadKeyList,
  kDocumentUrlList,
  kSignatureList,
  kNamedTtpList,
  kFirstObjectList,  // from here on they belong to one object each
};

constexpr std::string_view kNamesDocumentUrls = "malicious_document_urls";
constexpr size_t kMaxMarkBytes = 200;
constexpr size_t kDigestBytes = 40;  // in a set that is half full

bool SaysSomething(const MalwareConfig& config) {
  return !config.family.empty() || !config.urls.empty() ||
         !config.mutexes.empty() || !config.user_agents.empty();
}

bool HasHash(const FileFacts& file) {
  return !file.md5.empty() || !file.sha1.empty() || !file.sha256.empty() ||
         !file.sha512.empty() || !file.ssdeep.empty();
}

std::string IdentityOf(const FileFacts& file) {
  return absl::StrCat(file.name, "\n", file.md5, "\n", file.sha1, "\n",
                      file.sha256, "\n", file.sha512, "\n", file.ssdeep, "\n",
                      file.type, "\n", file.size);
}

std::string IdentityOf(const SignatureFacts& signature) {
  return fmt::format(
      "{}\n{}\n{}\n{}\n{}", signature.name, signature.description,
      signature.severity ? fmt::format("{}", *signature.severity) : "",
      fmt::join(signature.attack_ids, " "), fmt::join(signature.marks, "\n"));
}

// An id of ATT&CK, in upper case; empty if it is none.
std::string AttackIdOf(std::string_view text) {
  constexpr size_t kDigits = 4;
  constexpr size_t kPartDigits = 3;
  const auto all_digits = [text](size_t begin, size_t count) {
    return IsDigits(text.substr(begin, count));
  };
  const bool is_part = text.size() == 1 + kDigits + 1 + kPartDigits &&
                       text[1 + kDigits] == '.' &&
                       all_digits(1 + kDigits + 1, kPartDigits);
  if ((text.size() != 1 + kDigits && !is_part) ||
      absl::ascii_toupper(static_cast<unsigned char>(text[0])) != 'T' ||
      !all_digits(1, kDigits)) {
    return {};
  }
  std::string id(text);
  id[0] = 'T';
  return id;
}

void SetOnce(std::string_view text, std::string* out) {
  if (out->empty()) out->assign(text);
}

// Only what is such a hash, in the one spelling.
void SetHash(IndicatorKind kind, std::string_view text, std::string* out) {
  if (out->empty() && !Canonicalize(text, &kind, out)) out->clear();
}

// Canonical; empty if it is none.
std::string AddressOf(std::string_view text) {
  IndicatorKind kind = IndicatorKind::kIp;
  std::string address;
  return Canonicalize(text, &kind, &address) ? address : std::string();
}

}  // namespace

void FactLists::Start(ReportFacts* facts) {
  facts_ = facts;
  open_ = Open::kNothing;
  target_ = {};
  named_ttps_.clear();
  has_config_ = false;
  http_urls_.clear();
  http_urls_left_out_ = 0;
  seen_.clear();
  next_list_ = kFirstObjectList;
  kept_bytes_ = 0;
}

void FactLists::BeginObject(Area area, std::string_view key) {
  switch (area) {
    case Area::kConfigs:
      // CAPE's families are the keys; Cuckoo 2 has the family inside.
      return BeginConfig(key);
    case Area::kDroppedFile:
    case Area::kIdsFile:
      open_ = Open::kFile;
      file_ = {};
      return;
    case Area::kSignature:
      open_ = Open::kSignature;
      signature_ = {};
      marked_urls_.clear();
      marked_urls_left_out_ = 0;
      object_lists_ = next_list_;
      next_list_ += 2;
      return;
    case Area::kTtps:
      open_ = Open::kTtps;
      ttps_of_.clear();
      ttps_.clear();
      object_lists_ = next_list_++;
      return;
    default:
      return;
  }
}

void FactLists::EndObject(Area area) {
  switch (area) {
    case Area::kDroppedFile:
      return EndFile(&facts_->dropped, kDroppedList);
    case Area::kIdsFile:
      return EndFile(&facts_->ids_files, kIdsFileList);
    case Area::kSignature:
      return EndSignature();
    case Area::kTtps:
      return EndTtps();
    default:
      return;
  }
}

void FactLists::BeginConfig(std::string_view family) {
  EndConfig();
  has_config_ = true;
  config_ = {};
  config_lists_ = next_list_;
  next_list_ += 3;
  if (family.size() <= kMaxFactBytes) config_.family = family;
}

void FactLists::EndConfig() {
  if (!std::exchange(has_config_, false) || !SaysSomething(config_) ||
      !HasRoom(facts_->configs.size())) {
    return;
  }
  kept_bytes_ += sizeof(MalwareConfig);
  facts_->configs.push_back(std::move(config_));
}

void FactLists::EndFile(std::vector<FileFacts>* files, uint64_t list) {
  open_ = Open::kNothing;
  const std::string identity = IdentityOf(file_);
  if (!HasHash(file_) || !IsNew(list, identity) || !HasRoom(files->size())) {
    return;
  }
  kept_bytes_ += sizeof(FileFacts) + identity.size();
  files->push_back(std::move(file_));
}

void FactLists::EndSignature() {
  open_ = Open::kNothing;
  if (signature_.name == kNamesDocumentUrls) {
    for (const std::string& url : marked_urls_) {
      AddNew(kDocumentUrlList, url, &facts_->document_urls);
    }
    facts_->left_out += marked_urls_left_out_;
  }
  const std::string identity = IdentityOf(signature_);
  if ((signature_.name.empty() && signature_.description.empty()) ||
      !IsNew(kSignatureList, identity) || !HasRoom(facts_->signatures.size())) {
    return;
  }
  kept_bytes_ += sizeof(SignatureFacts) + identity.size();
  facts_->signatures.push_back(std::move(signature_));
}

void FactLists::EndTtps() {
  open_ = Open::kNothing;
  if (ttps_of_.empty()) return;
  for (const std::string& id : ttps_) {
    if (IsNew(kNamedTtpList, fmt::format("{} {}", id, ttps_of_)) &&
        HasRoom(named_ttps_.size())) {
      kept_bytes_ += sizeof(NamedTtp) + ttps_of_.size();
      named_ttps_.push_back({ttps_of_, id});
    }
  }
}

void FactLists::Text(Slot slot, std::string_view text) {
  if (slot == Slot::kRequest) {
    slot = Slot::kUserAgent;
    text = HeaderOf(text, "user-agent:");
  }
  if (text.size() > kMaxFactBytes) return;  // of a header
  switch (slot) {
    case Slot::kTargetUrl:
      return SetOnce(text, &facts_->target.url);
    case Slot::kHttpUrl:
      // Only where it is whole; some writers have the path alone.
      if (text.find("://") == std::string_view::npos) return;
      return AddNew(kHttpUrlList, text, &http_urls_, &http_urls_left_out_);
    case Slot::kContactedHost:
      return AddNew(kHostList, text, &facts_->hosts);
    case Slot::kContactedDomain:
      return Domain(text, {});
    case Slot::kUserAgent:
      return AddNew(kUserAgentList, text, &facts_->user_agents);
    case Slot::kMutex:
      return AddNew(kMutexList, text, &facts_->mutexes);
    case Slot::kWrittenKey:
      return AddNew(kWrittenKeyList, text, &facts_->regkeys);
    case Slot::kReadKey:
      return AddNew(kReadKeyList, text, &facts_->read_regkeys);
    case Slot::kOwnAddress:
      return AddNew(kOwnAddressList, AddressOf(text), &facts_->own_addresses);
    case Slot::kAttackId:
      return AttackId(text);
    case Slot::kTtpSignature:
      if (open_ == Open::kTtps) SetOnce(text, &ttps_of_);
      return;
    case Slot::kFamily:
    case Slot::kConfigUrl:
    case Slot::kConfigMutex:
    case Slot::kConfigUserAgent:
      if (has_config_) ConfigText(slot, text);
      return;
    case Slot::kSignatureName:
    case Slot::kDescription:
    case Slot::kMark:
    case Slot::kMarkedUrl:
      if (open_ == Open::kSignature) SignatureText(slot, text);
      return;
    default:
      return FileText(slot, text);
  }
}

void FactLists::ConfigText(Slot slot, std::string_view text) {
  switch (slot) {
    case Slot::kFamily:
      return SetOnce(text, &config_.family);
    case Slot::kConfigUrl:
      return AddNew(config_lists_, text, &config_.urls);
    case Slot::kConfigMutex:
      return AddNew(config_lists_ + 1, text, &config_.mutexes);
    default:
      return AddNew(config_lists_ + 2, text, &config_.user_agents);
  }
}

void FactLists::SignatureText(Slot slot, std::string_view text) {
  std::vector<std::string>& marks = signature_.marks;
  switch (slot) {
    case Slot::kSignatureName:
      return SetOnce(text, &signature_.name);
    case Slot::kDescription:
      return SetOnce(text, &signature_.description);
    case Slot::kMarkedUrl:
      return AddNew(object_lists_, text, &marked_urls_, &marked_urls_left_out_);
    default:
      if (!text.empty() && text.size() <= kMaxMarkBytes &&
          marks.size() < SignatureFacts::kMaxMarks &&
          std::ranges::find(marks, text) == marks.end()) {
        marks.emplace_back(text);
      }
  }
}

void FactLists::FileText(Slot slot, std::string_view text) {
  FileFacts& file = open_ == Open::kFile ? file_ : target_;
  switch (slot) {
    case Slot::kName:
      return SetOnce(text, &file.name);
    case Slot::kMd5:
      return SetHash(IndicatorKind::kMd5, text, &file.md5);
    case Slot::kSha1:
      return SetHash(IndicatorKind::kSha1, text, &file.sha1);
    case Slot::kSha256:
      return SetHash(IndicatorKind::kSha256, text, &file.sha256);
    case Slot::kSha512:
      return SetHash(IndicatorKind::kSha512, text, &file.sha512);
    case Slot::kSsdeep:
      return SetHash(IndicatorKind::kSsdeep, text, &file.ssdeep);
    case Slot::kFileType:
      return SetOnce(text, &file.type);
    default:
      return;
  }
}

void FactLists::Number(Slot slot, std::string_view number) {
  if (slot == Slot::kSeverity && open_ == Open::kSignature) {
    if (!signature_.severity) signature_.severity = ParseDouble(number);
  } else if (slot == Slot::kFileSize) {
    FileFacts& file = open_ == Open::kFile ? file_ : target_;
    uint64_t size = 0;
    const char* end = number.data() + number.size();
    const auto [stop, error] = std::from_chars(number.data(), end, size);
    if (error == std::errc() && stop == end && file.size == 0) file.size = size;
  }
}

void FactLists::Domain(std::string_view domain, std::string_view ip) {
  AddPair(kDomainList, domain, ip, &facts_->domains);
}

void FactLists::DnsAnswer(std::string_view name, std::string_view ip) {
  if (AddressOf(ip).empty()) return;  // whatever the answer calls itself
  AddPair(kDnsAnswerList, name, ip, &facts_->dns_answers);
}

void FactLists::RequestedUrl(std::string_view url) {
  if (url.size() <= kMaxFactBytes) AddNew(kUrlList, url, &facts_->urls);
}

void FactLists::AttackId(std::string_view text) {
  const std::string id = AttackIdOf(text);
  if (open_ == Open::kSignature) {
    AddNew(object_lists_ + 1, id, &signature_.attack_ids);
  } else if (open_ == Open::kTtps) {
    AddNew(object_lists_, id, &ttps_);
  }
}

void FactLists::Finish() {
  EndConfig();
  if (facts_->urls.empty()) {
    facts_->urls = std::move(http_urls_);
    facts_->left_out += http_urls_left_out_;
  }
  ReportTarget& target = facts_->target;
  target.name = std::exchange(target_.name, {});
  target.md5 = std::exchange(target_.md5, {});
  target.sha1 = std::exchange(target_.sha1, {});
  target.sha256 = std::exchange(target_.sha256, {});
  facts_->target_file = std::move(target_);
  for (const NamedTtp& ttp : named_ttps_) {
    for (SignatureFacts& signature : facts_->signatures) {
      std::vector<std::string>& ids = signature.attack_ids;
      if (signature.name == ttp.signature &&
          std::ranges::find(ids, ttp.attack_id) == ids.end()) {
        ids.push_back(ttp.attack_id);
      }
    }
  }
}

bool FactLists::IsNew(uint64_t list, std::string_view value) {
  const bool is_new = seen_.insert(DigestOf(list, value)).second;
  if (is_new) kept_bytes_ += kDigestBytes;
  return is_new;
}

bool FactLists::HasRoom(size_t size) {
  if (size < ReportFacts::kMaxOfAList) return true;
  ++facts_->left_out;
  return false;
}

void FactLists::AddNew(uint64_t list, std::string_view value,
                       std::vector<std::string>* out, uint64_t* left_out) {
  if (value.empty() || !IsNew(list, value)) return;
  if (out->size() == ReportFacts::kMaxOfAList) {
    ++*left_out;
    return;
  }
  kept_bytes_ += sizeof(std::string) + value.size();
  out->emplace_back(value);
}

void FactLists::AddPair(uint64_t list, std::string_view domain,
                        std::string_view ip,
                        std::vector<ContactedDomain>* out) {
  if (domain.empty() || domain.size() + ip.size() > kMaxFactBytes ||
      !IsNew(list, fmt::format("{} {}", domain, ip)) || !HasRoom(out->size())) {
    return;
  }
  kept_bytes_ += sizeof(ContactedDomain) + domain.size() + ip.size();
  out->push_back({std::string(domain), std::string(ip)});
}

}  // namespace mispsift
