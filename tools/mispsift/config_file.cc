#include "tools/mispsift/config_file.h"

#include <fmt/format.h>
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "mispsift/base/printable.h"
#include "tools/mispsift/server_flags.h"

namespace mispsift {
namespace {

// Of the file, without its name.
[[noreturn]] void Refuse(const toml::source_position& at,
                         std::string_view what) {
  throw CLI::ConfigError(
      fmt::format("line {}, column {}: {}", at.line, at.column, what));
}

// The flag's name of a key: "batch_rows" is "batch-rows".
std::string FlagOf(std::string_view key) {
  std::string flag(key);
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

const CLI::Option* FindOption(const CLI::App& command,
                              const std::string& flag) {
  const CLI::Option* option = command.get_option_no_throw("--" + flag);
  return option != nullptr ? option : command.get_option_no_throw(flag);
}

const CLI::App* FindCommand(const CLI::App& app, const std::string& name) {
  const std::vector<const CLI::App*> named = app.get_subcommands(
      [&name](const CLI::App* command) { return command->get_name() == name; });
  return named.empty() ? nullptr : named[0];
}

// One value as it would be typed.
std::optional<std::string> TextOf(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) {
    return fmt::format("{}", number->get());
  }
  if (const auto* number = node.as_floating_point()) {
    return fmt::format("{}", number->get());
  }
  if (const auto* flag = node.as_boolean()) {
    return flag->get() ? "true" : "false";
  }
  return std::nullopt;
}

std::vector<std::string> TextsOf(const toml::node& node) {
  constexpr std::string_view kNoSetting =
      "no string, number, boolean or list of these";
  std::vector<std::string> texts;
  if (const toml::array* list = node.as_array()) {
    for (const toml::node& element : *list) {
      std::optional<std::string> text = TextOf(element);
      if (!text.has_value()) Refuse(element.source().begin, kNoSetting);
      texts.push_back(*std::move(text));
    }
    return texts;
  }
  std::optional<std::string> text = TextOf(node);
  if (!text.has_value()) Refuse(node.source().begin, kNoSetting);
  texts.push_back(*std::move(text));
  return texts;
}

// Where a command reads from or sends to.
constexpr std::string_view kPlaces[] = {"misp",   "feed",     "attributes",
                                        "events", "feed-out", "dry-run"};

// Whether the command line says one.
bool NamesAPlace(const CLI::App& command) {
  return std::any_of(std::begin(kPlaces), std::end(kPlaces),
                     [&command](std::string_view place) {
                       const CLI::Option* option = command.get_option_no_throw(
                           fmt::format("--{}", place));
                       return option != nullptr && option->count() > 0;
                     });
}

// Or the key to one: it is for no other.
bool IsPlace(std::string_view flag) {
  return flag == "key-file" || std::find(std::begin(kPlaces), std::end(kPlaces),
                                         flag) != std::end(kPlaces);
}

// Whether the environment says something that takes this one's place.
bool IsInEnvironment(std::string_view flag) {
  if (flag == "key-file") {
    return !Environment("MISP_KEY").empty() ||
           !Environment("MISP_KEY_FILE").empty();
  }
  if (flag == "ca-file" || flag == "insecure") {
    return !Environment("MISP_VERIFYCERT").empty();
  }
  return false;
}

class Reading {
 public:
  Reading(const CLI::App& app, std::map<std::string, std::string>* origins)
      : app_(app), origins_(*origins) {}

  std::vector<CLI::ConfigItem> Read(const toml::table& root) {
    for (const auto& [key, node] : root) {
      const std::string name(key.str());
      const toml::table* table = node.as_table();
      if (table == nullptr) {
        Take(app_, "", key, node);
        continue;
      }
      const CLI::App* command = FindCommand(app_, name);
      if (command == nullptr) {
        Refuse(key.source().begin,
               fmt::format("no such command: {}", Printable(name)));
      }
      ReadCommand(name, *command, *table);
    }
    return std::move(items_);
  }

 private:
  void ReadCommand(const std::string& name, const CLI::App& command,
                   const toml::table& table) {
    const bool has_place = NamesAPlace(command);
    for (const auto& [key, node] : table) {
      const std::string flag = FlagOf(key.str());
      if (!IsWanted(name) || (has_place && IsPlace(flag)) ||
          IsInEnvironment(flag)) {
        Check(command, key, node);
        continue;
      }
      Take(command, name, key, node);
      const std::string url = Environment("MISP_URL");
      if (flag != "misp" || url.empty()) continue;
      items_.back().inputs = {url};
      origins_[name + ".misp"] = "MISP_URL";
    }
  }

  // Commands share what their flags are read into: only those that run have
  // their say.
  bool IsWanted(const std::string& name) const {
    const std::string running = app_.get_subcommands().empty()
                                    ? std::string()
                                    : app_.get_subcommands()[0]->get_name();
    return running == name || running == "config" ||
           (running == "backfill" &&
            (name == "fetch" || name == "scan" || name == "submit"));
  }

  void Take(const CLI::App& command, const std::string& name,
            const toml::key& key, const toml::node& node) {
    Check(command, key, node);
    CLI::ConfigItem item;
    if (!name.empty()) item.parents = {name};
    item.name = FlagOf(key.str());
    if (command.get_option_no_throw("--" + item.name) == nullptr) {
      item.name = key.str();  // what stands there without a flag
    }
    item.inputs = TextsOf(node);
    origins_[name.empty() ? item.name : name + "." + item.name] =
        fmt::format("line {}", node.source().begin.line);
    items_.push_back(std::move(item));
  }

  static void Check(const CLI::App& command, const toml::key& key,
                    const toml::node& node) {
    const CLI::Option* option = FindOption(command, FlagOf(key.str()));
    if (option == nullptr || !option->get_configurable()) {
      Refuse(key.source().begin,
             fmt::format("no such setting: {}",
                         Printable(std::string(key.str()))));
    }
    TextsOf(node);
  }

  const CLI::App& app_;
  std::map<std::string, std::string>& origins_;
  std::vector<CLI::ConfigItem> items_;
};

}  // namespace

std::vector<CLI::ConfigItem> ConfigFile::from_config(
    std::istream& input) const {
  try {
    const toml::parse_result parsed = toml::parse(input);
    if (!parsed) {
      Refuse(parsed.error().source().begin,
             Printable(std::string(parsed.error().description())));
    }
    return Reading(*app_, &origins_).Read(parsed.table());
  } catch (const CLI::ConfigError& error) {
    const std::string path = app_->get_config_ptr()->as<std::string>();
    throw CLI::ConfigError(
        fmt::format("{}: {}", Printable(path), error.what()));
  }
}

}  // namespace mispsift
