#ifndef MISPSIFT_PIPELINE_CUCKOO_CONF_H_
#define MISPSIFT_PIPELINE_CUCKOO_CONF_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace mispsift {

// What the conf files of Cuckoo 2, of the modules that patch it, of
// cuckoo-modified and of CAPE say of MISP, under their names. What they do not
// say is empty; so is a url or apikey that says "none".

// [misp] of processing.conf: how reports are looked up.
struct CuckooProcessing {
  std::optional<bool> enabled;
  std::string url;
  std::string apikey;
  std::optional<uint64_t> maxioc;  // from 1
  std::optional<bool> only_ids;
  // Comma separated lists, as --ioc-blacklist takes them.
  std::vector<std::string> ioc_blacklist;

  friend bool operator==(const CuckooProcessing&,
                         const CuckooProcessing&) = default;
};

// [misp] of reporting.conf: how events are made.
struct CuckooReporting {
  std::optional<bool> enabled;
  std::string url;
  std::string apikey;
  // Of maldoc, ipaddr, hashes, url; not one of them is something else than
  // nothing said.
  std::optional<std::vector<std::string>> mode;
  std::vector<std::string> tags;
  std::optional<int> distribution;     // 0 to 4
  std::optional<int> sharing_group;    // from 1, with distribution 4
  std::optional<int> threat_level_id;  // 1 to 4
  std::optional<int> analysis;         // 0 to 2
  std::optional<double> min_malscore;
  std::optional<bool> upload_sample;
  std::string title;
  std::vector<std::string> ioc_blacklist;  // as above
  // Of cuckoo-modified and CAPE.
  std::optional<bool> upload_iocs;
  std::optional<bool> network;
  std::optional<bool> ids_files;
  std::optional<bool> dropped;
  std::optional<bool> registry;
  std::optional<bool> mutexes;
  std::optional<bool> published;  // a warning where it says yes

  friend bool operator==(const CuckooReporting&,
                         const CuckooReporting&) = default;
};

// The files of $CWD/safelist, a value a line; empty for one that is not there.
struct CuckooSafelists {
  std::string domains;
  std::string ips;
  std::string urls;
  std::string hashes;

  friend bool operator==(const CuckooSafelists&,
                         const CuckooSafelists&) = default;
};

struct CuckooConf {
  CuckooProcessing processing;
  CuckooReporting reporting;
  CuckooSafelists safelists;
  // [whitelist] of misp.conf: comma separated lists.
  std::vector<std::string> whitelist;
  // For a person, with file and line: what is not known here, or plays no part.
  // No url and no key is ever repeated.
  std::vector<std::string> warnings;

  friend bool operator==(const CuckooConf&, const CuckooConf&) = default;
};

// Reads processing.conf, reporting.conf and misp.conf, those that are there, of
// folder `dir` or of its conf/, and finds the safelist/ of the same $CWD.
//
// Numbers, switches and lists end at a " #", too; only a title and tags may
// hold one. Quotes around a value are no part of it. Where a key stands twice,
// the last one counts.
//
// Errors: kNotFound when neither of the first two is there; kInvalidArgument
// with file and line for a value that is none, which is never repeated where it
// may be a secret; the disk's.
absl::StatusOr<CuckooConf> ReadCuckooConf(const std::string& dir);

// The same of the text of each file, which messages call `file`.
absl::Status ReadProcessingConf(std::string_view text, const std::string& file,
                                CuckooConf* conf);
absl::Status ReadReportingConf(std::string_view text, const std::string& file,
                               CuckooConf* conf);
absl::Status ReadMispConf(std::string_view text, const std::string& file,
                          CuckooConf* conf);

}  // namespace mispsift

#endif  // MISPSIFT_PIPELINE_CUCKOO_CONF_H_
