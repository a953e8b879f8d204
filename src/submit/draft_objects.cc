#include "src/submit/draft_objects.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_join.h"
#include "mispsift/base/ascii_case.h"
#include "mispsift/base/digest.h"
#include "mispsift/normalize/normalize.h"
#include "src/submit/object_templates.h"
#include "src/submit/sample_zip.h"

namespace mispsift {
namespace {

constexpr size_t kMaxSignatureBytes = 4000;

// What misp-modules, too, calls them.
std::string_view SoftwareName(Dialect dialect) {
  return dialect == Dialect::kCape ? "cape" : "cuckoo";
}

std::string StrongestHash(const FileFacts& file) {
  for (const std::string* hash :
       {&file.sha256, &file.sha512, &file.sha1, &file.md5}) {
    if (hash->empty()) continue;
    std::string lower = *hash;
    LowerAscii(&lower);
    return lower;
  }
  return {};
}

}  // namespace

std::optional<DraftAttribute> SampleAttribute(const SampleFile& sample,
                                              PartBuilder* builder) {
  constexpr std::string_view kType = "malware-sample";
  const std::string md5 = Md5Hex(sample.bytes);
  // MISP takes a name for one half of two, on one line.
  std::string value = fmt::format("{}|{}", sample.name, md5);
  if (sample.name.empty() || !StoreLikeMisp("filename|md5", value).kept) {
    value = fmt::format("{}|{}", md5, md5);
  }
  JudgedValue judged = builder->judge().Judge(kType, value);
  if (judged.left_out.has_value()) {
    builder->LeaveOut(kType, value, judged);
    return std::nullopt;
  }
  const TemplateRelation& its =
      RelationNamed(TemplateNamed(kFileObject), kType);
  DraftAttribute attribute;
  attribute.type = its.type;
  attribute.category = its.category;
  attribute.value = std::move(judged.stored);
  attribute.comment = std::move(judged.comment);
  attribute.to_ids = its.to_ids;
  attribute.data =
      absl::Base64Escape(SampleZip(sample.name, md5, sample.bytes));
  return attribute;
}

std::optional<PartObject> FileObject(const FileFacts& file,
                                     std::string_view category,
                                     std::string_view comment,
                                     const SampleFile* sample,
                                     PartBuilder* builder) {
  std::string about = StrongestHash(file);
  if (about.empty() && sample != nullptr) about = Md5Hex(sample->bytes);
  if (about.empty()) return std::nullopt;
  PartObject part = builder->NewObject(kFileObject, std::move(about), comment);
  bool is_told_apart = false;
  const auto add_hash = [&](std::string_view relation,
                            const std::string& hash) {
    if (builder->AddTo(&part, relation, hash, category)) is_told_apart = true;
  };
  add_hash("md5", file.md5);
  add_hash("sha1", file.sha1);
  add_hash("sha256", file.sha256);
  add_hash("sha512", file.sha512);
  if (sample != nullptr) {
    std::optional<DraftAttribute> attribute = SampleAttribute(*sample, builder);
    if (attribute.has_value()) {
      attribute->relation = attribute->type;
      part.object.attributes.push_back(*std::move(attribute));
      is_told_apart = true;
    }
  }
  if (!is_told_apart) return std::nullopt;
  builder->AddTo(&part, "ssdeep", file.ssdeep, category);
  builder->AddTo(&part, "filename", file.name, category);
  builder->AddTo(&part, "magic", file.type);
  if (file.size > 0) {
    builder->AddTo(&part, "size-in-bytes", fmt::format("{}", file.size));
  }
  return part;
}

PartObject DomainIpObject(std::string_view domain, std::string_view ip,
                          std::string_view comment, PartBuilder* builder) {
  PartObject part =
      builder->NewObject(kDomainIpObject, std::string(domain), comment);
  builder->AddTo(&part, "domain", domain);
  builder->AddTo(&part, "ip", ip);
  return part;
}

PartObject UrlObject(std::string_view url, std::string_view comment,
                     PartBuilder* builder) {
  PartObject part =
      builder->NewObject(kUrlObject, FoldedValue("url", url), comment);
  builder->AddTo(&part, "url", url);
  // What it is called by, for those who look for that; the url has passed with
  // it.
  IndicatorKind kind = IndicatorKind::kHost;
  std::string host;
  if (Canonicalize(HostInUrl(url), &kind, &host)) {
    builder->AddTo(&part, kind == IndicatorKind::kIp ? "ip" : "host", host);
  }
  return part;
}

PartObject SandboxReportObject(const ReportFields& fields, bool results,
                               PartBuilder* builder) {
  const ReportFacts& facts = fields.facts;
  PartObject part = builder->NewObject(
      kSandboxReportObject, fields.report_id,
      facts.task_id.empty() ? fmt::format("Report {}", fields.report_id)
                            : fmt::format("Task {}", facts.task_id));
  builder->AddTo(&part, "sandbox-type", "on-premise");
  builder->AddTo(&part, "on-premise-sandbox", SoftwareName(facts.dialect));
  if (facts.score.has_value()) {
    builder->AddTo(&part, "score", fmt::format("{}", *facts.score));
  }
  if (results) {
    for (const MalwareConfig& config : facts.configs) {
      builder->AddTo(&part, "results", config.family);
    }
  }
  return part;
}

std::string SignatureText(const SignatureFacts& signature) {
  std::string text =
      signature.description.empty() ? signature.name : signature.description;
  if (!signature.marks.empty()) {
    text += fmt::format(" - ({})", absl::StrJoin(signature.marks, ", "));
  }
  if (!signature.attack_ids.empty()) {
    text += fmt::format("; TTP: {}", absl::StrJoin(signature.attack_ids, ", "));
  }
  return OneLine(text, kMaxSignatureBytes);
}

PartObject SignatureObject(const ReportFields& fields,
                           const SignatureFacts& signature,
                           PartBuilder* builder) {
  const std::string& name =
      signature.name.empty() ? signature.description : signature.name;
  PartObject part = builder->NewObject(
      kSignatureObject, fmt::format("{}\n{}", fields.report_id, name), "");
  builder->AddTo(&part, "software", SoftwareName(fields.facts.dialect));
  builder->AddTo(&part, "signature", name);
  builder->AddTo(&part, "text", SignatureText(signature));
  return part;
}

}  // namespace mispsift
