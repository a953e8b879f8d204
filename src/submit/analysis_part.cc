#include "src/submit/analysis_part.h"

#include <fmt/format.h>

#include <optional>
#include <set>
#include <utility>

#include "mispsift/normalize/dropped_name.h"
#include "mispsift/normalize/generic_names.h"
#include "mispsift/normalize/normalize.h"
#include "src/submit/autorun_keys.h"
#include "src/submit/draft_objects.h"
#include "src/submit/object_templates.h"
#include "src/submit/part_builder.h"

namespace mispsift {
namespace {

constexpr std::string_view kOfTheTarget = "File submitted to Cuckoo";

// All that a report tells of its target.
FileFacts TargetFile(const ReportFacts& facts) {
  FileFacts file = facts.target_file;
  const auto prefer = [](const std::string& told, std::string* text) {
    if (!told.empty()) *text = told;
  };
  prefer(facts.target.name, &file.name);
  prefer(facts.target.md5, &file.md5);
  prefer(facts.target.sha1, &file.sha1);
  prefer(facts.target.sha256, &file.sha256);
  return file;
}

class Analysis {
 public:
  Analysis(const ReportFields& fields, const DraftSettings& settings,
           const ValueLists& lists, const PartForm& form,
           const SampleFile* sample)
      : fields_(fields),
        facts_(fields.facts),
        settings_(settings),
        sample_is_object_(form.sample_is_object || settings.objects),
        sample_(sample),
        target_(TargetFile(facts_)),
        builder_(fields, lists, form.origin) {}

  DraftPart Draft() && {
    if (IsSafelistedWhole()) return std::move(builder_.part());
    AddTarget();
    if (Has(SubmitMode::kUrl)) AddUrls();
    if (Has(SubmitMode::kIpaddr)) AddAddresses();
    if (Has(SubmitMode::kConfig)) AddConfigs();
    if (Has(SubmitMode::kMaldoc)) AddDocumentUrls();
    if (Has(SubmitMode::kDropped)) AddDropped();
    if (Has(SubmitMode::kNetwork)) AddNetwork();
    AddRegistry();
    if (Has(SubmitMode::kMutexes)) AddMutexes(facts_.mutexes, "");
    if (Has(SubmitMode::kIdsFiles)) AddIdsFiles();
    if (Has(SubmitMode::kSignatures)) AddSignatures();
    if (settings_.objects) AddSandboxReport();
    LinkTarget();
    return std::move(builder_.part());
  }

 private:
  bool Has(SubmitMode mode) const {
    return (settings_.modes & static_cast<uint32_t>(mode)) != 0;
  }

  // A harmless target makes all that it does harmless.
  bool IsSafelistedWhole() {
    bool is_safelisted = false;
    const auto check = [&](std::string_view type, const std::string& hash) {
      if (hash.empty() || !builder_.judge().IsSafelisted(type, hash)) return;
      JudgedValue judged;
      judged.left_out = LeftOut::kSafelisted;
      judged.detail = "the target, and all that it does";
      builder_.LeaveOut(type, hash, judged);
      is_safelisted = true;
    };
    check("md5", target_.md5);
    check("sha1", target_.sha1);
    check("sha256", target_.sha256);
    check("sha512", target_.sha512);
    return is_safelisted;
  }

  void AddTarget() {
    const bool hashes = Has(SubmitMode::kHashes);
    if (sample_is_object_) {
      if (!hashes && sample_ == nullptr) return;
      FileFacts file = target_;
      if (!hashes) {
        // The sample, and what it is about.
        file = FileFacts{};
        file.sha256 = target_.sha256;
      }
      AddTargetObject(file);
      return;
    }
    if (hashes) AddFileHashes(target_, kPayloadDelivery, kOfTheTarget);
    if (sample_ != nullptr) {
      std::optional<DraftAttribute> attribute =
          SampleAttribute(*sample_, &builder_);
      if (attribute.has_value()) {
        builder_.part().attributes.push_back(*std::move(attribute));
      }
    }
  }

  void AddTargetObject(const FileFacts& file) {
    std::optional<PartObject> part =
        FileObject(file, kPayloadDelivery, kOfTheTarget, sample_, &builder_);
    if (part.has_value() && builder_.AddObject(*std::move(part))) {
      target_object_ = builder_.part().objects.size() - 1;
    }
  }

  // A name with a '|' or a line break in it cannot be stored with a hash.
  void AddFileHash(const FileFacts& file, std::string_view type,
                   const std::string& hash, std::string_view category,
                   std::string_view comment) {
    if (hash.empty()) return;
    if (!file.name.empty()) {
      const std::string pair_type = fmt::format("filename|{}", type);
      const std::string pair = fmt::format("{}|{}", file.name, hash);
      JudgedValue judged = builder_.judge().Judge(pair_type, pair);
      if (judged.left_out != LeftOut::kInvalid) {
        if (judged.left_out.has_value()) {
          builder_.LeaveOut(pair_type, pair, judged);
        } else {
          builder_.AddJudged({pair_type, category, true, comment},
                             std::move(judged));
        }
        return;
      }
    }
    builder_.Add({type, category, true, comment}, hash);
  }

  void AddFileHashes(const FileFacts& file, std::string_view category,
                     std::string_view comment) {
    AddFileHash(file, "md5", file.md5, category, comment);
    AddFileHash(file, "sha1", file.sha1, category, comment);
    AddFileHash(file, "sha256", file.sha256, category, comment);
  }

  // A file that is not the target, as an object or as its hashes.
  void AddOtherFile(const FileFacts& file, std::string_view category,
                    std::string_view comment, std::string_view relationship) {
    if (settings_.objects) {
      std::optional<PartObject> part =
          FileObject(file, category, comment, nullptr, &builder_);
      if (part.has_value()) AddLinked(*std::move(part), relationship);
      return;
    }
    AddFileHashes(file, category, comment);
    builder_.Add({"ssdeep", category, true, comment}, file.ssdeep);
  }

  void AddUrl(const std::string& url, std::string_view comment) {
    if (url.empty()) return;
    if (!settings_.objects) {
      builder_.Add({"url", kNetworkActivity, true, comment}, url);
      return;
    }
    JudgedValue judged = builder_.judge().Judge("url", url);
    if (judged.left_out.has_value()) {
      builder_.LeaveOut("url", url, judged);
    } else {
      AddLinked(UrlObject(judged.stored, comment, &builder_),
                "communicates-with");
    }
  }

  void AddUrls() {
    AddUrl(facts_.target.url, "");
    for (const std::string& url : facts_.urls) AddUrl(url, "");
  }

  // Of two values as they are stored.
  void AddDomain(const JudgedValue& domain, std::string_view ip) {
    if (settings_.objects) {
      AddLinked(DomainIpObject(domain.stored, ip, "", &builder_),
                "communicates-with");
    } else {
      builder_.AddJudged({"domain", kNetworkActivity, true}, domain);
    }
  }

  // Whether what is to be said of the address is said with it.
  bool AddContacted(const ContactedDomain& contacted) {
    const std::string& name = contacted.domain;
    if (name.empty()) return false;
    JudgedValue domain = builder_.judge().Judge("domain", name);
    if (contacted.ip.empty()) {
      if (domain.left_out.has_value()) {
        builder_.LeaveOut("domain", name, domain);
      } else {
        AddDomain(domain, "");
      }
      return true;
    }
    const std::string pair = fmt::format("{}|{}", name, contacted.ip);
    JudgedValue judged = builder_.judge().Judge("domain|ip", pair);
    if (!judged.left_out.has_value() && !domain.left_out.has_value()) {
      if (settings_.objects) {
        AddDomain(domain, judged.stored.substr(judged.stored.find('|') + 1));
      } else {
        builder_.AddJudged({"domain|ip", kNetworkActivity, true},
                           std::move(judged));
      }
      return true;
    }
    const JudgedValue& why = judged.left_out.has_value() ? judged : domain;
    builder_.LeaveOut("domain|ip", pair, why);
    if (why.left_out == LeftOut::kBlacklisted) return true;
    // That an address is known or of no use says nothing against a name that
    // was made to resolve to it; what is known of the name does say what the
    // address is.
    if (!domain.left_out.has_value()) {
      AddDomain(domain, "");
      return false;
    }
    return domain.left_out != LeftOut::kInvalid &&
           domain.left_out != LeftOut::kSpecialUse;
  }

  void AddContactedDomains(const std::vector<ContactedDomain>& domains) {
    for (const ContactedDomain& contacted : domains) {
      if (AddContacted(contacted)) said_addresses_.insert(contacted.ip);
    }
  }

  void AddAddress(const std::string& ip) {
    if (!said_addresses_.contains(ip)) {
      builder_.Add({"ip-dst", kNetworkActivity, true}, ip);
    }
  }

  void AddAddresses() {
    AddContactedDomains(facts_.domains);
    for (const std::string& host : facts_.hosts) AddAddress(host);
  }

  // PyMISP puts "\BaseNamedObjects\" in front. A report has the bare name, and
  // so have most events; with it they would not correlate.
  void AddMutexes(const std::vector<std::string>& mutexes,
                  std::string_view comment) {
    for (const std::string& mutex : mutexes) {
      builder_.Add({"mutex", kArtifactsDropped, true, comment}, mutex);
    }
  }

  void AddConfigs() {
    for (const MalwareConfig& config : facts_.configs) {
      const std::string comment =
          config.family.empty()
              ? std::string()
              : fmt::format("Configuration of {}", config.family);
      if (!settings_.objects) {
        builder_.Add({"text", kExternalAnalysis, false}, config.family);
      }
      for (const std::string& url : config.urls) AddUrl(url, comment);
      AddMutexes(config.mutexes, comment);
      for (const std::string& user_agent : config.user_agents) {
        builder_.Add({"user-agent", kNetworkActivity, true, comment},
                     user_agent);
      }
    }
  }

  void AddDocumentUrls() {
    for (const std::string& url : facts_.document_urls) {
      AddUrl(url, "Named by the document");
    }
  }

  void AddDropped() {
    for (FileFacts file : facts_.dropped) {
      const std::string name(WithoutHashPrefix(file.name));
      if (!name.empty()) file.name = name;
      AddOtherFile(file, kArtifactsDropped, "Dropped file", "drops");
    }
  }

  void AddNetwork() {
    // Any program may have the same; only a configuration says that it is the
    // malware's.
    for (const std::string& user_agent : facts_.user_agents) {
      builder_.Add({"user-agent", kNetworkActivity, false}, user_agent);
    }
    AddContactedDomains(facts_.dns_answers);
    for (const ContactedDomain& answer : facts_.dns_answers) {
      AddAddress(answer.ip);
    }
  }

  void AddKeys(const std::vector<std::string>& keys, bool written) {
    for (const std::string& key : keys) {
      const bool autorun = written && IsAutorunKey(key);
      // A key that all programs write to does not tell this one.
      const bool to_ids = written && !IsGeneric(IndicatorKind::kRegkey, key);
      builder_.Add({"regkey", autorun ? kPersistence : kArtifactsDropped,
                    to_ids, written ? "" : "Read"},
                   key);
    }
  }

  void AddRegistry() {
    if (Has(SubmitMode::kRegistry)) AddKeys(facts_.regkeys, true);
    if (Has(SubmitMode::kRegistryRead)) AddKeys(facts_.read_regkeys, false);
  }

  void AddIdsFiles() {
    for (const FileFacts& file : facts_.ids_files) {
      AddOtherFile(file, kPayloadDelivery, "File seen by Suricata",
                   "downloaded");
    }
  }

  void AddSignatures() {
    for (const SignatureFacts& signature : facts_.signatures) {
      if (settings_.objects) {
        builder_.AddObject(SignatureObject(fields_, signature, &builder_));
      } else {
        builder_.Add({"comment", kInternalReference, false},
                     SignatureText(signature));
      }
    }
  }

  // Says where all else is from, so there has to be something else.
  void AddSandboxReport() {
    DraftPart& part = builder_.part();
    if (part.attributes.empty() && part.objects.empty()) return;
    PartObject report =
        SandboxReportObject(fields_, Has(SubmitMode::kConfig), &builder_);
    for (const PartObject& object : part.objects) {
      if (object.object.name == kSignatureObject) {
        report.links.push_back({"includes", object.object.name, object.about});
      }
    }
    AddLinked(std::move(report), "analysed-with");
  }

  void AddLinked(PartObject part, std::string_view relationship) {
    PartLink link{std::string(relationship), part.object.name, part.about};
    if (builder_.AddObject(std::move(part))) links_.push_back(std::move(link));
  }

  void LinkTarget() {
    if (!target_object_.has_value()) return;
    builder_.part().objects[*target_object_].links = std::move(links_);
  }

  const ReportFields& fields_;
  const ReportFacts& facts_;
  const DraftSettings& settings_;
  const bool sample_is_object_;
  const SampleFile* const sample_;
  const FileFacts target_;
  PartBuilder builder_;
  std::optional<size_t> target_object_;
  std::vector<PartLink> links_;
  // Addresses that stand in the part with their domain, or may not, for what
  // their domain is.
  std::set<std::string> said_addresses_;
};

}  // namespace

DraftPart PartOf(const ReportFields& fields, const DraftSettings& settings,
                 const ValueLists& lists, const PartForm& form,
                 const SampleFile* sample) {
  return Analysis(fields, settings, lists, form, sample).Draft();
}

}  // namespace mispsift
