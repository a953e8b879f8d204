#include "mispsift/pipeline/cuckoo_conf.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "mispsift/base/bytes.h"
#include "mispsift/base/file.h"
#include "mispsift/base/status_macros.h"
#include "mispsift/normalize/refang.h"
#include "src/pipeline/conf_section.h"

namespace mispsift {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMaxConfBytes = uint64_t{4} << 20;

constexpr const char* kModes[] = {"maldoc", "ipaddr", "hashes", "url"};

// What cuckoo-modified and CAPE have and their code no longer reads, or what
// says how, not what.
constexpr const char* kWithoutEffect[] = {"threads", "extend_context"};

std::string_view Unquoted(std::string_view value) {
  const bool quoted = value.size() >= 2 &&
                      (value.front() == '"' || value.front() == '\'') &&
                      value.front() == value.back();
  return quoted ? TrimBlanks(value.substr(1, value.size() - 2)) : value;
}

// Cuckoo's own parser knows no " #"; whoever writes one behind a number means
// a comment.
std::string_view WithoutHashComment(std::string_view value) {
  for (size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '#' &&
        (i == 0 || value[i - 1] == ' ' || value[i - 1] == '\t')) {
      return TrimBlanks(value.substr(0, i));
    }
  }
  return value;
}

// At commas, but not inside quotes: galaxy tags have them (x:y="Foo, Bar").
std::vector<std::string> SplitTags(std::string_view list) {
  std::vector<std::string> tags;
  bool quoted = false;
  size_t begin = 0;
  for (size_t i = 0; i <= list.size(); ++i) {
    if (i < list.size() && list[i] == '"') quoted = !quoted;
    if (i < list.size() && (list[i] != ',' || quoted)) continue;
    const std::string_view tag =
        Unquoted(TrimBlanks(list.substr(begin, i - begin)));
    if (!tag.empty()) tags.emplace_back(tag);
    begin = i + 1;
  }
  return tags;
}

// The settings of one section while they are taken off it, key by key. The
// first that is wrong is kept for Finish().
class Section {
 public:
  Section(std::vector<ConfSetting> settings, const std::string& file,
          std::vector<std::string>* warnings)
      : settings_(std::move(settings)), file_(file), warnings_(warnings) {}

  void TakeSwitch(std::string_view key, std::optional<bool>* value) {
    const std::string text = TakeWord(key);
    if (text.empty()) return;
    for (const char* yes : {"1", "yes", "true", "on"}) {
      if (absl::EqualsIgnoreCase(text, yes)) *value = true;
    }
    for (const char* no : {"0", "no", "false", "off"}) {
      if (absl::EqualsIgnoreCase(text, no)) *value = false;
    }
    if (!value->has_value()) Refuse(fmt::format("{}: yes or no", key));
  }

  // The patch that brought only_ids compares it with "no".
  void TakeOnlyIds(std::optional<bool>* value) {
    const std::string text = TakeWord("only_ids");
    if (text.empty()) return;
    *value = text != "no";
    if (text != "no" && text != "yes") {
      Warn(
          "only_ids: nothing but a literal no switches it off, so that this "
          "means yes");
    }
  }

  template <typename Number>
  void TakeNumber(std::string_view key, int64_t lowest, int64_t highest,
                  std::optional<Number>* value) {
    const std::string text = TakeWord(key);
    if (text.empty() || absl::EqualsIgnoreCase(text, "none")) return;
    int64_t number = 0;
    if (!absl::SimpleAtoi(text, &number) || number < lowest ||
        number > highest) {
      Refuse(highest == INT64_MAX
                 ? fmt::format("{}: a number from {}", key, lowest)
                 : fmt::format("{}: a number from {} to {}", key, lowest,
                               highest));
      return;
    }
    *value = static_cast<Number>(number);
  }

  void TakeScore(std::string_view key, std::optional<double>* value) {
    const std::string text = TakeWord(key);
    if (text.empty() || absl::EqualsIgnoreCase(text, "none")) return;
    double score = 0;
    if (!absl::SimpleAtod(text, &score) || !std::isfinite(score)) {
      Refuse(fmt::format("{}: a number", key));
      return;
    }
    *value = score;
  }

  // A url or a key.
  void TakeSecret(std::string_view key, std::string* value) {
    std::string text = TakeWord(key);
    if (absl::EqualsIgnoreCase(text, "none")) return;
    if (text.find_first_of(" \t") != std::string::npos) {
      Refuse(fmt::format("{}: holds a blank", key));
      return;
    }
    *value = std::move(text);
  }

  void TakeText(std::string_view key, std::string* value) {
    *value = TakeLine(key, [](std::string_view line) { return line; });
  }

  void TakeTags(std::string_view key, std::vector<std::string>* values) {
    for (const std::string& line : Take(key)) {
      WarnOfHash(key, line);
      for (std::string& tag : SplitTags(line)) {
        values->push_back(std::move(tag));
      }
    }
  }

  void TakeLists(std::string_view key, std::vector<std::string>* lists) {
    for (const std::string& line : Take(key)) {
      const std::string_view list = Unquoted(WithoutHashComment(line));
      if (!list.empty()) lists->emplace_back(list);
    }
  }

  void TakeModes(std::string_view key,
                 std::optional<std::vector<std::string>>* modes) {
    for (const std::string& line : Take(key)) {
      if (!modes->has_value()) modes->emplace();
      const std::string words(WithoutHashComment(line));
      for (const std::string& word : std::vector<std::string>(absl::StrSplit(
               words, absl::ByAnyChar(" \t,\"'"), absl::SkipEmpty()))) {
        if (std::find(std::begin(kModes), std::end(kModes), word) ==
            std::end(kModes)) {
          Warn(fmt::format("{}: there is no mode {}", key, word));
          continue;
        }
        (*modes)->push_back(word);
      }
    }
  }

  void Ignore(std::string_view key) { Take(key); }

  void Warn(std::string_view what) {
    warnings_->push_back(fmt::format("{}:{}: {}", file_, line_, what));
  }

  // Names what nothing has taken.
  absl::Status Finish() && {
    for (const ConfSetting& setting : settings_) {
      line_ = setting.line;
      // A name may be anything, such as a key that lost the line's beginning.
      const bool is_a_name =
          setting.key.size() < 32 &&
          setting.key.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") ==
              std::string::npos;
      Warn(is_a_name ? setting.key + ": not known here"
                     : std::string("a setting that is not known here"));
    }
    return std::move(status_);
  }

 private:
  // The lines of the last setting of this key; none when there is none.
  std::vector<std::string> Take(std::string_view key) {
    std::vector<std::string> lines;
    for (const ConfSetting& setting : settings_) {
      if (setting.key != key) continue;
      if (!lines.empty()) {
        Warn(fmt::format("{}: stands again in line {}, which counts", key,
                         setting.line));
      }
      line_ = setting.line;
      lines = setting.lines;
    }
    std::erase_if(settings_, [key](const ConfSetting& setting) {
      return setting.key == key;
    });
    for (const std::string& line : lines) {
      if (line.find("%(") == std::string::npos) continue;
      Refuse(fmt::format("{}: %(...)s stands for something else; write it out",
                         key));
      return {};
    }
    return lines;
  }

  template <typename Cut>
  std::string TakeLine(std::string_view key, const Cut& cut) {
    const std::vector<std::string> lines = Take(key);
    if (lines.empty()) return {};
    if (lines.size() > 1) {
      Refuse(fmt::format(
          "{}: the next line is indented more, and so belongs to it", key));
      return {};
    }
    const std::string_view line = cut(lines[0]);
    WarnOfHash(key, line);
    return std::string(Unquoted(line));
  }

  std::string TakeWord(std::string_view key) {
    return TakeLine(key, WithoutHashComment);
  }

  void WarnOfHash(std::string_view key, std::string_view line) {
    if (line.find(" #") != std::string_view::npos) {
      Warn(fmt::format("{}: # is part of it; a comment begins with ;", key));
    }
  }

  void Refuse(std::string_view what) {
    if (status_.ok()) {
      status_ = absl::InvalidArgumentError(
          fmt::format("{}:{}: {}", file_, line_, what));
    }
  }

  std::vector<ConfSetting> settings_;
  const std::string file_;
  std::vector<std::string>* const warnings_;
  uint64_t line_ = 0;  // of what was taken last
  absl::Status status_;
};

absl::StatusOr<Section> OpenSection(std::string_view text, const char* name,
                                    const std::string& file,
                                    std::vector<std::string>* warnings) {
  MISPSIFT_ASSIGN_OR_RETURN(std::vector<ConfSetting> settings,
                            ReadConfSection(text, name, file));
  return Section(std::move(settings), file, warnings);
}

bool IsThere(const std::string& path) {
  std::error_code error;
  return fs::exists(path, error);
}

void WarnOfReaders(const std::string& path, const std::string& apikey,
                   std::vector<std::string>* warnings) {
  std::error_code error;
  const fs::perms all = fs::status(path, error).permissions();
  if (error || apikey.empty()) return;
  if ((all & fs::perms::others_read) == fs::perms::none) return;
  warnings->push_back(
      fmt::format("{}: holds a key, and everyone may read it", path));
}

// Reads one file where it is there; false where it is not.
using Reader = absl::Status (*)(std::string_view, const std::string&,
                                CuckooConf*);
absl::StatusOr<bool> ReadWhereThere(const std::string& path, Reader reader,
                                    CuckooConf* conf) {
  if (!IsThere(path)) return false;
  PaddedBytes text;
  MISPSIFT_RETURN_IF_ERROR(ReadFile(path, kMaxConfBytes, &text));
  MISPSIFT_RETURN_IF_ERROR(reader(text.view(), path, conf));
  return true;
}

CuckooSafelists FindSafelists(const std::string& folder) {
  const auto find = [&folder](const char* name) {
    const std::string path = folder + "/" + name;
    return IsThere(path) ? path : std::string();
  };
  return {find("mispdomain.txt"), find("mispip.txt"), find("mispurl.txt"),
          find("misphash.txt")};
}

}  // namespace

absl::Status ReadProcessingConf(std::string_view text, const std::string& file,
                                CuckooConf* conf) {
  MISPSIFT_ASSIGN_OR_RETURN(Section misp,
                            OpenSection(text, "misp", file, &conf->warnings));
  CuckooProcessing* processing = &conf->processing;
  misp.TakeSwitch("enabled", &processing->enabled);
  misp.TakeSecret("url", &processing->url);
  misp.TakeSecret("apikey", &processing->apikey);
  // With 0 Cuckoo looks nothing up, and who writes it may mean all: refused.
  misp.TakeNumber("maxioc", 1, INT64_MAX, &processing->maxioc);
  misp.TakeOnlyIds(&processing->only_ids);
  misp.TakeLists("ioc_blacklist", &processing->ioc_blacklist);
  return std::move(misp).Finish();
}

absl::Status ReadReportingConf(std::string_view text, const std::string& file,
                               CuckooConf* conf) {
  MISPSIFT_ASSIGN_OR_RETURN(Section misp,
                            OpenSection(text, "misp", file, &conf->warnings));
  CuckooReporting* reporting = &conf->reporting;
  misp.TakeSwitch("enabled", &reporting->enabled);
  misp.TakeSecret("url", &reporting->url);
  misp.TakeSecret("apikey", &reporting->apikey);
  misp.TakeModes("mode", &reporting->mode);
  misp.TakeTags("tag", &reporting->tags);
  misp.TakeNumber("distribution", 0, 4, &reporting->distribution);
  misp.TakeNumber("sharing_group", 1, INT32_MAX, &reporting->sharing_group);
  // Cuckoo 2.0.7 reads threat_level, while conf files name threat_level_id, as
  // MISP and CAPE do.
  misp.TakeNumber("threat_level", 1, 4, &reporting->threat_level_id);
  misp.TakeNumber("threat_level_id", 1, 4, &reporting->threat_level_id);
  misp.TakeNumber("analysis", 0, 2, &reporting->analysis);
  misp.TakeScore("min_malscore", &reporting->min_malscore);
  misp.TakeSwitch("upload_sample", &reporting->upload_sample);
  misp.TakeText("title", &reporting->title);
  misp.TakeLists("ioc_blacklist", &reporting->ioc_blacklist);
  misp.TakeSwitch("upload_iocs", &reporting->upload_iocs);
  misp.TakeSwitch("network", &reporting->network);
  misp.TakeSwitch("ids_files", &reporting->ids_files);
  misp.TakeSwitch("dropped", &reporting->dropped);
  misp.TakeSwitch("registry", &reporting->registry);
  misp.TakeSwitch("mutexes", &reporting->mutexes);
  misp.TakeSwitch("published", &reporting->published);
  if (reporting->published.value_or(false)) {
    misp.Warn("published: events are never published");
  }
  for (const char* key : kWithoutEffect) misp.Ignore(key);
  return std::move(misp).Finish();
}

absl::Status ReadMispConf(std::string_view text, const std::string& file,
                          CuckooConf* conf) {
  MISPSIFT_ASSIGN_OR_RETURN(
      Section whitelist, OpenSection(text, "whitelist", file, &conf->warnings));
  whitelist.TakeLists("whitelist", &conf->whitelist);
  return std::move(whitelist).Finish();
}

absl::StatusOr<CuckooConf> ReadCuckooConf(const std::string& dir) {
  CuckooConf conf;
  const bool is_conf =
      IsThere(dir + "/processing.conf") || IsThere(dir + "/reporting.conf");
  const std::string folder = is_conf ? dir : dir + "/conf";
  const std::string processing = folder + "/processing.conf";
  const std::string reporting = folder + "/reporting.conf";
  MISPSIFT_ASSIGN_OR_RETURN(
      const bool looks_up,
      ReadWhereThere(processing, ReadProcessingConf, &conf));
  MISPSIFT_ASSIGN_OR_RETURN(
      const bool reports, ReadWhereThere(reporting, ReadReportingConf, &conf));
  if (!looks_up && !reports) {
    return absl::NotFoundError(fmt::format(
        "{} holds neither processing.conf nor reporting.conf, nor does its "
        "conf folder",
        dir));
  }
  MISPSIFT_RETURN_IF_ERROR(
      ReadWhereThere(folder + "/misp.conf", ReadMispConf, &conf).status());
  WarnOfReaders(processing, conf.processing.apikey, &conf.warnings);
  WarnOfReaders(reporting, conf.reporting.apikey, &conf.warnings);
  const std::string beside = dir + "/safelist";
  conf.safelists = FindSafelists(
      is_conf && !IsThere(beside) ? dir + "/../safelist" : beside);
  return conf;
}

}  // namespace mispsift
