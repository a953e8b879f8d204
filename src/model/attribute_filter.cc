#include "mispsift/model/attribute_filter.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace mispsift {
namespace {

// An empty list asks for nothing.
template <typename T, typename U>
bool Admits(const std::vector<T>& wanted, const U& value) {
  return wanted.empty() ||
         std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

}  // namespace

bool AttributeFilter::empty() const { return *this == AttributeFilter(); }

bool AttributeFilter::AdmitsType(std::string_view type) const {
  return Admits(types, type);
}

bool AttributeFilter::AdmitsTag(std::string_view tag) const {
  return Admits(tags, tag);
}

bool AttributeFilter::AdmitsEvent(std::string_view org, int32_t threat_level_id,
                                  bool is_published, int64_t timestamp) const {
  return Admits(orgs, org) && Admits(threat_levels, threat_level_id) &&
         (!published.has_value() || *published == is_published) &&
         timestamp >= since_seconds;
}

bool operator==(const AttributeFilter& a, const AttributeFilter& b) {
  return a.types == b.types && a.tags == b.tags && a.orgs == b.orgs &&
         a.threat_levels == b.threat_levels && a.published == b.published &&
         a.since == b.since;
}

std::string Describe(const AttributeFilter& filter) {
  std::string text;
  const auto add = [&text](const std::string& part) {
    if (!text.empty()) text += "; ";
    text += part;
  };
  if (!filter.types.empty()) {
    add(fmt::format("types {}", fmt::join(filter.types, ", ")));
  }
  if (!filter.tags.empty()) {
    add(fmt::format("tags {}", fmt::join(filter.tags, ", ")));
  }
  if (!filter.orgs.empty()) {
    add(fmt::format("orgs {}", fmt::join(filter.orgs, ", ")));
  }
  if (!filter.threat_levels.empty()) {
    add(fmt::format("threat levels {}", fmt::join(filter.threat_levels, ", ")));
  }
  if (filter.published.has_value()) {
    add(fmt::format("published {}", *filter.published ? "yes" : "no"));
  }
  if (!filter.since.empty()) add(fmt::format("since {}", filter.since));
  return text.empty() ? "none" : text;
}

}  // namespace mispsift
