#include "tests/support/fake_misp_generator.h"

#include <cmath>
#include <cstddef>
#include <ctime>
#include <utility>

#include "mispsift/base/check.h"
#include "mispsift/base/uuid.h"
#include "tests/support/fake_misp_values.h"

namespace mispsift {
namespace {

uint64_t RowBits(const GeneratedRows& rows, uint32_t index) {
  return Mix(Mix(rows.seed ^ (rows.event_id << 24)) + index);
}

// Event and position in 48 bits, scrambled so that uuids look like uuids.
constexpr uint64_t k48 = (uint64_t{1} << 48) - 1;
constexpr uint64_t kOdd = 0x5deece66d;
constexpr uint64_t kOddInverse = 0xdfe05bcb1365;  // modulo 2^48
static_assert(((kOdd * kOddInverse) & k48) == 1);

std::string UuidText(uint64_t high, uint64_t low48) {
  Uuid uuid;
  for (size_t i = 0; i < 8; ++i) {
    uuid.bytes[i] = static_cast<uint8_t>(high >> (56 - 8 * i));
  }
  uuid.bytes[6] = static_cast<uint8_t>((uuid.bytes[6] & 0x0f) | 0x40);
  const uint64_t middle = Mix(high);
  uuid.bytes[8] = static_cast<uint8_t>((middle & 0x3f) | 0x80);
  uuid.bytes[9] = static_cast<uint8_t>(middle >> 8);
  for (size_t i = 0; i < 6; ++i) {
    uuid.bytes[10 + i] = static_cast<uint8_t>(low48 >> (40 - 8 * i));
  }
  return uuid.ToString();
}

}  // namespace

std::string_view GeneratedType(const GeneratedRows& rows, uint32_t index) {
  return KindOf(RowBits(rows, index)).type;
}

std::string_view GeneratedCategory(const GeneratedRows& rows, uint32_t index) {
  return KindOf(RowBits(rows, index)).category;
}

bool GeneratedToIds(const GeneratedRows& rows, uint32_t index) {
  const uint64_t bits = RowBits(rows, index);
  return (bits >> 32) % 100 < KindOf(bits).to_ids_percent;
}

int64_t GeneratedTimestamp(const GeneratedRows& rows, uint32_t index) {
  const uint64_t age = (RowBits(rows, index) >> 20) % (30 * 86400);
  return rows.timestamp - static_cast<int64_t>(age);
}

void GenerateAttribute(const GeneratedRows& rows, uint32_t index,
                       FakeAttribute* row) {
  MISPSIFT_CHECK(index < rows.count && rows.event_id < (1 << 24));
  const uint64_t draw = RowBits(rows, index);
  const RowKind& kind = KindOf(draw);
  Bits bits(Mix(draw));
  row->id = rows.first_id + index;
  const uint64_t place = ((rows.event_id << 24) | index) ^ 0xa5a5a5a5a5a5;
  row->uuid = UuidText(Mix(draw ^ 1), (place * kOdd) & k48);
  row->type = kind.type;
  row->category = kind.category;
  row->to_ids = GeneratedToIds(rows, index);
  row->deleted = false;
  row->hidden = false;
  row->disable_correlation = bits.Below(50) == 0;
  row->timestamp = GeneratedTimestamp(rows, index);
  row->distribution = bits.Below(10) == 0 ? 0 : 5;

  // One value in eight is one that other events may have too.
  Bits value_bits(bits.Below(8) == 0 ? Mix(rows.seed + bits.Below(20000))
                                     : bits.Next());
  row->value.clear();
  AppendValue(kind, &value_bits, &row->value);

  row->comment.clear();
  if (bits.Below(3) == 0) row->comment = bits.Of(kComments);
  row->object_id = 0;
  row->object_relation.clear();
  if (bits.Below(5) == 0) {
    row->object_id = 1 + (rows.first_id + index) / 8;
    row->object_relation = kind.type.substr(0, kind.type.find('|'));
  }
  row->tags.clear();
  if (bits.Below(12) == 0) {
    const uint64_t first = bits.Below(kTags.size());
    row->tags.emplace_back(kTags[first]);
    if (bits.Below(2) == 0) {
      row->tags.emplace_back(kTags[(first + 3) % kTags.size()]);
    }
  }
}

bool PlaceOfGeneratedUuid(std::string_view uuid, uint64_t* event_id,
                          uint32_t* index) {
  Uuid bytes;
  if (!ParseUuid(uuid, &bytes)) return false;
  uint64_t low = 0;
  for (size_t i = 10; i < 16; ++i) low = (low << 8) | bytes.bytes[i];
  const uint64_t place = ((low * kOddInverse) & k48) ^ 0xa5a5a5a5a5a5;
  *event_id = place >> 24;
  *index = static_cast<uint32_t>(place & 0xffffff);
  return true;
}

std::string UuidOfId(uint64_t salt, uint64_t id) {
  return UuidText(Mix(salt ^ Mix(id)), id & k48);
}

FakeEvent GenerateEvent(uint64_t seed, uint64_t id, int64_t now) {
  Bits bits(Mix(seed ^ Mix(id)));
  FakeEvent event;
  event.uuid = UuidOfId(seed, id);
  event.info = "Campaign ";
  event.info.append(bits.Of(kWords)).append(" ").append(bits.Of(kWords));
  if (bits.Below(10) == 0) {
    event.info.append(" – ").append(bits.Of(kForeignNames));
  }
  event.info.append(" #");
  AppendNumber(id, &event.info);
  const uint64_t org = bits.Below(5);
  event.org = "Example Org";
  if (org > 0) event.org.append(" ").append(std::to_string(org + 1));
  event.org_uuid = "10000000-0000-4000-8000-00000000000";
  event.org_uuid += std::to_string(org + 1);
  event.timestamp =
      now - 3600 - static_cast<int64_t>(bits.Below(uint64_t{2} * 365 * 86400));
  const std::time_t day = static_cast<std::time_t>(event.timestamp);
  std::tm parts{};
  gmtime_r(&day, &parts);
  char date[16];
  const size_t length = std::strftime(date, sizeof(date), "%Y-%m-%d", &parts);
  event.date.assign(date, length);
  event.published = bits.Below(10) != 0;
  event.publish_timestamp = event.published ? event.timestamp + 60 : 0;
  event.threat_level_id = 1 + static_cast<int>(bits.Below(4));
  event.analysis = static_cast<int>(bits.Below(3));
  event.distribution = static_cast<int>(bits.Below(4));
  const uint64_t first = bits.Below(kTags.size());
  const uint64_t tags = bits.Below(4);
  for (uint64_t i = 0; i < tags; ++i) {
    event.tags.emplace_back(kTags[(first + i) % kTags.size()]);
  }
  return event;
}

std::vector<uint32_t> GenerateSizes(uint64_t events, uint64_t attributes,
                                    uint64_t seed) {
  if (events == 0) {
    MISPSIFT_CHECK(attributes == 0);
    return {};
  }
  // Every three hundredth event has none, as on real servers.
  std::vector<uint64_t> filled;
  for (uint64_t i = 0; i < events; ++i) {
    if (i % 300 != 299) filled.push_back(i);
  }
  for (size_t i = filled.size(); i > 1; --i) {
    std::swap(filled[i - 1], filled[Mix(seed + i) % i]);
  }
  std::vector<uint32_t> sizes(events, 0);
  const uint64_t floor = attributes >= filled.size() ? 1 : 0;
  const uint64_t rest = attributes - floor * filled.size();
  double total = 0;
  for (size_t rank = 0; rank < filled.size(); ++rank) {
    total += std::pow(static_cast<double>(rank) + 10, -1.05);
  }
  uint64_t given = 0;
  for (size_t rank = 0; rank < filled.size(); ++rank) {
    const double share =
        std::pow(static_cast<double>(rank) + 10, -1.05) / total;
    const uint64_t more =
        static_cast<uint64_t>(share * static_cast<double>(rest));
    sizes[filled[rank]] = static_cast<uint32_t>(floor + more);
    given += more;
  }
  MISPSIFT_CHECK(given <= rest);
  for (size_t rank = 0; given < rest; ++given, ++rank) {
    ++sizes[filled[rank % filled.size()]];
  }
  for (const uint32_t size : sizes) MISPSIFT_CHECK(size < (1 << 24));
  return sizes;
}

std::vector<std::string> GeneratedTagNames() {
  return {kTags.begin(), kTags.end()};
}

}  // namespace mispsift
