// Any bytes as what a server answers to what is written, and as the lines of a
// scan's results that submission reads back: no crash, nothing that is read is
// other than it says. Whatever analysis is read, MISP takes each event that is
// drafted of it as it is, and what is sent is found in it again.

#include <rapidjson/document.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "mispsift/base/check.h"
#include "mispsift/misp/write_answers.h"
#include "mispsift/normalize/normalize.h"
#include "mispsift/submit/event_drafts.h"
#include "mispsift/submit/fields_line.h"
#include "mispsift/submit/sighting_drafts.h"
#include "src/submit/event_parts.h"
#include "tests/support/drafting.h"
#include "tests/support/event_validity.h"

namespace {

using mispsift::BatchDrafter;
using mispsift::DraftedEvent;
using mispsift::DraftSettings;
using mispsift::ReportFields;
using mispsift::SampleFile;
using mispsift::Uuid;

constexpr char kScanned[] = "2026-01-02T03:04:05Z";

rapidjson::Document Parsed(const std::string& json) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseValidateEncodingFlag>(json.data(),
                                                        json.size());
  MISPSIFT_CHECK(!document.HasParseError());
  return document;
}

void CheckAnswers(std::string_view text) {
  bool is_answer = false;
  const auto told = mispsift::misp::ReadToldEvent(text, &is_answer);
  MISPSIFT_CHECK(!told.has_value() || (is_answer && !told->id.empty()));
  const auto attributes = mispsift::misp::ReadAttributeUuids(text);
  MISPSIFT_CHECK(!attributes.has_value() || !attributes->contains(Uuid{}));
  const auto sightings = mispsift::misp::ReadSightingUuids(text);
  MISPSIFT_CHECK(!sightings.has_value() || !sightings->contains(Uuid{}));
  // One is a list, the other an object.
  MISPSIFT_CHECK(!attributes.has_value() || !sightings.has_value());
  static_cast<void>(mispsift::misp::ReadSavedSightings(text));
  const auto refusal = mispsift::misp::ReadRefusal(text);
  MISPSIFT_CHECK(!refusal.has_value() || !refusal->empty());
  for (const size_t count : {size_t{0}, size_t{1}, size_t{3}}) {
    MISPSIFT_CHECK(mispsift::misp::ReadAttributeRefusals(text, count).size() ==
                   count);
  }
  for (const char c : mispsift::misp::EventIdInLocation(text)) {
    MISPSIFT_CHECK(absl::ascii_isdigit(static_cast<unsigned char>(c)));
  }
}

void CheckCorrelation(std::string_view text) {
  const auto line = mispsift::ParseCorrelationLine(text);
  if (!line.ok()) return;
  MISPSIFT_CHECK(!line->report_id.empty());
  const mispsift::SightingDraft sighting =
      mispsift::DraftSighting(*line, "", kScanned);
  MISPSIFT_CHECK(sighting.attribute == line->attribute);
  MISPSIFT_CHECK(sighting.time != 0 && !sighting.source.empty());
  MISPSIFT_CHECK(mispsift::DraftSighting(*line, "", kScanned).uuid ==
                 sighting.uuid);
  const rapidjson::Document json =
      Parsed(mispsift::SightingsJson({&sighting, 1}));
  MISPSIFT_CHECK(json.Size() == 1 &&
                 json[0]["uuid"].GetString() == sighting.uuid.ToString());
}

void CheckAttributes(const std::vector<mispsift::DraftAttribute>& attributes,
                     std::vector<Uuid>* uuids) {
  for (const mispsift::DraftAttribute& attribute : attributes) {
    const mispsift::MispStored stored =
        mispsift::StoreLikeMisp(attribute.type, attribute.value);
    MISPSIFT_CHECK(stored.kept && stored.value == attribute.value);
    uuids->push_back(attribute.uuid);
  }
}

void CheckDraft(const DraftedEvent& drafted) {
  for (const std::string& problem : mispsift::ProblemsOf(drafted.event)) {
    std::fprintf(stderr, "%s\n", problem.c_str());
  }
  MISPSIFT_CHECK(mispsift::ProblemsOf(drafted.event).empty());
  std::vector<Uuid> uuids;
  CheckAttributes(drafted.event.attributes, &uuids);
  for (const mispsift::DraftObject& object : drafted.event.objects) {
    CheckAttributes(object.attributes, &uuids);
  }
  MISPSIFT_CHECK(absl::flat_hash_set<Uuid>(uuids.begin(), uuids.end()).size() ==
                 uuids.size());
  const std::string json = mispsift::EventJson(drafted.event);
  MISPSIFT_CHECK(json.find('\n') == std::string::npos);
  const rapidjson::Document document = Parsed(json);
  MISPSIFT_CHECK(!document["Event"]["published"].GetBool());
  MISPSIFT_CHECK(mispsift::AttributeUuidsOf(json) == uuids);
  MISPSIFT_CHECK(Parsed(mispsift::AttributesJson(json, uuids)).Size() ==
                 uuids.size());
  for (const mispsift::LeftOutValue& value : drafted.left_out) {
    MISPSIFT_CHECK(!value.value.empty());
  }
}

void CheckDrafts(const ReportFields& fields) {
  DraftSettings settings;
  settings.modes = mispsift::kAllSubmitModes;
  settings.scanned = kScanned;
  settings.title = "{target} {families} {score}";
  const SampleFile sample{fields.facts.target.name, "bytes"};
  for (const bool objects : {false, true}) {
    settings.objects = objects;
    const mispsift::EventDrafter drafter(settings);
    CheckDraft(drafter.Draft(fields));
    CheckDraft(drafter.Draft(fields, &sample));
    // With another analysis that has most in common with it, in one and in two
    // events.
    ReportFields other = fields;
    other.report_id += "2";
    other.facts.urls.emplace_back("http://other.example/");
    for (const size_t most : {size_t{1}, size_t{1000}}) {
      BatchDrafter batch(settings, most);
      size_t analyses = 0;
      const ReportFields* const both[] = {&fields, &other};
      for (const ReportFields* analysis : both) {
        if (const auto full = batch.Add(*analysis)) {
          CheckDraft(*full);
          analyses += full->report_ids.size();
        }
      }
      const auto last = batch.Finish();
      MISPSIFT_CHECK(last.has_value());
      CheckDraft(*last);
      MISPSIFT_CHECK(analyses + last->report_ids.size() == 2);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  CheckAnswers(text);
  CheckCorrelation(text);
  const auto summary = mispsift::ParseScanSummary(text);
  MISPSIFT_CHECK(!summary.ok() || !summary->finished.empty());
  const auto fields = mispsift::ParseFieldsLine(text);
  if (!fields.ok()) return 0;
  MISPSIFT_CHECK(!fields->report_id.empty());
  CheckDrafts(*fields);
  return 0;
}
