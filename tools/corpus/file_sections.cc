#include <algorithm>
#include <cstddef>
#include <vector>

#include "mispsift/base/check.h"
#include "tools/corpus/sections.h"
#include "tools/corpus/text.h"

namespace mispsift::corpus {
namespace {

using enum IndicatorKind;

constexpr std::string_view kExecutable =
    "PE32 executable (GUI) Intel 80386, for MS Windows";

size_t HexDigits(IndicatorKind kind) {
  switch (kind) {
    case kMd5:
    case kImphash:
      return 32;
    case kSha1:
      return 40;
    case kSha256:
      return 64;
    default:
      MISPSIFT_CHECK(kind == kSha512);
      return 128;
  }
}

// Of a hash that only newer sandboxes make.
std::string_view FileHashKey(IndicatorKind kind) {
  return kind == kSha3_384 ? "sha3_384" : KindName(kind);
}

void DroppedFile(Report* report, Planted* hash, Planted* path) {
  PlantingWriter& json = report->json;
  const Source source = report->order.source;
  json.Object();
  for (const IndicatorKind kind : {kSha1, kSha256, kSha512, kMd5, kSsdeep}) {
    json.Key(KindName(kind));
    HashValue(report, kind,
              hash != nullptr && hash->kind == kind ? hash : nullptr);
  }
  if (hash != nullptr && !hash->shown) {
    json.Key(FileHashKey(hash->kind));
    json.Show(hash);
  }
  const uint32_t size = report->random.Below(90000);
  json.Key("size").Int(size);
  json.Key("type").String(size % 2 == 0 ? "data" : kExecutable);
  json.Key("name");
  if (source == Source::kCape) json.Array();
  json.String(report->background.Name());
  if (source == Source::kCape) json.EndArray();
  const bool one_path = source == Source::kCuckoo2;
  json.Key(one_path ? "filepath" : "guest_paths");
  if (!one_path) json.Array();
  path != nullptr ? json.Show(path) : json.String(report->background.Path());
  if (!one_path) json.EndArray();
  json.EndObject();
}

}  // namespace

void HashValue(Report* report, IndicatorKind kind, Planted* planted) {
  if (planted != nullptr) {
    report->json.Show(planted);
  } else if (kind == kSsdeep) {
    report->json.Null();
  } else {
    report->json.String(report->background.HexText(HexDigits(kind)));
  }
}

void TargetFields(Report* report, std::initializer_list<IndicatorKind> hashes) {
  PlantingWriter& json = report->json;
  for (const IndicatorKind kind : hashes) {
    json.Key(KindName(kind));
    HashValue(report, kind, json.PlantedAt(Place::kTargetHash, kind));
  }
  json.Key("size").Int(4096 + report->random.Below(900000));
  json.Key("type").String(report->order.source == Source::kDroid
                              ? "Zip archive data, at least v2.0 to extract"
                              : kExecutable);
}

void TargetName(Report* report) {
  report->json.ShowOr(report->json.PlantedAt(Place::kTargetName, kFilename),
                      std::string(report->background.Name()) + ".exe");
}

void OpenTarget(Report* report) {
  PlantingWriter& json = report->json;
  json.Key("target").Object();
  json.Key("category").String("file");
  json.Key("file").Object();
  json.Key("yara").EmptyArray();
  json.Key("name");
  TargetName(report);
  TargetFields(report, {kSha1, kSha256, kSsdeep, kSha512, kMd5});
  for (const IndicatorKind kind : {kSha3_384, kTlsh}) {
    Planted* const planted = json.PlantedAt(Place::kTargetHash, kind);
    if (planted == nullptr) continue;
    json.Key(FileHashKey(kind));
    json.Show(planted);
  }
  json.Key("crc32").String("0A1B2C3D");
  json.Key("path").String("/srv/sandbox/storage/binaries/" +
                          Hex(&report->random, 64));
}

void CloseTarget(Report* report) {
  report->json.EndObject();
  report->json.EndObject();
}

void Resource(Report* report) {
  PlantingWriter& json = report->json;
  json.Object();
  json.Key("name").String("RT_ICON");
  json.Key("language").String("LANG_ENGLISH");
  json.Key("filetype").String("data");
  json.Key("offset").String(report->background.Address());
  json.Key("size").String("0x000025a8");
  json.EndObject();
}

void VersionInfo(Report* report, std::string_view key) {
  PlantingWriter& json = report->json;
  const std::vector<Planted*> versions = json.PlantedAt(Place::kVersion);
  if (versions.empty()) return;
  json.Key(key).Array();
  for (Planted* planted : versions) {
    json.Object();
    json.Key("name").String("FileVersion");
    json.Key("value");
    json.Show(planted);
    json.EndObject();
  }
  json.EndArray();
}

void Static(Report* report) {
  PlantingWriter& json = report->json;
  Background& background = report->background;
  json.Key("static").Object();
  json.Key("pdb_path");
  json.ShowOrNull(json.PlantedAt(Place::kPdb, kPdb));
  json.Key("pe_imports").Array();
  for (int i = 0; i < 4; ++i) {
    json.Object();
    json.Key("imports").Array();
    for (int j = 0; j < 6; ++j) {
      json.Object();
      json.Key("name").String(background.Function());
      json.Key("address").String(background.Address());
      json.EndObject();
    }
    json.EndArray();
    json.Key("dll").String(background.Module());
    json.EndObject();
  }
  json.EndArray();
  json.Key("pe_imphash");
  HashValue(report, kImphash, json.PlantedAt(Place::kImphash, kImphash));
  VersionInfo(report, "pe_versioninfo");
  json.Key("signature").Array();
  for (Planted* planted : json.PlantedAt(Place::kCertificate)) {
    json.Object();
    json.Key("common_name").String(background.Name());
    const bool is_md5 = planted->text.size() == 32;
    json.Key(is_md5 ? "md5" : planted->text.size() == 40 ? "sha1" : "sha256");
    json.Show(planted);
    if (!is_md5) json.Key("md5").String(background.HexText(32));
    json.EndObject();
  }
  json.EndArray();
  json.Key("pe_resources").Array();
  for (int i = 0; i < 3; ++i) Resource(report);
  json.EndArray();
  json.EndObject();
}

void Dropped(Report* report) {
  PlantingWriter& json = report->json;
  json.Key("dropped").Array();
  for (uint32_t i = report->random.Below(3); i > 0; --i) {
    DroppedFile(report, nullptr, nullptr);
  }
  for (Planted* hash : json.PlantedAt(Place::kDroppedHash)) {
    DroppedFile(report, hash, nullptr);
  }
  for (Planted* path : json.PlantedAt(Place::kDroppedPath)) {
    DroppedFile(report, nullptr, path);
  }
  json.EndArray();
}

void Strings(Report* report) {
  PlantingWriter& json = report->json;
  json.Key("strings").Array();
  json.String("!This program cannot be run in DOS mode.");
  const uint64_t until =
      std::min(report->order.bytes, json.size() + report->strings_bytes);
  const auto fill = [&](uint64_t to) {
    while (json.size() < to) json.String(report->background.Printable());
  };
  fill(until / 2 + json.size() / 2);
  json.ShowAll(Place::kStringWhole);
  json.ShowAllTexts(Place::kStringText);
  fill(until);
  json.EndArray();
}

}  // namespace mispsift::corpus
