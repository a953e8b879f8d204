// The labelled set says the truth of itself.

#include "tools/corpus/labelled_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/temp_folder.h"

namespace mispsift::corpus {
namespace {

using Json = nlohmann::json;

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// What stands at "$.a.b[0]".
Json At(const Json& report, const std::string& path) {
  std::string pointer;
  for (const char c : path.substr(1)) {
    if (c == '.' || c == '[') pointer += '/';
    if (c != '.' && c != '[' && c != ']') pointer += c;
  }
  return report.at(Json::json_pointer(pointer));
}

void CollectStrings(const Json& node, std::vector<std::string>* strings) {
  if (node.is_string()) strings->push_back(node);
  if (!node.is_structured()) return;
  for (const Json& child : node) CollectStrings(child, strings);
}

class LabelledSetTest : public testing::Test {
 protected:
  LabelledSetTest() {
    EXPECT_TRUE(WriteLabelledSet(3, 1, folder_.path(""), &set_));
  }
  std::vector<Label> AllLabels() const {
    std::vector<Label> all = set_.matches;
    all.insert(all.end(), set_.near_misses.begin(), set_.near_misses.end());
    return all;
  }

  TempFolder folder_;
  LabelledSet set_;
};

TEST_F(LabelledSetTest, TheSameSeedGivesTheSameBytes) {
  const TempFolder again;
  const TempFolder other;
  LabelledSet set;
  ASSERT_TRUE(WriteLabelledSet(3, 1, again.path(""), &set));
  ASSERT_EQ(set.reports, set_.reports);
  LabelledSet other_set;
  ASSERT_TRUE(WriteLabelledSet(4, 1, other.path(""), &other_set));
  std::vector<std::string> files;
  for (const std::string& name : set.reports)
    files.push_back("reports/" + name);
  for (const LabelledEvent& event : set.events) {
    files.push_back("events/" + event.uuid + ".json");
  }
  for (const std::string& file : files) {
    const std::string text = ReadAll(folder_.path(file));
    ASSERT_FALSE(text.empty()) << file;
    EXPECT_EQ(text, ReadAll(again.path(file))) << file;
    EXPECT_NE(text, ReadAll(other.path(file))) << file;
  }
}

TEST_F(LabelledSetTest, EachLabelStandsWhereItSays) {
  std::map<std::string, Json> reports;
  for (const std::string& name : set_.reports) {
    reports[name] = Json::parse(ReadAll(folder_.path("reports/" + name)));
  }
  std::set<std::pair<std::string, size_t>> seen;
  for (const Label& label : AllLabels()) {
    EXPECT_TRUE(seen.emplace(label.report, label.attribute).second)
        << label.report << " " << label.text;
    if (label.path.starts_with("$.counts")) continue;  // an object key
    const Json node = At(reports.at(label.report), label.path);
    if (!node.is_string()) {
      EXPECT_TRUE(node.is_structured()) << label.path;  // put together
      continue;
    }
    std::string shown = node;
    if (label.path.ends_with("fingerprint")) std::erase(shown, ':');
    EXPECT_NE(shown.find(label.text), std::string::npos)
        << label.report << " " << label.path << " " << label.text;
  }
}

// What no label names is in no report: an attribute that a report shows by
// accident would be counted as a false match.
TEST_F(LabelledSetTest, NoValueStandsWhereNoLabelSaysSo) {
  std::map<std::string, std::set<size_t>> labelled;
  for (const Label& label : AllLabels()) {
    labelled[label.report].insert(label.attribute);
  }
  std::map<std::string, size_t> by_value;
  for (size_t i = 0; i < set_.attributes.size(); ++i) {
    const LabelledAttribute& attribute = set_.attributes[i];
    if (attribute.to_ids) by_value.emplace(attribute.value, i);
  }
  for (const std::string& name : set_.reports) {
    std::vector<std::string> strings;
    CollectStrings(Json::parse(ReadAll(folder_.path("reports/" + name))),
                   &strings);
    for (const std::string& text : strings) {
      const auto found = by_value.find(text);
      if (found == by_value.end()) continue;
      EXPECT_TRUE(labelled[name].contains(found->second))
          << name << " " << text;
    }
  }
}

TEST_F(LabelledSetTest, BoundsOfConfidenceFollowFromThePlace) {
  int weak = 0;
  for (const Label& label : set_.matches) {
    EXPECT_LE(label.least_sure, label.most_sure);
    if (label.where != "strings") continue;
    const bool says_its_kind = label.kind != "mutex" &&
                               label.kind != "named-pipe" &&
                               label.kind != "user-agent" &&
                               label.kind != "pdb" && label.kind != "filename";
    EXPECT_EQ(label.least_sure >= kSure, says_its_kind) << label.kind;
    weak += says_its_kind ? 0 : 1;
  }
  EXPECT_GT(weak, 0);
}

}  // namespace
}  // namespace mispsift::corpus
