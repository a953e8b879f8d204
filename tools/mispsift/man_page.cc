#include "tools/mispsift/man_page.h"

#include <fmt/format.h>

#include <string_view>

#include "absl/strings/str_join.h"

namespace mispsift {
namespace {

// As it stands, whatever means something to scdoc.
std::string Escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == ' ' || c == ',';
    if (!is_plain) out += '\\';
    out += c;
  }
  return out;
}

// "*--depth* _full|fields_"
std::string Signature(const FlagDescription& flag) {
  std::string out;
  if (!flag.short_name.empty()) {
    out = fmt::format("*{}*, ", Escaped(flag.short_name));
  }
  out += fmt::format("*{}*", Escaped(flag.name));
  const std::string value = flag.shape == ValueShape::kChoice
                                ? absl::StrJoin(flag.choices, "|")
                                : flag.value_name;
  if (!value.empty()) out += fmt::format(" _{}_", Escaped(value));
  return out;
}

// A line for each flag, with what is said of it indented below.
std::string FlagList(const std::vector<FlagDescription>& flags) {
  std::string out;
  for (const FlagDescription& flag : flags) {
    if (flag.name == "--help") continue;  // the same everywhere
    out += fmt::format(
        "{}{}{}\n\t{}\n\n", Signature(flag), flag.required ? " (required)" : "",
        flag.repeats ? " (may be repeated)" : "", Escaped(flag.help));
  }
  return out;
}

// "*scan* [flags] _paths_..."
std::string Usage(const CommandDescription& command) {
  std::string out = fmt::format("*{}*", Escaped(command.name));
  if (command.flags.size() > 1) out += " [flags]";
  for (const FlagDescription& argument : command.arguments) {
    const std::string name = fmt::format("_{}_{}", Escaped(argument.name),
                                         argument.repeats ? "..." : "");
    out += argument.required ? " " + name : " [" + name + "]";
  }
  return out;
}

}  // namespace

std::string ManPage(const std::vector<CommandDescription>& commands) {
  std::string out =
      "# OPTIONS\n\nThese may stand behind any command. Every command also "
      "takes *-h*, *--help*.\n\n";
  out += FlagList(commands.front().flags);
  out += "# COMMANDS\n\n";
  for (const CommandDescription& command : commands) {
    if (command.name.empty()) continue;
    out += fmt::format("## mispsift {}\n\n{}\n\n{}.\n\n", command.name,
                       Usage(command), Escaped(command.help));
    for (const FlagDescription& argument : command.arguments) {
      out += fmt::format("_{}_\n\t{}\n\n", Escaped(argument.name),
                         Escaped(argument.help));
    }
    out += FlagList(command.flags);
  }
  return out;
}

}  // namespace mispsift
