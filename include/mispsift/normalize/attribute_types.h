#ifndef MISPSIFT_NORMALIZE_ATTRIBUTE_TYPES_H_
#define MISPSIFT_NORMALIZE_ATTRIBUTE_TYPES_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "mispsift/model/indicator.h"

namespace mispsift {

// How MISP changes and checks a value of a type when it saves it; one row of
// the table in misp_rules.cc each. Of a filename|hash, the rule is the hash's.
enum class MispRule : uint8_t;

// One row of MISP's table of attribute types (2.5.x, 194 types) with what
// mispsift makes of it. The table is constant and sorted by name.
struct AttributeType {
  std::string_view name;
  std::string_view default_category;
  bool default_to_ids;
  bool composite;
  bool refang;
  MispRule rule;
  // The kinds that the value, or each half of a composite, feeds; kCount for
  // none. A filename half feeds kFilename or kFilepath by what it holds.
  IndicatorKind first;
  IndicatorKind second;
};

std::span<const AttributeType> AttributeTypes();

// nullptr for a type that MISP does not have.
const AttributeType* FindAttributeType(std::string_view name);

// Whether a value of the type stands for all names below it: a domain does, a
// hostname does not.
bool CoversSubdomains(const AttributeType& type);

}  // namespace mispsift

#endif  // MISPSIFT_NORMALIZE_ATTRIBUTE_TYPES_H_
