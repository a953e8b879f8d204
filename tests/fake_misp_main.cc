// fake_misp: the MISP server of the tests as a program, for shell tests and
// for benchmarks. Prints its URL, runs until SIGTERM or SIGINT.
//
//   fake_misp --events 100 --attributes 20000 --port-file port
//             --fault path=/attributes/restSearch,skip=2,kind=cut,bytes=1000
//
// POST /_control with {"op": ...} (tests/support/fake_misp_control.h) changes
// what it knows; GET /_requests returns the requests so far, a JSON object a
// line.

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "fmt/format.h"
#include "mispsift/base/bytes.h"
#include "mispsift/base/file.h"
#include "rapidjson/document.h"
#include "tests/support/fake_misp.h"
#include "tests/support/fake_misp_faults.h"

namespace {

using mispsift::FakeMisp;

struct Flags {
  uint64_t events = 0;
  uint64_t attributes = 0;
  uint64_t seed = 1;
  std::string port_file;
  std::string feed;
  std::string warninglists;
  std::vector<std::string> faults;
  bool no_site_admin = false;
  bool no_gzip = false;
  uint64_t write_us = 0;
  uint64_t write_attribute_us = 0;
  mispsift::FakeMispOptions options;
};

// One list of the format of misp-warninglists; false for any other file.
bool ReadList(const std::string& path, mispsift::FakeWarninglist* list) {
  mispsift::PaddedBytes bytes;
  if (!mispsift::ReadFile(path, uint64_t{1} << 30, &bytes).ok()) return false;
  rapidjson::Document document;
  document.Parse(bytes.data(), bytes.size());
  // RapidJSON's iterators compare without doubt only when they are const.
  const rapidjson::Document& json = document;
  if (json.HasParseError() || !json.IsObject()) return false;
  const auto text = [&json](const char* name, std::string* to) {
    const auto found = json.FindMember(name);
    if (found == json.MemberEnd()) return;
    if (found->value.IsString()) *to = found->value.GetString();
    if (found->value.IsInt64()) *to = std::to_string(found->value.GetInt64());
  };
  const auto texts = [&json](const char* name, std::vector<std::string>* to) {
    const auto found = json.FindMember(name);
    if (found == json.MemberEnd() || !found->value.IsArray()) return;
    for (const auto& one : found->value.GetArray()) {
      if (one.IsString()) to->emplace_back(one.GetString());
    }
  };
  text("name", &list->name);
  text("type", &list->type);
  text("version", &list->version);
  text("description", &list->description);
  texts("matching_attributes", &list->valid_attributes);
  texts("list", &list->values);
  return !list->name.empty() && json.HasMember("list");
}

void AddWarninglists(const std::string& folder, FakeMisp* fake) {
  std::vector<std::string> paths;
  for (const auto& file :
       std::filesystem::recursive_directory_iterator(folder)) {
    if (file.path().extension() == ".json") paths.push_back(file.path());
  }
  std::sort(paths.begin(), paths.end());
  for (const std::string& path : paths) {
    mispsift::FakeWarninglist list;
    if (ReadList(path, &list)) fake->AddWarninglist(std::move(list));
  }
}

int Fail(const std::string& problem) {
  fmt::print(stderr, "fake_misp: {}\n", problem);
  return 2;
}

int Run(const Flags& flags) {
  // Blocked before any thread is made, so that only sigwait() takes them.
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);

  FakeMisp fake(flags.options);
  if (flags.events > 0) {
    fake.GenerateEvents(flags.events, flags.attributes, flags.seed);
  }
  if (!flags.feed.empty()) fake.ServeFeed(flags.feed);
  if (!flags.warninglists.empty()) AddWarninglists(flags.warninglists, &fake);
  for (const std::string& spec : flags.faults) {
    mispsift::Fault fault;
    std::string problem;
    if (!mispsift::ParseFault(spec, &fault, &problem)) return Fail(problem);
    fake.Inject(std::move(fault));
  }
  fmt::print("{}\n", fake.url());
  std::fflush(stdout);
  if (!flags.port_file.empty()) {
    const absl::Status written = mispsift::WriteFileAtomically(
        flags.port_file, fmt::format("{}\n", fake.port()));
    if (!written.ok()) return Fail(std::string(written.message()));
  }
  int signal = 0;
  sigwait(&ends, &signal);
  // Connections that clients keep open would hold it for seconds.
  std::_Exit(0);
}

}  // namespace

int main(int argc, char** argv) {
  Flags flags;
  flags.options.control = true;
  CLI::App app("A MISP server to test against");
  app.add_option("--events", flags.events, "Events to generate");
  app.add_option("--attributes", flags.attributes, "Attributes in all of them");
  app.add_option("--seed", flags.seed, "Another seed, other events");
  app.add_option("--port", flags.options.port,
                 "Port; any free one if not given");
  app.add_option("--port-file", flags.port_file,
                 "File to write the port to once it answers");
  app.add_option("--key", flags.options.key, "The one key that is good");
  app.add_option("--version-says", flags.options.version,
                 "Version in getVersion");
  app.add_option("--base-path", flags.options.base_path,
                 "Path it lives under, such as /misp");
  app.add_option("--memory-chunk", flags.options.memory_chunk,
                 "Rows a search without limit fetches at a time");
  app.add_option("--feed", flags.feed, "Folder to serve under /feed/");
  app.add_option("--warninglists", flags.warninglists,
                 "Folder of warninglists (list.json files)");
  app.add_option("--fault", flags.faults, "What goes wrong, see ParseFault()");
  app.add_flag("--numbers", flags.options.numbers_as_numbers,
               "Ids and times as JSON numbers");
  app.add_flag("--no-site-admin", flags.no_site_admin,
               "The key is that of a plain user");
  app.add_flag("--ignore-order", flags.options.restsearch_ignores_order,
               "As old servers: no order in restSearch");
  app.add_flag("--no-gzip", flags.no_gzip, "Request bodies as they are only");
  app.add_option("--write-us", flags.write_us, "Microseconds a write takes");
  app.add_option("--write-attribute-us", flags.write_attribute_us,
                 "... and for each attribute or sighting of it");
  app.add_option("--write-parallel", flags.options.write_latency.parallel,
                 "Writes at work at once; all of them if not given");
  CLI11_PARSE(app, argc, argv);
  flags.options.site_admin = !flags.no_site_admin;
  flags.options.takes_gzip = !flags.no_gzip;
  flags.options.write_latency.request =
      std::chrono::microseconds(flags.write_us);
  flags.options.write_latency.attribute =
      std::chrono::microseconds(flags.write_attribute_us);
  return Run(flags);
}
