#ifndef MISPSIFT_TOOLS_MISPSIFT_CONFIG_SHOW_H_
#define MISPSIFT_TOOLS_MISPSIFT_CONFIG_SHOW_H_

#include <string>

#include "tools/mispsift/config_file.h"

namespace mispsift {

// Every setting of every command as TOML: those that are set with their value
// and where it comes from, the others as comments with what is said of them.
// That there is a key is said; the key is not.
std::string ShowConfig(const CLI::App& app, const ConfigFile& file);

}  // namespace mispsift

#endif  // MISPSIFT_TOOLS_MISPSIFT_CONFIG_SHOW_H_
