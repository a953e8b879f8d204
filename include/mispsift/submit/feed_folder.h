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
// A feed that is there already is added to, and loads at any moment: until its
// manifest is replaced it is the old one. What the manifest does not name (left
// by a run that was killed) is no part of the feed and is written over.
//
// Source: PyMISP's feed generator, MISP's Feed.php.
// Threads: one. Errors: the disk's.
class FeedFolder {
 public:
  // Makes the folder, or takes one that holds a feed and nothing else; a folder
  // that holds anything else, or a manifest.json that is no JSON object, is
  // kInvalidArgument and left as it is. `org` is the name of the organisation
  // that new events are by.
  static absl::StatusOr<FeedFolder> Create(const std::string& path,
                                           const std::string& org);
  ~FeedFolder();
  FeedFolder(FeedFolder&&) noexcept;
  FeedFolder& operator=(FeedFolder&&) noexcept;

  // Whether the feed has the event, from before or from now.
  bool Holds(const Uuid& event) const;
  // False when the feed has the event; it then stays as it is there.
  absl::StatusOr<bool> Add(const EventDraft& event);
  // Makes what was added part of the feed. A feed to which nothing was added is
  // not touched.
  absl::Status Finish() &&;

 private:
  struct Impl;
  explicit FeedFolder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SUBMIT_FEED_FOLDER_H_
