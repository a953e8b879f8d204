// Source: misp-objects at 54538c63. Which relations correlate is theirs, except
// that `text` of a signature and what names the sandbox never do; a hash is for
// detection, a name is not.

#include "src/submit/object_templates.h"

#include <algorithm>

#include "mispsift/base/check.h"

namespace mispsift {
namespace {

constexpr std::string_view kPayload = "Payload delivery";
constexpr std::string_view kNetwork = "Network activity";
constexpr std::string_view kAnalysis = "External analysis";
constexpr std::string_view kOther = "Other";

constexpr TemplateRelation kFileRelations[] = {
    {"filename", "filename", kPayload, false, false, true},
    {"size-in-bytes", "size-in-bytes", kOther, false, false, false},
    {"md5", "md5", kPayload, true, true, false},
    {"sha1", "sha1", kPayload, true, true, false},
    {"sha256", "sha256", kPayload, true, true, false},
    {"sha512", "sha512", kPayload, true, true, false},
    {"ssdeep", "ssdeep", kPayload, true, true, false},
    {"magic", "text", kOther, false, false, false},
    {"malware-sample", "malware-sample", kPayload, true, true, false},
};
constexpr std::string_view kFileNeeds[] = {
    "filename", "size-in-bytes", "md5",    "sha1",
    "sha256",   "sha512",        "ssdeep", "malware-sample",
};

constexpr TemplateRelation kDomainIpRelations[] = {
    {"domain", "domain", kNetwork, true, true, true},
    {"ip", "ip-dst", kNetwork, true, true, true},
};
constexpr std::string_view kDomainIpNeeds[] = {"ip", "domain"};

constexpr TemplateRelation kUrlRelations[] = {
    {"url", "url", kNetwork, true, true, false},
    {"host", "hostname", kNetwork, false, true, false},
    {"ip", "ip-dst", kNetwork, false, true, true},
};
constexpr std::string_view kUrlNeeds[] = {"url"};

constexpr TemplateRelation kSandboxReportRelations[] = {
    {"sandbox-type", "text", kOther, false, false, false},
    {"on-premise-sandbox", "text", kOther, false, false, false},
    {"score", "text", kAnalysis, false, false, false},
    {"results", "text", kAnalysis, false, false, true},
};
constexpr std::string_view kSandboxReportHas[] = {"sandbox-type"};
constexpr std::string_view kSandboxReportNeeds[] = {"on-premise-sandbox"};

constexpr TemplateRelation kSignatureRelations[] = {
    {"software", "text", kOther, false, false, false},
    {"signature", "text", kOther, false, false, true},
    {"text", "text", kOther, false, false, false},
};
constexpr std::string_view kSignatureHas[] = {"software", "signature"};

constexpr ObjectTemplate kTemplates[] = {
    {kFileObject,
     "688c46fb-5edb-40a3-8273-1af7923e2215",
     25,
     "file",
     "File object describing a file with meta-information",
     kFileRelations,
     {},
     kFileNeeds},
    {kDomainIpObject,
     "43b3b146-77eb-4931-b4cc-b66c60f28734",
     11,
     "network",
     "A domain/hostname and IP address seen as a tuple in a specific time "
     "frame.",
     kDomainIpRelations,
     {},
     kDomainIpNeeds},
    {kUrlObject,
     "60efb77b-40b5-4c46-871b-ed1ed999fce5",
     10,
     "network",
     "url object describes an url along with its normalized field and its "
     "metadata.",
     kUrlRelations,
     {},
     kUrlNeeds},
    {kSandboxReportObject, "4d3fffd2-cd07-4357-96e0-a51c988faaef", 2, "misc",
     "Sandbox report", kSandboxReportRelations, kSandboxReportHas,
     kSandboxReportNeeds},
    {kSignatureObject,
     "984c5c39-be7f-4e1e-b034-d3213bac51cb",
     2,
     "misc",
     "Sandbox detection signature",
     kSignatureRelations,
     kSignatureHas,
     {}},
};

}  // namespace

std::span<const ObjectTemplate> ObjectTemplates() { return kTemplates; }

const ObjectTemplate& TemplateNamed(std::string_view name) {
  const auto found = std::ranges::find(kTemplates, name, &ObjectTemplate::name);
  MISPSIFT_CHECK(found != std::end(kTemplates));
  return *found;
}

const TemplateRelation& RelationNamed(const ObjectTemplate& of,
                                      std::string_view name) {
  const auto found =
      std::ranges::find(of.relations, name, &TemplateRelation::name);
  MISPSIFT_CHECK(found != of.relations.end());
  return *found;
}

bool FulfilsTemplate(const DraftObject& object) {
  const ObjectTemplate& its = TemplateNamed(object.name);
  const auto has = [&object](std::string_view relation) {
    return std::ranges::any_of(object.attributes,
                               [relation](const DraftAttribute& attribute) {
                                 return attribute.relation == relation;
                               });
  };
  return std::ranges::all_of(its.required, has) &&
         (its.required_one_of.empty() ||
          std::ranges::any_of(its.required_one_of, has));
}

}  // namespace mispsift
