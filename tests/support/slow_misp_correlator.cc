#include "tests/support/slow_misp_correlator.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <set>
#include <vector>

#include "mispsift/normalize/attribute_types.h"
#include "mispsift/normalize/normalize.h"

namespace mispsift {
namespace {

const std::set<std::string, std::less<>> kIpTypes = {
    "ip-src", "ip-dst", "ip-src|port", "ip-dst|port"};
const std::set<std::string, std::less<>> kFirstOnly = {
    "ip-src|port", "ip-dst|port", "hostname|port"};
const std::set<std::string, std::less<>> kNever = {
    "comment", "http-method", "aba-rtn", "gender",
    "counter", "integer",     "float",   "port",
    "cortex",  "nationality", "boolean", "anonymised"};

struct Saved {
  std::string type;
  std::string value1;
  std::string value2;
};

std::optional<Saved> Save(const std::string& type, const std::string& value) {
  const MispStored stored = StoreLikeMisp(type, value);
  if (!stored.kept || kNever.contains(type)) return std::nullopt;
  Saved saved = {type, stored.value, ""};
  if (FindAttributeType(type)->composite) {
    const size_t bar = stored.value.find('|');
    saved.value1 = stored.value.substr(0, bar);
    saved.value2 = stored.value.substr(bar + 1);
  }
  return saved;
}

std::string Folded(const std::string& value) {
  std::string folded;
  Fold(IndicatorKind::kUrl, KeyForm::kValue, value, &folded);
  return folded;
}

bool AreEqual(const std::string& a, const std::string& b) {
  return Folded(a) == Folded(b) && !Folded(a).empty();
}

bool HasValue(const Saved& saved, const std::string& value) {
  return AreEqual(saved.value1, value) ||
         (!kFirstOnly.contains(saved.type) && AreEqual(saved.value2, value));
}

bool IsIn(const std::string& address, const std::string& network) {
  const size_t slash = network.find('/');
  const int family =
      address.find(':') == std::string::npos ? AF_INET : AF_INET6;
  std::array<unsigned char, 16> a{};
  std::array<unsigned char, 16> b{};
  if (inet_pton(family, address.c_str(), a.data()) != 1 ||
      inet_pton(family, network.substr(0, slash).c_str(), b.data()) != 1) {
    return false;
  }
  const int bits = std::stoi(network.substr(slash + 1));
  for (int bit = 0; bit < bits; ++bit) {
    const auto byte = static_cast<size_t>(bit / 8);
    if (((a[byte] ^ b[byte]) >> (7 - bit % 8) & 1) != 0) return false;
  }
  return true;
}

bool IsNetwork(const Saved& saved) {
  return saved.value1.find('/') != std::string::npos;
}

struct Known {
  std::string uuid;
  Saved saved;
};

std::vector<Known> AllKnown(const Snapshot& snapshot) {
  std::vector<Known> all;
  for (uint32_t row = 0; row < snapshot.attribute_count(); ++row) {
    const AttributeView attribute = snapshot.attribute(row);
    const EventView event = snapshot.event_of(attribute);
    if (attribute.fields->flags & AttributeRow::kDisableCorrelation) continue;
    if (event.fields->flags & EventRow::kDisableCorrelation) continue;
    const std::optional<Saved> saved =
        Save(std::string(attribute.type), std::string(attribute.value));
    if (saved) all.push_back({attribute.fields->uuid.ToString(), *saved});
  }
  return all;
}

}  // namespace

PlainCorrelations SlowCorrelate(const Snapshot& snapshot, bool advanced,
                                uint64_t limit, const std::string& type,
                                const std::string& value) {
  const std::optional<Saved> mine = Save(type, value);
  if (!mine) return {};
  const std::vector<Known> all = AllKnown(snapshot);

  std::set<std::string> near;
  for (const Known& known : all) {
    if (!advanced || !kIpTypes.contains(type) ||
        !kIpTypes.contains(known.saved.type) ||
        IsNetwork(*mine) == IsNetwork(known.saved)) {
      continue;
    }
    if (IsNetwork(*mine) ? IsIn(known.saved.value1, mine->value1)
                         : IsIn(mine->value1, known.saved.value1)) {
      near.insert(known.saved.value1);
    }
  }

  std::vector<std::string> values = {mine->value1};
  if (!kFirstOnly.contains(type) && !mine->value2.empty() &&
      mine->value2 != "0") {
    values.push_back(mine->value2);
  }
  PlainCorrelations found;
  for (const std::string& searched : values) {
    PlainCorrelations of_value;
    for (const auto& [uuid, saved] : all) {
      const bool is_same =
          saved.value1 == searched ||
          (saved.value2 == searched && !kFirstOnly.contains(saved.type));
      if (HasValue(saved, searched)) {
        of_value[uuid] = is_same ? MatchRule::kExact : MatchRule::kFolded;
      } else if (std::ranges::any_of(near, [&, &s = saved](const auto& text) {
                   return HasValue(s, text);
                 })) {
        of_value[uuid] = MatchRule::kCidr;
      }
    }
    if (limit > 0 && of_value.size() > limit) return {};
    for (const auto& [uuid, rule] : of_value) {
      const auto [entry, is_new] = found.try_emplace(uuid, rule);
      if (!is_new) entry->second = std::min(entry->second, rule);
    }
  }
  return found;
}

}  // namespace mispsift
