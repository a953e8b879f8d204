// What an attribute is looked for by.
//
// The value is massaged and checked as MISP would (misp_rules.cc), then put in
// canonical form for each kind that its type feeds. A value that MISP refuses
// gives nothing, except that hosts and urls are judged by mispsift's own rules,
// which accept more: a trailing dot or an international name in any type, a
// host that is an address, a link that is no url.
//   composites   both halves; but of hostname|port the host alone, and
//                ip|port and regkey|value as one value
//   ip           with a prefix, the network
//   file names   filename or filepath, by what the name holds
//   mutex, named pipe, user agent, pdb, bare file name: once more as a whole
//                string, since nothing about such a value says what it is

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "mispsift/base/check.h"
#include "mispsift/normalize/attribute_types.h"
#include "mispsift/normalize/normalize.h"
#include "src/normalize/ip_address.h"
#include "src/normalize/misp_checks.h"
#include "src/normalize/misp_rules.h"

namespace mispsift {
namespace {

using K = IndicatorKind;

// Whether mispsift's own rules decide if a value of the type is valid.
bool IsJudgedHere(const AttributeType& type) {
  return type.first == K::kHost || type.first == K::kUrl;
}

bool SaysNotWhatItIs(IndicatorKind kind) {
  switch (kind) {
    case K::kFilename:
    case K::kMutex:
    case K::kUserAgent:
    case K::kNamedPipe:
    case K::kPdb:
      return true;
    default:
      return false;
  }
}

class Collector {
 public:
  explicit Collector(std::vector<Indicator>* indicators)
      : indicators_(indicators) {}

  // False when `text` is no value of `kind`.
  bool AddValue(IndicatorKind kind, std::string_view text) {
    std::string value;
    if (!Canonicalize(text, &kind, &value)) return false;
    if (!SaysNotWhatItIs(kind)) {
      Add({kind, KeyForm::kValue, std::move(value)});
      return true;
    }
    Add({kind, KeyForm::kValue, value});
    Add({kind, KeyForm::kWholeString, std::move(value)});
    return true;
  }

  bool AddNetwork(std::string_view text) {
    std::string network;
    if (!AppendNetwork(text, &network)) return false;
    Add({K::kIp, KeyForm::kNetwork, std::move(network)});
    return true;
  }

 private:
  void Add(Indicator indicator) {
    if (std::ranges::find(*indicators_, indicator) == indicators_->end()) {
      indicators_->push_back(std::move(indicator));
    }
  }

  std::vector<Indicator>* indicators_;
};

// domain|ip, hostname|port: the value holds only if both halves do.
bool CollectHostComposite(const AttributeType& type, const Halves& halves,
                          Collector* collector) {
  if (std::ranges::count(halves.second, '|') > 0) return false;
  if (type.second == K::kCount) {
    return IsPort(halves.second) && collector->AddValue(K::kHost, halves.first);
  }
  return collector->AddValue(type.first, halves.first) &&
         collector->AddValue(type.second, halves.second);
}

bool Collect(const AttributeType& type, std::string_view massaged,
             Collector* collector) {
  if (type.composite && type.first == K::kHost) {
    return CollectHostComposite(type, SplitAtBar(massaged), collector);
  }
  if (type.composite && type.first == K::kFilename) {
    const Halves halves = SplitAtBar(massaged);
    const bool name = collector->AddValue(type.first, halves.first);
    return collector->AddValue(type.second, halves.second) || name;
  }
  if (type.first == K::kIp && massaged.find('/') != std::string_view::npos) {
    return collector->AddNetwork(massaged);
  }
  return collector->AddValue(type.first, massaged);
}

constexpr std::string_view kUnmatchableNames[] = {
    "no", "unknown_type", "not_a_value", "invalid_value"};
static_assert(std::size(kUnmatchableNames) ==
              static_cast<size_t>(Unmatchable::kCount));

}  // namespace

std::string_view UnmatchableName(Unmatchable reason) {
  MISPSIFT_CHECK(reason < Unmatchable::kCount);
  return kUnmatchableNames[static_cast<size_t>(reason)];
}

Unmatchable IndicatorsOf(std::string_view type, std::string_view value,
                         std::vector<Indicator>* indicators) {
  return IndicatorsOf(FindAttributeType(type), value, indicators);
}

Unmatchable IndicatorsOf(const AttributeType* row, std::string_view value,
                         std::vector<Indicator>* indicators) {
  indicators->clear();
  if (row == nullptr) return Unmatchable::kUnknownType;
  if (row->first == K::kCount) return Unmatchable::kNotAValue;
  // Characters of four bytes stay: a feed has what MISP's database would lose,
  // and folding makes them meet what it has left of them.
  const std::string massaged = MassageLikeMisp(*row, value);
  const bool valid = IsJudgedHere(*row) || RefusalOf(*row, massaged).empty();
  Collector collector(indicators);
  if (!valid || !Collect(*row, massaged, &collector)) {
    indicators->clear();
    return Unmatchable::kInvalidValue;
  }
  return Unmatchable::kNo;
}

}  // namespace mispsift
