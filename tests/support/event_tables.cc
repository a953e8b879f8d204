#include "tests/support/event_tables.h"

namespace mispsift {
namespace {

const std::string kPayload = "Payload delivery";
const std::string kDropped = "Artifacts dropped";
const std::string kInstallation = "Payload installation";
const std::string kPersistence = "Persistence mechanism";
const std::string kNetwork = "Network activity";
const std::string kAnalysis = "External analysis";
const std::string kInternal = "Internal reference";
const std::string kOther = "Other";

}  // namespace

const std::map<std::string, std::set<std::string>>& MispCategories() {
  static const std::set<std::string> file = {kPayload, kDropped, kInstallation,
                                             kAnalysis};
  static const std::set<std::string> fuzzy = {kPayload, kDropped,
                                              kInstallation};
  static const std::set<std::string> network = {kPayload, kNetwork, kAnalysis};
  static const std::set<std::string> any = {
      kPayload, kDropped,  kInstallation, kPersistence,
      kNetwork, kAnalysis, kInternal,     kOther};
  static const std::map<std::string, std::set<std::string>> categories = {
      {"md5", file},
      {"sha1", file},
      {"sha256", file},
      {"sha512", fuzzy},
      {"ssdeep", fuzzy},
      {"filename",
       {kPayload, kDropped, kInstallation, kPersistence, kAnalysis}},
      {"filename|md5", file},
      {"filename|sha1", file},
      {"filename|sha256", file},
      {"malware-sample", file},
      {"size-in-bytes", {kOther}},
      {"domain", network},
      {"hostname", network},
      {"ip-dst", network},
      {"url", network},
      {"user-agent", network},
      {"domain|ip", {kNetwork, kAnalysis}},
      {"mutex", {kDropped}},
      {"regkey", {kDropped, kPersistence, kAnalysis}},
      {"text", any},
      {"comment", any},
  };
  return categories;
}

const std::map<std::string, MispTemplate>& MispTemplates() {
  static const std::map<std::string, MispTemplate> templates = {
      {"file",
       {"688c46fb-5edb-40a3-8273-1af7923e2215",
        25,
        "file",
        {},
        {"filename", "size-in-bytes", "md5", "sha1", "sha256", "sha512",
         "ssdeep", "malware-sample"},
        {{"filename", "filename"},
         {"size-in-bytes", "size-in-bytes"},
         {"md5", "md5"},
         {"sha1", "sha1"},
         {"sha256", "sha256"},
         {"sha512", "sha512"},
         {"ssdeep", "ssdeep"},
         {"magic", "text"},
         {"malware-sample", "malware-sample"}},
        {"filename"}}},
      {"domain-ip",
       {"43b3b146-77eb-4931-b4cc-b66c60f28734",
        11,
        "network",
        {},
        {"ip", "domain", "hostname"},
        {{"ip", "ip-dst"}, {"domain", "domain"}},
        {"ip", "domain"}}},
      {"url",
       {"60efb77b-40b5-4c46-871b-ed1ed999fce5",
        10,
        "network",
        {},
        {"url", "resource_path"},
        {{"url", "url"}, {"host", "hostname"}, {"ip", "ip-dst"}},
        {"ip"}}},
      {"sandbox-report",
       {"4d3fffd2-cd07-4357-96e0-a51c988faaef",
        2,
        "misc",
        {"sandbox-type"},
        {"web-sandbox", "on-premise-sandbox", "saas-sandbox"},
        {{"sandbox-type", "text"},
         {"on-premise-sandbox", "text"},
         {"score", "text"},
         {"results", "text"}},
        {"results"}}},
      {"sb-signature",
       {"984c5c39-be7f-4e1e-b034-d3213bac51cb",
        2,
        "misc",
        {"software", "signature"},
        {},
        {{"software", "text"}, {"signature", "text"}, {"text", "text"}},
        {"signature"}}},
  };
  return templates;
}

}  // namespace mispsift
