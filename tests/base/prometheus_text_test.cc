#include "mispsift/base/prometheus_text.h"

#include <gtest/gtest.h>

namespace mispsift {
namespace {

TEST(PrometheusText, AMetricHasHelpTypeAndItsSamples) {
  PrometheusText metrics;
  metrics.Start("a_total", "counter", "What is counted");
  metrics.Add({{"result", "ok"}, {"kind", "ip"}}, 18);
  metrics.Add({{"result", "empty"}, {"kind", "ip"}}, 0);
  metrics.Start("b_seconds", "gauge", "How long");
  metrics.Add({}, 0.25);
  EXPECT_EQ(metrics.text(),
            "# HELP a_total What is counted\n"
            "# TYPE a_total counter\n"
            "a_total{result=\"ok\",kind=\"ip\"} 18\n"
            "a_total{result=\"empty\",kind=\"ip\"} 0\n"
            "# HELP b_seconds How long\n"
            "# TYPE b_seconds gauge\n"
            "b_seconds 0.25\n");
}

TEST(PrometheusText, NoValueEndsItsLineOrItsQuotes) {
  PrometheusText metrics;
  metrics.Start("a", "gauge", "a \"quoted\" back\\slash\nand a line");
  metrics.Add({{"x", "\"} 1\nb\\"}}, 1);
  EXPECT_EQ(metrics.text(),
            "# HELP a a \"quoted\" back\\\\slash\\nand a line\n"
            "# TYPE a gauge\n"
            "a{x=\"\\\"} 1\\nb\\\\\"} 1\n");
}

TEST(PrometheusText, LargeNumbersAreWhole) {
  PrometheusText metrics;
  metrics.Start("a", "gauge", "h");
  metrics.Add({}, 1764227532.0);
  metrics.Add({}, 9007199254740992.0);
  const std::string& text = metrics.text();
  EXPECT_NE(text.find("a 1764227532\n"), std::string::npos) << text;
  EXPECT_NE(text.find("a 9007199254740992\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace mispsift
