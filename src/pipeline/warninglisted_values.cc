#include "src/pipeline/warninglisted_values.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "mispsift/base/check.h"
#include "mispsift/normalize/normalize.h"

namespace mispsift {
namespace {

constexpr std::string_view kTypeNames[] = {
    "md5", "sha1",   "sha256", "sha512",     "ssdeep", "filename",
    "url", "domain", "ip-dst", "user-agent", "mutex",  "regkey"};

bool IsAddress(std::string_view text) {
  IndicatorKind kind = IndicatorKind::kIp;
  std::string address;
  return Canonicalize(text, &kind, &address);
}

}  // namespace

// The values of one report that are on lists.
class WarninglistedValues::Found {
 public:
  Found(const WarninglistedValues& of, WarninglistCheck* check)
      : of_(of), check_(*check) {}

  void Ask(Type type, std::string_view value) {
    if (value.empty() || of_.scopes_[type].empty() ||
        !asked_[type].insert(value).second) {
      return;
    }
    for (const WarninglistHit& hit : check_.Hits(of_.scopes_[type], value)) {
      const uint8_t parts = of_.as_misp_compares_ ? hit.misp : hit.corrected;
      if (parts != 0) Add(value, hit.list, parts);
    }
  }
  void Ask(Type type, const std::vector<std::string>& values) {
    for (const std::string& value : values) Ask(type, value);
  }
  // A name or an address.
  void AskOfHost(std::string_view host) {
    Ask(IsAddress(host) ? kIpDst : kDomain, host);
  }

  std::vector<WarninglistedValue> Take() && { return std::move(values_); }

 private:
  void Add(std::string_view value, uint16_t list, uint8_t parts) {
    const auto [at, is_new] = places_.try_emplace(value, values_.size());
    if (is_new) values_.push_back({std::string(value), {}, false});
    WarninglistedValue& found = values_[at->second];
    const std::string_view name = of_.lists_[list].name;
    if (std::ranges::find(found.lists, name) == found.lists.end()) {
      found.lists.emplace_back(name);
    }
    found.blocks |= Suppresses(of_.effects_[list], parts);
  }

  const WarninglistedValues& of_;
  WarninglistCheck& check_;
  std::array<absl::flat_hash_set<std::string_view>, kTypes> asked_;
  absl::flat_hash_map<std::string_view, size_t> places_;
  std::vector<WarninglistedValue> values_;
};

std::unique_ptr<const WarninglistedValues> WarninglistedValues::Of(
    const Snapshot& snapshot, const IndexSettings& settings) {
  if (settings.warninglist_way == WarninglistWay::kOff) return nullptr;
  WarninglistsView lists = snapshot.ReadWarninglists();
  if (lists.size() == 0) return nullptr;
  return std::unique_ptr<const WarninglistedValues>(
      new WarninglistedValues(std::move(lists), settings));
}

WarninglistedValues::WarninglistedValues(WarninglistsView lists,
                                         const IndexSettings& settings)
    : lists_(std::move(lists)),
      matcher_(lists_),
      as_misp_compares_(settings.warninglist_way == WarninglistWay::kMisp) {
  static_assert(std::size(kTypeNames) == kTypes);
  for (const WarninglistView& list : lists_) {
    effects_.push_back(EffectOf(list, settings.warninglist_inform,
                                settings.warninglist_block));
  }
  for (size_t i = 0; i < kTypes; ++i) {
    scopes_[i] = matcher_.ScopeOf(kTypeNames[i]);
  }
}

void WarninglistedValues::AskOfFile(const FileFacts& file, Found* found) {
  found->Ask(kFilename, file.name);
  found->Ask(kMd5, file.md5);
  found->Ask(kSha1, file.sha1);
  found->Ask(kSha256, file.sha256);
  found->Ask(kSha512, file.sha512);
  found->Ask(kSsdeep, file.ssdeep);
}

void WarninglistedValues::AskOfDomains(
    const std::vector<ContactedDomain>& domains, Found* found) {
  for (const auto& [domain, ip] : domains) {
    found->AskOfHost(domain);
    found->Ask(kIpDst, ip);
  }
}

std::vector<WarninglistedValue> WarninglistedValues::Find(
    const ReportFacts& facts, WarninglistCheck* check) const {
  Found found(*this, check);
  found.Ask(kFilename, facts.target.name);
  found.Ask(kMd5, facts.target.md5);
  found.Ask(kSha1, facts.target.sha1);
  found.Ask(kSha256, facts.target.sha256);
  found.Ask(kUrl, facts.target.url);
  AskOfFile(facts.target_file, &found);
  found.Ask(kUrl, facts.urls);
  AskOfDomains(facts.domains, &found);
  for (const std::string& host : facts.hosts) found.AskOfHost(host);
  for (const MalwareConfig& config : facts.configs) {
    found.Ask(kUrl, config.urls);
    found.Ask(kMutex, config.mutexes);
    found.Ask(kUserAgent, config.user_agents);
  }
  for (const FileFacts& file : facts.dropped) AskOfFile(file, &found);
  for (const FileFacts& file : facts.ids_files) AskOfFile(file, &found);
  AskOfDomains(facts.dns_answers, &found);
  found.Ask(kUserAgent, facts.user_agents);
  found.Ask(kMutex, facts.mutexes);
  found.Ask(kRegkey, facts.regkeys);
  found.Ask(kRegkey, facts.read_regkeys);
  found.Ask(kUrl, facts.document_urls);
  return std::move(found).Take();
}

}  // namespace mispsift
