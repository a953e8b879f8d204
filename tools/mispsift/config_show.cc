#include "tools/mispsift/config_show.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "mispsift/base/printable.h"
#include "tools/mispsift/server_flags.h"

namespace mispsift {
namespace {

std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return Printable(quoted + '"');
}

bool IsBare(const std::string& text) {
  return text == "true" || text == "false" ||
         (!text.empty() && text.size() < 19 &&
          std::all_of(text.begin(), text.end(),
                      [](char c) { return c >= '0' && c <= '9'; }));
}

std::string ValueText(const std::vector<std::string>& values) {
  if (values.size() == 1) {
    return IsBare(values[0]) ? values[0] : Quoted(values[0]);
  }
  std::string text = "[";
  for (const std::string& value : values) {
    text += fmt::format("{}{}", text.size() == 1 ? "" : ", ",
                        IsBare(value) ? value : Quoted(value));
  }
  return text + "]";
}

std::string KeyOf(const CLI::Option& option) {
  std::string key = option.get_single_name();
  std::replace(key.begin(), key.end(), '-', '_');
  return key;
}

std::string ShowOptions(const CLI::App& command, const std::string& name,
                        const ConfigFile& file) {
  std::string out;
  for (const CLI::Option* option :
       command.get_options([](const CLI::Option*) { return true; })) {
    if (!option->get_configurable()) continue;
    if (option->count() == 0) {
      out +=
          fmt::format("# {}: {}\n", KeyOf(*option), option->get_description());
      continue;
    }
    const std::string key = name.empty()
                                ? option->get_single_name()
                                : name + "." + option->get_single_name();
    const auto origin = file.origins().find(key);
    out += fmt::format(
        "{} = {}  # {}\n", KeyOf(*option), ValueText(option->results()),
        origin == file.origins().end() ? "typed" : origin->second);
  }
  return out;
}

std::string ShowEnvironment() {
  std::string out;
  for (const char* name : {"MISP_URL", "MISP_VERIFYCERT", "MISP_KEY_FILE"}) {
    const std::string value = Environment(name);
    if (!value.empty()) out += fmt::format("# {}={}\n", name, Printable(value));
  }
  if (!Environment("MISP_KEY").empty()) out += "# MISP_KEY is set\n";
  return out.empty() ? out : "# The environment:\n" + out + "\n";
}

}  // namespace

std::string ShowConfig(const CLI::App& app, const ConfigFile& file) {
  std::string out = ShowEnvironment() + ShowOptions(app, "", file);
  for (const CLI::App* command :
       app.get_subcommands([](const CLI::App*) { return true; })) {
    const std::string settings =
        ShowOptions(*command, command->get_name(), file);
    if (settings.empty()) continue;
    out += fmt::format("\n[{}]\n{}", command->get_name(), settings);
  }
  return out;
}

}  // namespace mispsift
