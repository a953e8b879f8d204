#ifndef MISPSIFT_SRC_SUBMIT_OBJECT_TEMPLATES_H_
#define MISPSIFT_SRC_SUBMIT_OBJECT_TEMPLATES_H_

#include <span>
#include <string_view>

#include "mispsift/model/event_draft.h"

namespace mispsift {

// An attribute that a template has room for.
struct TemplateRelation {
  std::string_view name;
  std::string_view type;
  std::string_view category;
  bool to_ids = false;
  bool correlates = false;
  bool multiple = false;  // may stand more than once in an object
};

// A template of MISP's objects: of its relations, those that are drafted.
struct ObjectTemplate {
  std::string_view name;
  std::string_view uuid;
  int version;
  std::string_view meta_category;
  std::string_view description;
  std::span<const TemplateRelation> relations;
  std::span<const std::string_view> required;  // all of them
  std::span<const std::string_view> required_one_of;
};

inline constexpr std::string_view kFileObject = "file";
inline constexpr std::string_view kDomainIpObject = "domain-ip";
inline constexpr std::string_view kUrlObject = "url";
inline constexpr std::string_view kSandboxReportObject = "sandbox-report";
inline constexpr std::string_view kSignatureObject = "sb-signature";

std::span<const ObjectTemplate> ObjectTemplates();

// Both must be there: the names above, and a relation of its table.
const ObjectTemplate& TemplateNamed(std::string_view name);
const TemplateRelation& RelationNamed(const ObjectTemplate& of,
                                      std::string_view name);

// Whether the object has all that its template requires. MISP does not ask when
// it takes an event.
bool FulfilsTemplate(const DraftObject& object);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_SUBMIT_OBJECT_TEMPLATES_H_
