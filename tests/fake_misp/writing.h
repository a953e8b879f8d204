#ifndef MISPSIFT_TESTS_FAKE_MISP_WRITING_H_
#define MISPSIFT_TESTS_FAKE_MISP_WRITING_H_

#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/fake_misp/ask.h"
#include "tests/support/fake_misp.h"

namespace mispsift {

inline std::string Quoted(const std::string& text) {
  return "\"" + text + "\"";
}

class FakeMispWriting : public ::testing::Test {
 protected:
  // An event of these attributes, its id.
  uint64_t AddEvent(const std::string& attributes) {
    const httplib::Response answer =
        Ask(fake_, "/events/add",
            R"({"Event":{"info":"i","Attribute":[)" + attributes + "]}}");
    EXPECT_EQ(answer.status, 200) << answer.body;
    return std::stoull(Json(answer.body)["Event"]["id"].GetString());
  }
  std::vector<std::string> Values(uint64_t event_id) const {
    std::vector<std::string> values;
    for (const FakeAttribute& one : fake_.Attributes(event_id)) {
      values.push_back(one.value);
    }
    return values;
  }
  httplib::Response AddAttributes(uint64_t event_id, const std::string& body) {
    return Ask(fake_, "/attributes/add/" + std::to_string(event_id), body);
  }

  FakeMisp fake_;
};

}  // namespace mispsift

#endif  // MISPSIFT_TESTS_FAKE_MISP_WRITING_H_
