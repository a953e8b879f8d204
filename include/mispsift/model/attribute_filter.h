#ifndef MISPSIFT_MODEL_ATTRIBUTE_FILTER_H_
#define MISPSIFT_MODEL_ATTRIBUTE_FILTER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mispsift {

// What a fetch leaves out on purpose. It stays with the snapshot, which says
// so: a value that is not there may be one that nobody asked for.
struct AttributeFilter {
  std::vector<std::string> types;  // of MISP's; none: all
  // Names of tags, exactly: one of the attribute's or of its event's. None: all
  std::vector<std::string> tags;
  std::vector<std::string> orgs;  // creator organisations by name. None: all
  std::vector<int32_t> threat_levels;  // 1 high .. 4 undefined. None: all
  std::optional<bool> published;
  // Events that were changed at or after this; as typed, and in seconds since
  // 1970 at the time of the fetch. Empty and 0: all.
  std::string since;
  int64_t since_seconds = 0;

  bool empty() const;
  // Whether what is so named, or so described, is taken.
  bool AdmitsType(std::string_view type) const;
  bool AdmitsTag(std::string_view tag) const;
  bool AdmitsEvent(std::string_view org, int32_t threat_level_id,
                   bool is_published, int64_t timestamp) const;

  // The same filter as it was typed; since_seconds is left out of it.
  friend bool operator==(const AttributeFilter& a, const AttributeFilter& b);
};

// "types md5,sha1; published yes", or "none".
std::string Describe(const AttributeFilter& filter);

}  // namespace mispsift

#endif  // MISPSIFT_MODEL_ATTRIBUTE_FILTER_H_
