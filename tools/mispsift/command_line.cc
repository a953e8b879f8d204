#include "tools/mispsift/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>

#include "absl/strings/match.h"

namespace mispsift {
namespace {

// Of a flag in all commands, or of one command alone ("scan --out").
const std::map<std::string, const char*>& ValueNames() {
  static const std::map<std::string, const char*> names = {
      {"--attributes", "FILE"},
      {"--ca-file", "FILE"},
      {"--client-cert", "FILE"},
      {"--client-key", "FILE"},
      {"--config", "FILE"},
      {"--events", "PATH"},
      {"--feed", "PATH|URL"},
      {"--feed-out", "DIR"},
      {"--key-file", "FILE"},
      {"--ledger", "FILE"},
      {"--left-out", "FILE"},
      {"--manifest", "FILE"},
      {"--metrics", "FILE"},
      {"--misp", "URL"},
      {"--out", "FILE"},
      {"merge --out", "DIR"},
      {"scan --out", "DIR"},
      {"--proxy", "URL"},
      {"--public-suffix-list", "FILE"},
      {"--safelist", "FILE"},
      {"--results", "DIR"},
      {"--snapshot", "FILE"},
      {"--state", "DIR"},
      {"--warninglists", "DIR"},
      {"files", "FILE"},
      {"new", "FILE"},
      {"old", "FILE"},
      {"shards", "DIR"},
      {"paths", "PATH"},
      {"report", "PATH"},
      {"results", "DIR"},
  };
  return names;
}

// "{text,json}" or "value in {corrected->0,misp->1} OR {0,1}" of a type's name.
std::vector<std::string> ChoicesIn(const std::string& type) {
  std::vector<std::string> choices;
  const size_t open = type.find('{');
  const size_t close = type.find('}', open);
  if (open == std::string::npos || close == std::string::npos) return choices;
  for (const std::string& choice :
       CLI::detail::split(type.substr(open + 1, close - open - 1), ',')) {
    choices.push_back(choice.substr(0, choice.find("->")));
  }
  return choices;
}

ValueShape ShapeOf(const std::string& type) {
  if (absl::StartsWith(type, "FILE") || absl::StartsWith(type, "PATH")) {
    return ValueShape::kFile;
  }
  if (absl::StartsWith(type, "DIR") || absl::StrContains(type, ":DIR")) {
    return ValueShape::kFolder;
  }
  return ValueShape::kText;
}

FlagDescription DescribeFlag(const CLI::Option& option) {
  FlagDescription flag;
  flag.name = option.get_positional() ? option.get_name(true)
                                      : "--" + option.get_lnames().front();
  if (!option.get_snames().empty()) {
    flag.short_name = "-" + option.get_snames().front();
  }
  flag.help = option.get_description();
  flag.required = option.get_required();
  if (option.get_items_expected_max() == 0) return flag;
  const std::string type = option.get_type_name();
  flag.repeats = option.get_expected_max() > 1;
  flag.choices = ChoicesIn(type);
  flag.shape = flag.choices.empty() ? ShapeOf(type) : ValueShape::kChoice;
  flag.value_name = flag.shape == ValueShape::kFolder
                        ? "DIR"
                        : type.substr(0, type.find(':'));
  return flag;
}

void DescribeInto(const CLI::App& app, const std::string& name,
                  std::vector<CommandDescription>* commands) {
  CommandDescription command;
  command.name = name;
  command.help = app.get_description();
  for (const CLI::Option* option :
       app.get_options([](const CLI::Option*) { return true; })) {
    if (option->get_group().empty()) continue;
    (option->get_positional() ? command.arguments : command.flags)
        .push_back(DescribeFlag(*option));
  }
  commands->push_back(std::move(command));
  for (const CLI::App* below :
       app.get_subcommands([](const CLI::App*) { return true; })) {
    if (below->get_group().empty()) continue;
    DescribeInto(
        *below,
        name.empty() ? below->get_name() : name + " " + below->get_name(),
        commands);
  }
}

}  // namespace

void NameValues(CLI::App* app) {
  for (CLI::Option* option :
       app->get_options([](const CLI::Option*) { return true; })) {
    const std::string name =
        option->get_positional() ? option->get_name(true) : option->get_name();
    auto named = ValueNames().find(app->get_name() + " " + name);
    if (named == ValueNames().end()) named = ValueNames().find(name);
    if (named != ValueNames().end()) option->type_name(named->second);
    const std::string type = option->get_type_name();
    if (type.find("->") == std::string::npos) continue;
    // CLI11 would show what the choices stand for, unprintable enums too.
    option->get_validator(0)->description(
        "{" + CLI::detail::join(ChoicesIn(type), ",") + "}");
  }
  for (CLI::App* below : app->get_subcommands([](CLI::App*) { return true; })) {
    NameValues(below);
  }
}

std::vector<CommandDescription> DescribeCommands(const CLI::App& app) {
  std::vector<CommandDescription> commands;
  DescribeInto(app, "", &commands);
  return commands;
}

}  // namespace mispsift
