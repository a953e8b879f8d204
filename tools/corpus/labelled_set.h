#ifndef MISPSIFT_TOOLS_CORPUS_LABELLED_SET_H_
#define MISPSIFT_TOOLS_CORPUS_LABELLED_SET_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mispsift/model/indicator.h"

namespace mispsift::corpus {

// A set of attributes and reports of which everything is known: which report
// shows which attribute, by which rule it is to match and how surely, and what
// in the reports nearly matches. It is there to measure a matcher, and so holds
// every spelling of every kind in every place and dialect that can show it
// (labelled_forms.h), in reports that are otherwise of the ordinary sort, among
// them the hosts and addresses that every Windows asks for.

struct LabelledEvent {
  std::string uuid;
  std::string info;
};

struct LabelledAttribute {
  size_t event = 0;  // into LabelledSet::events
  std::string uuid;
  std::string type;
  std::string value;
  std::string comment;
  bool to_ids = true;
  bool deleted = false;
  bool disable_correlation = false;
};

// Something that stands in one place of one report.
struct Label {
  std::string report;        // name of the file
  size_t attribute = 0;      // into LabelledSet::attributes
  std::string_view kind;     // of the attribute's indicator
  std::string_view rule;     // by which it matches, or nearly does
  std::string_view what;     // in a few words
  std::string_view dialect;  // who wrote the report
  std::string_view where;
  std::string text;
  std::string path;
  std::vector<std::string_view> also;  // rules that are as good
  // Bounds of the confidence, where it matches.
  int least_sure = 0;
  int most_sure = 100;
};

struct LabelledSet {
  std::vector<LabelledEvent> events;
  std::vector<LabelledAttribute> attributes;
  std::vector<std::string> reports;  // names of the files
  std::vector<Label> matches;        // a report and an attribute come once
  std::vector<Label> near_misses;    // likewise
};

// A match of which the place does not say the kind must stay below this.
inline constexpr int kSure = 50;

// Writes FOLDER/events/<uuid>.json and FOLDER/reports/<name>, and replaces
// `*set`. Each spelling comes `copies` times in each place that can show it.
// The same arguments give the same bytes on every machine. False, with a
// message on stderr, when a file can't be written.
bool WriteLabelledSet(uint64_t seed, uint32_t copies, const std::string& folder,
                      LabelledSet* set);

}  // namespace mispsift::corpus

#endif  // MISPSIFT_TOOLS_CORPUS_LABELLED_SET_H_
