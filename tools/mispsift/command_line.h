#ifndef MISPSIFT_TOOLS_MISPSIFT_COMMAND_LINE_H_
#define MISPSIFT_TOOLS_MISPSIFT_COMMAND_LINE_H_

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace mispsift {

// What may stand behind a flag, as far as a shell can complete it.
enum class ValueShape { kNone, kText, kChoice, kFile, kFolder };

struct FlagDescription {
  std::string name;        // "--threads"; "paths" for what has no flag
  std::string short_name;  // "-q", or empty
  ValueShape shape = ValueShape::kNone;
  std::string value_name;            // "FILE", "INT", ...; empty for kNone
  std::vector<std::string> choices;  // of kChoice
  bool required = false;
  bool repeats = false;
  std::string help;
};

struct CommandDescription {
  std::string name;  // "snapshot info"; empty for mispsift itself
  std::string help;
  std::vector<FlagDescription> arguments;  // without a flag, in order
  std::vector<FlagDescription> flags;      // --help among them
};

// Gives flags that name a file, a folder or a URL a value of that name, and
// those with choices just these, in --help and in what is described below.
// Comes after all flags.
void NameValues(CLI::App* app);

// All commands, as they are defined: mispsift itself first, then depth first in
// the order of definition. What --help does not show is left out.
std::vector<CommandDescription> DescribeCommands(const CLI::App& app);

}  // namespace mispsift

#endif  // MISPSIFT_TOOLS_MISPSIFT_COMMAND_LINE_H_
