#ifndef MISPSIFT_TOOLS_MISPSIFT_COMPLETION_H_
#define MISPSIFT_TOOLS_MISPSIFT_COMPLETION_H_

#include <string>
#include <vector>

#include "tools/mispsift/command_line.h"

namespace mispsift {

// Scripts that make a shell complete commands, flags, their choices, files and
// folders. The first of `commands` is mispsift itself, whose flags may stand
// behind any command.
std::string BashCompletion(const std::vector<CommandDescription>& commands);
std::string ZshCompletion(const std::vector<CommandDescription>& commands);
std::string FishCompletion(const std::vector<CommandDescription>& commands);

}  // namespace mispsift

#endif  // MISPSIFT_TOOLS_MISPSIFT_COMPLETION_H_
