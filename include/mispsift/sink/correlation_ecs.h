#ifndef MISPSIFT_SINK_CORRELATION_ECS_H_
#define MISPSIFT_SINK_CORRELATION_ECS_H_

#include <string>

#include "mispsift/match/index.h"
#include "mispsift/model/match.h"

namespace mispsift {

// correlations.ecs.ndjson: the correlations in the Elastic Common Schema, a
// document a line for each line of correlations.jsonl, in its order.
//
//   @timestamp   when the analysis began. Where the report does not tell, when
//                the snapshot was made, and there is no event.start: the same
//                scan gives the same bytes, so never the time of the scan
//   event        kind "enrichment", category ["threat"], type ["indicator"];
//                id is a UUIDv5 of report, observable and attribute, to be the
//                document's _id; risk_score is the confidence, 0 to 100
//   threat.enrichments  one: the attribute as `indicator`, its value in the
//                field that ECS has for its kind; `matched` tells which field
//                of this document holds the value that matched, and by which
//                rule
//   file         the target: name, hashes
//   related      hosts, ip, hash: of the target, and what was observed
//   url, user_agent, tls.client.ja3   what was observed, where it is such
//   labels       what ECS has no field for
//   tags         those of the attribute, then those of the event
//
// An indicator of a kind that STIX does not know (user agents, named pipes,
// ja3) has no type. Nothing is null or empty: what is not known is left out.
// Source: ECS 8.11.
//
// A pure function of result and index. Threads: any.
void AppendCorrelationEcs(const ReportResult& result, const Index& index,
                          std::string* out);

}  // namespace mispsift

#endif  // MISPSIFT_SINK_CORRELATION_ECS_H_
