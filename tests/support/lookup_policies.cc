#include "tests/support/lookup_policies.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "mispsift/base/digest.h"

namespace mispsift {
namespace {

using Json = nlohmann::json;
using corpus::LabelledAttribute;
using corpus::LabelledSet;

// The value at the end of these keys, or null.
const Json& At(const Json& node, std::initializer_list<const char*> keys) {
  static const Json kNull;
  const Json* at = &node;
  for (const char* key : keys) {
    if (!at->is_object() || !at->contains(key)) return kNull;
    at = &(*at)[key];
  }
  return *at;
}

// A set, as the modules have it.
class Values {
 public:
  void Add(const Json& value) {
    if (!value.is_string()) return;
    const std::string text = value;
    if (!text.empty() && std::ranges::find(all_, text) == all_.end()) {
      all_.push_back(text);
    }
  }

  // Python orders a set by hash: any order, but the same in each run of ours.
  std::vector<std::string> First(size_t n) && {
    std::ranges::sort(all_, {}, [](const std::string& v) { return Md5Hex(v); });
    all_.resize(std::min(n, all_.size()));
    return std::move(all_);
  }

 private:
  std::vector<std::string> all_;
};

std::vector<std::string> ValuesOf(std::string_view text, bool every_dropped,
                                  size_t max_values) {
  const Json report = Json::parse(text);
  Values values;
  values.Add(At(report, {"target", "file", "md5"}));
  values.Add(At(report, {"target", "md5"}));
  for (const Json& file : At(report, {"dropped"})) {
    const Json& type = At(file, {"type"});
    if (every_dropped ||
        (type.is_string() && absl::StartsWith(std::string(type), "PE32"))) {
      values.Add(At(file, {"md5"}));
    }
  }
  for (const char* hosts : {"hosts", "host"}) {
    for (const Json& host : At(report, {"network", hosts})) {
      values.Add(host);
      values.Add(At(host, {"ip"}));
    }
  }
  for (const char* domains : {"domains", "domain"}) {
    for (const Json& domain : At(report, {"network", domains})) {
      values.Add(domain);
      values.Add(At(domain, {"ip"}));
      values.Add(At(domain, {"domain"}));
    }
  }
  return std::move(values).First(max_values);
}

bool IsComposite(const LabelledAttribute& attribute) {
  return absl::StrContains(attribute.type, '|') ||
         attribute.type == "malware-sample";
}

bool Finds(MispSearch search, const LabelledAttribute& attribute,
           const std::string& value) {
  if (search == MispSearch::kSubstring) {
    return absl::StrContains(absl::AsciiStrToLower(attribute.value),
                             absl::AsciiStrToLower(value)) ||
           absl::StrContains(absl::AsciiStrToLower(attribute.comment),
                             absl::AsciiStrToLower(value));
  }
  const std::string_view all = attribute.value;
  const size_t bar =
      IsComposite(attribute) ? all.find('|') : std::string_view::npos;
  return IsLike(all.substr(0, bar), value) ||
         (bar != std::string_view::npos &&
          IsLike(all.substr(bar + 1), value)) ||
         IsLike(attribute.comment, value);
}

}  // namespace

bool IsLike(std::string_view text, std::string_view pattern) {
  // What is left of both behind the last '%', to go back to.
  std::string_view rest;
  std::string_view retry;
  bool has_retry = false;
  while (!text.empty()) {
    if (!pattern.empty() && pattern[0] == '%') {
      pattern.remove_prefix(1);
      rest = text;
      retry = pattern;
      has_retry = true;
    } else if (!pattern.empty() &&
               (pattern[0] == '_' || absl::ascii_tolower(pattern[0]) ==
                                         absl::ascii_tolower(text[0]))) {
      pattern.remove_prefix(1);
      text.remove_prefix(1);
    } else if (has_retry) {
      rest.remove_prefix(1);
      text = rest;
      pattern = retry;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('%') == std::string_view::npos;
}

std::vector<LookupHit> CuckooLookup(const LabelledSet& set,
                                    std::string_view report, MispSearch search,
                                    const LookupOptions& options) {
  std::vector<LookupHit> hits;
  for (const std::string& value : ValuesOf(report, false, options.max_values)) {
    for (size_t i = 0; i < set.attributes.size(); ++i) {
      const LabelledAttribute& attribute = set.attributes[i];
      if (!attribute.deleted && Finds(search, attribute, value)) {
        hits.push_back({value, attribute.event, i});
      }
    }
    for (size_t i = 0; i < set.events.size(); ++i) {
      if (search == MispSearch::kWholeField &&
          IsLike(set.events[i].info, value)) {
        hits.push_back({value, i, std::nullopt});
      }
    }
  }
  return hits;
}

std::vector<LookupHit> SeedLookup(const LabelledSet& set,
                                  std::string_view report,
                                  const std::vector<std::string>& blacklist,
                                  const LookupOptions& options) {
  std::vector<LookupHit> hits;
  for (const std::string& value : ValuesOf(report, true, options.max_values)) {
    if (std::ranges::find(blacklist, value) != blacklist.end()) continue;
    for (size_t i = 0; i < set.attributes.size(); ++i) {
      const LabelledAttribute& attribute = set.attributes[i];
      if (!attribute.deleted && attribute.to_ids && attribute.value == value) {
        hits.push_back({value, attribute.event, i});
      }
    }
  }
  return hits;
}

}  // namespace mispsift
