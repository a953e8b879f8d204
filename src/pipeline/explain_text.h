#ifndef MISPSIFT_SRC_PIPELINE_EXPLAIN_TEXT_H_
#define MISPSIFT_SRC_PIPELINE_EXPLAIN_TEXT_H_

#include <string>

#include "mispsift/match/index.h"
#include "mispsift/model/match.h"
#include "mispsift/pipeline/explain.h"
#include "src/pipeline/observable_collector.h"

namespace mispsift {

// What explain says of a report to a person (pipeline/explain.h). Depends on
// no time.
std::string ExplainText(const ExplainOptions& options,
                        const ReportResult& report,
                        const JudgedObservables& observables,
                        const Index& index);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_PIPELINE_EXPLAIN_TEXT_H_
