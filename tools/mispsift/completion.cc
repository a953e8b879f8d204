#include "tools/mispsift/completion.h"

#include <fmt/format.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

namespace mispsift {
namespace {

using Commands = std::vector<CommandDescription>;

// The commands one step below: {"info", "verify", ...} of "snapshot".
std::vector<const CommandDescription*> Below(const Commands& commands,
                                             const std::string& name) {
  std::vector<const CommandDescription*> below;
  const std::string prefix = name.empty() ? "" : name + " ";
  for (const CommandDescription& command : commands) {
    if (command.name.size() > prefix.size() &&
        absl::StartsWith(command.name, prefix) &&
        command.name.find(' ', prefix.size()) == std::string::npos) {
      below.push_back(&command);
    }
  }
  return below;
}

std::string LastWord(const std::string& name) {
  return name.substr(name.rfind(' ') + 1);
}

std::string LastWords(const std::vector<const CommandDescription*>& commands) {
  return absl::StrJoin(commands, " ",
                       [](std::string* out, const CommandDescription* command) {
                         *out += LastWord(command->name);
                       });
}

// A command's own, and those of mispsift itself.
std::vector<const FlagDescription*> FlagsOf(const Commands& commands,
                                            const CommandDescription& command) {
  std::vector<const FlagDescription*> flags;
  for (const FlagDescription& flag : command.flags) flags.push_back(&flag);
  for (const FlagDescription& flag : commands.front().flags) {
    const bool is_there = std::any_of(
        command.flags.begin(), command.flags.end(),
        [&flag](const FlagDescription& own) { return own.name == flag.name; });
    if (!is_there) flags.push_back(&flag);
  }
  return flags;
}

// What bash offers for a value.
std::string BashValue(const FlagDescription& flag) {
  switch (flag.shape) {
    case ValueShape::kChoice:
      return fmt::format("_mispsift_words '{}'",
                         absl::StrJoin(flag.choices, " "));
    case ValueShape::kFile:
      return "_mispsift_files -f";
    case ValueShape::kFolder:
      return "_mispsift_files -d";
    case ValueShape::kNone:
    case ValueShape::kText:
      break;
  }
  return ":";
}

std::string BashWords(const Commands& commands,
                      const CommandDescription& command) {
  const std::vector<const CommandDescription*> below =
      Below(commands, command.name);
  if (!below.empty()) {
    return fmt::format("_mispsift_words '{}'", LastWords(below));
  }
  return command.arguments.empty() ? ":" : BashValue(command.arguments.front());
}

std::string SingleQuoted(const std::string& text) {
  return "'" + absl::StrReplaceAll(text, {{"'", "'\\''"}}) + "'";
}

// A description between [ and ], or behind a name and a colon.
std::string ZshText(const std::string& text) {
  return absl::StrReplaceAll(
      text, {{"\\", "\\\\"}, {"[", "\\["}, {"]", "\\]"}, {":", "\\:"}});
}

std::string ZshValue(const FlagDescription& flag) {
  switch (flag.shape) {
    case ValueShape::kNone:
      return "";
    case ValueShape::kChoice:
      return fmt::format(":{}:({})", ZshText(flag.value_name),
                         absl::StrJoin(flag.choices, " "));
    case ValueShape::kFile:
      return fmt::format(":{}:_files", ZshText(flag.value_name));
    case ValueShape::kFolder:
      return fmt::format(":{}:_files -/", ZshText(flag.value_name));
    case ValueShape::kText:
      break;
  }
  return fmt::format(":{}: ", ZshText(flag.value_name));
}

std::string ZshFlags(const std::vector<const FlagDescription*>& flags) {
  std::string out;
  for (const FlagDescription* flag : flags) {
    const std::string end =
        fmt::format("{}[{}]{}", flag->shape == ValueShape::kNone ? "" : "=",
                    ZshText(flag->help), ZshValue(*flag));
    const char* repeats = flag->repeats ? "*" : "";
    out += fmt::format(" \\\n    {}", SingleQuoted(repeats + flag->name + end));
    if (!flag->short_name.empty()) {
      out += fmt::format(" \\\n    {}",
                         SingleQuoted(repeats + flag->short_name + end));
    }
  }
  return out;
}

std::string ZshFunction(const Commands& commands,
                        const CommandDescription& command) {
  const std::string function =
      "_mispsift" +
      (command.name.empty()
           ? ""
           : "_" + absl::StrReplaceAll(command.name, {{" ", "_"}}));
  const std::vector<const CommandDescription*> below =
      Below(commands, command.name);
  std::string out = fmt::format(
      "{}() {{\n  local curcontext=$curcontext state line\n  typeset -A "
      "opt_args\n  _arguments -C{}",
      function, ZshFlags(FlagsOf(commands, command)));
  if (below.empty()) {
    for (const FlagDescription& argument : command.arguments) {
      out += fmt::format(
          " \\\n    {}",
          SingleQuoted((argument.repeats ? "*" : "") + ZshValue(argument)));
    }
    return out + "\n}\n";
  }
  out +=
      " \\\n    '1: :->command' '*:: :->argument'\n  case $state in\n    "
      "command)\n      local -a commands=(";
  for (const CommandDescription* one : below) {
    out += "\n        " +
           SingleQuoted(LastWord(one->name) + ":" + ZshText(one->help));
  }
  out +=
      "\n      )\n      _describe command commands ;;\n    argument)\n      "
      "case $line[1] in\n";
  for (const CommandDescription* one : below) {
    out +=
        fmt::format("        {0}) {1}_{0} ;;\n", LastWord(one->name), function);
  }
  return out + "      esac ;;\n  esac\n}\n";
}

std::string FishText(const std::string& text) {
  return "'" + absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"'", "\\'"}}) + "'";
}

// What fish offers, as the arguments of its `complete`.
std::string FishValue(const FlagDescription& flag) {
  switch (flag.shape) {
    case ValueShape::kNone:
      return "";
    case ValueShape::kChoice:
      return fmt::format(" -x -a {}",
                         FishText(absl::StrJoin(flag.choices, " ")));
    case ValueShape::kFile:
      return " -r -F";
    case ValueShape::kFolder:
      return " -x -a '(__fish_complete_directories)'";
    case ValueShape::kText:
      break;
  }
  return " -x";
}

// Of what stands without a flag: all may be repeated, so nothing is required.
std::string FishArgument(const FlagDescription& argument) {
  switch (argument.shape) {
    case ValueShape::kChoice:
      return fmt::format(" -a {}\n",
                         FishText(absl::StrJoin(argument.choices, " ")));
    case ValueShape::kFile:
      return " -F\n";
    case ValueShape::kFolder:
      return " -a '(__fish_complete_directories)'\n";
    case ValueShape::kNone:
    case ValueShape::kText:
      break;
  }
  return "\n";
}

// "  case '<parent>/<word>'<then> set to '<command>'": how a shell follows what
// is typed to the command that it names.
template <typename Line>
std::string FollowCommands(const Commands& commands, const Line& line) {
  std::string out;
  for (const CommandDescription& command : commands) {
    if (command.name.empty()) continue;
    const size_t space = command.name.rfind(' ');
    const std::string parent =
        space == std::string::npos ? "" : command.name.substr(0, space);
    out += line(parent + "/" + LastWord(command.name), command.name);
  }
  return out;
}

constexpr const char* kBashStart = R"(# bash completion for mispsift
_mispsift_words() {
  mapfile -t COMPREPLY < <(compgen -W "$1" -- "$current")
}

_mispsift_files() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen "$1" -- "$current")
}

_mispsift() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local command= i
  COMPREPLY=()
  # "--flag=value" comes as three words.
  if [ "$current" = = ]; then
    current=
  elif [ "$previous" = = ] && [ "$COMP_CWORD" -gt 1 ]; then
    previous=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$command/${COMP_WORDS[i]}" in
)";

constexpr const char* kFishStart = R"(# fish completion for mispsift
function __mispsift_command
  set -l command ''
  for word in (commandline -opc)[2..-1]
    switch "$command/$word"
)";

}  // namespace

std::string BashCompletion(const Commands& commands) {
  std::string out = kBashStart;
  out += FollowCommands(
      commands, [](const std::string& typed, const std::string& command) {
        return fmt::format("      '{}') command='{}' ;;\n", typed, command);
      });
  out += "    esac\n  done\n  case \"$command/$previous\" in\n";
  for (const CommandDescription& command : commands) {
    for (const FlagDescription* flag : FlagsOf(commands, command)) {
      if (flag->shape == ValueShape::kNone) continue;
      out += fmt::format("    '{}/{}') {}; return ;;\n", command.name,
                         flag->name, BashValue(*flag));
    }
  }
  out += "  esac\n  case \"$command/$current\" in\n";
  for (const CommandDescription& command : commands) {
    std::string flags;
    for (const FlagDescription* flag : FlagsOf(commands, command)) {
      flags += (flags.empty() ? "" : " ") + flag->name;
      if (!flag->short_name.empty()) flags += " " + flag->short_name;
    }
    out += fmt::format(
        "    '{0}'/-*) _mispsift_words '{1}' ;;\n    '{0}'/*) "
        "{2} ;;\n",
        command.name, flags, BashWords(commands, command));
  }
  return out + "  esac\n}\ncomplete -F _mispsift mispsift\n";
}

std::string ZshCompletion(const Commands& commands) {
  std::string out = "#compdef mispsift\n# zsh completion for mispsift\n";
  for (const CommandDescription& command : commands) {
    out += ZshFunction(commands, command);
  }
  // The file is a function of zsh's own, or sourced.
  return out +
         "if [ \"${funcstack[1]}\" = _mispsift ]; then\n  _mispsift \"$@\"\n"
         "else\n  compdef _mispsift mispsift\nfi\n";
}

std::string FishCompletion(const Commands& commands) {
  std::string out = kFishStart;
  out += FollowCommands(
      commands, [](const std::string& typed, const std::string& command) {
        return fmt::format("      case '{}'\n        set command '{}'\n", typed,
                           command);
      });
  out += "    end\n  end\n  echo $command\nend\ncomplete -c mispsift -f\n";
  for (const CommandDescription& command : commands) {
    const std::string start = fmt::format(
        "complete -c mispsift -n \"test (__mispsift_command) = '{}'\"",
        command.name);
    for (const CommandDescription* below : Below(commands, command.name)) {
      out += fmt::format("{} -a {} -d {}\n", start, LastWord(below->name),
                         FishText(below->help));
    }
    for (const FlagDescription* flag : FlagsOf(commands, command)) {
      out += start + " -l " + flag->name.substr(2);
      if (!flag->short_name.empty()) out += " -s " + flag->short_name.substr(1);
      out += fmt::format("{} -d {}\n", FishValue(*flag), FishText(flag->help));
    }
    if (!command.arguments.empty()) {
      out += start + FishArgument(command.arguments.front());
    }
  }
  return out;
}

}  // namespace mispsift
