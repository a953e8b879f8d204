#ifndef MISPSIFT_SRC_CUCKOO_OBSERVER_H_
#define MISPSIFT_SRC_CUCKOO_OBSERVER_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "mispsift/base/digest.h"
#include "mispsift/cuckoo/report_reader.h"
#include "mispsift/model/indicator.h"
#include "mispsift/model/json_path.h"
#include "mispsift/normalize/free_text.h"
#include "src/cuckoo/group.h"
#include "src/cuckoo/places.h"

namespace mispsift {

// The longest string, without blanks around it, that is observed whole.
inline constexpr size_t kMaxWholeString = 1024;

// Turns the strings of a report into observations: what the field says, then
// the tokens in it, then the string as a whole. A value that the field has
// given is not given again as a token at the same place.
//
// What a value brings with it: a url its host (or
// ip, or ip-port); a host that is an address with a port the ip-port; a path
// its last component, and a named pipe where it is one.
//
// Threads: one Observer per reader; it keeps its buffers.
class Observer {
 public:
  // `path` is where the reader stands; it is passed on to the sink.
  Observer(ScanDepth depth, const JsonPath* path)
      : depth_(depth), path_(path) {}

  void Start(ObservationSink* sink) {
    sink_ = sink;
    settled_.clear();
  }

  // A string at the current path.
  void Text(Field field, Where where, std::string_view text);
  // What is put together of a group's members; the path is the group's.
  void Together(const GroupMembers& members);

  // protocol://host+uri of an http group, as the report spells it; empty if a
  // part is missing or no such part. Valid until the next call.
  std::string_view UrlOf(const GroupMembers& members);

 private:
  struct Said {
    IndicatorKind kind;
    std::string value;
  };

  void Read(Field field, std::string_view text);
  void Observe(const Observation& observation) {
    is_settled_ = !sink_->Observe(observation, *path_) && is_settled_;
  }

  void StartPlace(Where where);
  void FieldValue(Field field, std::string_view text);
  void CutTokens(Field field, std::string_view text);
  // Of a part, see Observation.
  void Say(IndicatorKind kind, Reading reading, std::string_view value,
           bool is_part = false);
  bool IsSaid(IndicatorKind kind, std::string_view value) const;

  // Each reads `text` as one of a kind; nothing is said when it is none.
  bool SayPlain(IndicatorKind kind, Reading reading, std::string_view text,
                bool is_part = false);
  void SayHost(Reading reading, std::string_view text, bool is_part = false);
  void SayUrl(Reading reading, std::string_view text);
  void SayPath(IndicatorKind kind, Reading reading, std::string_view text);
  // One path, or those that CAPE has put into one string.
  void SayPaths(std::string_view text);
  void SayAddress(std::string_view address, std::string_view port,
                  bool is_part = false);

  ScanDepth depth_;
  const JsonPath* path_;
  ObservationSink* sink_ = nullptr;
  Where where_ = Where::kDebug;
  FreeTextCutter cutter_;
  // Strings of a field of which more would say nothing: most of a report come
  // many times.
  absl::flat_hash_set<Digest> settled_;
  bool is_settled_ = false;  // what is read, so far
  std::vector<Said> said_;   // the first said_count_ hold
  size_t said_count_ = 0;
  std::string canonical_;
  std::string url_;
  std::string joined_;
};

}  // namespace mispsift

#endif  // MISPSIFT_SRC_CUCKOO_OBSERVER_H_
