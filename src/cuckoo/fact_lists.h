#ifndef MISPSIFT_SRC_CUCKOO_FACT_LISTS_H_
#define MISPSIFT_SRC_CUCKOO_FACT_LISTS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "mispsift/base/digest.h"
#include "mispsift/model/report.h"
#include "src/cuckoo/places.h"

namespace mispsift {

// What is longer is no name, address or url of anything; every correlation
// repeats these.
inline constexpr size_t kMaxFactBytes = 4096;

// Fills the lists of ReportFacts, and what they and the target say of files,
// while a reader walks over a report. Each list in document order, each value
// once, and of no more than ReportFacts::kMaxOfAList.
class FactLists {
 public:
  void Start(ReportFacts* facts);

  // An object at `area`, under `key`, begins or ends: what is in its slots
  // belongs to one file, signature or malware configuration.
  void BeginObject(Area area, std::string_view key);
  void EndObject(Area area);

  // A string, or a number as written, in a slot of the report.
  void Text(Slot slot, std::string_view text);
  void Number(Slot slot, std::string_view number);

  void Domain(std::string_view domain, std::string_view ip);
  void DnsAnswer(std::string_view name, std::string_view ip);
  void RequestedUrl(std::string_view url);
  // "T1547.001", if `text` is such an id: of the signature that is open, or of
  // the one that an object of kTtps names.
  void AttackId(std::string_view text);

  // At the end of the report.
  void Finish();

  // Of what is in lists, about.
  size_t kept_bytes() const { return kept_bytes_; }

 private:
  // A technique that stands apart from the signature that shows it.
  struct NamedTtp {
    std::string signature;
    std::string attack_id;
  };
  // The object that is open; none of these stands in another.
  enum class Open : uint8_t { kNothing, kFile, kSignature, kTtps };

  void BeginConfig(std::string_view family);
  void EndConfig();
  void EndFile(std::vector<FileFacts>* files, uint64_t list);
  void EndSignature();
  void EndTtps();

  void ConfigText(Slot slot, std::string_view text);
  void SignatureText(Slot slot, std::string_view text);
  void FileText(Slot slot, std::string_view text);

  // True for the first time that `value` comes in list number `list`.
  bool IsNew(uint64_t list, std::string_view value);
  void AddNew(uint64_t list, std::string_view value,
              std::vector<std::string>* out) {
    AddNew(list, value, out, &facts_->left_out);
  }
  void AddNew(uint64_t list, std::string_view value,
              std::vector<std::string>* out, uint64_t* left_out);
  void AddPair(uint64_t list, std::string_view domain, std::string_view ip,
               std::vector<ContactedDomain>* out);
  // Whether one more goes into a list of `size`; else it is left out.
  bool HasRoom(size_t size);

  ReportFacts* facts_ = nullptr;
  Open open_ = Open::kNothing;
  FileFacts target_;
  FileFacts file_;
  SignatureFacts signature_;
  std::string ttps_of_;  // the signature that the open object names
  std::vector<std::string> ttps_;
  std::vector<NamedTtp> named_ttps_;
  // Urls that the open signature marks.
  std::vector<std::string> marked_urls_;
  uint64_t marked_urls_left_out_ = 0;
  // The last that began. Where one ends the next begins, or the report ends.
  MalwareConfig config_;
  bool has_config_ = false;
  std::vector<std::string> http_urls_;
  uint64_t http_urls_left_out_ = 0;
  absl::flat_hash_set<Digest> seen_;
  uint64_t next_list_ = 0;     // numbers of lists that objects have
  uint64_t object_lists_ = 0;  // the first of what is open
  uint64_t config_lists_ = 0;  // likewise, of the configuration
  size_t kept_bytes_ = 0;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_CUCKOO_FACT_LISTS_H_
