#include "tools/mispsift/submit_flags.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>
#include <utility>

#include "absl/strings/str_replace.h"
#include "mispsift/base/status_macros.h"
#include "tools/mispsift/value_lists.h"

namespace mispsift {
namespace {

const std::map<std::string, KnownPolicy> kKnownPolicies = {
    {"submit", KnownPolicy::kSubmit},
    {"skip", KnownPolicy::kSkip},
    {"extend", KnownPolicy::kExtend},
    {"sight", KnownPolicy::kSight}};

const std::map<std::string, SightingPolicy> kSightingPolicies = {
    {"none", SightingPolicy::kNone},
    {"known", SightingPolicy::kKnown},
    {"matched", SightingPolicy::kMatched}};

// An empty destination is a variable that was not set, and must not stand for
// the one of the environment.
CLI::Validator NotEmpty() {
  return {[](const std::string& text) {
            return text.empty() ? std::string("may not be empty")
                                : std::string();
          },
          "", "NotEmpty"};
}

}  // namespace

void SubmitFlags::AddTo(CLI::App* submit) {
  SubmitOptions& options = typed_.options;
  DraftSettings& draft = options.draft;
  const auto add = [submit](const char* name, auto* value, const char* help) {
    return submit->add_option(name, *value, help);
  };
  const auto add_list = [&add](const char* name,
                               std::vector<std::string>* values,
                               const char* help) {
    // Or a second value would be taken for what stands behind the flag.
    return add(name, values, help)->allow_extra_args(false);
  };
  const auto add_named = [&add](const char* name, std::string* value,
                                const char* help) {
    return add(name, value, help)->check(NotEmpty());
  };
  add_named("results", &options.results, "A scan's result folder")->required();

  add_named("--misp", &options.server,
            "URL of the MISP server that gets the events")
      ->group("Destination");
  add_named("--feed-out", &options.feed_out,
            "Folder of a MISP feed that they are added to")
      ->group("Destination");
  submit
      ->add_flag("--dry-run", options.dry_run,
                 "Print what would be sent, one JSON line each; send nothing")
      ->group("Destination");
  CLI::Option* const status = submit->add_flag(
      "--status", typed_.status, "Show what the ledger says, and send nothing");
  status->group("Destination");
  submit->add_flag("--json", typed_.json, "With --status: for a program")
      ->needs(status)
      ->group("Destination");
  add_named("--ledger", &options.ledger,
            "What was sent where (default: the results' name and .outbox)")
      ->group("Destination");
  add("--org", &options.org,
      "Organisation that a feed is by (default mispsift)")
      ->group("Destination");

  add("--select", &select_,
      "all (default), matched or unmatched analyses; min-score: those of "
      "--min-malscore")
      ->check(CLI::IsMember({"all", "matched", "unmatched", "min-score"}))
      ->group("What is submitted");
  add("--min-malscore", &min_score_, "Only analyses with such a score")
      ->check(Finite())
      ->group("What is submitted");
  add("--known", &known_,
      "Samples that MISP knows: submit, skip, extend (an event that extends "
      "the known one) or sight (default: no event, sightings alone)")
      ->check(CLI::IsMember({"submit", "skip", "extend", "sight"}))
      ->group("What is submitted");
  add("--sightings", &sightings_,
      "Attributes that matched are sighted: of every analysis (matched, "
      "default), of known samples (known), or none")
      ->check(CLI::IsMember({"none", "known", "matched"}))
      ->group("What is submitted");
  add("--min-confidence", &options.min_confidence,
      "Of matches that are sighted (default 50)")
      ->check(CLI::Range(0, 100))
      ->group("What is submitted");
  add("--sighting-source", &options.sighting_source,
      "Default: Cuckoo Sandbox or CAPE Sandbox")
      ->group("What is submitted");
  add("--group-by", &group_by_,
      "One event a report (default), or a batch of many in one")
      ->check(CLI::IsMember({"report", "batch"}))
      ->group("What is submitted");
  add("--batch-attributes", &batch_attributes_,
      "Attributes of a batch (default 1000)")
      ->check(CLI::Range(uint64_t{1}, uint64_t{100'000}))
      ->group("What is submitted");
  add("--max-events", &options.max_events,
      "The rest stay planned (default 1000)")
      // CLI11 takes -1 for the largest number.
      ->check(CLI::Range(uint64_t{0}, uint64_t{1} << 62, "from 0"))
      ->group("What is submitted");
  add_list("--mode", &modes_,
           "What of a report: maldoc, ipaddr, hashes, url, config (these are "
           "the default), dropped, registry, registry_read, mutexes, network, "
           "signatures, ids_files; may be repeated")
      ->group("What is submitted");
  add_list("--ioc-blacklist", &blacklist_,
           "Values, networks, .domains and /regexes/ that are never "
           "submitted, comma separated; may be repeated")
      ->group("What is submitted");
  add_list("--safelist", &safelists_,
           "File of such entries, one a line; may be repeated")
      ->group("What is submitted");
  submit
      ->add_flag("--submit-informed", draft.submit_informed,
                 "Also values on warninglists that only inform")
      ->group("What is submitted");
  submit
      ->add_flag_function(
          "--upload-sample,!--no-upload-sample",
          [this](int64_t count) { upload_sample_ = count > 0; },
          "The binary too, zipped, where it lies beside the report")
      ->group("What is submitted");
  add("--max-sample-bytes", &options.max_sample_bytes,
      "Of a binary (default 32 MiB)")
      ->check(CLI::Range(uint64_t{1}, uint64_t{1} << 30))
      ->group("What is submitted");
  add_named("--left-out", &options.left_out_file,
            "File for what is left out, and why: a JSON line each")
      ->group("What is submitted");

  add_list("--tag", &tags_, "Tag of every event; may be repeated")
      ->group("Events");
  add("--distribution", &distribution_,
      "0 your organisation (default) to 3 all, 4 a sharing group")
      ->check(CLI::Range(0, 4))
      ->group("Events");
  add("--sharing-group", &sharing_group_, "Its number, with --distribution 4")
      ->check(CLI::Range(1, 1 << 30))
      ->group("Events");
  add("--threat-level-id", &threat_level_id_, "1 high to 4 undefined (default)")
      ->check(CLI::Range(1, 4))
      ->group("Events");
  add("--analysis", &analysis_, "0 initial (default), 1 ongoing, 2 completed")
      ->check(CLI::Range(0, 2))
      ->group("Events");
  add("--title", &title_,
      "An event's info; {task_id}, {name}, {sha256}, {families} ... stand for "
      "what the report says")
      ->group("Events");
  submit
      ->add_flag("--objects", draft.objects,
                 "MISP objects in place of attributes, where there is one")
      ->group("Events");

  add_named("--key-file", &key_file_,
            "File with the key (else MISP_KEY, MISP_KEY_FILE)")
      ->group("Server");
  add("--rate", &options.items_per_second,
      "Attributes and sightings a second at most (default: no bound)")
      ->check(Finite() & CLI::Range(0.001, 1e9))
      ->group("Server");
  server_.AddTo(submit);
}

bool SubmitFlags::HasDestination(const CuckooConf& conf) const {
  const SubmitOptions& options = typed_.options;
  return !options.server.empty() || !options.feed_out.empty() ||
         options.dry_run || !Environment("MISP_URL").empty() ||
         !conf.reporting.url.empty() || !conf.processing.url.empty();
}

absl::Status SubmitFlags::Resolve(const CuckooConf& conf,
                                  SubmitCommand* command) const {
  *command = typed_;
  SubmitOptions& options = command->options;
  if (command->status) {
    if (options.ledger.empty()) options.ledger = DefaultLedger(options.results);
    return absl::OkStatus();
  }
  MISPSIFT_RETURN_IF_ERROR(ResolvePolicies(conf, &options));
  MISPSIFT_RETURN_IF_ERROR(ResolveDraft(conf, &options.draft));
  return ResolveDestination(conf, &options);
}

absl::Status SubmitFlags::ResolvePolicies(const CuckooConf& conf,
                                          SubmitOptions* options) const {
  options->select = select_ == "matched"     ? SubmitSelection::kMatched
                    : select_ == "unmatched" ? SubmitSelection::kUnmatched
                                             : SubmitSelection::kAll;
  options->min_score =
      min_score_.has_value() ? min_score_ : conf.reporting.min_malscore;
  // Cuckoo's own default: below it there is no score.
  if (!min_score_.has_value() && options->min_score <= 0.0) {
    options->min_score.reset();
  }
  if (select_ == "min-score" && !options->min_score.has_value()) {
    return absl::InvalidArgumentError(
        "--select min-score needs --min-malscore");
  }
  options->known = kKnownPolicies.at(known_);
  options->sightings = kSightingPolicies.at(sightings_);
  options->upload_sample =
      upload_sample_.value_or(conf.reporting.upload_sample.value_or(false));
  if (group_by_ == "batch") {
    options->batch_attributes = batch_attributes_.value_or(1000);
  } else if (batch_attributes_.has_value()) {
    return absl::InvalidArgumentError(
        "--batch-attributes needs --group-by batch");
  }
  if (group_by_ == "batch" && options->known == KnownPolicy::kExtend) {
    return absl::InvalidArgumentError(
        "--known extend needs --group-by report: an event extends one other");
  }
  if (options->known == KnownPolicy::kSight &&
      options->sightings == SightingPolicy::kNone) {
    return absl::InvalidArgumentError(
        "--known sight with --sightings none would leave known samples out: "
        "say --known skip");
  }
  return absl::OkStatus();
}

absl::Status SubmitFlags::ResolveDraft(const CuckooConf& conf,
                                       DraftSettings* draft) const {
  const CuckooReporting& reporting = conf.reporting;
  const auto resolve = [](std::optional<int> typed,
                          std::optional<int> configured, int* setting) {
    *setting = typed.value_or(configured.value_or(*setting));
  };
  resolve(distribution_, reporting.distribution, &draft->distribution);
  resolve(threat_level_id_, reporting.threat_level_id, &draft->threat_level_id);
  resolve(analysis_, reporting.analysis, &draft->analysis);
  // A group that is configured means nothing where another distribution is
  // typed.
  resolve(sharing_group_,
          draft->distribution == 4 ? reporting.sharing_group : std::nullopt,
          &draft->sharing_group_id);
  if ((draft->distribution == 4) != (draft->sharing_group_id != 0)) {
    return absl::InvalidArgumentError(
        "distribution 4 and a sharing group go together");
  }
  if (title_.has_value()) {
    MISPSIFT_RETURN_IF_ERROR(CheckTitle(*title_));
    draft->title = *title_;
  } else if (!reporting.title.empty()) {
    // Cuckoo's has no placeholders.
    draft->title =
        absl::StrReplaceAll(reporting.title, {{"{", "{{"}, {"}", "}}"}});
  }
  draft->tags = tags_.empty() ? reporting.tags : tags_;
  // An empty one stands for none, whatever is configured.
  std::erase(draft->tags, "");
  MISPSIFT_RETURN_IF_ERROR(ResolveModes(reporting, &draft->modes));
  return ResolveLists(conf, draft);
}

absl::Status SubmitFlags::ResolveModes(const CuckooReporting& conf,
                                       uint32_t* modes) const {
  std::string names;
  if (!modes_.empty()) {
    for (const std::string& mode : modes_) names += mode + ' ';
    return ParseSubmitModes(names, modes);
  }
  const bool has_switches = conf.upload_iocs || conf.network ||
                            conf.ids_files || conf.dropped || conf.registry ||
                            conf.mutexes;
  if (!conf.mode.has_value() && !has_switches) return absl::OkStatus();
  // What a malware's configuration names Cuckoo always submits; the hashes of
  // the sample those that have switches in place of modes.
  names = "config ";
  for (const std::string& mode :
       conf.mode.value_or(std::vector<std::string>{"hashes"})) {
    names += mode + ' ';
  }
  const auto add = [&names](std::optional<bool> is_on, const char* more) {
    if (is_on.value_or(false)) names += more;
  };
  add(conf.network, "url ipaddr network ");
  add(conf.ids_files, "ids_files ");
  add(conf.dropped, "dropped ");
  add(conf.registry, "registry registry_read ");
  add(conf.mutexes, "mutexes ");
  return ParseSubmitModes(names, modes);
}

absl::Status SubmitFlags::ResolveLists(const CuckooConf& conf,
                                       DraftSettings* draft) const {
  MISPSIFT_RETURN_IF_ERROR(
      blacklist_.empty()
          ? ReadValueList("reporting.conf, ioc_blacklist:",
                          SplitLists(conf.reporting.ioc_blacklist),
                          &draft->ioc_blacklist)
          : ReadValueList("--ioc-blacklist", SplitLists(blacklist_),
                          &draft->ioc_blacklist));
  if (safelists_.empty()) return ReadCuckooSafelists(conf, &draft->safelist);
  MISPSIFT_ASSIGN_OR_RETURN(const std::vector<std::string> safe,
                            ReadSafelists(safelists_));
  return ReadValueList("--safelist", safe, &draft->safelist);
}

absl::Status SubmitFlags::ResolveDestination(const CuckooConf& conf,
                                             SubmitOptions* options) const {
  // Cuckoo's key goes to the url that stands beside it, and nowhere else.
  std::string apikey;
  const bool typed = !options->server.empty() || !options->feed_out.empty() ||
                     options->dry_run;
  const std::string environment = Environment("MISP_URL");
  if (!typed && !environment.empty()) {
    options->server = environment;
  } else if (!typed && !conf.reporting.url.empty()) {
    options->server = conf.reporting.url;
    apikey = conf.reporting.apikey;
  } else if (!typed && !conf.processing.url.empty()) {
    options->server = conf.processing.url;
    apikey = conf.processing.apikey;
  } else if (!typed) {
    return absl::InvalidArgumentError(
        "no destination: give --misp, --feed-out, --dry-run, MISP_URL or a "
        "--cuckoo-conf that holds a url");
  }
  if (!options->server.empty() && !options->feed_out.empty()) {
    return absl::InvalidArgumentError(
        "--misp and --feed-out: one destination at a time");
  }
  if (options->server.empty() || options->dry_run) return absl::OkStatus();
  MISPSIFT_ASSIGN_OR_RETURN(options->key, key_file_.empty()
                                              ? KeyFromEnvironmentOr(apikey)
                                              : ReadKeyFile(key_file_));
  options->retry_delay = server_.retry_delay();
  options->max_failures = server_.max_failures();
  return server_.Resolve(&options->connection);
}

}  // namespace mispsift
