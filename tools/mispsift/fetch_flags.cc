#include "tools/mispsift/fetch_flags.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/time/time.h"
#include "mispsift/base/status_macros.h"
#include "mispsift/normalize/attribute_types.h"
#include "tools/mispsift/value_lists.h"

namespace mispsift {
namespace {

// "30d", "12h", "2026-01-31" or seconds since 1970, as seconds since 1970.
absl::StatusOr<int64_t> ParseSince(const std::string& text, int64_t now) {
  int64_t number = 0;
  absl::Time day;
  std::string unused;
  const std::string digits = text.substr(0, text.size() - 1);
  const char unit = text.back();
  if (absl::SimpleAtoi(text, &number) && number >= 0) return number;
  if ((unit == 'd' || unit == 'h') && absl::SimpleAtoi(digits, &number) &&
      number >= 0 && number <= 1'000'000) {
    return now - number * (unit == 'd' ? 86'400 : 3'600);
  }
  if (absl::ParseTime("%Y-%m-%d", text, &day, &unused)) {
    return absl::ToUnixSeconds(day);
  }
  return absl::InvalidArgumentError(
      fmt::format("--since {}: neither 30d, 12h, 2026-01-31 nor seconds since "
                  "1970",
                  text));
}

}  // namespace

void FetchFlags::AddTo(CLI::App* fetch) {
  const auto add = [fetch](const char* name, auto* value, const char* help) {
    return fetch->add_option(name, *value, help);
  };
  const auto add_list = [&add](const char* name,
                               std::vector<std::string>* values,
                               const char* help) {
    // Or a second value would be taken for what stands behind the flag.
    return add(name, values, help)->allow_extra_args(false);
  };
  // A script's variable that is not set must not mean "all".
  const CLI::Validator not_empty(
      [](std::string& text) {
        return text.find_first_not_of(", ") == std::string::npos
                   ? std::string("must not be empty")
                   : std::string();
      },
      "");
  add("--out", &typed_.out, "The snapshot file to write or refresh")
      ->required()
      ->check(not_empty);

  add_list("--misp", &servers_,
           "URL of a MISP server; from one that is in the snapshot already "
           "only what changed travels")
      ->group("Sources");
  add_list("--feed", &typed_.feeds, "MISP feed: a folder or a URL")
      ->group("Sources");
  add_list("--attributes", &typed_.attributes,
           "restSearch JSON, a JSON list, or one attribute a line; - is "
           "standard input")
      ->group("Sources");
  add_list("--events", &typed_.events,
           "MISP event JSON file, or a folder of them")
      ->group("Sources");
  add_list("--warninglists", &typed_.warninglists,
           "Folder of MISP warninglists (default: those of the server; none: "
           "none)")
      ->group("Sources");

  add("--over-correlating", &typed_.over_correlating,
      "Mark attributes whose value stands on more than so many others (default "
      "20)")
      ->check(CLI::Range(uint64_t{1}, uint64_t{1} << 32));

  add_list("--type", &types_, "Only these attribute types, comma separated")
      ->check(not_empty)
      ->group("Filters");
  add_list("--tag", &tags_,
           "Only attributes that have, or whose events have, one of these tags")
      ->check(not_empty)
      ->group("Filters");
  add_list("--org", &orgs_, "Only events created by these organisations")
      ->check(not_empty)
      ->group("Filters");
  add("--published", &published_, "Only published events (yes) or others (no)")
      ->check(CLI::IsMember({"yes", "no"}))
      ->group("Filters");
  add("--threat-level", &typed_.filter.threat_levels,
      "Only events of this level, 1 high to 4 undefined; may be repeated")
      ->allow_extra_args(false)
      ->check(CLI::Range(1, 4))
      ->group("Filters");
  add("--since", &typed_.filter.since,
      "Only events changed since: 30d, 12h, 2026-01-31 or seconds since 1970")
      ->check(not_empty)
      ->group("Filters");

  fetch
      ->add_flag("--full", typed_.full,
                 "Ask for everything, not only for what changed")
      ->group("Server");
  add("--full-every", &typed_.full_every_days,
      "The same when that was last done so many days ago")
      ->check(CLI::Range(1, 100000))
      ->group("Server");
  add_list("--key-file", &key_files_,
           "File with the key, one for each --misp in its order (else "
           "MISP_KEY, MISP_KEY_FILE)")
      ->group("Server");
  add("--batch-rows", &typed_.batch_rows,
      "Attributes a request asks for (default 20000)")
      ->check(CLI::Range(250, 100000))
      ->group("Server");
  server_.AddTo(fetch);
}

bool FetchFlags::HasSource(const CuckooConf& conf) const {
  return !servers_.empty() || !typed_.feeds.empty() ||
         !typed_.attributes.empty() || !typed_.events.empty() ||
         !Environment("MISP_URL").empty() || !conf.processing.url.empty() ||
         !conf.reporting.url.empty();
}

absl::Status FetchFlags::Resolve(int64_t now, const CuckooConf& conf,
                                 FetchOptions* options) const {
  *options = typed_;
  options->now = now;
  options->retry_delay = server_.retry_delay();
  options->max_failures = server_.max_failures();
  const auto none = std::find(options->warninglists.begin(),
                              options->warninglists.end(), "none");
  if (none != options->warninglists.end()) {
    if (options->warninglists.size() > 1) {
      return absl::InvalidArgumentError(
          "--warninglists none stands alone; a folder of that name is ./none");
    }
    options->warninglists.clear();
    options->server_warninglists = false;
  }
  MISPSIFT_RETURN_IF_ERROR(ResolveSources(conf, options));
  MISPSIFT_RETURN_IF_ERROR(server_.Resolve(&options->connection));
  return ResolveFilter(now, &options->filter);
}

absl::Status FetchFlags::ResolveSources(const CuckooConf& conf,
                                        FetchOptions* options) const {
  std::vector<std::string> urls = servers_;
  const bool typed = !urls.empty() || !options->feeds.empty() ||
                     !options->attributes.empty() || !options->events.empty();
  const std::string environment = Environment("MISP_URL");
  // Cuckoo's key goes to the url that stands beside it, and nowhere else.
  std::string apikey;
  if (!typed && !environment.empty()) {
    urls.push_back(environment);
  } else if (!typed && !conf.processing.url.empty()) {
    urls.push_back(conf.processing.url);
    apikey = conf.processing.apikey;
  } else if (!typed && !conf.reporting.url.empty()) {
    urls.push_back(conf.reporting.url);
    apikey = conf.reporting.apikey;
  } else if (!typed) {
    return absl::InvalidArgumentError(
        "no source: give --misp, --feed, --attributes, --events, MISP_URL or a "
        "--cuckoo-conf that holds a url");
  }
  if (!key_files_.empty() && key_files_.size() != urls.size()) {
    return absl::InvalidArgumentError(
        fmt::format("{} --key-file for {} servers: each has a key of its own",
                    key_files_.size(), urls.size()));
  }
  if (key_files_.empty() && urls.size() > 1) {
    return absl::InvalidArgumentError(
        "several servers need a --key-file each, in their order");
  }
  for (size_t i = 0; i < urls.size(); ++i) {
    MISPSIFT_ASSIGN_OR_RETURN(std::string key,
                              key_files_.empty() ? KeyFromEnvironmentOr(apikey)
                                                 : ReadKeyFile(key_files_[i]));
    options->servers.push_back({urls[i], std::move(key)});
  }
  return absl::OkStatus();
}

absl::Status FetchFlags::ResolveFilter(int64_t now,
                                       AttributeFilter* filter) const {
  filter->types = SplitLists(types_);
  filter->tags = SplitLists(tags_);
  filter->orgs = SplitLists(orgs_);
  for (const std::string& type : filter->types) {
    // MISP would answer a name with a typing error with nothing at all.
    if (FindAttributeType(type) == nullptr) {
      return absl::InvalidArgumentError(
          fmt::format("--type {}: MISP has no such type", type));
    }
  }
  if (!published_.empty()) filter->published = published_ == "yes";
  if (!filter->since.empty()) {
    MISPSIFT_ASSIGN_OR_RETURN(filter->since_seconds,
                              ParseSince(filter->since, now));
  }
  return absl::OkStatus();
}

}  // namespace mispsift
