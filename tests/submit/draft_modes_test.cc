#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/drafting.h"
#include "tests/support/event_validity.h"

namespace mispsift {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct SentAs {
  std::string category;
  bool to_ids;
  std::string text;  // type and value

  friend bool operator==(const SentAs&, const SentAs&) = default;
  friend void PrintTo(const SentAs& sent, std::ostream* out) {
    *out << sent.category << (sent.to_ids ? " ids " : " no ") << sent.text;
  }
};

std::vector<SentAs> SentInMode(std::string_view mode) {
  const DraftedEvent drafted = DraftEvent(FullFields(), InModes(mode));
  EXPECT_THAT(drafted.left_out, IsEmpty());
  EXPECT_THAT(drafted.event.objects, IsEmpty());
  EXPECT_THAT(ProblemsOf(drafted.event), IsEmpty());
  std::vector<SentAs> sent;
  for (const DraftAttribute& attribute : drafted.event.attributes) {
    sent.push_back({attribute.category, attribute.to_ids,
                    attribute.type + " " + attribute.value});
  }
  return sent;
}

TEST(DraftModesTest, EachModeSendsItsOwn) {
  EXPECT_THAT(SentInMode(""), IsEmpty());
  EXPECT_THAT(
      SentInMode("hashes"),
      ElementsAre(SentAs{"Payload delivery", true,
                         "filename|md5 invoice.exe|" + Hex('a', 32)},
                  SentAs{"Payload delivery", true,
                         "filename|sha1 invoice.exe|" + Hex('a', 40)},
                  SentAs{"Payload delivery", true,
                         "filename|sha256 invoice.exe|" + Hex('a', 64)}));
  EXPECT_THAT(SentInMode("url"),
              ElementsAre(SentAs{"Network activity", true,
                                 "url http://evil.example/a"}));
  EXPECT_THAT(
      SentInMode("ipaddr"),
      ElementsAre(
          SentAs{"Network activity", true, "domain|ip evil.example|192.0.2.7"},
          SentAs{"Network activity", true, "domain quiet.example"},
          // The other host is what the domain resolved to.
          SentAs{"Network activity", true, "ip-dst 198.51.100.1"}));
  EXPECT_THAT(
      SentInMode("config"),
      ElementsAre(
          SentAs{"External analysis", false, "text Family"},
          SentAs{"Network activity", true, "url http://c2.example/gate"},
          SentAs{"Artifacts dropped", true, "mutex mtx"},
          SentAs{"Network activity", true, "user-agent Agent/1"}));
  EXPECT_THAT(SentInMode("maldoc"),
              ElementsAre(SentAs{"Network activity", true,
                                 "url http://lure.example/doc"}));
  EXPECT_THAT(
      SentInMode("dropped"),
      ElementsAre(SentAs{"Artifacts dropped", true,
                         "filename|md5 drop.dll|" + Hex('b', 32)},
                  SentAs{"Artifacts dropped", true,
                         "filename|sha1 drop.dll|" + Hex('b', 40)},
                  SentAs{"Artifacts dropped", true,
                         "filename|sha256 drop.dll|" + Hex('b', 64)},
                  SentAs{"Artifacts dropped", true, "ssdeep 6:ghi:jkl"}));
  EXPECT_THAT(
      SentInMode("network"),
      ElementsAre(SentAs{"Network activity", false, "user-agent Mozilla/4.0"},
                  SentAs{"Network activity", true,
                         "domain|ip named.example|198.51.100.2"},
                  SentAs{"Network activity", true, "ip-dst 198.51.100.3"}));
  EXPECT_THAT(
      SentInMode("registry"),
      ElementsAre(SentAs{"Persistence mechanism", true,
                         "regkey HKEY_CURRENT_USER\\Software\\Microsoft\\"
                         "Windows\\CurrentVersion\\Run\\evil"},
                  SentAs{"Artifacts dropped", true,
                         "regkey HKEY_CURRENT_USER\\Software\\Evil"}));
  EXPECT_THAT(SentInMode("registry_read"),
              ElementsAre(SentAs{"Artifacts dropped", false,
                                 "regkey HKEY_LOCAL_MACHINE\\Software\\Read"}));
  EXPECT_THAT(
      SentInMode("mutexes"),
      ElementsAre(SentAs{"Artifacts dropped", true, "mutex Global\\evil"}));
  EXPECT_THAT(
      SentInMode("ids_files"),
      ElementsAre(SentAs{"Payload delivery", true, "md5 " + Hex('c', 32)},
                  SentAs{"Payload delivery", true, "sha256 " + Hex('c', 64)}));
  EXPECT_THAT(SentInMode("signatures"),
              ElementsAre(SentAs{
                  "Internal reference", false,
                  "comment Installs itself for autorun - (reg_value evil, "
                  "file evil.exe); TTP: T1547, T1547.001"}));
}

TEST(DraftModesTest, AllModesComeInOneOrder) {
  DraftSettings settings;
  settings.modes = kAllSubmitModes;
  std::vector<std::string> parts;
  for (const char* mode :
       {"hashes", "url", "ipaddr", "config", "maldoc", "dropped", "network",
        "registry", "registry_read", "mutexes", "ids_files", "signatures"}) {
    for (const SentAs& sent : SentInMode(mode)) parts.push_back(sent.text);
  }
  EXPECT_EQ(Values(DraftEvent(FullFields(), settings).event), parts);
}

TEST(DraftModesTest, TheTargetsUrlIsAUrl) {
  ReportFields fields = FullFields();
  fields.facts.target = {"url", "", "", "", "", "http://target.example/"};
  EXPECT_THAT(
      Values(DraftEvent(fields, InModes("url")).event),
      ElementsAre("url http://target.example/", "url http://evil.example/a"));
}

TEST(DraftModesTest, ASignatureWithoutDescriptionIsItsName) {
  ReportFields fields = FullFields();
  fields.facts.signatures = {{"bare", "", {}, {}, {}},
                             {"lines", "two\nlines", {}, {}, {"m\r\n"}},
                             {"", "", {}, {}, {}}};
  EXPECT_THAT(Values(DraftEvent(fields, InModes("signatures")).event),
              ElementsAre("comment bare", "comment two lines - (m  )"));
}

TEST(DraftModesTest, KeysOfEveryHiveAndServicePersist) {
  ReportFields fields = FullFields();
  const auto category = [&fields](const std::string& key) {
    fields.facts.regkeys = {key};
    const DraftedEvent drafted = DraftEvent(fields, InModes("registry"));
    return drafted.event.attributes.at(0).category;
  };
  for (
      const char* key :
      {R"(HKLM\SYSTEM\ControlSet001\Services\evil\ImagePath)",
       R"(HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\services\evil)",
       R"(HKEY_USERS\S-1-5-21\SOFTWARE\MICROSOFT\WINDOWS\CurrentVersion\RunOnce\x)",
       R"(HKLM\Software\Microsoft\Windows NT\CurrentVersion\Winlogon\Shell)",
       R"(HKLM\Software\Microsoft\Windows\CurrentVersion\Run)"}) {
    EXPECT_EQ(category(key), "Persistence mechanism") << key;
  }
  for (const char* key :
       {R"(HKLM\SYSTEM\CurrentControlSet\Services)",
        R"(HKLM\SYSTEM\CurrentControlSet\Control\ComputerName)",
        R"(HKCU\Software\Microsoft\Windows\CurrentVersion\Running)",
        R"(HKCU\Software\Services\evil)"}) {
    EXPECT_EQ(category(key), "Artifacts dropped") << key;
  }
}

TEST(DraftModesTest, AKeyThatAllProgramsWriteToDetectsNothing) {
  ReportFields fields = FullFields();
  fields.facts.regkeys = {
      R"(HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Run)"};
  const EventDraft event = DraftEvent(fields, InModes("registry")).event;
  EXPECT_FALSE(event.attributes.at(0).to_ids);
}

TEST(SubmitModesTest, EachHasAName) {
  const std::pair<const char*, SubmitMode> names[] = {
      {"maldoc", SubmitMode::kMaldoc},
      {"ipaddr", SubmitMode::kIpaddr},
      {"hashes", SubmitMode::kHashes},
      {"url", SubmitMode::kUrl},
      {"dropped", SubmitMode::kDropped},
      {"registry", SubmitMode::kRegistry},
      {"registry_read", SubmitMode::kRegistryRead},
      {"mutexes", SubmitMode::kMutexes},
      {"network", SubmitMode::kNetwork},
      {"config", SubmitMode::kConfig},
      {"signatures", SubmitMode::kSignatures},
      {"ids_files", SubmitMode::kIdsFiles}};
  uint32_t all = 0;
  for (const auto& [name, mode] : names) {
    uint32_t read = 0;
    EXPECT_TRUE(ParseSubmitModes(name, &read).ok());
    EXPECT_EQ(read, static_cast<uint32_t>(mode));
    all |= read;
  }
  EXPECT_EQ(all, kAllSubmitModes);
  uint32_t modes = 0;
  EXPECT_TRUE(
      ParseSubmitModes("  maldoc ipaddr,Hashes,\turl  CONFIG ", &modes).ok());
  EXPECT_EQ(modes, kDefaultSubmitModes);
  EXPECT_TRUE(ParseSubmitModes("", &modes).ok());
  EXPECT_EQ(modes, 0u);
}

TEST(SubmitModesTest, AnUnknownNameIsNamedWithThoseThatThereAre) {
  uint32_t modes = 7;
  for (const char* names : {"hashes urls", "hash", "hashes;url"}) {
    const absl::Status status = ParseSubmitModes(names, &modes);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(status.message()),
                testing::HasSubstr("registry_read"));
  }
  EXPECT_EQ(modes, 7u);
}

}  // namespace
}  // namespace mispsift
