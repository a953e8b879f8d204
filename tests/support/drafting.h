#ifndef MISPSIFT_TESTS_SUPPORT_DRAFTING_H_
#define MISPSIFT_TESTS_SUPPORT_DRAFTING_H_

#include <string>
#include <string_view>
#include <vector>

#include "mispsift/submit/event_drafts.h"

namespace mispsift {

inline constexpr uint32_t kAllSubmitModes = (1u << 12) - 1;

inline DraftSettings InModes(std::string_view names) {
  DraftSettings settings;
  if (!ParseSubmitModes(names, &settings.modes).ok()) std::abort();
  return settings;
}

inline DraftedEvent DraftEvent(const ReportFields& fields,
                               const DraftSettings& settings,
                               const SampleFile* sample = nullptr) {
  return EventDrafter(settings).Draft(fields, sample);
}

inline std::string Hex(char digit, size_t count) {
  return std::string(count, digit);
}

// A report that tells something for every mode.
inline ReportFields FullFields() {
  ReportFields fields;
  fields.report_id = "00112233445566778899aabbccddeeff";
  ReportFacts& facts = fields.facts;
  facts.dialect = Dialect::kCuckoo2;
  facts.task_id = "17";
  facts.started = "2024-01-02T03:04:05";
  facts.score = 7.5;
  facts.target = {"file",       "invoice.exe", Hex('a', 32),
                  Hex('a', 40), Hex('a', 64),  ""};
  facts.target_file = {"",
                       "",
                       "",
                       "",
                       Hex('a', 128),
                       "3:abc:def",
                       "PE32 executable (GUI) Intel 80386",
                       4096};
  facts.urls = {"http://evil.example/a"};
  facts.domains = {{"evil.example", "192.0.2.7"}, {"quiet.example", ""}};
  facts.hosts = {"192.0.2.7", "198.51.100.1"};
  facts.configs = {
      {"Family", {"http://c2.example/gate"}, {"mtx"}, {"Agent/1"}}};
  facts.document_urls = {"http://lure.example/doc"};
  facts.dropped = {{"drop.dll", Hex('b', 32), Hex('b', 40), Hex('b', 64), "",
                    "6:ghi:jkl", "PE32 executable (DLL)", 512}};
  facts.ids_files = {{"", Hex('c', 32), "", Hex('c', 64), "", "", "data", 0}};
  facts.dns_answers = {{"named.example", "198.51.100.2"}, {"", "198.51.100.3"}};
  facts.user_agents = {"Mozilla/4.0"};
  facts.mutexes = {"Global\\evil"};
  facts.regkeys = {
      R"(HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Run\evil)",
      R"(HKEY_CURRENT_USER\Software\Evil)"};
  facts.read_regkeys = {R"(HKEY_LOCAL_MACHINE\Software\Read)"};
  facts.signatures = {{"persistence_autorun",
                       "Installs itself for autorun",
                       3.0,
                       {"T1547", "T1547.001"},
                       {"reg_value evil", "file evil.exe"}}};
  return fields;
}

// "type value" of each attribute; "name/relation value" within objects.
inline std::vector<std::string> Values(const EventDraft& event) {
  std::vector<std::string> values;
  for (const DraftAttribute& attribute : event.attributes) {
    values.push_back(attribute.type + " " + attribute.value);
  }
  for (const DraftObject& object : event.objects) {
    for (const DraftAttribute& attribute : object.attributes) {
      values.push_back(object.name + "/" + attribute.relation + " " +
                       attribute.value);
    }
  }
  return values;
}

// "type value: reason[: detail]" of each.
inline std::vector<std::string> LeftOutTexts(const DraftedEvent& drafted) {
  std::vector<std::string> texts;
  for (const LeftOutValue& value : drafted.left_out) {
    texts.push_back(value.type + " " + value.value + ": " +
                    std::string(LeftOutName(value.reason)));
    if (!value.detail.empty()) texts.back() += ": " + value.detail;
  }
  return texts;
}

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_DRAFTING_H_
