// Bytes that claim to be a snapshot. Their checksums are made to fit first, or
// nothing behind them would ever be reached; what is then accepted must not
// lead out of its arrays.

#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "mispsift/base/digest.h"
#include "mispsift/misp/snapshot_file.h"

namespace {

constexpr size_t kHeaderBytes = 32;
constexpr size_t kRowBytes = 48;

struct Words : mispsift::ColumnMemory {
  explicit Words(size_t count) : words(count) {}
  std::vector<uint64_t> words;
};

void Seal(char* bytes, size_t size) {
  using mispsift::Digest;
  uint64_t table = 0;
  std::memcpy(&table, bytes + 16, sizeof(table));
  if (table > size || size - table < sizeof(uint64_t) + sizeof(Digest)) return;
  const uint64_t file_bytes = size;
  std::memcpy(bytes + 24, &file_bytes, sizeof(file_bytes));
  const size_t end = size - sizeof(Digest);
  for (size_t row = table + 8; row + kRowBytes <= end; row += kRowBytes) {
    uint64_t place[2];
    std::memcpy(place, bytes + row + 16, sizeof(place));
    if (place[0] > table || place[1] > table - place[0]) continue;
    const Digest digest = mispsift::DigestOf(0, {bytes + place[0], place[1]});
    std::memcpy(bytes + row + 32, &digest, sizeof(digest));
  }
  mispsift::Digester digester;
  digester.Add({bytes, kHeaderBytes});
  digester.Add({bytes + table, end - table});
  const Digest checksum = digester.Finish();
  std::memcpy(bytes + end, &checksum, sizeof(checksum));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto copy = std::make_shared<Words>(size / 8 + 1);
  char* bytes = reinterpret_cast<char*>(copy->words.data());
  if (size > 0) std::memcpy(bytes, data, size);
  if (size >= kHeaderBytes) Seal(bytes, size);
  const absl::StatusOr<mispsift::Snapshot> snapshot =
      mispsift::misp::SnapshotFromBytes({bytes, size}, copy);
  if (!snapshot.ok()) return 0;
  // Every byte that a view shows is read.
  mispsift::Digester all;
  const absl::StatusOr<mispsift::WarninglistsView> lists =
      mispsift::WarninglistsView::Read(snapshot->columns().warninglists);
  for (uint32_t row = 0; row < snapshot->attribute_count(); ++row) {
    const mispsift::AttributeView view = snapshot->attribute(row);
    all.Add(view.type);
    all.Add(view.category);
    all.Add(view.value);
    all.Add(view.comment);
    all.Add(snapshot->event_of(view).info);
    for (const std::string_view tag : snapshot->tags(view)) all.Add(tag);
    for (const mispsift::WarninglistHit& hit :
         snapshot->warninglist_hits(row)) {
      all.Add((*lists)[hit.list].name);
    }
  }
  for (uint32_t row = 0; row < snapshot->event_count(); ++row) {
    const mispsift::EventView view = snapshot->event(row);
    all.Add(view.info);
    all.Add(view.date);
    all.Add(view.org);
    for (const std::string_view tag : snapshot->tags(view)) all.Add(tag);
  }
  return 0;
}
