#ifndef MISPSIFT_TOOLS_CORPUS_DIALECTS_H_
#define MISPSIFT_TOOLS_CORPUS_DIALECTS_H_

#include "tools/corpus/report.h"

namespace mispsift::corpus {

// Each writes all members of the report's object, which is open: which
// sections, in which order. One file a sandbox, <sandbox>_report.cc.
void WriteCuckoo1(Report* report);
void WriteCuckoo2(Report* report);
void WriteCape(Report* report);
void WriteCuckoo3Pre(Report* report);
void WriteCuckoo3Post(Report* report);
void WriteDroid(Report* report);

// CAPE descends from Cuckoo 1 and has these sections of it, with additions.
void Cuckoo1Info(Report* report);
void Cuckoo1Behavior(Report* report);
void Cuckoo1Signatures(Report* report);

// CuckooDroid's is Cuckoo 2's.
void Cuckoo2Info(Report* report);

}  // namespace mispsift::corpus

#endif  // MISPSIFT_TOOLS_CORPUS_DIALECTS_H_
