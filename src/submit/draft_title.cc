#include "src/submit/draft_title.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_join.h"
#include "mispsift/base/check.h"
#include "mispsift/submit/event_drafts.h"
#include "src/submit/draft_values.h"

namespace mispsift {
namespace {

// A name of the target may be as long as it likes.
constexpr size_t kMaxTitleBytes = 1000;

struct Titled {
  const ReportFields& fields;
  std::string_view date;
  size_t count;
};

std::string Families(const ReportFacts& facts) {
  std::vector<std::string> families;
  for (const MalwareConfig& config : facts.configs) {
    if (!config.family.empty() && std::find(families.begin(), families.end(),
                                            config.family) == families.end()) {
      families.push_back(config.family);
    }
  }
  return absl::StrJoin(families, ", ");
}

struct Placeholder {
  std::string_view name;
  std::string (*text)(const Titled& titled);
};

const ReportTarget& TargetOf(const Titled& titled) {
  return titled.fields.facts.target;
}

constexpr Placeholder kPlaceholders[] = {
    {"task_id", [](const Titled& t) { return t.fields.facts.task_id; }},
    {"report_id", [](const Titled& t) { return t.fields.report_id; }},
    {"name", [](const Titled& t) { return TargetOf(t).name; }},
    {"md5", [](const Titled& t) { return TargetOf(t).md5; }},
    {"sha1", [](const Titled& t) { return TargetOf(t).sha1; }},
    {"sha256", [](const Titled& t) { return TargetOf(t).sha256; }},
    {"url", [](const Titled& t) { return TargetOf(t).url; }},
    {"target",
     [](const Titled& t) {
       return TargetOf(t).name.empty() ? TargetOf(t).url : TargetOf(t).name;
     }},
    {"score",
     [](const Titled& t) {
       const std::optional<double>& score = t.fields.facts.score;
       return score.has_value() ? fmt::format("{}", *score) : std::string();
     }},
    {"families", [](const Titled& t) { return Families(t.fields.facts); }},
    {"dialect",
     [](const Titled& t) {
       return std::string(DialectName(t.fields.facts.dialect));
     }},
    {"date", [](const Titled& t) { return std::string(t.date); }},
    {"count",
     [](const Titled& t) {
       return fmt::format("{}", std::max<size_t>(t.count, 1));
     }},
};

const Placeholder* FindPlaceholder(std::string_view name) {
  const auto* const found = std::find_if(
      std::begin(kPlaceholders), std::end(kPlaceholders),
      [name](const Placeholder& known) { return known.name == name; });
  return found == std::end(kPlaceholders) ? nullptr : found;
}

// Hands the parts of a title to `text` and `placeholder` in order.
template <typename Text, typename Found>
absl::Status Part(std::string_view title, Text text, Found placeholder) {
  while (!title.empty()) {
    const size_t brace = std::min(title.find_first_of("{}"), title.size());
    text(title.substr(0, brace));
    title.remove_prefix(brace);
    if (title.empty()) break;
    if (title.starts_with("{{") || title.starts_with("}}")) {
      text(title.substr(0, 1));
      title.remove_prefix(2);
      continue;
    }
    const size_t end = title.find('}');
    if (title[0] == '}' || end == std::string_view::npos) {
      return absl::InvalidArgumentError(fmt::format(
          "{}: a brace that belongs to no placeholder is written twice",
          title));
    }
    const std::string_view name = title.substr(1, end - 1);
    const Placeholder* const found = FindPlaceholder(name);
    if (found == nullptr) {
      std::string all;
      for (const Placeholder& known : kPlaceholders) {
        all += fmt::format(" {{{}}}", known.name);
      }
      return absl::InvalidArgumentError(
          fmt::format("{{{}}}: no such placeholder; there are{}", name, all));
    }
    placeholder(*found);
    title.remove_prefix(end + 1);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckTitle(std::string_view title) {
  return Part(
      title, [](std::string_view) {}, [](const Placeholder&) {});
}

std::string TitleOf(std::string_view title, const ReportFields& fields,
                    std::string_view date, size_t count) {
  const Titled titled{fields, date, count};
  std::string info;
  bool has_placeholder = false;
  const absl::Status checked = Part(
      title, [&info](std::string_view text) { info += text; },
      [&](const Placeholder& found) {
        info += found.text(titled);
        has_placeholder = true;
      });
  MISPSIFT_CHECK(checked.ok());
  const std::string& task = fields.facts.task_id;
  if (!has_placeholder && count == 0) {
    info += fmt::format(" #{}", task.empty() ? fields.report_id : task);
  } else if (!has_placeholder) {
    info +=
        fmt::format(" ({} {})", count, count == 1 ? "analysis" : "analyses");
  }
  info = OneLine(info, kMaxTitleBytes);
  // MISP has no event without a title.
  return info.empty() ? fields.report_id : info;
}

}  // namespace mispsift
