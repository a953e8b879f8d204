#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "mispsift/base/digest.h"
#include "src/submit/object_templates.h"
#include "tests/support/drafting.h"
#include "tests/support/event_validity.h"

namespace mispsift {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;
using testing::UnorderedElementsAre;

DraftSettings AsObjects(std::string_view modes) {
  DraftSettings settings = InModes(modes);
  settings.objects = true;
  return settings;
}

EventDraft Drafted(const ReportFields& fields, const DraftSettings& settings,
                   const SampleFile* sample = nullptr) {
  EventDraft event = DraftEvent(fields, settings, sample).event;
  EXPECT_THAT(ProblemsOf(event), IsEmpty());
  return event;
}

const DraftObject& Object(const EventDraft& event, std::string_view name,
                          size_t number = 0) {
  for (const DraftObject& object : event.objects) {
    if (object.name == name && number-- == 0) return object;
  }
  ADD_FAILURE() << "no object " << name;
  static const DraftObject none;
  return none;
}

std::vector<std::string> RelationsOf(const DraftObject& object) {
  std::vector<std::string> values;
  for (const DraftAttribute& attribute : object.attributes) {
    values.push_back(attribute.relation + " " + attribute.value);
  }
  return values;
}

// "relationship name value": the first attribute of what is referred to.
std::vector<std::string> ReferencesOf(const EventDraft& event,
                                      const DraftObject& object) {
  std::vector<std::string> texts;
  for (const DraftReference& reference : object.references) {
    for (const DraftObject& other : event.objects) {
      if (other.uuid != reference.referenced) continue;
      texts.push_back(reference.relationship + " " + other.name + " " +
                      other.attributes.at(0).value);
    }
  }
  return texts;
}

TEST(DraftObjectsTest, TheTargetIsAFile) {
  const EventDraft event = Drafted(FullFields(), AsObjects("hashes"));
  EXPECT_THAT(event.attributes, IsEmpty());
  EXPECT_THAT(RelationsOf(Object(event, "file")),
              ElementsAre("md5 " + Hex('a', 32), "sha1 " + Hex('a', 40),
                          "sha256 " + Hex('a', 64), "sha512 " + Hex('a', 128),
                          "ssdeep 3:abc:def", "filename invoice.exe",
                          "magic PE32 executable (GUI) Intel 80386",
                          "size-in-bytes 4096"));
  EXPECT_THAT(RelationsOf(Object(event, "sandbox-report")),
              ElementsAre("sandbox-type on-premise",
                          "on-premise-sandbox cuckoo", "score 7.5"));
  EXPECT_THAT(ReferencesOf(event, Object(event, "file")),
              ElementsAre("analysed-with sandbox-report on-premise"));
}

TEST(DraftObjectsTest, OnlyWhatTellsFilesApartCorrelatesAndDetects) {
  const EventDraft event = Drafted(FullFields(), AsObjects("hashes"));
  for (const DraftObject& object : event.objects) {
    for (const DraftAttribute& attribute : object.attributes) {
      const bool tells =
          std::set<std::string>{"md5", "sha1", "sha256", "sha512", "ssdeep"}
              .contains(attribute.relation);
      EXPECT_EQ(attribute.disable_correlation, !tells) << attribute.relation;
      EXPECT_EQ(attribute.to_ids, tells) << attribute.relation;
    }
  }
}

TEST(DraftObjectsTest, ADomainHasAllItsAddresses) {
  ReportFields fields = FullFields();
  fields.facts.domains = {{"evil.example", "192.0.2.7"},
                          {"EVIL.example", "192.0.2.8"},
                          {"evil.example", "10.0.0.1"},
                          {"evil.example", "192.0.2.7"},
                          {"quiet.example", ""}};
  fields.facts.dns_answers = {{"evil.example", "2001:DB8::1"}};
  const EventDraft event = Drafted(fields, AsObjects("ipaddr network"));
  EXPECT_THAT(RelationsOf(Object(event, "domain-ip")),
              ElementsAre("domain evil.example", "ip 192.0.2.7", "ip 192.0.2.8",
                          "ip 2001:db8::1"));
  EXPECT_THAT(RelationsOf(Object(event, "domain-ip", 1)),
              ElementsAre("domain quiet.example"));
  // Addresses that no domain has, and user agents, are no objects.
  EXPECT_THAT(Values(event),
              IsSupersetOf({"ip-dst 198.51.100.1", "user-agent Mozilla/4.0"}));
}

TEST(DraftObjectsTest, AUrlHasItsHost) {
  ReportFields fields = FullFields();
  fields.facts.urls = {"http://Evil.example:8080/a", "ftp://192.0.2.1/b",
                       "http://evil.EXAMPLE:8080/A"};
  const EventDraft event = Drafted(fields, AsObjects("url"));
  ASSERT_EQ(event.objects.size(), 3u);  // with the report
  EXPECT_THAT(
      RelationsOf(Object(event, "url")),
      ElementsAre("url http://Evil.example:8080/a", "host evil.example"));
  EXPECT_THAT(RelationsOf(Object(event, "url", 1)),
              ElementsAre("url ftp://192.0.2.1/b", "ip 192.0.2.1"));
}

TEST(DraftObjectsTest, SignaturesAreOfTheReport) {
  ReportFields fields = FullFields();
  fields.facts.dialect = Dialect::kCape;
  const EventDraft event = Drafted(fields, AsObjects("signatures config"));
  EXPECT_THAT(RelationsOf(Object(event, "sb-signature")),
              ElementsAre("software cape", "signature persistence_autorun",
                          "text Installs itself for autorun - (reg_value evil, "
                          "file evil.exe); TTP: T1547, T1547.001"));
  const DraftObject& report = Object(event, "sandbox-report");
  EXPECT_THAT(RelationsOf(report),
              ElementsAre("sandbox-type on-premise", "on-premise-sandbox cape",
                          "score 7.5", "results Family"));
  EXPECT_THAT(ReferencesOf(event, report),
              ElementsAre("includes sb-signature cape"));
}

TEST(DraftObjectsTest, TheTargetRefersToWhatItDid) {
  DraftSettings settings = AsObjects("");
  settings.modes = kAllSubmitModes;
  const EventDraft event = Drafted(FullFields(), settings);
  EXPECT_THAT(
      ReferencesOf(event, Object(event, "file")),
      UnorderedElementsAre("communicates-with url http://evil.example/a",
                           "communicates-with domain-ip evil.example",
                           "communicates-with domain-ip quiet.example",
                           "communicates-with url http://c2.example/gate",
                           "communicates-with url http://lure.example/doc",
                           "drops file " + Hex('b', 32),
                           "communicates-with domain-ip named.example",
                           "downloaded file " + Hex('c', 32),
                           "analysed-with sandbox-report on-premise"));
  const DraftObject& dropped = Object(event, "file", 1);
  EXPECT_EQ(dropped.comment, "Dropped file");
  EXPECT_EQ(dropped.attributes.at(0).category, "Artifacts dropped");
}

TEST(DraftObjectsTest, WhatIsNotToldApartIsNoFile) {
  ReportFields fields = FullFields();
  fields.facts.target = {"file", "invoice.exe", "", "", "", ""};
  fields.facts.target_file = {};
  fields.facts.dropped = {{"a.exe", "", "", "", "", "", "data", 7},
                          {"b.exe", "no hash", "", "", "", "", "data", 7}};
  const DraftedEvent drafted = DraftEvent(fields, AsObjects("hashes dropped"));
  EXPECT_EQ(AttributeCount(drafted.event), 0u);
  EXPECT_THAT(LeftOutTexts(drafted),
              ElementsAre("md5 no hash: invalid: not 32 hex digits"));
}

TEST(DraftObjectsTest, AFileThatIsItsOwnIsOne) {
  ReportFields fields = FullFields();
  fields.facts.dropped = {
      {"copy.exe", Hex('A', 32), Hex('A', 40), Hex('A', 64), "", "", "", 4096}};
  const EventDraft event = Drafted(fields, AsObjects("hashes dropped"));
  ASSERT_EQ(event.objects.size(), 2u);  // with the report
  EXPECT_THAT(RelationsOf(Object(event, "file")),
              IsSupersetOf({"filename invoice.exe", "filename copy.exe"}));
  EXPECT_THAT(ReferencesOf(event, Object(event, "file")),
              ElementsAre("analysed-with sandbox-report on-premise"));
}

TEST(DraftObjectsTest, TheSampleIsInTheFile) {
  const SampleFile sample{"invoice.exe", "MZ"};
  for (const char* modes : {"hashes", "url"}) {
    const EventDraft event = Drafted(FullFields(), AsObjects(modes), &sample);
    const DraftObject& file = Object(event, "file");
    EXPECT_THAT(
        RelationsOf(file),
        testing::Contains("malware-sample invoice.exe|" + Md5Hex("MZ")));
    EXPECT_EQ(file.attributes.size(), modes[0] == 'h' ? 9u : 2u);
  }
}

TEST(DraftObjectsTest, UuidsAreOfWhatTheyDescribe) {
  DraftSettings settings = AsObjects("");
  settings.modes = kAllSubmitModes;
  EXPECT_EQ(EventJson(Drafted(FullFields(), settings)),
            EventJson(Drafted(FullFields(), settings)));
  ReportFields other = FullFields();
  other.report_id = "ff112233445566778899aabbccddeeff";
  const EventDraft a = Drafted(FullFields(), settings);
  const EventDraft b = Drafted(other, settings);
  EXPECT_NE(Object(a, "file").uuid, Object(b, "file").uuid);
  EXPECT_NE(Object(a, "file").attributes.at(0).uuid,
            Object(b, "file").attributes.at(0).uuid);
  // One more object changes none of the others'.
  ReportFields more = FullFields();
  more.facts.urls.insert(more.facts.urls.begin(), "http://first.example/");
  const EventDraft c = Drafted(more, settings);
  EXPECT_EQ(Object(a, "url").uuid, Object(c, "url", 1).uuid);
  EXPECT_EQ(Object(a, "file").uuid, Object(c, "file").uuid);
}

TEST(ObjectTemplatesTest, NeedsAreRelationsThatAreDrafted) {
  std::set<std::string_view> uuids;
  for (const ObjectTemplate& its : ObjectTemplates()) {
    EXPECT_TRUE(uuids.insert(its.uuid).second) << its.name;
    EXPECT_FALSE(its.required.empty() && its.required_one_of.empty());
    DraftObject object;
    object.name = its.name;
    EXPECT_FALSE(FulfilsTemplate(object)) << its.name;
    for (const std::string_view needed : its.required) {
      object.attributes.emplace_back().relation =
          RelationNamed(its, needed).name;
    }
    EXPECT_EQ(FulfilsTemplate(object), its.required_one_of.empty());
    for (const std::string_view needed : its.required_one_of) {
      DraftObject with = object;
      with.attributes.emplace_back().relation = RelationNamed(its, needed).name;
      EXPECT_TRUE(FulfilsTemplate(with)) << its.name;
    }
  }
}

}  // namespace
}  // namespace mispsift
