#include "tools/corpus/calls.h"

#include <iterator>
#include <string_view>

#include "fmt/format.h"
#include "mispsift/model/indicator.h"
#include "tools/corpus/spellings.h"
#include "tools/corpus/text.h"

namespace mispsift::corpus {

// One argument of an API: its name in Cuckoo 2, its name elsewhere, and what
// it holds.
struct ApiArgument {
  enum Holds : uint8_t {
    kNothing,  // ends the arguments
    kHandle,
    kInteger,
    kPath,
    kKey,
    kModule,
    kFunction,
    kAddress,
    kBytes,
    kName,
    kHost,
    kIp,
  };

  std::string_view name2;
  std::string_view name1;
  Holds holds = kNothing;
};

struct Api {
  std::string_view name;
  std::string_view category;
  ApiArgument arguments[5];

  size_t argument_count() const {
    size_t n = 0;
    while (n < std::size(arguments) &&
           arguments[n].holds != ApiArgument::kNothing) {
      ++n;
    }
    return n;
  }
};

namespace {

using enum ApiArgument::Holds;

constexpr Api kApis[] = {
    {"NtCreateFile",
     "file",
     {{"file_handle", "FileHandle", kHandle},
      {"desired_access", "DesiredAccess", kHandle},
      {"filepath", "FileName", kPath},
      {"create_disposition", "CreateDisposition", kInteger},
      {"share_access", "ShareAccess", kInteger}}},
    {"NtReadFile",
     "file",
     {{"file_handle", "FileHandle", kHandle},
      {"buffer", "Buffer", kBytes},
      {"length", "Length", kInteger},
      {"offset", "FileOffset", kInteger}}},
    {"NtWriteFile",
     "file",
     {{"file_handle", "FileHandle", kHandle},
      {"buffer", "Buffer", kBytes},
      {"offset", "FileOffset", kInteger}}},
    {"GetFileAttributesW",
     "file",
     {{"filepath", "FileName", kPath},
      {"file_attributes", "Attributes", kInteger}}},
    {"RegOpenKeyExW",
     "registry",
     {{"regkey", "FullName", kKey},
      {"base_handle", "Registry", kAddress},
      {"key_handle", "Handle", kHandle},
      {"access", "Access", kHandle},
      {"options", "Options", kInteger}}},
    {"RegQueryValueExW",
     "registry",
     {{"key_handle", "Handle", kHandle},
      {"regkey", "FullName", kKey},
      {"value", "Data", kBytes},
      {"reg_type", "Type", kInteger}}},
    {"RegCloseKey", "registry", {{"key_handle", "Handle", kHandle}}},
    {"LdrLoadDll",
     "system",
     {{"module_name", "FileName", kModule},
      {"flags", "Flags", kInteger},
      {"module_address", "BaseAddress", kAddress}}},
    {"LdrGetProcedureAddress",
     "system",
     {{"ordinal", "Ordinal", kInteger},
      {"function_name", "FunctionName", kFunction},
      {"module", "ModuleName", kModule},
      {"function_address", "FunctionAddress", kAddress}}},
    {"NtAllocateVirtualMemory",
     "process",
     {{"process_handle", "ProcessHandle", kAddress},
      {"base_address", "BaseAddress", kAddress},
      {"region_size", "RegionSize", kInteger},
      {"protection", "Protection", kInteger}}},
    {"NtProtectVirtualMemory",
     "process",
     {{"process_handle", "ProcessHandle", kAddress},
      {"base_address", "BaseAddress", kAddress},
      {"length", "NumberOfBytesProtected", kInteger}}},
    {"ReadProcessMemory",
     "process",
     {{"process_handle", "ProcessHandle", kHandle},
      {"buffer", "Buffer", kBytes},
      {"base_address", "BaseAddress", kAddress}}},
    {"NtDelayExecution",
     "system",
     {{"milliseconds", "Milliseconds", kInteger}}},
    {"GetSystemMetrics", "misc", {{"index", "SystemMetricIndex", kInteger}}},
    {"NtCreateMutant",
     "synchronisation",
     {{"mutant_name", "MutexName", kName},
      {"mutant_handle", "Handle", kHandle}}},
    {"getaddrinfo",
     "network",
     {{"hostname", "NodeName", kHost}, {"service_name", "ServiceName", kName}}},
    {"connect",
     "network",
     {{"ip_address", "ip", kIp},
      {"port", "port", kInteger},
      {"socket", "socket", kInteger}}},
    {"send",
     "network",
     {{"buffer", "buffer", kBytes}, {"socket", "socket", kInteger}}},
};

// What shows a planted value: in the first argument.
constexpr Api kUrlApi = {
    "InternetOpenUrlA", "network", {{"url", "URL", kName}}};
constexpr Api kHostApi = {
    "getaddrinfo", "network", {{"hostname", "NodeName", kName}}};
constexpr Api kIpApi = {
    "connect",
    "network",
    {{"ip_address", "ip", kIp}, {"port", "port", kInteger}}};
constexpr Api kFileApi = {
    "NtCreateFile", "file", {{"filepath", "FileName", kPath}}};
constexpr Api kKeyApi = {
    "RegOpenKeyExW", "registry", {{"regkey", "FullName", kKey}}};
constexpr Api kSetValueApi = {
    "RegSetValueExW",
    "registry",
    {{"regkey", "FullName", kKey}, {"value", "Buffer", kName}}};
constexpr Api kMutexApi = {
    "NtCreateMutant", "synchronisation", {{"mutant_name", "MutexName", kName}}};
constexpr Api kPipeApi = {
    "CreateNamedPipeW", "file", {{"pipe_name", "PipeName", kName}}};
constexpr Api kProcessApi = {
    "CreateProcessInternalW",
    "process",
    {{"command_line", "CommandLine", kName}, {"filepath", "FileName", kPath}}};
constexpr Api kSendApi = {
    "send",
    "network",
    {{"buffer", "buffer", kBytes}, {"socket", "socket", kInteger}}};

const Api& ApiThatShows(const Planted& planted, Random* random) {
  if (planted.place == Place::kCallText) {
    return random->Percent(50) ? kProcessApi : kSendApi;
  }
  switch (planted.kind) {
    case IndicatorKind::kUrl:
      return kUrlApi;
    case IndicatorKind::kHost:
      return kHostApi;
    case IndicatorKind::kIp:
      return kIpApi;
    case IndicatorKind::kRegkey:
      return kKeyApi;
    case IndicatorKind::kRegkeyValue:
      return kSetValueApi;
    case IndicatorKind::kMutex:
      return kMutexApi;
    case IndicatorKind::kNamedPipe:
      return kPipeApi;
    default:
      return kFileApi;
  }
}

// Of "key|value".
std::string_view HalfOf(std::string_view text, size_t half) {
  const size_t bar = text.find('|');
  return half == 0 ? text.substr(0, bar) : text.substr(bar + 1);
}

}  // namespace

CallWriter::CallWriter(Source source, PlantingWriter* json, Random* random)
    : source_(source),
      json_(*json),
      random_(*random),
      background_(random),
      clock_(random->Below(1000000)) {}

void CallWriter::Write() { Write(random_.Of(kApis), nullptr); }

void CallWriter::Write(Planted* planted) {
  Write(ApiThatShows(*planted, &random_), planted);
}

void CallWriter::Write(const Api& api, Planted* planted) {
  clock_ += 1 + random_.Below(40);
  json_.Object();
  if (source_ == Source::kCuckoo2) {
    Members2(api, planted);
  } else {
    Members1(api, planted);
  }
  json_.EndObject();
  ++id_;
}

void CallWriter::Members1(const Api& api, Planted* planted) {
  json_.Key("timestamp").String(TimeOfDay());
  json_.Key("thread_id").String(random_.Percent(80) ? "1204" : "1208");
  if (source_ == Source::kCape) {
    json_.Key("caller").String(background_.Address());
    json_.Key("parentcaller").String(background_.Address());
  }
  json_.Key("category").String(api.category);
  json_.Key("api").String(api.name);
  json_.Key("status").Bool(random_.Percent(90));
  json_.Key("return").String("0x00000000");
  json_.Key("arguments");
  const bool is_pair =
      planted != nullptr && planted->kind == IndicatorKind::kRegkeyValue;
  if (is_pair) json_.Note(planted, json_.Path(), true);
  json_.Array();
  for (size_t i = 0; i < api.argument_count(); ++i) {
    json_.Object();
    json_.Key("name").String(api.arguments[i].name1);
    json_.Key("value");
    if (is_pair) {
      json_.String(HalfOf(planted->text, i));
    } else {
      Value(api, i, planted);
    }
    json_.EndObject();
  }
  json_.EndArray();
  json_.Key("repeated").Int(random_.Percent(95) ? 0 : 3);
  json_.Key("id").Int(id_);
}

void CallWriter::Members2(const Api& api, Planted* planted) {
  json_.Key("category").String(api.category);
  json_.Key("status").Int(random_.Percent(90) ? 1 : 0);
  json_.Key("stacktrace").EmptyArray();
  json_.Key("api").String(api.name);
  json_.Key("return_value").Int(random_.Percent(80) ? 0 : 2);
  json_.Key("arguments").Object();
  if (planted != nullptr && planted->kind == IndicatorKind::kRegkeyValue) {
    json_.Note(planted, json_.Path(), true);
    for (size_t i = 0; i < 2; ++i) {
      json_.Key(api.arguments[i].name2).String(HalfOf(planted->text, i));
    }
  } else {
    for (size_t i = 0; i < api.argument_count(); ++i) {
      json_.Key(api.arguments[i].name2);
      Value(api, i, planted);
    }
  }
  json_.EndObject();
  json_.Key("time").Raw(Seconds());
  json_.Key("tid").Int(1200 + 4 * random_.Below(6));
  json_.Key("flags").EmptyObject();
}

void CallWriter::Value(const Api& api, size_t argument, Planted* planted) {
  if (planted == nullptr || argument > 0) {
    Invent(api.arguments[argument]);
  } else if (planted->place == Place::kCallText) {
    json_.ShowText(planted);
  } else {
    json_.Show(planted);
  }
}

void CallWriter::Invent(const ApiArgument& argument) {
  switch (argument.holds) {
    case kHandle:
      return json_.String(background_.Handle());
    case kInteger: {
      const uint32_t value = random_.Below(65536);
      return source_ == Source::kCuckoo2 ? json_.Int(value)
                                         : json_.String(Number(value));
    }
    case kPath:
      return json_.String(background_.Path());
    case kKey:
      return json_.String(background_.Key());
    case kModule:
      return json_.String(background_.Module());
    case kFunction:
      return json_.String(background_.Function());
    case kAddress:
      return json_.String(background_.Address());
    case kBytes:
      return json_.String(background_.Buffer());
    case kName:
      return json_.String(background_.Name());
    case kHost:
      return json_.String(background_.Host());
    case kIp:
      return json_.String(background_.Ip());
    case kNothing:
      break;
  }
}

std::string CallWriter::Seconds() const {
  return fmt::format("{}.{}", 1700000000 + clock_ / 1000, 100 + clock_ % 900);
}

std::string CallWriter::TimeOfDay() const {
  return fmt::format("2024-03-0{} 1{}:{}:{},{}", 1 + clock_ / 86400000 % 9,
                     clock_ / 3600000 % 10, 10 + clock_ / 60000 % 50,
                     10 + clock_ / 1000 % 50, 100 + clock_ % 900);
}

}  // namespace mispsift::corpus
