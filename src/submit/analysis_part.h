#ifndef MISPSIFT_SRC_SUBMIT_ANALYSIS_PART_H_
#define MISPSIFT_SRC_SUBMIT_ANALYSIS_PART_H_

#include <string>

#include "mispsift/submit/event_drafts.h"
#include "src/submit/draft_values.h"
#include "src/submit/event_assembler.h"

namespace mispsift {

struct PartForm {
  bool sample_is_object = false;  // settings.objects or not
  std::string origin;             // ends every comment; empty for none
};

// What an analysis brings to an event, by the modes of the settings in the
// order of their attributes; `sample` is null for none.
DraftPart PartOf(const ReportFields& fields, const DraftSettings& settings,
                 const ValueLists& lists, const PartForm& form,
                 const SampleFile* sample);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_SUBMIT_ANALYSIS_PART_H_
