#ifndef MISPSIFT_SUBMIT_FEED_FOLDER_H_
#define MISPSIFT_SUBMIT_FEED_FOLDER_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mispsift/model/event_draft.h"

namespace mispsift {

// A MISP feed as a folder, which a MISP server reads by path or by HTTP:
//
//   <uuid>.json     {"Event":{..., "Orgc":{"name","uuid"}, "Attribute":[...]}}
//   hashes.csv      md5 of a value "," event uuid; a composite's halves apart
//   manifest.json   {"<uuid>":{"Orgc","Tag","info","date","analysis",
//                    "threat_level_id","timestamp"}}, written last
//
// Source: PyMISP's feed generator, MISP's Feed.php.
// Threads: one. Errors: the disk's.
class FeedFolder {
 public:
  // Makes the folder, or empties one that holds a feed and nothing else; a
  // folder that holds anything else is kInvalidArgument. `org` is the name of
  // the organisation that the events are by.
  static absl::StatusOr<FeedFolder> Create(const std::string& path,
                                           const std::string& org);
  ~FeedFolder();
  FeedFolder(FeedFolder&&) noexcept;
  FeedFolder& operator=(FeedFolder&&) noexcept;

  absl::Status Add(const EventDraft& event);
  absl::Status Finish() &&;

 private:
  struct Impl;
  explicit FeedFolder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SUBMIT_FEED_FOLDER_H_
