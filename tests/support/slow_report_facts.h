#ifndef MISPSIFT_TESTS_SUPPORT_SLOW_REPORT_FACTS_H_
#define MISPSIFT_TESTS_SUPPORT_SLOW_REPORT_FACTS_H_

#include <string>

#include "mispsift/model/report.h"
#include "tests/support/slow_report_reader.h"

namespace mispsift {

// What the readers must say of files, signatures and behaviour, and whom the
// report has talked to: a plain walk over the tree, by the same table of
// places, that keeps everything and sorts it afterwards. Knows no bounds, and
// leaves the rest of the facts empty.
ReportFacts SlowReadFacts(const JsonNode& root);

// The member in which a reader's facts are not the slow ones; empty when they
// agree in all that these have.
std::string FactsDifference(const ReportFacts& facts, const ReportFacts& slow);

// What of it says which analysis the report is of.
inline ReportFacts IdentityIn(const ReportFacts& facts) {
  ReportFacts identity;
  identity.dialect = facts.dialect;
  identity.task_id = facts.task_id;
  identity.started = facts.started;
  identity.score = facts.score;
  identity.target = facts.target;
  return identity;
}

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_SUPPORT_SLOW_REPORT_FACTS_H_
