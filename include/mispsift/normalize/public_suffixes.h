#ifndef MISPSIFT_NORMALIZE_PUBLIC_SUFFIXES_H_
#define MISPSIFT_NORMALIZE_PUBLIC_SUFFIXES_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace mispsift {

// Where names are registered: "com", "co.uk", "github.io". What stands there
// belongs to many, so no domain attribute of that name stands for what is below
// it. A top-level domain that the list does not know is such a suffix.
//
// Source: the Public Suffix List, its private part included.
// Threads: any.
class PublicSuffixes {
 public:
  // The list that libpsl was built with, the same in each run of a build.
  static const PublicSuffixes& BuiltIn();

  // A newer list, in the format of publicsuffix.org.
  // Errors: kNotFound, or kInvalidArgument for what is no such list.
  static absl::StatusOr<std::shared_ptr<const PublicSuffixes>> Load(
      const std::string& path);

  // Digest of the file; empty for the list that is built in.
  const std::string& id() const;

  // The shortest name above canonical `host`, or itself, that someone can have
  // registered: "evil.co.uk" for "a.b.evil.co.uk". A view into `host`; empty
  // when it is a public suffix.
  std::string_view RegistrableDomain(const std::string& host) const;

 private:
  struct List;
  explicit PublicSuffixes(std::shared_ptr<const List> list);

  std::shared_ptr<const List> list_;
};

}  // namespace mispsift

#endif  // MISPSIFT_NORMALIZE_PUBLIC_SUFFIXES_H_
