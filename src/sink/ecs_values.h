#ifndef MISPSIFT_SRC_SINK_ECS_VALUES_H_
#define MISPSIFT_SRC_SINK_ECS_VALUES_H_

#include <cstdint>
#include <string_view>

#include "mispsift/base/json_writer.h"
#include "mispsift/model/indicator.h"

namespace mispsift {

// How the Elastic Common Schema tells a value of one of our kinds.

// Hashes of a file's content, similarity hashes among them.
bool IsFileHash(IndicatorKind kind);

// The address of a canonical kIpPort, or of a kIp.
std::string_view AddressOf(std::string_view ip_port);

// A member, if there is something to tell.
void WriteText(std::string_view key, std::string_view text, JsonWriter* json);

// ECS takes the scale of STIX 2.1, appendix A: None, Low, Medium, High.
std::string_view EcsConfidence(uint8_t confidence);

// Of STIX's cyber observables; empty where it has none.
std::string_view EcsIndicatorType(const Indicator& indicator);

// "url":{...} of a canonical kUrl or kUri, its parts as far as they can be
// told.
void WriteEcsUrl(IndicatorKind kind, std::string_view url, JsonWriter* json);

// The members of an `indicator` object that ECS has for its kind. None for
// mutexes, user agents and the like: they are told by the indicator's name. Of
// a hash that ECS has not, the name is made as it says: sha3_512.
void WriteEcsValue(const Indicator& indicator, JsonWriter* json);

}  // namespace mispsift

#endif  // MISPSIFT_SRC_SINK_ECS_VALUES_H_
