#ifndef MISPSIFT_TESTS_SUPPORT_EVENT_TABLES_H_
#define MISPSIFT_TESTS_SUPPORT_EVENT_TABLES_H_

#include <map>
#include <set>
#include <string>

namespace mispsift {

// Of the types that drafts have, the categories that MISP lets them be in: all
// that drafts use.
const std::map<std::string, std::set<std::string>>& MispCategories();

// Of a template of misp-objects: what an object needs, and the relations that
// drafts have.
struct MispTemplate {
  std::string uuid;
  int version;
  std::string meta_category;
  std::set<std::string> all;
  std::set<std::string> one_of;
  std::map<std::string, std::string> types;  // of its relations
  std::set<std::string> multiple;
};

const std::map<std::string, MispTemplate>& MispTemplates();

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_EVENT_TABLES_H_
