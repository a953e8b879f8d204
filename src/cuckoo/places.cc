#include "src/cuckoo/places.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

#include "mispsift/base/ascii_case.h"
#include "mispsift/base/check.h"
#include "src/cuckoo/place_rows.h"

namespace mispsift {
namespace {

// What an area's keys mean if it has no row of its own.
Area BaseOf(Area area) {
  switch (area) {
    case Area::kAny:
    case Area::kNone:
    case Area::kHidden:
    case Area::kPlain:
    case Area::kInfo:
    case Area::kMachine:
    case Area::kStrings:
    case Area::kDebug:
    case Area::kShots:
    case Area::kCertificate:
    case Area::kJa3:
    case Area::kVersionInfo:
    case Area::kDnsType:
    case Area::kHeaders:
    case Area::kHeaderName:
    case Area::kTtps:
    case Area::kMarkCategory:
    case Area::kCalls:
    case Area::kArguments:
    case Area::kArgumentPair:
      return Area::kNone;
    case Area::kTargetFile:
    case Area::kDroppedFile:
      return Area::kHashedFile;
    case Area::kHashedFile:
    case Area::kCape:
    case Area::kExtracted:
      return Area::kFile;
    case Area::kHttpsEx:
      return Area::kHttpEx;
    case Area::kSuricata:
    case Area::kIdsFile:
      return Area::kIds;
    case Area::kIds:
      return Area::kFlow;
    case Area::kIdsDnsAnswer:
      return Area::kDnsAnswer;
    case Area::kWholeSummary:
      return Area::kSummary;
    case Area::kMarkedData:
    case Area::kMarkedIocs:
    case Area::kMark:
      return Area::kSignatureData;
    case Area::kConfigs:
      return Area::kConfig;
    default:
      return Area::kAny;
  }
}

// The area below a member that no row places: an object that is put together
// must not hand its meaning on to one inside it.
Area BelowOf(Area area) {
  switch (area) {
    case Area::kRoot:
    case Area::kInfo:
    case Area::kArguments:
    case Area::kArgumentPair:
    case Area::kHeaders:
    case Area::kTtps:
      return Area::kPlain;
    case Area::kTarget:
    case Area::kTargetFile:
    case Area::kHashedFile:
    case Area::kDroppedFile:
    case Area::kCape:
      return Area::kFile;
    case Area::kHttpEx:
    case Area::kHttpsEx:
      return Area::kHttpBody;
    case Area::kSuricata:
    case Area::kIdsFile:
      return Area::kIds;
    case Area::kWholeSummary:
      return Area::kSummary;
    case Area::kSignature:
    case Area::kTtp:
      return Area::kSignaturePart;
    case Area::kMarkedData:
    case Area::kMarkedIocs:
    case Area::kMark:
      return Area::kSignatureData;
    case Area::kConfigs:
      return Area::kConfig;
    default:
      return area;
  }
}

constexpr size_t kAreas = static_cast<size_t>(Area::kMemory) + 1;

// What each key means in each area, by a row of its own or of one that the area
// builds on: most keys of a report mean nothing anywhere.
class RowTable {
 public:
  RowTable() : entries_(kSize) {
    MISPSIFT_CHECK(PlaceRows().size() < kNoRow);
    for (size_t row = 0; row < PlaceRows().size(); ++row) {
      std::string_view keys = PlaceRows()[row].keys;
      while (!keys.empty()) {
        const size_t end = keys.find(' ');
        Insert(row, keys.substr(0, end));
        keys.remove_prefix(end == std::string_view::npos ? keys.size()
                                                         : end + 1);
      }
    }
    for (Rows& rows : rows_) Inherit(&rows);
  }

  // Null: none.
  const PlaceRow* Find(Area area, std::string_view key) const {
    const Entry& entry = entries_[At(Ends(key), key)];
    if (entry.key.empty()) return nullptr;
    const uint16_t row = rows_[entry.rows][static_cast<size_t>(area)];
    return row == kNoRow ? nullptr : &PlaceRows()[row];
  }

 private:
  static constexpr size_t kSize = 2048;  // under half full
  static constexpr uint16_t kNoRow = 0xFFFF;
  using Rows = std::array<uint16_t, kAreas>;

  // The first and the last bytes of a key, in lower case: of one of up to
  // sixteen, all.
  struct Ends {
    explicit Ends(std::string_view key) {
      const char* const end = key.data() + key.size();
      if (key.size() >= 8) {
        std::memcpy(&first, key.data(), 8);
        std::memcpy(&last, end - 8, 8);
      } else if (key.size() >= 4) {
        std::memcpy(&first, key.data(), 4);
        std::memcpy(&last, end - 4, 4);
      } else if (key.size() >= 2) {
        std::memcpy(&first, key.data(), 2);
        std::memcpy(&last, end - 2, 2);
      } else if (key.size() == 1) {
        std::memcpy(&first, key.data(), 1);
      }
      first = LowerAscii(first);
      last = LowerAscii(last);
    }

    friend bool operator==(const Ends&, const Ends&) = default;

    uint64_t first = 0;
    uint64_t last = 0;
  };
  struct Entry {
    std::string_view key;  // in lower case
    Ends ends = Ends({});
    size_t rows = 0;
  };

  // Where the key stands, or is to stand, by open addressing.
  size_t At(const Ends& ends, std::string_view key) const {
    constexpr uint64_t kSpread = 0x9E3779B97F4A7C15;
    uint64_t hash = (ends.first ^ key.size()) * kSpread;
    hash = (hash ^ hash >> 32 ^ ends.last) * kSpread;
    for (size_t i = hash ^ hash >> 32;; ++i) {
      const Entry& other = entries_[i % kSize];
      const bool is_alike =
          other.key.size() == key.size() && other.ends == ends &&
          (key.size() <= 16 || StartsWithIgnoreCase(key, other.key));
      if (other.key.empty() || is_alike) return i % kSize;
    }
  }

  void Insert(size_t row, std::string_view key) {
    MISPSIFT_CHECK(!key.empty());
    const Ends ends(key);
    Entry& entry = entries_[At(ends, key)];
    if (entry.key.empty()) {
      entry = {key, ends, rows_.size()};
      rows_.emplace_back().fill(kNoRow);
      MISPSIFT_CHECK(rows_.size() < kSize / 2);
    }
    uint16_t& place =
        rows_[entry.rows][static_cast<size_t>(PlaceRows()[row].in)];
    MISPSIFT_CHECK(place == kNoRow);
    place = static_cast<uint16_t>(row);
  }

  static void Inherit(Rows* rows) {
    const Rows own = *rows;
    for (size_t i = 0; i < kAreas; ++i) {
      for (Area area = static_cast<Area>(i);
           area != Area::kNone && (*rows)[i] == kNoRow; area = BaseOf(area)) {
        (*rows)[i] = own[static_cast<size_t>(area)];
      }
    }
  }

  std::vector<Entry> entries_;
  std::vector<Rows> rows_;  // of each key
};

const RowTable& Table() {
  static const RowTable* const table = new RowTable;
  return *table;
}

// What stands in an area, or below it, and is wanted.
struct Telling {
  std::vector<Area> by_name;  // their members count by name, or as a group
  std::vector<Area> never;
  bool (*is_wanted)(Slot slot);
};

// The areas in which, or below which, something stands that is wanted.
std::vector<bool> AreasThatTell(const Telling& telling) {
  std::vector<bool> tells(kAreas, false);
  const auto of = [&tells](Area area) {
    return tells[static_cast<size_t>(area)];
  };
  for (const Area area : telling.by_name) {
    tells[static_cast<size_t>(area)] = true;
  }
  for (bool grows = true; grows;) {
    grows = false;
    for (size_t i = 0; i < kAreas; ++i) {
      const Area area = static_cast<Area>(i);
      if (tells[i] || area == Area::kHidden || area == Area::kNone ||
          std::ranges::find(telling.never, area) != telling.never.end()) {
        continue;
      }
      bool found = of(BelowOf(area));
      for (Area from = area; from != Area::kNone; from = BaseOf(from)) {
        for (const PlaceRow& row : PlaceRows()) {
          found |= row.in == from && (telling.is_wanted(row.slot) ||
                                      (row.to != Area::kNone && of(row.to)));
        }
      }
      tells[i] = found;
      grows |= found;
    }
  }
  return tells;
}

// Of what a report says of itself or submission needs.
std::vector<bool> AreasThatTellFacts(bool with_configs) {
  Telling telling = {
      .by_name = {Area::kRoot, Area::kBehavior, Area::kProcess,
                  Area::kSignature, Area::kTarget, Area::kTargetFile,
                  Area::kHttpEx, Area::kHttpsEx, Area::kDomains, Area::kDns,
                  Area::kDnsAnswer, Area::kHeaders, Area::kMark,
                  Area::kMarkedData, Area::kTtp},
      .never = {},
      .is_wanted = [](Slot slot) { return slot > Slot::kGroupSlots; }};
  std::vector<Area>& configs = with_configs ? telling.by_name : telling.never;
  configs.insert(configs.end(),
                 {Area::kConfigs, Area::kConfig, Area::kCapeConfigs});
  return AreasThatTell(telling);
}

// Whether it says which analysis a report is of.
bool IsIdentity(Slot slot) {
  switch (slot) {
    case Slot::kTaskId:
    case Slot::kStarted:
    case Slot::kVersion:
    case Slot::kScore:
    case Slot::kMalscore:
    case Slot::kCategory:
    case Slot::kName:
    case Slot::kMd5:
    case Slot::kSha1:
    case Slot::kSha256:
    case Slot::kTargetUrl:
      return true;
    default:
      return false;
  }
}

// Of that alone. What other files are named says nothing of the target.
std::vector<bool> AreasThatTellIdentity() {
  return AreasThatTell(
      {.by_name = {Area::kRoot, Area::kBehavior, Area::kProcess,
                   Area::kSignature, Area::kTarget, Area::kTargetFile},
       .never = {Area::kDroppedFile, Area::kIdsFile},
       .is_wanted = IsIdentity});
}

}  // namespace

Place MemberPlace(Place object, std::string_view key) {
  constexpr Slot kNoSlot = Slot::kNone;
  if (object.area == Area::kHidden) {
    return {Area::kHidden, Field::kHidden, kNoSlot, object.where};
  }
  if (object.area == Area::kCapeConfigs) {
    // {"<Family>": {...}}; CAPE's own remarks begin with "_".
    const Area to = key.starts_with('_') ? Area::kFile : Area::kConfigs;
    return {to, Field::kText, kNoSlot, object.where};
  }
  if (const PlaceRow* const row = Table().Find(object.area, key)) {
    const bool is_mark =
        object.area == Area::kMarkedData && row->in != Area::kMarkedData &&
        row->field != Field::kHidden && row->to != Area::kCalls;
    return {row->to == Area::kNone ? BelowOf(object.area) : row->to, row->field,
            is_mark ? Slot::kMark : row->slot,
            row->where == Where::kCount ? object.where : row->where};
  }
  const Area below = BelowOf(object.area);
  return {below, below == Area::kConfig ? Field::kGuess : Field::kText,
          object.area == Area::kMarkedData ? Slot::kMark : kNoSlot,
          object.where};
}

Place ElementPlace(Place list, size_t index) {
  if (list.area == Area::kArguments) {
    return {Area::kArgumentPair, Field::kText, Slot::kNone, list.where};
  }
  if (list.area == Area::kDeadHosts) {
    return {Area::kDeadHost, Field::kText, Slot::kNone, list.where};
  }
  if (list.area == Area::kDeadHost) {
    if (index == 0) {
      return {Area::kPlain, Field::kHost, Slot::kAddress, list.where};
    }
    return {Area::kPlain, Field::kText, index == 1 ? Slot::kPort : Slot::kNone,
            list.where};
  }
  // What there is one of is not in a list.
  if (list.slot < Slot::kRepeatedSlots) list.slot = Slot::kNone;
  return list;
}

Group ObjectGroup(Area area) {
  switch (area) {
    case Area::kDnsAnswer:
    case Area::kIdsDnsAnswer:
    case Area::kHeaders:
    case Area::kMark:
      return Group::kNamed;
    case Area::kArgumentPair:
      return Group::kPair;
    case Area::kArguments:
      return Group::kArguments;
    case Area::kHttpEx:
    case Area::kHttpsEx:
      return Group::kHttp;
    case Area::kFlow:
    case Area::kSuricata:
    case Area::kIds:
    case Area::kIdsFile:
      return Group::kFlow;
    case Area::kDomains:
    case Area::kDns:
      return Group::kDomain;
    default:
      return Group::kNone;
  }
}

Group ListGroup(Area area) {
  if (area == Area::kArguments) return Group::kArguments;
  if (area == Area::kDeadHost) return Group::kFlow;
  return Group::kNone;
}

Place NamedPlace(Area area, std::string_view selector) {
  Area names = Area::kNone;
  if (area == Area::kDnsAnswer || area == Area::kIdsDnsAnswer) {
    names = Area::kDnsType;
  }
  if (area == Area::kHeaders) names = Area::kHeaderName;
  if (area == Area::kMark) names = Area::kMarkCategory;
  if (area == Area::kArgumentPair) names = Area::kArguments;
  Place place;
  if (const PlaceRow* const row = Table().Find(names, selector)) {
    place.field = row->field;
    place.slot = row->slot;
  }
  return place;
}

Wanted WantedOf(ScanDepth depth, const Place& member) {
  static const std::vector<bool>* const identity =
      new auto(AreasThatTellIdentity());
  static const std::vector<bool>* const tells =
      new auto(AreasThatTellFacts(true));
  static const std::vector<bool>* const without_configs =
      new auto(AreasThatTellFacts(false));
  if (depth == ScanDepth::kFull) return Wanted::kAll;
  const Area area = member.area;
  if (depth == ScanDepth::kIdentity) {
    const bool tells_identity =
        IsIdentity(member.slot) || (*identity)[static_cast<size_t>(area)];
    return tells_identity ? Wanted::kAll : Wanted::kNothing;
  }
  if (area == Area::kCalls || area == Area::kStrings || area == Area::kDebug) {
    return Wanted::kNothing;
  }
  if (depth == ScanDepth::kFields || member.slot != Slot::kNone ||
      IsConfig(area) || (*without_configs)[static_cast<size_t>(area)]) {
    return Wanted::kAll;
  }
  return (*tells)[static_cast<size_t>(area)] ? Wanted::kConfigs
                                             : Wanted::kNothing;
}

}  // namespace mispsift
