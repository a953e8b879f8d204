#ifndef MISPSIFT_TOOLS_CORPUS_SECTIONS_H_
#define MISPSIFT_TOOLS_CORPUS_SECTIONS_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "mispsift/model/indicator.h"
#include "tools/corpus/background.h"
#include "tools/corpus/places.h"
#include "tools/corpus/plan.h"
#include "tools/corpus/report.h"

namespace mispsift::corpus {

// What several dialects have in common. A function that is named after a
// section writes its key and its value; where dialects differ in a detail,
// they do so inside.

// In file_sections.cc: the sample and other files.

// A hash as the value of the open key: the planted one, or one that nobody
// knows (of ssdeep null).
void HashValue(Report* report, IndicatorKind kind, Planted* planted);
// The members `hashes`, size and type of the target.
void TargetFields(Report* report, std::initializer_list<IndicatorKind> hashes);
// The target's name as the value of the open key.
void TargetName(Report* report);
// The target up to file.path; both objects stay open for a dialect's own.
void OpenTarget(Report* report);
void CloseTarget(Report* report);
// A resource of an executable, as an element.
void Resource(Report* report);
// What an executable says of its version, where some is planted.
void VersionInfo(Report* report, std::string_view key);
void Static(Report* report);
void Dropped(Report* report);
// Takes what room is left, up to Report::strings_bytes.
void Strings(Report* report);

// In network_sections.cc.

void Network(Report* report);
void Suricata(Report* report);

struct Endpoint {
  std::string ip;
  std::string port;
};
// Of a planted ip the port is 443.
Endpoint EndpointOf(const Planted& planted);
// The object of the connection to a planted endpoint has just been opened;
// `ip_key` is where its ip will stand.
void NoteEndpoint(Report* report, Planted* planted, std::string_view ip_key);

// In other_sections.cc: what is in a report and is no observation of its own;
// members of the report, where something is planted there.
void OtherSections(Report* report);

// In behavior_sections.cc: what happened.

// API calls until only the strings are to come, planted ones spread over them.
void Calls(Report* report);
// How long the long lists of a summary are, by the size of the report.
uint32_t SummarySize(const Report& report);
// A list of `count` invented values and those planted in `place`.
void ValueList(Report* report, std::string_view key, Place place,
               std::string_view (Background::*invent)(), uint32_t count);
void CommandLines(Report* report, std::string_view key);
// The first members of a signature.
void SignatureHead(Report* report, std::string_view name);
// What a signature calls a value of this kind.
std::string_view SignatureCategory(IndicatorKind kind);
void DebugLog(Report* report);
// The machine that it happened on; a member of info.
void Machine(Report* report);

}  // namespace mispsift::corpus

#endif  // MISPSIFT_TOOLS_CORPUS_SECTIONS_H_
